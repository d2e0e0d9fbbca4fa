/* ksm.c - pages merged by ksmd: read-only for all, copied at the first write. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include "rows.h"

/* Two pages of the same contents that are one KSM page. */
static char *merged_pages(void)
{
	char *p = map_anon(2 * PAGE);
	int i;

	for (i = 0; i < PAGE; i++)
		p[i] = p[PAGE + i] = i * 7 + 1;
	ksm_merge(p);
	return p;
}

/* wp_page_copy(), never reuse: 6.12 mm/memory.c:3618 */
static void broken(char *p, char v)
{
	u64 old = pfn(p);

	must(write_faults(p, v) >= 1, "a KSM page was writable");
	must(pfn(p) != old && peek(p) == v, "a KSM page was written in place");
}

void ksm_break(void)
{
	char *p = merged_pages();

	broken(p, 99);
	must(peek(p + PAGE) == 1, "the other page was written too");
	broken(p + PAGE, 98);
	must(peek(p) == 99 && peek(p + 1) == 8 && peek(p + PAGE + 1) == 8, "contents");
}

void ksm_mprotect(void)
{
	char *p = merged_pages();

	ksm_stop();
	protect_and_back(p, 2 * PAGE);
	broken(p, 99);
	must(peek(p + PAGE) == 1, "the other page was written too");
}

void ksm_forked(void)
{
	struct gate turn = gate_make();
	char *p = merged_pages();
	pid_t pid = fork_row();

	if (!pid) {
		gate_wait(turn);
		must(peek(p) == 1, "the parent's write is seen in the child");
		broken(p, 97);
		leave();
	}
	broken(p, 99);
	gate_open(turn);
	join(pid);
	must(peek(p) == 99 && peek(p + PAGE) == 1, "the child's write is seen in the parent");
}

/* break_ksm() */
void ksm_unmerge(void)
{
	char *p = merged_pages();

	must(!madvise(p, 2 * PAGE, MADV_UNMERGEABLE), "MADV_UNMERGEABLE: %s", strerror(errno));
	must(!is_merged(p), "still merged");
	poke(p, 99);
	must(peek(p + PAGE) == 1 && peek(p + 1) == 8, "contents");
}

void ksm_clear_refs(void)
{
	char *p = merged_pages();

	clear_refs();
	must(!soft_dirty(p), "soft-dirty after clear_refs");
	broken(p, 99);
	must(soft_dirty(p), "a write to a merged page is not soft-dirty");
}

/* ksm_might_need_to_copy() */
void ksm_swap(void)
{
	char *p = merged_pages();
	int tries;

	ksm_stop();
	for (tries = 0; tries < 30 && !swapped(p); tries++)
		write_str("/sys/fs/cgroup/memory.reclaim", "16M");
	if (!swapped(p))
		skip("memory.reclaim did not take the page");
	must(peek(p) == 1, "contents lost");
	poke(p, 99);
	must(peek(p + PAGE) == 1 && peek(p + PAGE + 1) == 8, "contents");
}

/* A read-only pin unshares: FAULT_FLAG_UNSHARE on a KSM page. */
void ksm_unshare(void)
{
	char *p = merged_pages();

	if (!since(5, 19))
		absent("no FAULT_FLAG_UNSHARE (5.19)");
	ksm_stop();
	must(read_pin(p) == 1, "a read-only pin saw other contents");
	must(!is_merged(p), "a read-only pin did not unshare the page");
	must(write_faults(p, 99) >= 1, "the copy was mapped writable");
}

static bool is_zero_page(const char *p)
{
	return kpageflags(p) & KPF(KPF_ZERO_PAGE);
}

/* use_zero_pages: pages of zeroes become the zero page. */
void ksm_zero(void)
{
	char *p = map_anon(2 * PAGE);

	fill(p, 2 * PAGE, 0);
	setting(KSM "use_zero_pages", "1");
	ksm_scan(p, is_zero_page, "ksmd did not use the zero page");
	ksm_stop();
	must(write_faults(p, 1) >= 1 && peek(p + PAGE) == 0, "the zero page was written");
}

void ksm_move(void)
{
	char *p = merged_pages();

	ksm_stop();
	move_or_skip(p);
	must(is_merged(p), "migration split the KSM page");
	broken(p, 99);
	must(peek(p + PAGE) == 1, "the other page was written too");
}
