/*
 * races.c - marks that rightly go while another function is at work on the entry. A
 * comparison of before and after must not blame that function. Each row is a race,
 * so what counts is silence under audit.
 */
#define _GNU_SOURCE
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "rows.h"

#define MISSING		UFFDIO_REGISTER_MODE_MISSING
#define WP		UFFDIO_REGISTER_MODE_WP
#define RACE_SECONDS	0.7

static volatile bool stop;

/* The thread works until stop is set. */
static pthread_t beside(void *(*work)(void *), void *arg)
{
	pthread_t thread;

	must(!pthread_create(&thread, NULL, work, arg), "pthread_create");
	return thread;
}

/* ---- UFFDIO_MOVE lets go of its locks before it returns, and clear_refs comes ---- */

static void *clear_now_and_then(void *arg)
{
	struct sched_param first = { .sched_priority = 10 };
	unsigned int i;

	(void)arg;
	sched_setscheduler(0, SCHED_FIFO, &first);
	for (i = 0; !stop; i++) {
		clear_refs();
		usleep(i * 7 % 300);
	}
	return NULL;
}

void quiet_move_clear(void)
{
	char *here = map_anon(PAGE), *there = map_anon(PAGE), *was;
	struct ufd *u = ufd_watch(here, PAGE, UFD_MOVE, MISSING);
	double end = now() + RACE_SECONDS;
	pthread_t thread;

	must(!ufd_register(u, there, PAGE, MISSING), "UFFDIO_REGISTER");
	must(!ufd_copy(u, here, map_anon(PAGE), PAGE, 0), "UFFDIO_COPY");
	run_on(0);
	thread = beside(clear_now_and_then, NULL);
	while (now() < end) {
		if (ufd_move(u, there, here, PAGE))
			continue;
		was = here;
		here = there;
		there = was;
	}
	stop = true;
	pthread_join(thread, NULL);
}

/* ---- a gather that begins before another and takes in the middle of it ---- */

#define PAGES 128

static volatile unsigned long passes;

/*
 * The mark of a page that is let go of is rightly gone. Where a tick comes
 * between the begin of MADV_DONTNEED and its raise of tlb_flush_pending, the
 * other works meanwhile; it is to go on after that one take, and to find a page.
 */
static void *zap_marked(void *p)
{
	unsigned long was;

	while (!stop) {
		was = passes;
		madvise(p, PAGE, MADV_DONTNEED);
		if (passes == was)
			continue;
		(void)peek(p);
		usleep(4000);
	}
	return NULL;
}

void quiet_two_gathers(void)
{
	char *p = map_anon(PAGES * PAGE);
	struct ufd *u = ufd_watch(p, PAGES * PAGE, 0, WP);
	double end = now() + 6 * RACE_SECONDS;
	pthread_t thread;

	fill(p, PAGES * PAGE, 1);
	run_on(0);
	thread = beside(zap_marked, p);
	for (; now() < end; passes++) {
		(void)peek(p);
		must(!ufd_wp(u, p, PAGES * PAGE, true), "UFFDIO_WRITEPROTECT");
	}
	stop = true;
	pthread_join(thread, NULL);
}

/* ---- UFFDIO_COPY takes the place of a marker while userfaultfd protects others of the range ---- */

#define FILLED 512

struct filler {
	struct ufd *u;
	char *p, *src;
};

static void *fill_over(void *arg)
{
	struct filler *f = arg;
	int i;

	while (!stop)
		for (i = 0; i < FILLED; i++)
			ufd_copy(f->u, f->p + i * PAGE, f->src, PAGE, 0);	/* or one is mapped there */
	return NULL;
}

void quiet_fill(void)
{
	struct filler f = { .p = map_anon(FILLED * PAGE), .src = map_anon(PAGE) };
	double end = now() + RACE_SECONDS;
	pthread_t thread;
	int i;

	if (!(ufd_features() & UFD_WP_UNPOPULATED))
		lacks(6, 4, "no UFFD_FEATURE_WP_UNPOPULATED (6.4)");
	f.u = ufd_watch(f.p, FILLED * PAGE, UFD_WP_UNPOPULATED, WP);
	fill(f.src, PAGE, 1);
	thread = beside(fill_over, &f);
	while (now() < end) {
		madvise(f.p, FILLED * PAGE, MADV_DONTNEED);
		for (i = 0; i < 4; i++)
			must(!ufd_wp(f.u, f.p, FILLED * PAGE, true), "UFFDIO_WRITEPROTECT");
	}
	stop = true;
	pthread_join(thread, NULL);
}
