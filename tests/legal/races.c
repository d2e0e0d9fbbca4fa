/*
 * races.c - marks that rightly go while another function is at work on the entry. A
 * comparison of before and after must not blame that function. Each row is a race,
 * so what counts is silence under audit.
 */
#define _GNU_SOURCE
#include <errno.h>
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

/* ---- two gathers at once: one un-protects, or protects, what the other zaps ---- */

#define PAGES 16

static void *zap(void *p)
{
	while (!stop)
		madvise(p, PAGES * PAGE, MADV_DONTNEED);
	return NULL;
}

static void *touch(void *p)
{
	int i;

	while (!stop)
		for (i = 0; i < PAGES; i++)
			(void)peek((char *)p + i * PAGE);
	return NULL;
}

static void two_gathers(char *p)
{
	struct ufd *u = ufd_watch(p, PAGES * PAGE, 0, WP);
	double end = now() + RACE_SECONDS;
	pthread_t threads[3];
	int i;

	clear_refs();
	for (i = 0; i < 3; i++)
		threads[i] = beside(i < 2 ? zap : touch, p);
	for (i = 0; now() < end; i++)
		must(!ufd_wp(u, p, PAGES * PAGE, i & 1), "UFFDIO_WRITEPROTECT");
	stop = true;
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}

void quiet_two_gathers(void)		{ two_gathers(map_anon(PAGES * PAGE)); }
void quiet_two_gathers_shmem(void)	{ two_gathers(map_shared(PAGES * PAGE)); }

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

/* ---- more tasks inside mremap than a kretprobe has room for, while the pages are taken away ---- */

#define FLOOD		120
#define FLOOD_LEN	(512 * PAGE)

/* Long enough that most are preempted inside, with preempt=full. */
static void move_to_and_fro(char *p, char *q, double end)
{
	char *was;

	clear_refs();
	fill(p, FLOOD_LEN, 1);
	while (now() < end) {
		move_mapping(p, q, FLOOD_LEN);
		poke(q, 1);
		was = p;
		p = q;
		q = was;
	}
}

void quiet_mremap_flood(void)
{
	int fd = memfd(FLOOD_LEN, 0), i;
	char *p = map_at_guard(FLOOD_LEN, RW, MAP_SHARED, fd, 0, 0);
	char *q = map_at_guard(FLOOD_LEN, RW, MAP_SHARED, fd, 0, 0);
	double end = now() + 3 * RACE_SECONDS;
	pid_t pids[FLOOD];

	for (i = 0; i < FLOOD; i++) {
		pids[i] = fork_row();
		if (pids[i])
			continue;
		move_to_and_fro(p, q, end);
		leave();
	}
	for (i = 0; now() < end; i++) {
		poke(p + i % 512 * PAGE, 2);
		move_to(p + i % 512 * PAGE, i & 1);
	}
	for (i = 0; i < FLOOD; i++)
		join(pids[i]);
}
