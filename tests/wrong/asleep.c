/*
 * asleep.c - `asleep`: a page fault that sleeps in userfaultfd, and so inside of every function that led there. Says so,
 * answers it on SIGTERM, and ends with 0 when the fault has gone on.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096 };

static void *touch(void *p)
{
	*(volatile char *)p = 1;
	return NULL;
}

static int watch(char *p)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register r = { .range = { (uintptr_t)p, PAGE }, .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &r))
		err(1, "userfaultfd");
	return fd;
}

int main(void)
{
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_zeropage zero = { .range = { (uintptr_t)p, PAGE } };
	struct uffd_msg msg;
	pthread_t thread;
	sigset_t term;
	int fd, sig;

	if (p == MAP_FAILED)
		err(1, "mmap");
	fd = watch(p);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &term, NULL);
	if (pthread_create(&thread, NULL, touch, p) || read(fd, &msg, sizeof(msg)) != sizeof(msg))
		err(1, "no fault");
	puts("asleep");
	fflush(stdout);
	sigwait(&term, &sig);
	if (ioctl(fd, UFFDIO_ZEROPAGE, &zero))
		err(1, "UFFDIO_ZEROPAGE");
	return pthread_join(thread, NULL);
}
