/* uffd.c - userfaultfd without a library; every call returns 0 or a negative errno. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kit.h"

/* Without privilege one may have only that which does not stop the kernel's own accesses (5.11). */
static int ufd_syscall(void)
{
	const int flags = O_CLOEXEC | O_NONBLOCK, user_mode_only = 1;
	int fd = syscall(SYS_userfaultfd, flags);

	return fd < 0 && errno == EPERM ? syscall(SYS_userfaultfd, flags | user_mode_only) : fd;
}

u64 ufd_features(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = ufd_syscall();

	if (fd < 0)
		return 0;
	if (ioctl(fd, UFFDIO_API, &api))
		api.features = 0;
	close(fd);
	return api.features;
}

struct ufd *ufd_open(u64 features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct ufd *u = calloc(1, sizeof(*u));

	u->fd = ufd_syscall();
	must(u->fd >= 0, "userfaultfd: %s", strerror(errno));
	must(!ioctl(u->fd, UFFDIO_API, &api), "UFFDIO_API: %s", strerror(errno));
	return u;
}

static int call(struct ufd *u, unsigned long request, void *arg)
{
	return ioctl(u->fd, request, arg) ? -errno : 0;
}

int ufd_register(struct ufd *u, void *p, size_t len, u64 mode)
{
	struct uffdio_register r = { .range = { (uintptr_t)p, len }, .mode = mode };

	return call(u, UFFDIO_REGISTER, &r);
}

int ufd_unregister(struct ufd *u, void *p, size_t len)
{
	struct uffdio_range r = { (uintptr_t)p, len };

	return call(u, UFFDIO_UNREGISTER, &r);
}

int ufd_wp(struct ufd *u, const void *p, size_t len, bool on)
{
	struct uffdio_writeprotect w = {
		.range = { (uintptr_t)p, len },
		.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	return call(u, UFFDIO_WRITEPROTECT, &w);
}

/* struct uffdio_rwprotect has the same layout. */
int ufd_rwp(struct ufd *u, const void *p, size_t len, bool on)
{
	struct uffdio_writeprotect w = { .range = { (uintptr_t)p, len }, .mode = on };

	return call(u, _IOWR(UFFDIO, 0x09, struct uffdio_writeprotect), &w);
}

int ufd_copy(struct ufd *u, void *dst, const void *src, size_t len, u64 mode)
{
	struct uffdio_copy c = { .dst = (uintptr_t)dst, .src = (uintptr_t)src, .len = len, .mode = mode };

	return call(u, UFFDIO_COPY, &c);
}

int ufd_zeropage(struct ufd *u, void *dst, size_t len)
{
	struct uffdio_zeropage z = { .range = { (uintptr_t)dst, len } };

	return call(u, UFFDIO_ZEROPAGE, &z);
}

int ufd_continue(struct ufd *u, void *dst, size_t len, u64 mode)
{
	struct uffdio_continue c = { .range = { (uintptr_t)dst, len }, .mode = mode };

	return call(u, UFFDIO_CONTINUE, &c);
}

/* struct uffdio_move and UFFDIO_MOVE came with 6.8 */
struct move_args {
	u64 dst, src, len, mode;
	int64_t move;
};

int ufd_move(struct ufd *u, void *dst, void *src, size_t len)
{
	struct move_args m = { .dst = (uintptr_t)dst, .src = (uintptr_t)src, .len = len };

	return call(u, _IOWR(UFFDIO, 0x05, struct move_args), &m);
}

static void *serve(void *arg)
{
	struct ufd *u = arg;
	struct pollfd pfd = { .fd = u->fd, .events = POLLIN };
	struct uffd_msg msg;

	while (poll(&pfd, 1, -1) > 0) {
		if (read(u->fd, &msg, sizeof(msg)) != sizeof(msg) || msg.event != UFFD_EVENT_PAGEFAULT)
			continue;
		u->last_flags = msg.arg.pagefault.flags;
		u->faults++;
		must(!u->resolve(u, msg.arg.pagefault.address & -PAGE, msg.arg.pagefault.flags),
		     "the userfault handler could not resolve a fault");
	}
	return NULL;
}

void ufd_serve(struct ufd *u, int (*resolve)(struct ufd *u, u64 addr, u64 flags))
{
	pthread_t thread;

	u->resolve = resolve;
	must(!pthread_create(&thread, NULL, serve, u), "pthread_create");
}

static int unwp_page(struct ufd *u, u64 addr, u64 flags)
{
	(void)flags;
	return ufd_wp(u, (void *)addr, PAGE, false);
}

void ufd_serve_unwp(struct ufd *u)
{
	ufd_serve(u, unwp_page);
}

static int unwp_huge(struct ufd *u, u64 addr, u64 flags)
{
	(void)flags;
	return ufd_wp(u, (void *)(addr & -HPAGE), HPAGE, false);
}

void ufd_serve_unwp_huge(struct ufd *u)
{
	ufd_serve(u, unwp_huge);
}

/* ---- for rows ---- */

struct ufd *ufd_watch(char *p, size_t len, u64 features, u64 mode)
{
	struct ufd *u = ufd_open(features | (ufd_features() & UFFD_FEATURE_PAGEFAULT_FLAG_WP));
	int ret = ufd_register(u, p, len, mode);

	must(!ret, "UFFDIO_REGISTER: %s", strerror(-ret));
	return u;
}

void ufd_protect(struct ufd *u, char *p, size_t len)
{
	must(!ufd_wp(u, p, len, true), "UFFDIO_WRITEPROTECT on");
}

struct ufd *ufd_guard(char *p, size_t len)
{
	struct ufd *u = ufd_watch(p, len, 0, UFFDIO_REGISTER_MODE_WP);

	ufd_protect(u, p, len);
	return u;
}

void ufd_unprotect(struct ufd *u, char *p, size_t len)
{
	must(!ufd_wp(u, p, len, false), "UFFDIO_WRITEPROTECT off");
}

/* A write to p is told to user space exactly once, and then succeeds. */
void ufd_trapped(struct ufd *u, char *p, char v)
{
	int before = u->faults;

	if (!u->resolve)
		ufd_serve_unwp(u);
	poke(p, v);
	must(u->faults == before + 1, "%d userfaults for one write", u->faults - before);
	must(u->last_flags & UFFD_PAGEFAULT_FLAG_WP, "the userfault was not for write protection");
	must(peek(p) == v, "write lost");
	must_wp(p, false);
}
