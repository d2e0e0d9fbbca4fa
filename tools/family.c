// SPDX-License-Identifier: GPL-2.0
/* family.c - goes through /proc and asks the module whether each process is audited: only the module knows for sure. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "family.h"
#include "say.h"

/* What /proc/PID/stat says: proc(5). */
struct process {
	__u32 parent;
	int has_memory;		/* neither a zombie nor a kernel thread, nor past giving it up */
	char comm[MMA_COMM_LEN];
};

/* The name may hold anything, also ") R 1"; no later field holds a ')'. */
static void parse(char *line, struct process *p)
{
	char *name = strchr(line, '('), *end = strrchr(line, ')');
	unsigned long vsize;

	if (!name || !end || end < name)
		return;
	*end = 0;
	memcpy(p->comm, name + 1, strnlen(name + 1, sizeof(p->comm)));
	/* state ppid, 18 that do not matter here (4 to 22 of proc(5) but the ppid), vsize */
	if (sscanf(end + 1, " %*c %u %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu",
		   &p->parent, &vsize) == 2)
		p->has_memory = vsize != 0;
}

/* One that has gone meanwhile has no memory. */
static struct process process_of(__u32 pid)
{
	struct process p = { 0 };
	char path[32], line[1024];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return p;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = 0;
	parse(line, &p);
	return p;
}

/* Calls fn for each process that is listed; it may have gone meanwhile. Returns 0, or what fn returned if that is not 0, or -errno. */
static int each_process(int (*fn)(__u32 pid, void *arg), void *arg)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int ret = 0;

	if (!proc)
		return -errno;
	while (!ret && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			ret = fn(strtoul(entry->d_name, NULL, 10), arg);
	closedir(proc);
	return ret;
}

/* ---- what is left ---- */

#define PIDS	(1 << 22)	/* PID_MAX_LIMIT of the kernel, include/linux/threads.h */
#define ROUNDS	1000

struct search {
	const struct device *dev;
	struct family *family;
	__u8 *seen;		/* a bit for each pid that was looked at */
	int news;		/* pids that this round was the first to look at */
};

static int is_new(struct search *s, __u32 pid)
{
	__u8 *byte = &s->seen[pid % PIDS / 8], bit = 1 << pid % 8;
	int ret = !(*byte & bit);

	*byte |= bit;
	s->news += ret;
	return ret;
}

static int count_left(__u32 pid, void *arg)
{
	struct search *s = arg;
	struct family *f = s->family;
	struct process p;
	int ret;

	if (!is_new(s, pid))
		return 0;
	p = process_of(pid);
	if (!p.has_memory)
		return 0;
	ret = device_pid(s->dev, pid, 0);
	if (ret <= 0)
		return ret;
	if (f->nr < FAMILY_NAMED) {
		f->member[f->nr].pid = pid;
		memcpy(f->member[f->nr].comm, p.comm, sizeof(p.comm));
	}
	f->nr++;
	return 0;
}

/*
 * /proc is listed first and then read process by process. One that is listed may fork
 * and end before it is read, and then its child is not in the list. So further rounds
 * look at those that have come meanwhile, until one finds nobody new.
 */
static int find_left(struct search *s)
{
	int rounds = 0, ret;

	memset(s->family, 0, sizeof(*s->family));
	memset(s->seen, 0, PIDS / 8);
	do {
		s->news = 0;
		ret = each_process(count_left, s);
	} while (!ret && s->news && ++rounds < ROUNDS);
	return ret ? ret : s->news;
}

void family_left(const struct device *dev, struct family *family)
{
	struct search s = { dev, family, malloc(PIDS / 8), 0 };
	int tries = 10;

	memset(family, 0, sizeof(*family));
	family->unknown = 1;
	if (!s.seen)
		return;
	do
		family->unknown = !!find_left(&s);
	while (family->nr && --tries && !usleep(10 * 1000));
	free(s.seen);
}

/* ---- what is there already ---- */

struct adoption {
	const struct device *dev;
	unsigned int nr;
};

static int add_child(__u32 pid, void *arg)
{
	struct process p = process_of(pid);
	struct adoption *a = arg;
	int ret;

	if (!p.has_memory || !p.parent)
		return 0;
	ret = device_pid(a->dev, pid, 0);
	if (ret)				/* it is in already */
		return ret < 0 ? ret : 0;
	ret = device_pid(a->dev, p.parent, 0);
	if (ret <= 0)
		return ret;
	ret = device_pid(a->dev, pid, 1);
	a->nr += ret > 0;
	return ret < 0 ? ret : 0;
}

/* Repeats until a round finds nothing new: struct mma_pid says why that is enough. */
int family_adopt(const struct device *dev, unsigned int *nr)
{
	struct adoption a = { dev, 0 };
	int ret;

	*nr = 0;
	do {
		*nr += a.nr;
		a.nr = 0;
		ret = each_process(add_child, &a);
	} while (!ret && a.nr);
	if (ret)
		say("cannot add the descendants that exist already: %s (is /proc mounted?)", strerror(-ret));
	return ret;
}
