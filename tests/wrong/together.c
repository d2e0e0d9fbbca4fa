/*
 * together.c - `together N`: N processes in turn whose threads all leave at the same moment, by pthread_exit() and not by
 * exit_group(). Each gives its memory up once.
 */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8 };

static pthread_barrier_t all;

static void *leave(void *arg)
{
	pthread_barrier_wait(&all);
	syscall(SYS_exit, 0);		/* of this thread alone */
	return arg;
}

static void crowd(void)
{
	pthread_t thread;
	int i;

	pthread_barrier_init(&all, NULL, THREADS);
	for (i = 1; i < THREADS; i++)
		if (pthread_create(&thread, NULL, leave, NULL))
			err(1, "pthread_create");
	leave(NULL);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1, status;
	pid_t pid;

	while (n-- > 0) {
		pid = fork();
		if (!pid)
			crowd();
		if (waitpid(pid, &status, 0) != pid || status)
			errx(1, "a child ended with %#x", status);
	}
	return 0;
}
