/* SPDX-License-Identifier: GPL-2.0 */
/* paths.h - the name of a mapping's file, as /proc/PID/maps has it while the process lives. */
#ifndef PATHS_H
#define PATHS_H

#include <sys/types.h>

#include "mmaudit.h"

#define PATH_SLOTS	64	/* a power of two: in a flood of violations each mapping is looked up once */
#define PATH_TEXT_LEN	512	/* longer ones are cut */

struct paths {
	struct {
		__u32 pid;		/* 0: not in use */
		__u64 start, ino;
		__u32 dev;
		char *path;		/* NULL: it was looked for and not found */
	} slot[PATH_SLOTS];
};

/*
 * Returns the path as printable ASCII, or NULL. It is that of a mapping of the same file,
 * or, where there is no file, of one that begins at the same address, of the process that
 * had this number at time_ns (CLOCK_MONOTONIC): one that has begun since is another.
 */
const char *path_of(struct paths *paths, __u32 pid, __u64 time_ns, const struct mma_map *map);
void paths_free(struct paths *paths);

#endif /* PATHS_H */
