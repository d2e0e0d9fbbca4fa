/* ask.c - what mmaudit says of an entry: by a sweep that tells of every entry, and by the record of a decision. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "would.h"

static int device = -1;

int ask_open(void)
{
	struct mma_filter filter = { .size = sizeof(filter), .flags = MMA_FILTER_DECISIONS, .pid = getpid() };
	int fd = open(MMA_DEV_PATH, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	device = fd;
	return ioctl(fd, MMA_IOC_FILTER, &filter) ? -errno : 0;
}

/* A reader of this process's own: its parent's tells of the parent. */
void ask_begin(void)
{
	int ret = ask_open();

	must(!ret, MMA_DEV_PATH ": %s", strerror(-ret));
}

static char records[MMA_SWEEP_ROOM] __attribute__((aligned(8)));

/* The first entry at or behind p. */
static const struct mma_finding *first_at(const char *p)
{
	struct mma_sweep sw = {
		.size = sizeof(sw), .flags = MMA_SWEEP_DUMP, .pid = getpid(), .room = sizeof(records),
		.buffer = (uintptr_t)records, .addr = (uintptr_t)p,
	};
	const struct mma_finding *f = (const void *)records;

	must(!ioctl(device, MMA_IOC_SWEEP, &sw), "MMA_IOC_SWEEP: %s", strerror(errno));
	while ((char *)f < records + sw.used && f->level == MMA_LEVEL_NONE)
		f = (const void *)((const char *)f + f->hdr.size);
	return (char *)f < records + sw.used ? f : NULL;
}

bool look_at(const char *p, struct look *l)
{
	const struct mma_finding *f = first_at(p);

	if (!f || f->start > (uintptr_t)p || f->end <= (uintptr_t)p)
		return false;
	*l = (struct look){ f->facts, f->refs, f->maps, f->entry };
	return true;
}

enum mma_fault would_do(const struct look *l, u64 context)
{
	return mma_fault((l->facts & ~MMA_F_PTE_WRITE) | context, l->refs, l->maps);
}

/* A record of what a fault did to the entry that maps p. */
static bool tells_of(const struct mma_decision *d, const char *p)
{
	return d->hdr.type == MMA_REC_DECISION && d->addr <= (uintptr_t)p && d->end > (uintptr_t)p &&
	       (d->old_facts & MMA_F_PTE_PRESENT) && !(d->flags & MMA_DEC_OLD_UNKNOWN) && d->tgid == (__u32)getpid();
}

int recorded(const char *p)
{
	const struct mma_hdr *h;
	int fault = -1;
	ssize_t n;

	while ((n = read(device, records, sizeof(records))) > 0)
		for (h = (void *)records; (char *)h < records + n; h = (void *)((char *)h + h->size))
			if (fault < 0 && tells_of((const void *)h, p))
				fault = ((const struct mma_decision *)h)->fault_would;
	return fault;
}

const char *fault_name(int fault)
{
	switch (fault) {
#define X(id, name, text) case id: return #name;
	MMA_FAULTS(X)
#undef X
	}
	return "-";
}
