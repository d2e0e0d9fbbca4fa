// SPDX-License-Identifier: GPL-2.0
/*
 * ask.c - how does this kernel decide inside its functions? Its version says so
 * (MMA_KERN_VERSION_FACTS), but a vendor may have backported it. So what can be tried on
 * memory of our own is tried at load, before anything is probed: afterwards facts of
 * mappings are kept. The version stands in where that fails. How each fact is known:
 *
 *	KERN_EXCL	  headers: PG_anon_exclusive
 *	KERN_SOFT_DIRTY	  configuration
 *	KERN_UFFD_NOTIFY  tried: ask_notify.c
 *	KERN_UNSHARE_FILE tried: ask_unshare.c; no, if headers lack FAULT_FLAG_UNSHARE
 *	KERN_SHARED_FIRST follows from KERN_UNSHARE_FILE. To be tried, it takes an anonymous
 *			  page that is not exclusive in a shared mapping, and newer kernels
 *			  assert that there is none.
 *	KERN_LARGE_COPY	  no, if headers show what its end (6.15) rests on; else by version.
 *			  To be tried, it takes a large folio that is not exclusive: a fork.
 *	KERN_UFFD_RESETS  no, if headers lack what its last part declares; else by version.
 *			  To be tried, it takes a userfaultfd, and no exported function
 *			  makes one.
 *	MMA_FAULTS_LARGE  headers: THP_ORDERS_ALL_ANON
 */
#include <linux/sched.h>

#include "answer.h"
#include "ask.h"
#include "ask_notify.h"
#include "ask_unshare.h"
#include "facts.h"

static struct mma_answers answers;

u64 mma_asked(void)
{
	return answers.asked;
}

static const struct question {
	int (*ask)(void);		/* answers as mma_take_answer() takes it */
	u64 facts;
	const char *yes, *no;
} questions[] = {
	/*
	 * "mm: extend FAULT_FLAG_UNSHARE support to anything in a COW mapping" rests on "mm: rework
	 * handling in do_wp_page() based on private vs. shared mappings", patches of one series (6.2).
	 */
	{ mma_ask_unshare, MMA_F_KERN_UNSHARE_FILE | MMA_F_KERN_SHARED_FIRST,
	  "unshare copies the zero page", "unshare does not copy the zero page" },
	{ mma_ask_notify, MMA_F_KERN_UFFD_NOTIFY,
	  "vma_wants_writenotify() heeds uffd-wp", "vma_wants_writenotify() does not heed uffd-wp" },
};

static void ask(const struct question *q)
{
	int answer = q->ask();

	if (mma_take_answer(&answers, q->facts, answer))
		pr_notice("%s, unlike in other kernels of this version: this one is judged by what it does\n",
			  answer ? q->yes : q->no);
}

/* It never fails. Built in, there is no user task yet, and versions answer. */
int mma_ask_init(void)
{
	unsigned int i;

	answers.facts = mma_kernel_facts();
	for (i = 0; current->mm && i < ARRAY_SIZE(questions); i++)
		ask(&questions[i]);
	mma_set_kernel_facts(answers.facts);
	return 0;
}
