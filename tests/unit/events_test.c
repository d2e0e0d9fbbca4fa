// SPDX-License-Identifier: GPL-2.0
/* events_test.c - an event is put together and taken apart again. */
#include "check.h"
#include "events.h"
#include "rule.h"
#include "sites.h"

static void test_where(void)
{
	const struct mma_event e = {
		.where = 0x7ffff7ff1000 | MMA_EVENT_BACK | (__u64)MMA_LEVEL_PMD << MMA_EV_LEVEL_SHIFT | MMA_EV_MORE | MMA_EV_UNSEEN | MMA_EV_BESIDE };

	check(mma_event_addr(&e) == 0x7ffff7ff1000, "where-address", "%llx", mma_event_addr(&e));
	check(mma_event_kind(&e) == MMA_EVENT_BACK, "where-kind", "%u", mma_event_kind(&e));
	check(mma_event_level(&e) == MMA_LEVEL_PMD, "where-level", "%u", mma_event_level(&e));
	check(!(MMA_EV_KIND & MMA_EV_LEVEL) && !((MMA_EV_KIND | MMA_EV_LEVEL) & (MMA_EV_MORE | MMA_EV_UNSEEN | MMA_EV_BESIDE)) &&
	      !(MMA_EV_PLACE & (MMA_EV_KIND | MMA_EV_LEVEL | MMA_EV_MORE | MMA_EV_UNSEEN | MMA_EV_BESIDE)), "where-apart", "bits are used twice");
}

/* All facts of an entry and each site; what else facts there are stays out. */
static void test_was(void)
{
	unsigned int site, wrong = 0;

	for (site = 0; site <= MMA_EV_NO_SITE; site++) {
		struct mma_event e = { .was = mma_event_was(~0ULL, site) };

		wrong += mma_event_site(&e) != site || (e.was & MMA_EV_FACTS) != MMA_EV_FACTS;
		e.was = mma_event_was(MMA_F_PTE_SWP_EXCL | MMA_F_VMA_WRITE, site);
		wrong += mma_event_site(&e) != site || (e.was & MMA_EV_FACTS) != MMA_F_PTE_SWP_EXCL;
	}
	check(!wrong, "was", "%u", wrong);
	check(MMA_NR_SITES <= MMA_EV_NO_SITE, "sites-fit", "%u", MMA_NR_SITES);
}

/* How long a call took is rounded up, to no more than twice. */
static void test_took(void)
{
	const __u64 most = 1ULL << 62;
	__u64 took;
	unsigned int wrong = 0;

	for (took = 1; took <= most; took += took / 3 + 1) {
		struct mma_event e = { .what = 0x200000 | mma_event_order(took) };

		wrong += mma_event_took(&e) < took || (took > 1 && mma_event_took(&e) >= 2 * took);
		wrong += mma_event_bytes(&e) != 0x200000;
	}
	check(!wrong, "took", "%u wrong", wrong);
	check(!mma_event_took(&(struct mma_event){ .what = 0x1000 }), "took-untold", "it is not told");
	check(mma_event_order(0), "took-nothing", "as if it was not told");
}

int main(void)
{
	test_where();
	test_was();
	test_took();
	return check_done();
}
