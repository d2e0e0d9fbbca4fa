// SPDX-License-Identifier: GPL-2.0
/* modfile.c - see modfile.h. libkmod knows ELF, compression, signatures, modules.dep and modprobe.d. */
#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "modfile.h"

/* release: NULL for the running kernel. */
static int new_context(struct modfile *mod, const char *release)
{
	char dir[PATH_MAX];

	memset(mod, 0, sizeof(*mod));
	snprintf(dir, sizeof(dir), "/lib/modules/%s", release ? release : "");
	mod->ctx = kmod_new(release ? dir : NULL, NULL);
	if (!mod->ctx)
		return -ENOMEM;
	kmod_set_log_priority(mod->ctx, 0);	/* this program says what is wrong, and what to do about it */
	return 0;
}

static int read_info(struct modfile *mod)
{
	int ret = kmod_module_get_info(mod->module, &mod->info);

	if (ret > 0)
		return 0;
	kmod_module_unref(mod->module);
	mod->module = NULL;
	return ret < 0 ? ret : -ENOEXEC;
}

/* To open a pipe would wait for who writes it. */
static int is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

static int open_file(struct modfile *mod, const char *path)
{
	int ret = new_context(mod, NULL);

	snprintf(mod->path, sizeof(mod->path), "%s", path);
	if (is_special(path))
		return -ENOEXEC;
	if (!ret)
		ret = kmod_module_new_from_path(mod->ctx, path, &mod->module);
	return ret ? ret : read_info(mod);
}

/* Opens the file that depmod lists for that kernel. */
static int open_installed(struct modfile *mod, const char *release)
{
	const char *path;
	int ret = new_context(mod, release);

	if (!ret)
		ret = kmod_module_new_from_name(mod->ctx, "mmaudit", &mod->module);
	if (ret)
		return ret;
	path = kmod_module_get_path(mod->module);
	snprintf(mod->path, sizeof(mod->path), "%s", path ? path : "");
	if (path)
		return read_info(mod);
	kmod_module_unref(mod->module);
	mod->module = NULL;
	return -ENOENT;
}

void modfile_close(struct modfile *mod)
{
	kmod_module_info_free_list(mod->info);
	kmod_module_unref(mod->module);
	kmod_unref(mod->ctx);
	mod->info = NULL;
	mod->module = NULL;
	mod->ctx = NULL;
}

const char *modfile_info(const struct modfile *mod, const char *key, unsigned int n)
{
	struct kmod_list *entry;

	kmod_list_foreach(entry, mod->info)
		if (!strcmp(kmod_module_info_get_key(entry), key) && !n--)
			return kmod_module_info_get_value(entry);
	return NULL;
}

const char *modfile_release(const struct modfile *mod, int *len)
{
	const char *magic = modfile_info(mod, "vermagic", 0);

	if (magic)
		*len = strcspn(magic, " ");
	return magic;
}

const char *modfile_arguments(const struct modfile *mod, const char *point)
{
	const size_t len = strlen(point);
	const char *reads;

	for (unsigned int n = 0; (reads = modfile_info(mod, "reads", n)); n++)
		if (!strncasecmp(reads, point, len) && reads[len] == ' ')
			return reads + len + 1;
	return NULL;
}

const char *modfile_signer(const struct modfile *mod)
{
	const char *signer = modfile_info(mod, "signer", 0);	/* made by libkmod, not in the module */

	return signer || !modfile_info(mod, "sig_id", 0) ? signer : "?";
}

/* Whether an entry of that key begins with "name:". */
static int describes(const struct modfile *mod, const char *key, const char *name, size_t len)
{
	const char *entry;

	for (unsigned int n = 0; (entry = modfile_info(mod, key, n)); n++)
		if (!strncmp(entry, name, len) && entry[len] == ':')
			return 1;
	return 0;
}

/* module_param_cb() writes no parmtype=, but MODULE_PARM_DESC() writes parm=: include/linux/moduleparam.h:33, :175 (6.12). */
int modfile_has_param(const struct modfile *mod, const char *name, size_t len)
{
	return describes(mod, "parmtype", name, len) || describes(mod, "parm", name, len);
}

int modfile_is_blacklisted(const struct modfile *mod)
{
	struct kmod_config_iter *list = kmod_config_get_blacklists(mod->ctx);
	int found = 0;

	while (list && !found && kmod_config_iter_next(list))
		found = !strcmp(kmod_config_iter_get_key(list), kmod_module_get_name(mod->module));
	kmod_config_iter_free_iter(list);
	return found;
}

const char *modfile_configured(const struct modfile *mod, const char *name)
{
	const char *at = kmod_module_get_options(mod->module), *value = NULL;
	const size_t len = strlen(name);

	while (at && *at) {
		at += strspn(at, " ");
		if (!strncmp(at, name, len) && at[len] == '=')
			value = at + len + 1;	/* the kernel takes the last one */
		at += strcspn(at, " ");
	}
	return value;
}

const char *modfile_install_command(const struct modfile *mod)
{
	return kmod_module_get_install_commands(mod->module);
}

int modfile_insert(const struct modfile *mod, const char *params)
{
	return kmod_module_probe_insert_module(mod->module, KMOD_PROBE_FAIL_ON_LOADED, params, NULL, NULL, NULL);
}

static int is_for(const struct modfile *mod, const char *release)
{
	int len;
	const char *built = modfile_release(mod, &len);

	return built && (int)strlen(release) == len && !strncmp(built, release, len);
}

/* Writes the path of mmaudit.ko in this program's directory; nothing if the directory is not known. */
static void own_path(char *buf, size_t size)
{
	char own[PATH_MAX / 2];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash;

	own[n > 0 ? n : 0] = 0;
	slash = strrchr(own, '/');
	if (slash)
		snprintf(buf, size, "%.*s/mmaudit.ko", (int)(slash - own), own);
}

int modfile_find(struct modfile *mod, const char *path, const char *release, int other)
{
	char own[PATH_MAX] = "";
	int ret, here;

	if (path)
		return open_file(mod, path);
	if (!release)
		return -ENOENT;
	own_path(own, sizeof(own));
	here = !access(own, F_OK);
	if (here && !open_file(mod, own) && is_for(mod, release))
		return 0;
	if (here)
		modfile_close(mod);
	ret = open_installed(mod, other ? release : NULL);
	if (!ret || !here || other)
		return ret;
	modfile_close(mod);
	return open_file(mod, own);
}

int modfile_find_wrap(struct modfile *wrap, const struct modfile *mod)
{
	const char *slash = strrchr(mod->path, '/'), *base = slash ? slash + 1 : mod->path;
	const char *end = strstr(base, ".ko");
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%.*smmaudit_wrap%s", (int)(base - mod->path), mod->path, end ? end : ".ko");
	return open_file(wrap, path);
}
