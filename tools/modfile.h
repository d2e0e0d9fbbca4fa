/* SPDX-License-Identifier: GPL-2.0 */
/* modfile.h - mmaudit.ko on disk: finds it, reads its modinfo and inserts it, all by libkmod, as modprobe does. */
#ifndef MODFILE_H
#define MODFILE_H

#include <limits.h>
#include <stddef.h>

struct kmod_ctx;
struct kmod_module;
struct kmod_list;

/* Must be all zeros before modfile_find(). */
struct modfile {
	char path[PATH_MAX];
	struct kmod_ctx *ctx;
	struct kmod_module *module;	/* NULL: no module was found, or it cannot be read */
	struct kmod_list *info;
};

/*
 * path given: opens that file. Else the file next to this program if it was
 * built for `release`, else the one depmod lists for it, else the one next to this
 * program, unless that release is of another kernel than the running one. Returns 0,
 * or -errno with path set to what was tried; -ENOENT with an empty path if there is none.
 */
int modfile_find(struct modfile *mod, const char *path, const char *release, int other);

/* Finds mmaudit_wrap.ko next to it, compressed in the same way. Returns 0, or -errno with path set. */
int modfile_find_wrap(struct modfile *wrap, const struct modfile *mod);

void modfile_close(struct modfile *mod);

/* Returns the value of the n-th entry of that key, or NULL. */
const char *modfile_info(const struct modfile *mod, const char *key, unsigned int n);

/* Returns the kernel it was built for, with the length of that word in *len; NULL if it does not say. */
const char *modfile_release(const struct modfile *mod, int *len);

/* Returns what the handler of that point reads, in the words of module/sites.h; NULL if it does not say. */
const char *modfile_arguments(const struct modfile *mod, const char *point);

/* Returns whom its signature names, NULL if it has none. */
const char *modfile_signer(const struct modfile *mod);

/* Whether the module takes parameter `name`, which has len bytes. */
int modfile_has_param(const struct modfile *mod, const char *name, size_t len);

/* Whether modprobe.d or the kernel's command line (modprobe.blacklist=) blacklists it. */
int modfile_is_blacklisted(const struct modfile *mod);

/* Returns the value that modprobe.d or the kernel's command line gives parameter `name`, up to a space; or NULL. */
const char *modfile_configured(const struct modfile *mod, const char *name);

/* Returns the command that modprobe.d wants run in place of the insertion, or NULL. */
const char *modfile_install_command(const struct modfile *mod);

/*
 * Inserts it and what it depends on, softdeps included, with the options of
 * modprobe.d and of the kernel's command line and then `params`; or runs the
 * install command. Returns 0 or -errno: -EEXIST if it is in the kernel already.
 */
int modfile_insert(const struct modfile *mod, const char *params);

#endif /* MODFILE_H */
