// SPDX-License-Identifier: GPL-2.0
/* modfile.c - finds mmaudit.ko and reads its .modinfo. The file is not trusted: every offset is checked. */
#define _GNU_SOURCE	/* memfd_create */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "modfile.h"

extern char **environ;

static int ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

static const char *unpacker(const char *path)
{
	if (ends_with(path, ".xz"))
		return "xz";
	if (ends_with(path, ".zst"))
		return "zstd";
	return ends_with(path, ".gz") ? "gzip" : NULL;
}

/* finit_module() wants a file nobody has open for writing. */
static int read_only(int fd)
{
	char self[40];
	int ret;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	ret = open(self, O_RDONLY | O_CLOEXEC);
	if (ret < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* A distribution may compress modules; not every kernel can unpack them itself. */
static int unpack(const char *tool, int from)
{
	char *argv[] = { (char *)tool, "-dc", NULL };
	posix_spawn_file_actions_t files;
	int fd = memfd_create("mmaudit.ko", MFD_CLOEXEC);
	int err, status = -1;
	pid_t pid;

	if (fd < 0)
		return -errno;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, from, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, fd, STDOUT_FILENO);
	err = posix_spawnp(&pid, tool, &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	if (!err && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status))
		return read_only(fd);
	close(fd);
	return err ? -err : -EILSEQ;
}

static int open_image(struct modfile *mod)
{
	const char *tool = unpacker(mod->path);
	struct stat st;
	int fd = open(mod->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (tool) {
		int packed = fd;

		fd = unpack(tool, packed);
		close(packed);
		if (fd < 0)
			return fd;
	}
	mod->fd = fd;
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(Elf64_Ehdr))
		return -ENOEXEC;
	mod->size = st.st_size;
	mod->image = mmap(NULL, mod->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (mod->image != MAP_FAILED)
		return 0;
	mod->image = NULL;
	return -errno;
}

/* Is [offset, offset + size) within the file? */
static int within(const struct modfile *mod, __UINT64_TYPE__ offset, __UINT64_TYPE__ size)
{
	return offset <= mod->size && size <= mod->size - offset;
}

static int section(const struct modfile *mod, const Elf64_Ehdr *eh, unsigned int n, Elf64_Shdr *sh)
{
	if (!within(mod, eh->e_shoff, (n + 1) * sizeof(*sh)))
		return -ENOEXEC;
	memcpy(sh, mod->image + eh->e_shoff + n * sizeof(*sh), sizeof(*sh));
	return within(mod, sh->sh_offset, sh->sh_type == SHT_NOBITS ? 0 : sh->sh_size) ? 0 : -ENOEXEC;
}

static int is_named(const struct modfile *mod, const Elf64_Shdr *names, const Elf64_Shdr *sh)
{
	static const char want[] = ".modinfo";

	return sh->sh_type == SHT_PROGBITS && sh->sh_name < names->sh_size &&
	       names->sh_size - sh->sh_name >= sizeof(want) &&
	       !memcmp(mod->image + names->sh_offset + sh->sh_name, want, sizeof(want));
}

static int find_modinfo(struct modfile *mod)
{
	Elf64_Shdr names, sh;
	Elf64_Ehdr eh;

	memcpy(&eh, mod->image, sizeof(eh));
	if (memcmp(eh.e_ident, ELFMAG, SELFMAG) || eh.e_ident[EI_CLASS] != ELFCLASS64 ||
	    eh.e_type != ET_REL || section(mod, &eh, eh.e_shstrndx, &names) ||
	    names.sh_type != SHT_STRTAB)
		return -ENOEXEC;
	for (unsigned int i = 0; i < eh.e_shnum; i++) {
		if (section(mod, &eh, i, &sh))
			return -ENOEXEC;
		if (!is_named(mod, &names, &sh))
			continue;
		mod->info = mod->image + sh.sh_offset;
		mod->info_size = sh.sh_size;
		/* Every entry ends in a NUL; without the last, a reader would run on. */
		return sh.sh_size && !mod->info[sh.sh_size - 1] ? 0 : -ENOEXEC;
	}
	return -ENOEXEC;
}

static int modfile_open(struct modfile *mod, const char *path)
{
	static const char marker[] = "~Module signature appended~\n";
	const size_t len = sizeof(marker) - 1;
	int ret;

	memset(mod, 0, sizeof(*mod));
	mod->fd = -1;
	snprintf(mod->path, sizeof(mod->path), "%s", path);
	ret = open_image(mod);
	if (!ret)
		ret = find_modinfo(mod);
	if (!ret)
		mod->is_signed = !memcmp(mod->image + mod->size - len, marker, len);
	return ret;
}

void modfile_close(struct modfile *mod)
{
	if (mod->image)
		munmap((void *)mod->image, mod->size);
	if (mod->fd >= 0)
		close(mod->fd);
	mod->image = NULL;
	mod->info = NULL;
	mod->fd = -1;
}

const char *modfile_info(const struct modfile *mod, const char *key, unsigned int n)
{
	const size_t len = strlen(key);
	const char *end = mod->info + mod->info_size;

	if (!mod->info)
		return NULL;
	for (const char *at = mod->info; at < end; at += strlen(at) + 1)
		if (!strncmp(at, key, len) && at[len] == '=' && !n--)
			return at + len + 1;
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

/* Does an entry of that key begin with "name:"? */
static int tells_of(const struct modfile *mod, const char *key, const char *name, size_t len)
{
	const char *entry;

	for (unsigned int n = 0; (entry = modfile_info(mod, key, n)); n++)
		if (!strncmp(entry, name, len) && entry[len] == ':')
			return 1;
	return 0;
}

/* module_param_cb() leaves no type behind, but MODULE_PARM_DESC() its words: include/linux/moduleparam.h:33, :175 (6.12). */
int modfile_has_param(const struct modfile *mod, const char *name, size_t len)
{
	return tells_of(mod, "parmtype", name, len) || tells_of(mod, "parm", name, len);
}

static int is_for(const struct modfile *mod, const char *release)
{
	int len;
	const char *built = modfile_release(mod, &len);

	return built && (int)strlen(release) == len && !strncmp(built, release, len);
}

/* The directory this program is in; empty if it cannot be told. */
static void own_directory(char *buf, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", buf, size - 1);
	char *slash;

	buf[n > 0 ? n : 0] = 0;
	slash = strrchr(buf, '/');
	if (slash)
		*slash = 0;
}

/* The n-th usual place, 0 when there are no more. */
static int usual_place(unsigned int n, const char *release, char *buf, size_t size)
{
	static const char *const beside[] = { "", "/module" };
	static const char *const dirs[] = { "updates", "updates/dkms", "extra" };
	static const char *const packed[] = { "", ".xz", ".zst", ".gz" };
	const unsigned int nr_beside = 2, nr_dirs = 3, nr_packed = 4;
	char own[PATH_MAX / 2];

	if (n < nr_beside) {
		own_directory(own, sizeof(own));
		snprintf(buf, size, "%s%s/mmaudit.ko", own, beside[n]);
		return 1;
	}
	n -= nr_beside;
	if (n >= nr_dirs * nr_packed)
		return 0;
	snprintf(buf, size, "/lib/modules/%s/%s/mmaudit.ko%s", release, dirs[n / nr_packed], packed[n % nr_packed]);
	return 1;
}

int modfile_find(struct modfile *mod, const char *path, const char *release)
{
	char place[PATH_MAX], first[PATH_MAX] = "";

	if (path)
		return modfile_open(mod, path);
	for (unsigned int n = 0; usual_place(n, release, place, sizeof(place)); n++) {
		if (access(place, F_OK))
			continue;
		if (!modfile_open(mod, place) && is_for(mod, release))
			return 0;
		modfile_close(mod);
		if (!first[0])
			memcpy(first, place, sizeof(first));
	}
	if (first[0])
		return modfile_open(mod, first);
	memset(mod, 0, sizeof(*mod));
	mod->fd = -1;
	return -ENOENT;
}

int modfile_find_wrap(struct modfile *wrap, const struct modfile *mod)
{
	const char *slash = strrchr(mod->path, '/');
	const char *suffix = unpacker(mod->path) ? strrchr(mod->path, '.') : "";
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%.*smmaudit_wrap.ko%s",
		 slash ? (int)(slash + 1 - mod->path) : 0, mod->path, suffix);
	return modfile_open(wrap, path);
}
