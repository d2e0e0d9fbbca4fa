// SPDX-License-Identifier: GPL-2.0
/* answer_test.c - what was tried counts more than the version, and what could not be tried changes nothing. */
#include <errno.h>
#include <string.h>

#include "answer.h"
#include "check.h"
#include "rule.h"

#define NOTIFY	MMA_F_KERN_UFFD_NOTIFY
#define FIRST	MMA_F_KERN_SHARED_FIRST
#define FILES	MMA_F_KERN_UNSHARE_FILE
#define OTHER	MMA_F_KERN_EXCL

static void takes(const char *name, __u64 by_version, __u64 facts, int answer, struct mma_answers want, int differs)
{
	struct mma_answers a = { .facts = by_version };
	int got = mma_take_answer(&a, facts, answer);

	check(got == differs && a.facts == want.facts && a.asked == want.asked, name, "%d, facts %llx, asked %llx", got,
	      (unsigned long long)a.facts, (unsigned long long)a.asked);
}

static void answers(void)
{
	takes("yes-as-by-version", OTHER | NOTIFY, NOTIFY, 1, (struct mma_answers){ OTHER | NOTIFY, NOTIFY }, 0);
	takes("no-as-by-version", OTHER, NOTIFY, 0, (struct mma_answers){ OTHER, NOTIFY }, 0);
	takes("backported", OTHER, NOTIFY, 1, (struct mma_answers){ OTHER | NOTIFY, NOTIFY }, 1);
	takes("taken-out", OTHER | NOTIFY, NOTIFY, 0, (struct mma_answers){ OTHER, NOTIFY }, 1);
	takes("one-of-two-differs", OTHER | FIRST, FIRST | FILES, 1, (struct mma_answers){ OTHER | FIRST | FILES, FIRST | FILES }, 1);
	takes("both-taken-out", FIRST | FILES, FIRST | FILES, 0, (struct mma_answers){ 0, FIRST | FILES }, 1);
	takes("not-tried", OTHER | NOTIFY, NOTIFY, -ENOMEM, (struct mma_answers){ OTHER | NOTIFY, 0 }, 0);
	takes("not-tried-and-not-so", OTHER, NOTIFY, -EINTR, (struct mma_answers){ OTHER, 0 }, 0);
	takes("not-tried-first-errno", OTHER, NOTIFY, -1, (struct mma_answers){ OTHER, 0 }, 0);
}

/* One question after the other: an earlier answer stays. */
static void one_by_one(void)
{
	struct mma_answers a = { .facts = OTHER };

	mma_take_answer(&a, FILES, 1);
	mma_take_answer(&a, NOTIFY, 0);
	check(a.facts == (OTHER | FILES) && a.asked == (FILES | NOTIFY), "one-by-one", "facts %llx, asked %llx",
	      (unsigned long long)a.facts, (unsigned long long)a.asked);
}

static int is_of_kernel(const char *name)
{
	return !strncmp(name, "KERN_", strlen("KERN_"));
}

/* `stat` tells of each of these how it is known. */
static void all_of_the_kernel(void)
{
	__u64 all = 0;

#define X(bit, name, text) all |= is_of_kernel(#name) ? 1ULL << (bit) : 0;
	MMA_FACTS(X)
#undef X
	check(all == MMA_F_KERN_ALL, "all-of-the-kernel", "%llx, but MMA_F_KERN_ALL is %llx", (unsigned long long)all,
	      (unsigned long long)MMA_F_KERN_ALL);
}

int main(void)
{
	answers();
	one_by_one();
	all_of_the_kernel();
	return check_done();
}
