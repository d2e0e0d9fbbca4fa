/* SPDX-License-Identifier: GPL-2.0 */
/* modfile.h - mmaudit.ko on disk: where it is, which kernel it is for, what it takes. */
#ifndef MODFILE_H
#define MODFILE_H

#include <limits.h>
#include <stddef.h>

struct modfile {
	char path[PATH_MAX];
	int fd;			/* of the ELF file; of a memfd if it was compressed */
	const char *image;	/* mapped, private: the kernel's file changes nothing here */
	size_t size;
	const char *info;	/* .modinfo within: NUL-separated "key=value" */
	size_t info_size;
	int is_signed;
};

/*
 * path given: that file. Else the first of the usual places built for
 * `release`, or failing that the first there is. 0, or -errno with path set to
 * what was tried; -ENOENT with an empty path when there is none.
 */
int modfile_find(struct modfile *mod, const char *path, const char *release);

/* mmaudit_wrap.ko next to it, compressed alike. 0, or -errno with path set. */
int modfile_find_wrap(struct modfile *wrap, const struct modfile *mod);

void modfile_close(struct modfile *mod);

/* Value of the n-th entry of that key, or NULL. */
const char *modfile_info(const struct modfile *mod, const char *key, unsigned int n);

/* The kernel it was built for; the length of its first word in *len. NULL if it does not say. */
const char *modfile_release(const struct modfile *mod, int *len);

/* What the handler of that point reads, in the words of module/sites.h. NULL if it does not say. */
const char *modfile_arguments(const struct modfile *mod, const char *point);

/* Does the module take parameter `name` (len bytes of it)? */
int modfile_has_param(const struct modfile *mod, const char *name, size_t len);

#endif /* MODFILE_H */
