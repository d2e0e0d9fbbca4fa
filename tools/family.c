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
	__u32 pid, parent;
	int has_memory;		/* neither a zombie nor a kernel thread, nor past giving it up */
	char comm[MMA_COMM_LEN];
};

/* The name may hold anything, also ") R 1"; no later field holds a ')'. */
static int parse(char *line, struct process *p)
{
	char *name = strchr(line, '('), *end = strrchr(line, ')');
	unsigned long vsize;

	if (!name || !end || end < name)
		return -EINVAL;
	*end = 0;
	memset(p->comm, 0, sizeof(p->comm));
	memcpy(p->comm, name + 1, strnlen(name + 1, sizeof(p->comm)));
	/* state ppid, 18 that do not matter here (4 to 22 of proc(5) but the ppid), vsize */
	if (sscanf(end + 1, " %*c %u %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu",
		   &p->parent, &vsize) != 2)
		return -EINVAL;
	p->has_memory = vsize != 0;
	return 0;
}

/* Returns 0, or -errno if the process has gone meanwhile. */
static int read_process(__u32 pid, struct process *p)
{
	char path[32], line[1024];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = 0;
	p->pid = pid;
	return parse(line, p);
}

/* Calls fn for each process. Returns 0, or what fn returned if that is not 0, or -errno. */
static int each_process(int (*fn)(const struct process *p, void *arg), void *arg)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	struct process p;
	int ret = 0;

	if (!proc)
		return -errno;
	while (!ret && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]) && !read_process(strtoul(entry->d_name, NULL, 10), &p))
			ret = fn(&p, arg);
	closedir(proc);
	return ret;
}

/* ---- what is left ---- */

struct search {
	const struct device *dev;
	struct family *family;
};

static int count_left(const struct process *p, void *arg)
{
	struct search *s = arg;
	struct family *f = s->family;
	int ret;

	if (!p->has_memory)
		return 0;
	ret = device_pid(s->dev, p->pid, 0);
	if (ret <= 0)
		return ret;
	if (f->nr < FAMILY_NAMED) {
		f->member[f->nr].pid = p->pid;
		memcpy(f->member[f->nr].comm, p->comm, sizeof(p->comm));
	}
	f->nr++;
	return 0;
}

void family_left(const struct device *dev, struct family *family)
{
	struct search s = { dev, family };
	int tries = 10;

	do {
		memset(family, 0, sizeof(*family));
		family->unknown = !!each_process(count_left, &s);
	} while (family->nr && --tries && !usleep(10 * 1000));
}

/* ---- what is there already ---- */

struct adoption {
	const struct device *dev;
	unsigned int nr;
};

static int add_child(const struct process *p, void *arg)
{
	struct adoption *a = arg;
	int ret;

	if (!p->has_memory || !p->parent)
		return 0;
	ret = device_pid(a->dev, p->pid, 0);
	if (ret)				/* it is in already */
		return ret < 0 ? ret : 0;
	ret = device_pid(a->dev, p->parent, 0);
	if (ret <= 0)
		return ret;
	ret = device_pid(a->dev, p->pid, 1);
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
