// SPDX-License-Identifier: GPL-2.0
/* checks.c - the checks of load and doctor: what is wrong, and what to do about it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "cmdline.h"
#include "device.h"
#include "files.h"
#include "names.h"
#include "proto.h"
#include "say.h"
#include "words.h"

/* On a terminal as wide as it is; elsewhere a line each, for scripts. */
static void print_line(const char *level, const char *what, const char *text)
{
	struct words w;

	printf("%-5s ", level);
	w = words_begin(stdout, 6, terminal_width(stdout, INT_MAX));
	w.column += printf("%s:", what);
	words_add_all(&w, text);
	words_end(&w);
}

void report(struct host *host, enum level level, const char *what, const char *fmt, ...)
{
	static const char *const names[] = {
		[LEVEL_OK] = "ok", [LEVEL_NOTE] = "ok", [LEVEL_WARN] = "warn", [LEVEL_FAIL] = "fail",
	};
	char text[640];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	host->warnings += level == LEVEL_WARN;
	host->failures += level == LEVEL_FAIL;
	if (host->all)
		print_line(names[level], what, text);
	else if (level != LEVEL_OK)
		say("%s: %s", what, text);
}

/* The first line of a small file; 0 if it cannot be read. */
static int file_says(const char *path, const char *want)
{
	char buf[64];

	return first_line(path, buf, sizeof(buf)) && !strcmp(buf, want);
}

/* ---- who and where ---- */

static void check_kernel(struct host *host)
{
	uname(&host->uts);
	if (strcmp(host->uts.machine, "x86_64"))
		report(host, LEVEL_FAIL, "kernel", "%s %s: only x86_64 page tables are understood",
		       host->uts.release, host->uts.machine);
	else
		report(host, LEVEL_OK, "kernel", "%s %s", host->uts.release, host->uts.machine);
}

/* The module looks there itself, and would refuse; the user is told before that. */
static void check_switched_off(struct host *host)
{
	static char line[65536];
	FILE *f = fopen("/proc/cmdline", "re");

	if (f) {
		line[fread(line, 1, sizeof(line) - 1, f)] = 0;
		fclose(f);
	}
	if (mma_cmdline_off(line))
		report(host, LEVEL_FAIL, "mmaudit.off", "the kernel's command line has it, so the module refuses to be loaded: boot without it to audit");
	else
		report(host, LEVEL_OK, "mmaudit.off", "not on the kernel's command line");
}

static void check_privilege(struct host *host)
{
	const unsigned long long module = 1ULL << 16, admin = 1ULL << 21;	/* CAP_SYS_* */
	unsigned long long caps = 0;
	char line[256];
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %llx", &caps) == 1)
			break;
	if (f)
		fclose(f);
	if (!(caps & module))
		report(host, LEVEL_FAIL, "privilege", "loading a module needs CAP_SYS_MODULE: run as root");
	else if (!(caps & admin))
		report(host, LEVEL_FAIL, "privilege", "reading %s needs CAP_SYS_ADMIN: run as root", MMA_DEV_PATH);
	else
		report(host, LEVEL_OK, "privilege", "CAP_SYS_MODULE and CAP_SYS_ADMIN");
}

static void check_modules(struct host *host)
{
	if (access("/proc/modules", F_OK))
		report(host, LEVEL_FAIL, "modules", "this kernel was built without loadable modules (CONFIG_MODULES)");
	else if (file_says("/proc/sys/kernel/modules_disabled", "1"))
		report(host, LEVEL_FAIL, "modules", "kernel.modules_disabled is 1: no module can be loaded until the next boot");
	else
		report(host, LEVEL_OK, "modules", "can be loaded");
}

/* ---- the module's file ---- */

static void check_file(struct host *host)
{
	int ret = modfile_find(&host->mod, host->module_path, host->uts.release);

	if (!ret)
		report(host, LEVEL_OK, "module", "%s", host->mod.path);
	else if (!host->mod.path[0])
		report(host, LEVEL_FAIL, "module",
		       "no mmaudit.ko next to this program, and depmod lists none in /lib/modules/%s: build it ('make KVER=%s'), run depmod if it is installed, or name it with --module",
		       host->uts.release, host->uts.release);
	else
		report(host, LEVEL_FAIL, "module", "%s: %s", host->mod.path,
		       ret == -ENOEXEC || ret == -EINVAL ? "this is no kernel module, or libkmod does not know its compression" : strerror(-ret));
	if (ret)
		modfile_close(&host->mod);
}

static void check_release(struct host *host)
{
	const char *release = host->uts.release;
	const char *name, *built;
	int len;

	if (!host->mod.module)
		return;
	name = modfile_info(&host->mod, "name", 0);
	built = modfile_release(&host->mod, &len);
	if (!name || strcmp(name, "mmaudit"))
		report(host, LEVEL_FAIL, "module", "%s is not mmaudit but '%s'", host->mod.path, name ? name : "?");
	else if (!built)
		report(host, LEVEL_FAIL, "module", "%s does not say for which kernel it is", host->mod.path);
	else if ((int)strlen(release) != len || strncmp(built, release, len))
		report(host, LEVEL_FAIL, "module", "built for %.*s, but this kernel is %s: build it with 'make KVER=%s'",
		       len, built, release, release);
	else
		report(host, LEVEL_OK, "module", "built for %s", release);
}

/* The value is byte 4 of the EFI variable, after its attributes. */
static int secure_boot(void)
{
	unsigned char var[5] = { 0 };
	int fd = open("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		      O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, var, sizeof(var));

	if (fd >= 0)
		close(fd);
	return n == sizeof(var) && var[4] == 1;
}

static void check_signature(struct host *host)
{
	char lockdown[80] = "";

	first_line("/sys/kernel/security/lockdown", lockdown, sizeof(lockdown));
	if (!host->mod.module)
		return;
	if (modfile_is_signed(&host->mod))
		report(host, LEVEL_OK, "signature", "the module is signed (whether this kernel knows the key shows at load)");
	else if (strstr(lockdown, "[integrity]") || strstr(lockdown, "[confidentiality]"))
		report(host, LEVEL_FAIL, "signature", "the module is not signed and the kernel is locked down%s: sign it with a key the kernel trusts (scripts/sign-file, mokutil --import)",
		       secure_boot() ? " by Secure Boot" : "");
	else if (file_says("/sys/module/module/parameters/sig_enforce", "Y"))
		report(host, LEVEL_FAIL, "signature", "the module is not signed and module.sig_enforce is on: sign it with a key the kernel trusts (scripts/sign-file)");
	else if (secure_boot())
		report(host, LEVEL_WARN, "signature", "the module is not signed and Secure Boot is on: this kernel may refuse it");
	else
		report(host, LEVEL_OK, "signature", "none, and none is asked for");
}

/* modprobe loads a blacklisted module if it is named; but an administrator who blacklists this one does not want it. */
static void check_blacklist(struct host *host)
{
	if (host->mod.module && modfile_is_blacklisted(&host->mod))
		report(host, LEVEL_FAIL, "blacklist", "modprobe.d or modprobe.blacklist= of the kernel's command line names mmaudit: remove it there ('modprobe --showconfig | grep mmaudit')");
}

static void check_wrap(struct host *host)
{
	int ret;

	if (!host->mod.module)
		return;
	ret = modfile_find_wrap(&host->wrap, &host->mod);
	if (!ret) {
		report(host, LEVEL_OK, "wrap", "%s", host->wrap.path);
		return;
	}
	report(host, LEVEL_NOTE, "wrap", "no %s (%s): " WITHOUT_WRAP, host->wrap.path, strerror(-ret));
	modfile_close(&host->wrap);
}

/* ---- probes ---- */

static void check_kallsyms(struct host *host)
{
	int ret = ksyms_read(&host->ks, host->kallsyms_path);

	host->have_ksyms = !ret && host->ks.total;
	if (host->have_ksyms)
		report(host, LEVEL_OK, "kallsyms", "%lu symbols", host->ks.total);
	else
		report(host, LEVEL_FAIL, "kallsyms", "cannot read /proc/kallsyms: %s",
		       ret ? strerror(-ret) : "it is empty (CONFIG_KALLSYMS)");
}

static void check_kprobes(struct host *host)
{
	if (!host->have_ksyms)
		return;
	if (!host->ks.kprobes)
		report(host, LEVEL_FAIL, "kprobes", "this kernel has none (CONFIG_KPROBES), and mmaudit needs them");
	else if (file_says("/sys/kernel/debug/kprobes/enabled", "0"))
		report(host, LEVEL_FAIL, "kprobes", "switched off: echo 1 > /sys/kernel/debug/kprobes/enabled");
	else if (file_says("/proc/sys/kernel/ftrace_enabled", "0"))
		report(host, LEVEL_FAIL, "kprobes", "kernel.ftrace_enabled is 0, so probes on it never fire: sysctl kernel.ftrace_enabled=1");
	else
		report(host, LEVEL_OK, "kprobes", "available");
}

static void check_kptr(struct host *host)
{
	char value[16];

	if (first_line("/proc/sys/kernel/kptr_restrict", value, sizeof(value)))
		report(host, LEVEL_OK, "kptr_restrict", "%s (no matter: mmaudit prints symbol+offset)", value);
}

/* ---- points ---- */

static void refuse_point(struct host *host, unsigned int id, const char *why)
{
	const struct point_row *point = point_row(id);

	host->off |= 1ULL << id;
	report(host, LEVEL_WARN, point->name, "%s() of this kernel: %s; it is not probed, so this is not seen: %s",
	       point->symbol, why, point->text);
}

static int is_part(const struct point_row *point, const char *variant)
{
	return point->part && !strcmp(point->part, variant);
}

/* Reports whether the probe sees all calls: the compiler may have made further copies of the function. */
static void report_present(struct host *host, unsigned int id, const char *proto)
{
	const struct point_row *point = point_row(id);
	const struct ksym *ks = &host->ks.point[id];

	if (ks->exact > 1)
		report(host, LEVEL_WARN, point->name, "this kernel has %u functions %s(): partly seen at best",
		       ks->exact, point->symbol);
	else if (ks->partial == 1 && is_part(point, ks->variant))
		report(host, LEVEL_OK, point->name, "%s(), which all callers of %s() reach%s", ks->variant, point->symbol, proto);
	else if (ks->partial)
		report(host, LEVEL_WARN, point->name, "partly seen: %s does some of the work of %s()%s",
		       ks->variant, point->symbol, proto);
	else
		report(host, proto[0] ? LEVEL_NOTE : LEVEL_OK, point->name, "%s()%s", point->symbol, proto);
}

static void check_point(struct host *host, const struct btf *btf, unsigned int id)
{
	const struct point_row *point = point_row(id);
	const struct ksym *ks = &host->ks.point[id];
	const char *arguments = modfile_arguments(&host->mod, point->name);
	char why[200];

	if (host->off >> id & 1) {
		report(host, LEVEL_OK, point->name, "left out by --force-off");
		return;
	}
	if (host->have_ksyms && !ks->exact) {	/* load reports what the module says, afterwards */
		report(host, LEVEL_OK, point->name, "no %s() in this kernel%s%s: inlined or not built; other probes may see its sites",
		       point->symbol, ks->partial ? ", only " : "", ks->variant);
		return;
	}
	if (!btf) {				/* open_btf() has said so, for all */
		report_present(host, id, "");
		return;
	}
	if (!arguments) {			/* no module, or it has no such point */
		report_present(host, id, ", prototype not checked: no module says what it reads");
		return;
	}
	switch (proto_check(btf, point->symbol, arguments, why, sizeof(why))) {
	case PROTO_DIFFERS:
		refuse_point(host, id, why);
		break;
	case PROTO_UNKNOWN:
		if (point->shown)
			report_present(host, id, ", prototype not checked: BTF does not have it");
		else
			refuse_point(host, id, "is not in its BTF, nor in a header");
		break;
	case PROTO_SAME:
		report_present(host, id, "");
		break;
	}
}

static struct btf *open_btf(struct host *host)
{
	char why[128];
	struct btf *btf = proto_open(host->btf_path, why, sizeof(why));

	if (btf)
		report(host, LEVEL_OK, "BTF", "%s", host->btf_path ? host->btf_path : "of the running kernel");
	else if (host->btf_path)
		report(host, LEVEL_FAIL, "BTF", "%s: %s", host->btf_path, why);
	else
		report(host, LEVEL_WARN, "BTF", "this kernel has none (CONFIG_DEBUG_INFO_BTF; %s), so functions that no header declares are not probed (see 'mmaudit sites'); if this is an unmodified kernel of the versions that mmaudit was made for, 'mmaudit load checked=Y' probes them unchecked", why);
	host->checked = !!btf;
	return btf;
}

static void check_points(struct host *host)
{
	struct btf *btf = open_btf(host);

	if (!btf && host->btf_path)
		return;
	for (unsigned int i = 0; i < nr_points(); i++)
		if (point_row(i))
			check_point(host, btf, i);
	proto_close(btf);
}

/* The module says it in not_here=: a '1' for each site that the kernel it was built for does not have. */
static int site_not_here(const struct host *host, unsigned int site)
{
	const char *info = host->mod.module ? modfile_info(&host->mod, "not_here", 0) : NULL;

	return info && site < strlen(info) && info[site] == '1';
}

/* Reports each site that no point which is there would see. */
static void check_sites(struct host *host)
{
	__u64 there = 0;

	if (!host->have_ksyms || !host->all)	/* load reports what the module says, afterwards */
		return;
	for (unsigned int i = 0; i < nr_points(); i++)
		if (host->ks.point[i].exact && !(host->off >> i & 1))
			there |= 1ULL << i;
	for (unsigned int i = 0; i < nr_sites(); i++) {
		const struct site_row *site = site_row(i);

		if (!site)
			continue;
		if (site_not_here(host, i)) {
			report(host, LEVEL_OK, site->name, "not in this kernel: %s", site->text);
			continue;
		}
		host->here |= 1ULL << i;
		if (site->points & there)
			continue;
		host->unseen |= 1ULL << i;
		report(host, LEVEL_WARN, site->name, "will not be seen: %s", site->text);
	}
}

/* ---- configuration ---- */

static FILE *open_config(const struct host *host, int *piped)
{
	static const char *const places[] = { "/boot/config-%s", "/lib/modules/%s/config" };
	char path[PATH_MAX];
	FILE *f;

	*piped = 0;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), i ? places[1] : places[0], host->uts.release);
		f = fopen(path, "re");
		if (f)
			return f;
	}
	if (access("/proc/config.gz", R_OK))
		return NULL;
	*piped = 1;
	return popen("exec gzip -dc /proc/config.gz", "re");
}

struct config {
	const char *name;
	const char *without;	/* NULL: cannot do without */
	int on;
};

static void read_config(FILE *f, struct config *rows, size_t n)
{
	char line[256];

	while (fgets(line, sizeof(line), f))
		for (size_t i = 0; i < n; i++) {
			size_t len = strlen(rows[i].name);

			if (!strncmp(line, rows[i].name, len) && line[len] == '=' && line[len + 1] != 'n')
				rows[i].on = 1;
		}
}

static void check_config(struct host *host)
{
	struct config rows[] = {
		{ "CONFIG_KPROBES", NULL, 0 },
		{ "CONFIG_KRETPROBES", NULL, 0 },
		{ "CONFIG_MODULE_UNLOAD", "the module stays until the next boot", 0 },
		{ "CONFIG_MEM_SOFT_DIRTY", "rule SOFT_DIRTY has nothing to watch", 0 },
		{ "CONFIG_HAVE_ARCH_USERFAULTFD_WP", "rule UFFD_WP has nothing to watch", 0 },
		{ "CONFIG_KSM", "rule KSM has nothing to watch", 0 },
		{ "CONFIG_MIGRATION", "sites migration and migration-pmd do not exist", 0 },
		{ "CONFIG_TRANSPARENT_HUGEPAGE", "huge entries do not exist", 0 },
		{ "CONFIG_NUMA_BALANCING", "site numa does not exist", 0 },
	};
	const size_t n = sizeof(rows) / sizeof(rows[0]);
	int piped;
	FILE *f = open_config(host, &piped);

	if (!f) {
		report(host, LEVEL_OK, "config", "not readable here, not checked");
		return;
	}
	read_config(f, rows, n);
	if (piped)
		pclose(f);
	else
		fclose(f);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].on)
			report(host, LEVEL_OK, "config", "%s", rows[i].name);
		else if (rows[i].without)
			report(host, LEVEL_OK, "config", "no %s: %s", rows[i].name, rows[i].without);
		else
			report(host, LEVEL_FAIL, "config", "no %s, and mmaudit cannot do without", rows[i].name);
	}
}

int checks_run(struct host *host)
{
	static void (*const checks[])(struct host *) = {
		check_kernel, check_switched_off, check_privilege, check_modules,
		check_file, check_release, check_signature, check_blacklist, check_wrap,
		check_kallsyms, check_kprobes, check_kptr, check_config,
		check_points, check_sites,
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		checks[i](host);
		if (host->failures && !host->all)
			break;
	}
	return host->failures;
}
