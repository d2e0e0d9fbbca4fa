// SPDX-License-Identifier: GPL-2.0
/* cmd_load.c - loads the module and unloads it. Checks run first, so that the user is told more than ENOEXEC. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks.h"
#include "commands.h"
#include "device.h"
#include "files.h"
#include "names.h"
#include "print.h"

struct load {
	struct host host;
	int vouched;		/* the user gave checked=, Y or N */
	int verbose;
	char params[2048];	/* as the kernel takes them */
};

static int set_force_off(void *into, const struct opt *opt, const char *arg)
{
	struct load *l = into;
	int id = point_by_name(arg);

	if (id < 0)
		return misuse("no point '%s' (see 'mmaudit explain --list')", arg);
	l->host.off |= 1ULL << id;
	return 0;
}

static const struct opt load_options[] = {
	OPT("module", "PATH", "load this mmaudit.ko (default: the one next to this program, then the one depmod lists)",
	    set_text, .at = offsetof(struct load, host.module_path)),
	OPT("force-off", "POINT", "do not plant this probe (may be repeated; see 'mmaudit explain --list')", set_force_off),
	OPT("btf", "FILE", "check prototypes against FILE (raw BTF or ELF), not against the running kernel",
	    set_text, .at = offsetof(struct load, host.btf_path)),
	OPT("verbose", NULL, "also name the probes whose function this kernel does not have",
	    set_flag, .at = offsetof(struct load, verbose), .letter = 'v'),
	{ }
};

static const struct opt load_params[] = {
	PARAM("action", "none|log|warn|panic", "what a violation does besides its record: nothing, a line in the kernel log, a report there, or a report and a panic"),
	PARAM("armed", "N", "plant no probe while nobody reads"),
	PARAM("ring_kb", "N", "size of the buffer of each reader and processor, in KiB"),
	PARAM("history", "N", "what happened to entries is kept in a ring of N KiB for each processor, and again as much for what led to a violation (160); 0: it is not"),
	PARAM("history_mode", "off|tracked|audited|all", "which events are kept, whatever readers ask for: none, of mappings with soft-dirty cleared or userfaultfd, of audited processes, or all"),
	PARAM("freeze", "Y", "keep nothing any more once a violation was seen, until 0 is written to /sys/module/mmaudit/parameters/freeze"),
	PARAM("wrap", "N", "do not use mmaudit_wrap.ko"),
	PARAM("checked", "Y|N", "if the kernel has no BTF: Y also probes functions that no header declares, N never does"),
	{ }
};

static int add_param(struct load *l, const char *param)
{
	size_t len = strlen(l->params);
	int n = snprintf(l->params + len, sizeof(l->params) - len, "%s%s", len ? " " : "", param);

	if (n < (int)(sizeof(l->params) - len))
		return 0;
	return misuse("too many parameters");
}

static int add_operand(struct load *l, const char *param)
{
	if (!strchr(param, '=') || param[0] == '=')
		return misuse("'%s' is not PARAM=VALUE", param);
	if (!strncmp(param, "off=", 4))
		return misuse("points are left out with --force-off POINT, one each");
	if (strpbrk(param, " \t\n"))
		return misuse("a value cannot have spaces: '%s'", param);
	if (!strncmp(param, "checked=", 8)) {
		l->vouched = 1;
		l->host.trusted = param[8] && strchr("Yy1", param[8]);
	}
	return add_param(l, param);
}

/* The kernel ignores a parameter that it does not know, with a line in the kernel log only. */
static int check_params(const struct load *l)
{
	const char *at = l->params;

	while (*at) {
		size_t len = strcspn(at, "=");

		if (!modfile_has_param(&l->host.mod, at, len)) {
			say("the module has no parameter '%.*s' (see 'modinfo %s')", (int)len, at, l->host.mod.path);
			return EXIT_USAGE;
		}
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	return 0;
}

/*
 * Adds off=a,b: the points that the user or a check wants left out. It replaces
 * off= of modprobe.d, so it has those points, too.
 */
static int add_off(struct load *l)
{
	const char *configured = modfile_configured(&l->host.mod, "off");
	char off[512];
	size_t len;

	if (!l->host.off)
		return 0;
	if (!configured)
		configured = "";
	len = snprintf(off, sizeof(off), "off=%.*s", (int)strcspn(configured, " "), configured);
	if (len > sizeof(off) / 2)
		return misuse("off= in modprobe.d is too long");
	for (unsigned int i = 0; i < nr_points(); i++)
		if (l->host.off >> i & 1)
			len += snprintf(off + len, sizeof(off) - len, "%s%s", len > 4 ? "," : "", point_row(i)->name);
	return add_param(l, off);
}

/* An older module does not know the parameter, and plants all points. */
static int add_checked(struct load *l)
{
	if (!l->host.checked || l->vouched || modfile_configured(&l->host.mod, "checked") ||
	    !modfile_has_param(&l->host.mod, "checked", 7))
		return 0;
	return add_param(l, "checked=Y");
}

static const char *insert_hint(int err)
{
	switch (err) {
	case EPERM:
		return "modules are disabled, or module_blacklist= of the kernel's command line, lockdown or a security module forbids it (see dmesg)";
	case EEXIST:
		return "the module is in the kernel already: 'mmaudit unload' first";
	case ENOEXEC:
		return "the kernel does not take the file as a module of its own: rebuild it for this very kernel (see dmesg)";
	case ENOENT:
		return "it needs a symbol this kernel does not export: rebuild it for this very kernel (see dmesg)";
	case EKEYREJECTED:
	case ENOKEY:
	case EBADMSG:
		return "this kernel takes modules only if it knows the key they are signed by: 'mmaudit doctor' has the next step";
	case EINVAL:
		return "a parameter's value is wrong, or the file does not fit this kernel (see dmesg)";
	case ECANCELED:
		return "mmaudit.off switches it off (see dmesg)";
	case EBUSY:
		return "another load or unload is under way: try again";
	case ENOMEM:
		return "not enough memory: try 'mmaudit load ring_kb=64 history=16'";
	}
	return "see dmesg";
}

static int insert_module(const struct load *l)
{
	const char *command = modfile_install_command(&l->host.mod);
	int err = -modfile_insert(&l->host.mod, l->params);

	if (!err)
		return 0;
	if (command)
		say("cannot load %s: modprobe.d has 'install mmaudit %s', and that failed: remove the line, or mend the command",
		    l->host.mod.path, command);
	else
		say("cannot load %s: %s (%s)", l->host.mod.path, strerror(err), insert_hint(err));
	return EXIT_BLIND;
}

/* A failure is no error: mmaudit works without it. Returns 1 if this call inserted it. */
static int insert_wrap(const struct load *l)
{
	int ret;

	if (!l->host.wrap.module)		/* check_wrap() has said so */
		return 0;
	ret = modfile_insert(&l->host.wrap, "");
	if (ret && ret != -EEXIST)
		say("cannot load %s: %s: " WITHOUT_WRAP, l->host.wrap.path, strerror(-ret));
	return !ret;
}

static int remove_module(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

static int insert_modules(const struct load *l)
{
	int inserted = insert_wrap(l);
	int ret = insert_module(l);

	if (ret && inserted)
		remove_module("mmaudit_wrap");
	return ret;
}

/* udev or devtmpfs makes the node at once, but not before the insertion returns. */
static void wait_for_device(void)
{
	for (int i = 0; i < 20 && access(MMA_DEV_PATH, F_OK); i++)
		usleep(50 * 1000);
}

/*
 * Names points that are not planted: not those in `told`, which the checks named or
 * the user left out, and absent ones only with -v.
 */
static void say_points(const struct coverage *cov, __u64 told, int verbose)
{
	char buf[NAME_LEN], state[NAME_LEN];

	for (unsigned int i = 0; i < cov->nr_points; i++) {
		const struct mma_point_info *p = &cov->point[i];

		if (p->state == MMA_POINT_ON || p->state == MMA_POINT_IDLE || told >> i & 1)
			continue;
		if (p->state == MMA_POINT_UNCHECKED)	/* the check of BTF has said so, for all of them */
			continue;
		if (p->state == MMA_POINT_ABSENT && !verbose)
			continue;
		say("point %s %s: %.*s()%s%s", point_name(i, buf),
		    point_state_name(p->state, state),
		    (int)sizeof(p->symbol), p->symbol,
		    p->err ? ": " : "", p->err ? strerror(-p->err) : "");
	}
}

/* "loaded: all 26 sites of this kernel are seen", or which are not. */
static void say_sites(const struct coverage *cov, const struct mma_version *ver)
{
	const __u64 unseen = sites_unseen(cov);
	const int here = __builtin_popcountll(sites_here(cov)), seen = here - __builtin_popcountll(unseen);
	char list[NAMES_LEN];

	if (unseen)
		say("loaded: %d of this kernel's %d sites are seen; not %s (see 'mmaudit sites')", seen, here,
		    names_of(unseen, site_name, ", ", list));
	else
		say("loaded: all %d sites of this kernel are seen", here);
	if (ver->state == MMA_STATE_UNKNOWN)
		say("unknown kernel: %.*s; so no audit is complete, and --strict fails", (int)sizeof(ver->reason), ver->reason);
}

static int show_state(__u64 told, int verbose)
{
	static struct coverage cov;
	struct device dev;
	int ret;

	wait_for_device();
	ret = device_open_seeing(&dev);
	if (ret)
		return EXIT_BLIND;
	ret = device_coverage(&dev, &cov);
	device_close(&dev);
	if (ret)
		return EXIT_BLIND;
	say_points(&cov, told, verbose);
	say_sites(&cov, &dev.ver);
	return EXIT_CLEAN;
}

/* Whether a parameter, "name=value", has that value already. */
static int is_set(const char *param, size_t len)
{
	char path[128], value[128];
	int name = strcspn(param, "=");

	snprintf(path, sizeof(path), "/sys/module/mmaudit/parameters/%.*s", name, param);
	return first_line(path, value, sizeof(value)) && strlen(value) == len - name - 1 &&
	       !strncmp(value, param + name + 1, len - name - 1);
}

/* Nothing is to be loaded, and it had its parameters when it was booted. */
static int load_built_in(const struct load *l)
{
	for (const char *at = l->params; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		if (!is_set(at, len)) {
			say("mmaudit is built into this kernel: give mmaudit.%.*s on the kernel's command line", (int)len, at);
			return EXIT_USAGE;
		}
		at += len;
	}
	if (l->host.off) {
		say("mmaudit is built into this kernel: give mmaudit.off=POINT on the kernel's command line");
		return EXIT_USAGE;
	}
	say("mmaudit is built into this kernel, so there is nothing to load");
	return show_state(0, l->verbose);
}

static int load(struct load *l)
{
	int ret;

	if (module_built_in())
		return load_built_in(l);
	if (module_loaded()) {
		say("the module is loaded already: 'mmaudit stat' shows its state, 'mmaudit unload' takes it out");
		return EXIT_BLIND;
	}
	if (checks_run(&l->host))
		return EXIT_BLIND;
	ret = add_off(l);
	if (!ret)
		ret = add_checked(l);
	if (!ret)
		ret = check_params(l);
	if (!ret)
		ret = insert_modules(l);
	return ret ? ret : show_state(l->host.off, l->verbose);
}

static int cmd_load(int argc, char **argv)
{
	static struct load l;
	int ret = parse_options(&load_command, &l, argc, argv);

	if (ret != GO_ON)
		return ret;
	for (ret = 0; !ret && optind < argc; optind++)
		ret = add_operand(&l, argv[optind]);
	if (!ret)
		ret = load(&l);
	modfile_close(&l.host.mod);
	modfile_close(&l.host.wrap);
	return ret;
}

const struct command load_command = {
	.name = "load",
	.run = cmd_load,
	.synopsis = "[PARAM=VALUE]...",
	.operands = OPERANDS,
	.summary = "check this kernel, then load the module",
	.options = { load_options },
	.params = load_params,
};

/* ---- unload ---- */

/* Whether this process has the device open. Only reads links, because stat() could hang on a dead server. */
static int is_reader(const char *pid)
{
	char path[64 + 256], link[64];
	struct dirent *e;
	int found = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	dir = opendir(path);
	while (dir && !found && (e = readdir(dir))) {
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/%.16s/fd/%.255s", pid, e->d_name);
		n = readlink(path, link, sizeof(link) - 1);
		found = n == (ssize_t)strlen(MMA_DEV_PATH) && !memcmp(link, MMA_DEV_PATH, n);
	}
	if (dir)
		closedir(dir);
	return found;
}

static void say_readers(void)
{
	char pids[256] = "";
	size_t len = 0;
	struct dirent *e;
	DIR *proc = opendir("/proc");

	while (proc && (e = readdir(proc)))
		if (isdigit((unsigned char)e->d_name[0]) && len < sizeof(pids) - 20 && is_reader(e->d_name))
			len += snprintf(pids + len, sizeof(pids) - len, " %.16s", e->d_name);
	if (proc)
		closedir(proc);
	if (len)
		say("cannot unload: a reader has %s open (pid%s): end it first", MMA_DEV_PATH, pids);
	else
		say("cannot unload: the module is in use: perf or a BPF program has one of its tracepoints, or a reader is just ending: end it, and try again");
}

/* ftrace unhooks its functions within a second or two. A call inside ends soon, or sleeps for as long as its fault takes. */
static int remove_wrap(void)
{
	int ret = remove_module("mmaudit_wrap");

	for (int i = 0; i < 30 && (ret == -EWOULDBLOCK || ret == -EBUSY); i++) {
		usleep(100 * 1000);
		ret = remove_module("mmaudit_wrap");
	}
	return ret;
}

static int say_cannot_unload(const char *name, int err)
{
	switch (err) {
	case EPERM:
		say("cannot unload: it needs CAP_SYS_MODULE, and kernel.modules_disabled to be 0: run as root");
		break;
	case ENOSYS:
		say("cannot unload: this kernel was built without it (CONFIG_MODULES, CONFIG_MODULE_UNLOAD)");
		break;
	default:
		say("cannot unload %s: %s (see dmesg)", name, strerror(err));
	}
	return EXIT_BLIND;
}

/* mmaudit_wrap hooks nothing any more, so it is no failure if it stays. */
static int unload_wrap(void)
{
	int ret = remove_wrap();

	if (!ret || ret == -ENOENT)
		return EXIT_CLEAN;
	if (ret != -EWOULDBLOCK && ret != -EBUSY)
		return say_cannot_unload("mmaudit_wrap", -ret);
	say("mmaudit_wrap stays: ftrace has not let go of it yet, or a call that it hooked sleeps inside (a page fault in userfaultfd or a file system?); run 'mmaudit unload' again when that has ended");
	return EXIT_CLEAN;
}

static int unload(void)
{
	int ret;

	if (module_built_in()) {
		say("mmaudit is built into this kernel and stays; mmaudit.off on the kernel's command line keeps it out");
		return EXIT_BLIND;
	}
	ret = remove_module("mmaudit");
	switch (-ret) {
	case 0:
		return unload_wrap();
	case ENOENT:
		if (wrap_loaded())
			return unload_wrap();
		say("the module is not loaded, so there is nothing to unload");
		return EXIT_BLIND;
	case EWOULDBLOCK:
	case EBUSY:
		say_readers();
		return EXIT_BLIND;
	}
	return say_cannot_unload("mmaudit", -ret);
}

static int cmd_unload(int argc, char **argv)
{
	int ret = parse_options(&unload_command, NULL, argc, argv);

	return ret != GO_ON ? ret : unload();
}

const struct command unload_command = {
	.name = "unload",
	.run = cmd_unload,
	.summary = "take the module out",
};
