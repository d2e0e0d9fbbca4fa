/* ksm.c - two neighbouring pages that ksmd makes one. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "kit.h"

/* KPF_KSM of /proc/kpageflags is no help: 6.12 sets it for every anonymous page (fs/proc/page.c:132). */
bool is_merged(const char *p)
{
	return present(p) && pfn(p) == pfn(p + PAGE);
}

void ksm_scan(char *p, bool (*done)(const char *p), const char *otherwise)
{
	int tries;

	may_set(KSM "sleep_millisecs", "10");
	may_set(KSM "pages_to_scan", "2000");
	setting(KSM "run", "1");
	must(!madvise(p, 2 * PAGE, MADV_MERGEABLE), "MADV_MERGEABLE: %s", strerror(errno));
	for (tries = 0; tries < 400 && !done(p); tries++)
		usleep(50000);
	if (!done(p))
		skip("%s", otherwise);
}

void ksm_merge(char *p)
{
	ksm_scan(p, is_merged, "ksmd did not merge");
}

void ksm_stop(void)
{
	may_set(KSM "run", "0");
}
