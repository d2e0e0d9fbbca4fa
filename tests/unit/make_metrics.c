// SPDX-License-Identifier: GPL-2.0
/* make_metrics.c - make_metrics [none|blind|unknown|older]: what `mmaudit stat --prometheus` prints of a made-up module. */
#include <string.h>

#include "names.h"
#include "stat_prometheus.h"

/* print.c may ask for names of addresses. */
int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	return -1;
}

int main(int argc, char **argv)
{
	static struct seen seen = {
		.dev.ver = { .abi_major = 1, .abi_minor = 6, .state = MMA_STATE_OK },
		.stats = { .grants = 5000000000ULL, .violations = 513, .findings = 7, .missed = 3, .piped_lost = 2 },
		.cov = { .nr_sites = MMA_NR_SITES, .nr_points = MMA_NR_POINTS },
	};

	for (unsigned int i = 0; i < MMA_NR_SITES; i++)
		seen.cov.site[i] = (struct mma_site_info){ .id = i, .state = MMA_SITE_SEEN };
	for (unsigned int i = 0; i < MMA_NR_POINTS; i++)
		seen.cov.point[i].state = i ? MMA_POINT_ON : MMA_POINT_UNCHECKED;
	seen.cov.site[MMA_SITE_COLLAPSE].state = MMA_SITE_UNSEEN;
	seen.cov.site[MMA_SITE_UFFD_MOVE].state = MMA_SITE_NOT_HERE;
	seen.cov.site[MMA_SITE_MREMAP].broken[MMA_RULE_LOST_SOFT_DIRTY] = 512;
	seen.cov.site[MMA_SITE_MREMAP].broken[MMA_RULE_LOST_UFFD_WP] = 1;
	seen.stats.found[MMA_RULE_VM_WRITE] = 7;
	if (argc > 1 && !strcmp(argv[1], "blind"))
		seen.dev.ver.state = MMA_STATE_BLIND;
	if (argc > 1 && !strcmp(argv[1], "unknown"))
		seen.dev.ver.state = MMA_STATE_UNKNOWN;
	if (argc > 1 && !strcmp(argv[1], "older")) {
		seen.dev.ver.abi_minor = 5;
		seen.cov.site[MMA_SITE_MREMAP] = (struct mma_site_info){ .id = MMA_SITE_MREMAP, .state = MMA_SITE_SEEN, .violations = 513 };
	}
	stat_prometheus(stdout, argc > 1 && !strcmp(argv[1], "none") ? NULL : &seen);
	return 0;
}
