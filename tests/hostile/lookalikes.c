/* lookalikes.c - what looks wrong and is legal. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "hostile.h"

/* ---- userfaultfd ---- */

/* "We allow to overwrite a pte marker" (6.12 mm/userfaultfd.c:207): the monitor asks for no protection any more. */
static void copy_over_marker(u64 features, char *p)
{
	struct ufd *u = ufd_watch(p, PAGE, features, UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP);
	char *src = map_anon(PAGE);

	drop();
	fill(src, PAGE, 7);
	ufd_protect(u, p, PAGE);
	must(!ufd_copy(u, p, src, PAGE, 0), "UFFDIO_COPY");
	must(!write_faults(p, 8) && peek(p) == 8, "the copy is protected");
	leave();
}

static void marker_in(u64 features, char *p)
{
	pid_t pid = fork_row();

	if (!pid)
		copy_over_marker(features, p);
	join(pid);
}

void uffd_marker(void)
{
	u64 features = ufd_features() & (UFD_WP_SHMEM | UFD_WP_UNPOPULATED);

	marker_in(features, map_shared(PAGE));
	marker_in(features, map_at_guard(PAGE, RW, MAP_PRIVATE, memfd(PAGE, 0), 0, 0));
	if (features & UFD_WP_UNPOPULATED)
		marker_in(features, map_anon(PAGE));
}

static void *clear_often(void *arg)
{
	struct sched_param first = { .sched_priority = 10 };
	unsigned long n = 0;

	must(!sched_setscheduler(0, SCHED_FIFO, &first), "SCHED_FIFO: %s", strerror(errno));
	for (; time_left(); n++) {
		clear_refs();
		usleep(n * 7 % 300);
	}
	return arg;
}

/* On one processor and with preempt=full, the clearing thread comes in between at any instruction. Both are of one process. */
void move_clear(void)
{
	char *p = map_anon(PAGE), *q = map_anon(PAGE), *at;
	struct ufd *u = ufd_watch(p, PAGE, UFD_MOVE, UFFDIO_REGISTER_MODE_MISSING);
	unsigned long n = 0;
	pthread_t thread;

	run_on(0);
	must(!ufd_register(u, q, PAGE, UFFDIO_REGISTER_MODE_MISSING), "UFFDIO_REGISTER");
	must(!ufd_zeropage(u, p, PAGE), "UFFDIO_ZEROPAGE");
	poke(p, 1);
	must(!pthread_create(&thread, NULL, clear_often, NULL), "pthread_create");
	while (time_left()) {
		if (ufd_move(u, q, p, PAGE))
			continue;
		at = p;
		p = q;
		q = at;
		n++;
	}
	pthread_join(thread, NULL);
	printf("move-clear %lu moves\n", n);
	fflush(stdout);
	must(n, "not one move");
}

static void *touch(void *p)
{
	poke((char *)p, 1);
	return NULL;
}

/* The thread sleeps inside of every function that led to userfaultfd. */
void uffd_asleep(void)
{
	char *p = map_anon(PAGE);
	struct pollfd fault = { .events = POLLIN };
	pthread_t thread;

	if (!aside())
		return;
	fault.fd = ufd_watch(p, PAGE, 0, UFFDIO_REGISTER_MODE_MISSING)->fd;
	drop();
	must(!pthread_create(&thread, NULL, touch, p), "pthread_create");
	must(poll(&fault, 1, 10000) == 1, "no fault");
	settled();
	pthread_join(thread, NULL);
}

/* ---- references ---- */

/* A small page with over 1,024 references looks pinned (GUP_PIN_COUNTING_BIAS). */
void pin_lookalike(void)
{
	char *p = map_anon(PAGE);

	drop();
	poke(p, 1);
	read_pin(p);		/* the kernel knows from now on that this process pins (MMF_HAS_PINNED) */
	fork_and_end();
	take_references(p, 1100);
	poke(p, 2);
}
