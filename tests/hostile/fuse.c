/* fuse.c - a FUSE file system of the user, whose server never answers. It is mounted as fusermount does for any user. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "hostile.h"

enum { FILE_NODE = 2, FILE_SIZE = 16 * PAGE };

struct server {
	int dev;
	struct gate stalled;
	int reads;		/* so many reads fail, all others wait */
};

/* ---- the server ---- */

static void answer(struct server *s, const struct fuse_in_header *in, int error, const void *data, size_t len)
{
	char buf[512];
	struct fuse_out_header out = { .len = sizeof(out) + len, .error = error, .unique = in->unique };

	memcpy(buf, &out, sizeof(out));
	memcpy(buf + sizeof(out), data, len);
	if (write(s->dev, buf, out.len) < 0 && errno != ENOENT)
		fail("fuse: answer to %u: %s", in->opcode, strerror(errno));
}

static struct fuse_attr attr_of(u64 node)
{
	return (struct fuse_attr){
		.ino = node, .nlink = 1, .size = node == FILE_NODE ? FILE_SIZE : 0,
		.mode = node == FILE_NODE ? S_IFREG | 0666 : S_IFDIR | 0777,
	};
}

static void answer_node(struct server *s, const struct fuse_in_header *in)
{
	struct fuse_entry_out entry = { .nodeid = FILE_NODE, .attr = attr_of(FILE_NODE), .entry_valid = 1000, .attr_valid = 1000 };
	struct fuse_attr_out attr = { .attr = attr_of(in->nodeid), .attr_valid = 1000 };

	if (in->opcode == FUSE_LOOKUP)
		answer(s, in, 0, &entry, sizeof(entry));
	else
		answer(s, in, 0, &attr, sizeof(attr));
}

static void answer_one(struct server *s, const struct fuse_in_header *in)
{
	struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = PAGE,
		.max_background = 4, .congestion_threshold = 3,
	};
	struct fuse_open_out open_out = { .fh = 1 };

	switch (in->opcode) {
	case FUSE_INIT:
		answer(s, in, 0, &init, sizeof(init));
		break;
	case FUSE_LOOKUP:
	case FUSE_GETATTR:
		answer_node(s, in);
		break;
	case FUSE_OPEN:
		answer(s, in, 0, &open_out, sizeof(open_out));
		break;
	case FUSE_READ:
		if (s->reads-- > 0)
			answer(s, in, -EIO, NULL, 0);
		else
			gate_open(s->stalled);
		break;
	case FUSE_FLUSH:
		gate_open(s->stalled);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;		/* these want no answer */
	default:
		answer(s, in, -ENOSYS, NULL, 0);
	}
}

static void serve_requests(struct server *s)
{
	static char buf[FUSE_MIN_READ_BUFFER + PAGE];
	ssize_t n;

	alarm(orders.seconds + 10);
	do {
		n = read(s->dev, buf, sizeof(buf));
		if (n > 0)
			answer_one(s, (struct fuse_in_header *)buf);
	} while (n > 0 || errno == EINTR || errno == ENOENT || errno == EAGAIN);
	leave();
}

/* Opens the file and detaches the mount. Only the server keeps the device open, so all waits end when it dies. */
static int file_of(struct server *s)
{
	char dir[] = "/tmp/hostile.XXXXXX", options[96], file[64];
	int fd;

	s->stalled = gate_make();
	s->dev = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (s->dev < 0)
		skip("no /dev/fuse: %s", strerror(errno));
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=65534,group_id=65534,allow_other", s->dev);
	must(mkdtemp(dir) && !mount("hostile", dir, "fuse", MS_NOSUID | MS_NODEV, options), "mount: %s", strerror(errno));
	if (!fork_row()) {
		drop();
		serve_requests(s);
	}
	close(s->dev);
	snprintf(file, sizeof(file), "%s/f", dir);
	fd = open(file, O_RDWR | O_CLOEXEC);
	must(fd >= 0, "open %s: %s", file, strerror(errno));
	umount2(dir, MNT_DETACH);
	rmdir(dir);
	return fd;
}

/* ---- mmap_lock ---- */

struct locked {
	volatile unsigned long *moves;
	struct pair tables;
	char *at;			/* in the user's own file */
	struct gate go;
};

static void *move_tables(void *arg)
{
	struct locked *l = arg;

	for (;; ++*l->moves)
		to_and_fro(&l->tables);
	return NULL;
}

/* A process of its own watches: the faults of a thread would wait for mmap_lock where VMAs have no lock (before 6.4). */
static void fault_beside_moves(struct locked *l)
{
	pthread_t mover;

	must(!pthread_create(&mover, NULL, move_tables, l), "pthread_create");
	gate_wait(l->go);
	(void)peek(l->at);
	leave();
}

/* The fault has mmap_lock, and the other thread waits for it. */
static void stand_still(struct locked *l)
{
	unsigned long before;

	usleep(100000);
	before = *l->moves;
	usleep(300000);
	must(before && *l->moves == before, "mmap_lock is not held, after %lu moves", before);
}

/*
 * A fault drops mmap_lock for its first read only (filemap_fault(), maybe_unlock_mmap_for_io()). The server lets that read fail,
 * so the fault holds the lock for the second. Before that another thread has moved page tables: these suspects cannot be judged.
 */
void fuse_fault(void)
{
	struct server s = { .reads = 1 };
	struct locked l = { .go = gate_make() };
	pid_t pid;

	if (!aside())
		return;
	l.moves = (void *)map_shared(PAGE);
	l.at = map_at_guard(PAGE, PROT_READ, MAP_SHARED, file_of(&s), 0, 0);
	madvise(l.at, PAGE, MADV_RANDOM);
	l.tables = pair_make(GB, GB);
	fill(l.tables.from, HPAGE, 1);
	drop();
	pid = fork_row();
	if (!pid)
		fault_beside_moves(&l);
	usleep(100000);
	gate_open(l.go);
	gate_wait(s.stalled);
	stand_still(&l);
	settled();
	join(pid);
}

/* ---- exit ---- */

/* do_exit() closes the file, and waits for the answer to FUSE_FLUSH whatever signals come. */
void fuse_close(void)
{
	struct server s = { .reads = 0 };
	pid_t pid;

	if (!aside())
		return;
	file_of(&s);
	drop();
	fill(map_anon(64 * PAGE), 64 * PAGE, 1);
	pid = fork_row();
	if (!pid)
		leave();
	gate_wait(s.stalled);
	settled();
	join(pid);
}
