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
#include "input.h"
#include "kconfig.h"
#include "names.h"
#include "proto.h"
#include "say.h"
#include "signing.h"

void report(struct host *host, enum level level, const char *what, const char *fmt, ...)
{
	char text[640];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	say_plainly(text);
	host->warnings += level == LEVEL_WARN;
	host->failures += level == LEVEL_FAIL;
	host->unknowns += level == LEVEL_UNKNOWN;
	if (host->tell)
		host->tell(level, what, text);
	else if (level != LEVEL_OK && level != LEVEL_UNKNOWN)
		say("%s: %s", what, text);
}

/* Whether the first line of a small file is that; 0 if it cannot be read. */
static int file_says(const char *path, const char *want)
{
	char buf[64];

	return first_line(path, buf, sizeof(buf)) && !strcmp(buf, want);
}

static int readable(const char *path)
{
	return !access(path, R_OK);
}

/* ---- who and where ---- */

static void check_running(struct host *host)
{
	uname(&host->uts);
	host->release = host->uts.release;
	host->built_in = module_built_in();
	host->arch = arch_by_machine(host->uts.machine);
	if (!host->arch)
		report(host, LEVEL_FAIL, "kernel", "%s %s: only page tables of x86_64 and aarch64 are understood",
		       host->uts.release, host->uts.machine);
	else
		report(host, LEVEL_OK, "kernel", "%s %s", host->uts.release, host->uts.machine);
}

static void check_kernel(struct host *host)
{
	if (!host->other)
		check_running(host);
	else if (host->release)
		report(host, LEVEL_OK, "kernel", "%s, by its files; this machine and the kernel it runs are not looked at", host->release);
	else
		report(host, LEVEL_UNKNOWN, "kernel", "another, by its files, of which none says which it is (--release)");
}

/* The module looks there itself, and would refuse; the user is told before that. */
static void check_switched_off(struct host *host)
{
	static char line[65536];
	FILE *f = fopen("/proc/cmdline", "re");

	if (!f) {
		report(host, LEVEL_UNKNOWN, "mmaudit.off", "cannot read the kernel's command line: /proc/cmdline: %s", strerror(errno));
		return;
	}
	line[fread(line, 1, sizeof(line) - 1, f)] = 0;
	fclose(f);
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

	if (!f) {
		report(host, LEVEL_UNKNOWN, "privilege", "cannot read what this process may do: /proc/self/status: %s", strerror(errno));
		return;
	}
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %llx", &caps) == 1)
			break;
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
	if (host->built_in)
		report(host, LEVEL_OK, "modules", "mmaudit is built into this kernel, so none is to be loaded");
	else if (access("/proc/modules", F_OK))
		report(host, LEVEL_FAIL, "modules", "this kernel was built without loadable modules (CONFIG_MODULES)");
	else if (!readable("/proc/sys/kernel/modules_disabled"))
		report(host, LEVEL_UNKNOWN, "modules", "cannot read whether kernel.modules_disabled forbids them");
	else if (file_says("/proc/sys/kernel/modules_disabled", "1"))
		report(host, LEVEL_FAIL, "modules", "kernel.modules_disabled is 1: no module can be loaded until the next boot");
	else
		report(host, LEVEL_OK, "modules", "can be loaded");
}

/* ---- the module's file ---- */

#define NO_FILE	"no mmaudit.ko next to this program, and depmod lists none in /lib/modules/%s: "

/* Of another kernel it may not have been built yet. */
static void report_no_file(struct host *host)
{
	const enum level level = host->other ? LEVEL_UNKNOWN : LEVEL_FAIL;

	if (host->other && !host->release)
		report(host, LEVEL_UNKNOWN, "module", "not given (--module, or --release for that of /lib/modules): only it says what its probes would read");
	else if (!access("/var/lib/dkms/mmaudit", F_OK))	/* package mmaudit-dkms */
		report(host, level, "module",
		       NO_FILE "DKMS has its sources: with this kernel's headers (linux-headers-%s, or kernel-devel), 'dkms autoinstall -k %s' builds it, or says why not",
		       host->release, host->release, host->release);
	else
		report(host, level, "module",
		       NO_FILE "build it ('make KVER=%s'), run depmod if it is installed, or name it with --module",
		       host->release, host->release);
}

static void check_file(struct host *host)
{
	int ret;

	if (host->built_in)
		return;
	ret = modfile_find(&host->mod, host->module_path, host->release, host->other);
	if (!ret)
		report(host, LEVEL_OK, "module", "%s", host->mod.path);
	else if (!host->mod.path[0])
		report_no_file(host);
	else
		report(host, LEVEL_FAIL, "module", "%s: %s", host->mod.path,
		       ret == -ENOEXEC || ret == -EINVAL ? "this is no kernel module, or libkmod does not know its compression" : strerror(-ret));
	if (ret)
		modfile_close(&host->mod);
}

/* What says of which machine the kernel is; all must say the same. */
static void take_arch(struct host *host, const struct arch *arch, const char *who)
{
	if (arch && host->arch && !arch_same(arch, host->arch))
		report(host, LEVEL_FAIL, "machine", "%s of %s, and the kernel is of %s", who, arch->machine, host->arch->machine);
	if (!host->arch)
		host->arch = arch;
}

/* Of this machine the kernel has said it. */
static void check_machine(struct host *host)
{
	if (!host->other)
		return;
	if (host->arch)
		report(host, LEVEL_OK, "machine", "%s", host->arch->machine);
	else
		report(host, LEVEL_UNKNOWN, "machine", "neither a module nor a configuration nor symbols say of which it is: x86_64 or aarch64");
}

static void check_release(struct host *host)
{
	const char *release = host->release;
	const char *name, *built;
	int len;

	if (!host->mod.module)
		return;
	name = modfile_info(&host->mod, "name", 0);
	built = modfile_release(&host->mod, &len);
	if (built)
		take_arch(host, arch_by_vermagic(built), "the module is");
	if (!name || strcmp(name, "mmaudit"))
		report(host, LEVEL_FAIL, "module", "%s is not mmaudit but '%s'", host->mod.path, name ? name : "?");
	else if (!built)
		report(host, LEVEL_FAIL, "module", "%s does not say for which kernel it is", host->mod.path);
	else if (!release)
		report(host, LEVEL_UNKNOWN, "module", "built for %.*s; whether these files are of that kernel is not known (--release)", len, built);
	else if ((int)strlen(release) != len || strncmp(built, release, len))
		report(host, LEVEL_FAIL, "module", "built for %.*s, but %s kernel is %s: build it with 'make KVER=%s'",
		       len, built, host->other ? "the" : "this", release, release);
	else
		report(host, LEVEL_OK, "module", "built for %s", release);
}

/* Built with ALLOW_UNKNOWN_KERNEL=1. */
static void check_known(struct host *host)
{
	const char *unknown = host->mod.module ? modfile_info(&host->mod, "unknown_kernel", 0) : NULL;

	host->new_kernel = !!unknown;
	if (unknown)
		report(host, LEVEL_WARN, "module", "built for a kernel that mmaudit does not know, %s: it probes only what BTF has the arguments of, no audit is complete, and what it finds may be false", unknown);
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

/* Wherever securityfs is mounted it has the file lsm. */
static void read_who_asks(struct signing *s)
{
	char lockdown[80] = "";

	first_line("/sys/kernel/security/lockdown", lockdown, sizeof(lockdown));
	s->locked_down = strstr(lockdown, "[integrity]") || strstr(lockdown, "[confidentiality]");
	s->enforced = s->locked_down || file_says("/sys/module/module/parameters/sig_enforce", "Y");
	s->unread = !s->enforced && !lockdown[0] && !readable("/sys/kernel/security/lsm");
	s->secure_boot = secure_boot();
}

static void check_signature(struct host *host)
{
	static const enum level levels[] = {
		[SIGNING_OK] = LEVEL_OK, [SIGNING_DOUBT] = LEVEL_WARN, [SIGNING_REFUSED] = LEVEL_FAIL,
		[SIGNING_UNREAD] = LEVEL_UNKNOWN,
	};
	struct signing s = { .module = host->mod.path, .release = host->uts.release };
	char text[640];
	int found;

	if (!host->mod.module)
		return;
	read_who_asks(&s);
	s.signer = modfile_signer(&host->mod);
	s.known = s.signer && signing_known("/proc/keys", s.signer);
	signing_key(&s);
	found = signing_judge(&s, text, sizeof(text));
	report(host, levels[found], "signature", "%s", text);
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

static const char *why_no_symbols(int ret, int other)
{
	if (ret)
		return strerror(-ret);
	return other ? "there is no function in it (Debian's System.map is such a stub: take a copy of /proc/kallsyms)" : "it is empty (CONFIG_KALLSYMS)";
}

static void check_kallsyms(struct host *host)
{
	const char *path = host->kallsyms_path ? host->kallsyms_path : "/proc/kallsyms";
	int ret;

	if (host->other && !host->kallsyms_path) {
		report(host, LEVEL_UNKNOWN, "kallsyms", "not given (--kallsyms), so which functions that kernel has is not known");
		return;
	}
	ret = ksyms_read(&host->ks, path);
	host->have_ksyms = !ret && host->ks.functions;
	take_arch(host, host->ks.arch, "these symbols are");
	if (host->have_ksyms)
		report(host, LEVEL_OK, "kallsyms", "%lu symbols", host->ks.total);
	else
		report(host, LEVEL_FAIL, "kallsyms", "cannot read %s: %s", path, why_no_symbols(ret, host->other));
}

/* What this machine has switched off. */
static void check_kprobes_on(struct host *host)
{
	if (file_says("/sys/kernel/debug/kprobes/enabled", "0"))
		report(host, LEVEL_FAIL, "kprobes", "switched off: echo 1 > /sys/kernel/debug/kprobes/enabled");
	else if (file_says("/proc/sys/kernel/ftrace_enabled", "0"))
		report(host, LEVEL_FAIL, "kprobes", "kernel.ftrace_enabled is 0, so probes on it never fire: sysctl kernel.ftrace_enabled=1");
	else if (!readable("/sys/kernel/debug/kprobes/enabled"))
		report(host, LEVEL_UNKNOWN, "kprobes", "this kernel has them; whether they are switched off cannot be read in /sys/kernel/debug/kprobes: be root, and mount -t debugfs debugfs /sys/kernel/debug");
	else
		report(host, LEVEL_OK, "kprobes", "available");
}

static void check_kprobes(struct host *host)
{
	if (!host->have_ksyms)
		return;
	if (!host->ks.kprobes)
		report(host, LEVEL_FAIL, "kprobes", "this kernel has none (CONFIG_KPROBES), and mmaudit needs them");
	else if (host->other)
		report(host, LEVEL_OK, "kprobes", "that kernel has them");
	else
		check_kprobes_on(host);
}

static void check_kptr(struct host *host)
{
	char value[16];

	if (first_line("/proc/sys/kernel/kptr_restrict", value, sizeof(value)))
		report(host, LEVEL_OK, "kptr_restrict", "%s (no matter: mmaudit prints symbol+offset)", value);
	else
		report(host, LEVEL_UNKNOWN, "kptr_restrict", "cannot be read (no matter: mmaudit prints symbol+offset)");
}

/* ---- points ---- */

static void refuse_point(struct host *host, unsigned int id, const char *why)
{
	const struct point_row *point = point_row(id);

	host->off |= 1ULL << id;
	report(host, LEVEL_WARN, point->name, "%s() of this kernel: %s; it is not probed, so this is not seen: %s",
	       point->symbol, why, point->text);
}

static const struct instead_row *part_of(unsigned int id, const char *variant)
{
	for (unsigned int i = 0; i < NR_INSTEAD; i++)
		if (instead_row(i)->point == id && instead_row(i)->part && !strcmp(instead_row(i)->symbol, variant))
			return instead_row(i);
	return NULL;
}

/* What this kernel has in place of the point's own function, as the module looks for it; NULL: nothing. */
static const struct instead_row *in_place(const struct host *host, unsigned int id)
{
	for (unsigned int i = 0; i < NR_INSTEAD; i++)
		if (instead_row(i)->point == id && host->ks.instead[i])
			return instead_row(i);
	return NULL;
}

/* Where one function upgrades entries of all sizes, the point of the small ones passes the huge ones on. */
static unsigned int probed_as(const struct host *host, unsigned int id)
{
	return host->arch && host->arch->one_upgrade && id == MMA_POINT_UPGRADE_PMD ? MMA_POINT_UPGRADE : id;
}

static int is_there(const struct host *host, unsigned int id)
{
	id = probed_as(host, id);
	return host->ks.point[id].exact || in_place(host, id);
}

/*
 * Reports whether the probe sees all calls: the compiler may have made further copies of the function. level: what it is
 * worth if there are none.
 */
static void report_present(struct host *host, unsigned int id, enum level level, const char *proto)
{
	const struct point_row *point = point_row(id);
	const struct ksym *ks = &host->ks.point[id];
	const struct instead_row *instead = in_place(host, id);

	if (instead && !(instead->part && ks->exact))
		report(host, level, point->name, "%s(), in place of %s()%s", instead->symbol, point->symbol, proto);
	else if (ks->exact > 1)
		report(host, LEVEL_WARN, point->name, "this kernel has %u functions %s(): partly seen at best",
		       ks->exact, point->symbol);
	else if (ks->partial == 1 && part_of(id, ks->variant))
		report(host, level, point->name, "%s(), which all callers of %s() reach%s", ks->variant, point->symbol, proto);
	else if (ks->partial)
		report(host, LEVEL_WARN, point->name, "partly seen: %s does some of the work of %s()%s",
		       ks->variant, point->symbol, proto);
	else
		report(host, level, point->name, "%s()%s", point->symbol, proto);
}

/* There is a file that would say whether it can be probed, but not here. */
static void doubt_point(struct host *host, unsigned int id, const char *why)
{
	host->doubtful |= 1ULL << id;
	report_present(host, id, LEVEL_UNKNOWN, why);
}

/* Without BTF a module probes what headers show; load has said so, once for all. */
static void check_without_btf(struct host *host, unsigned int id)
{
	const struct point_row *point = point_row(id);

	if ((point->shown && !host->new_kernel) || !host->tell)
		report_present(host, id, LEVEL_OK, "");
	else if (host->other)
		doubt_point(host, id, ", prototype not checked: no BTF was given");
	else
		refuse_point(host, id, "cannot be checked without BTF");
}

/* Without symbols, what BTF has of the names that a point may have. BTF has a part under the name of what it was made of. */
static enum proto_answer ask_btf(const struct host *host, const struct btf *btf, unsigned int id, const char *arguments,
				 char *why, size_t size)
{
	const struct instead_row *instead = in_place(host, id);
	const char *own = point_row(id)->symbol;
	enum proto_answer answer;

	if (host->have_ksyms)
		return proto_check(btf, instead && !instead->part ? instead->symbol : own, arguments, why, size);
	answer = proto_check(btf, own, arguments, why, size);
	for (unsigned int i = 0; i < NR_INSTEAD && answer == PROTO_UNKNOWN; i++)
		if (instead_row(i)->point == id && !instead_row(i)->part)
			answer = proto_check(btf, instead_row(i)->symbol, arguments, why, size);
	return answer;
}

static void check_prototype(struct host *host, const struct btf *btf, unsigned int id, const char *arguments)
{
	const struct point_row *point = point_row(id);
	char why[200];

	switch (ask_btf(host, btf, id, arguments, why, sizeof(why))) {
	case PROTO_DIFFERS:
		refuse_point(host, id, why);
		break;
	case PROTO_UNKNOWN:
		if (point->shown && !host->new_kernel && !host->have_ksyms)
			doubt_point(host, id, ", which BTF does not have; no symbols say whether it can be probed");
		else if (point->shown && !host->new_kernel)
			report_present(host, id, LEVEL_NOTE, ", prototype not checked: BTF does not have it");
		else
			refuse_point(host, id, host->new_kernel ? "is not in its BTF" : "is not in its BTF, nor in a header");
		break;
	case PROTO_SAME:
		if (host->have_ksyms)
			report_present(host, id, LEVEL_OK, "");
		else
			doubt_point(host, id, ", as BTF has it; no symbols say whether it can be probed");
		break;
	}
}

/* Its point has been checked before it. */
static void report_passed_on(struct host *host, unsigned int id)
{
	const unsigned int by = probed_as(host, id);

	const int off = host->off >> by & 1, doubtful = host->doubtful >> by & 1;

	host->off |= (__u64)off << id;
	host->doubtful |= (__u64)doubtful << id;
	report(host, off ? LEVEL_WARN : doubtful ? LEVEL_UNKNOWN : LEVEL_OK, point_row(id)->name, "as %s: one function does both here", point_row(by)->name);
}

static void check_point(struct host *host, const struct btf *btf, unsigned int id)
{
	const struct point_row *point = point_row(id);
	const struct ksym *ks = &host->ks.point[id];
	const char *arguments = modfile_arguments(&host->mod, point->name);

	if (host->off >> id & 1)
		report(host, LEVEL_OK, point->name, "left out by --force-off");
	else if (probed_as(host, id) != id && (is_there(host, id) || !host->have_ksyms))
		report_passed_on(host, id);
	else if (host->have_ksyms && !is_there(host, id))	/* load reports what the module says, afterwards */
		report(host, LEVEL_OK, point->name, "no %s() in this kernel%s%s: inlined or not built; other probes may see its sites",
		       point->symbol, ks->partial ? ", only " : "", ks->variant);
	else if (!arguments)			/* no module, or it has no such point */
		doubt_point(host, id, ", prototype not checked: no module says what it reads");
	else if (!btf)				/* open_btf() has said so, for all */
		check_without_btf(host, id);
	else
		check_prototype(host, btf, id, arguments);
}

/* What is built into the running kernel can be asked what it sees. */
static int says_itself(const struct host *host)
{
	return host->built_in && !host->other;
}

static void report_no_btf(struct host *host, const char *why)
{
	if (host->trusted)
		report(host, LEVEL_NOTE, "BTF", "this kernel has none (CONFIG_DEBUG_INFO_BTF; %s): functions that no header declares are probed unchecked, as checked=Y wants it", why);
	else
		report(host, LEVEL_WARN, "BTF", "this kernel has none (CONFIG_DEBUG_INFO_BTF; %s), so functions that no header declares are not probed (see 'mmaudit sites'); if this is an unmodified kernel of the versions that mmaudit was made for, 'mmaudit load checked=Y' probes them unchecked", why);
}

static struct btf *open_btf(struct host *host)
{
	char why[128];
	struct btf *btf;

	if (host->other && !host->btf_path) {
		report(host, LEVEL_UNKNOWN, "BTF", "not given (--btf), so the arguments of that kernel's functions are not checked");
		return NULL;
	}
	btf = proto_open(host->btf_path, why, sizeof(why));
	if (btf)
		report(host, LEVEL_OK, "BTF", "%s", host->btf_path ? host->btf_path : "of the running kernel");
	else if (host->btf_path)
		report(host, LEVEL_FAIL, "BTF", "%s: %s", host->btf_path, why);
	else
		report_no_btf(host, why);
	host->checked = !!btf;
	return btf;
}

static void check_points(struct host *host)
{
	struct btf *btf;

	if (says_itself(host))
		return;
	btf = open_btf(host);
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

/* Points that would be planted, or may be, by what the files say. */
static __u64 points_there(const struct host *host)
{
	__u64 there = 0;

	for (unsigned int i = 0; i < nr_points(); i++)
		if (is_there(host, i) || !host->have_ksyms)
			there |= 1ULL << i;
	return there & ~host->off;
}

/* Without swap there is no swapoff to be seen. */
static bool needed_are(const struct host *host, const struct site_row *site, __u64 there)
{
	const __u64 swapoff = site_not_here(host, MMA_SITE_SWAPOFF) ? 1ULL << MMA_POINT_SWAPOFF : 0;

	return !(site->needs & ~there & ~swapoff);
}

static void check_site(struct host *host, unsigned int id, __u64 there)
{
	const struct site_row *site = site_row(id);
	const __u64 bit = 1ULL << id;

	if (site_not_here(host, id)) {
		report(host, LEVEL_OK, site->name, "not in this kernel: %s", site->text);
		return;
	}
	host->here |= bit;
	if (needed_are(host, site, there & ~host->doubtful) && site->points & there & ~host->doubtful)
		return;
	if ((needed_are(host, site, there) && site->points & there) || !host->mod.module) {
		host->unsure |= bit;
		report(host, LEVEL_UNKNOWN, site->name, "not known whether it will be seen: %s", site->text);
	} else {
		host->unseen |= bit;
		report(host, LEVEL_WARN, site->name, "will not be seen: %s", site->text);
	}
}

/* Reports each site that no point which is there would see. load reports what the module says, afterwards. */
static void check_sites(struct host *host)
{
	const __u64 there = points_there(host);

	for (unsigned int i = 0; host->tell && !says_itself(host) && i < nr_sites(); i++)
		if (site_row(i))
			check_site(host, i, there);
}

/* ---- configuration ---- */

static FILE *open_config(const struct host *host, int *piped)
{
	static const char *const places[] = { "/boot/config-%s", "/lib/modules/%s/config" };
	char path[PATH_MAX];
	FILE *f;

	*piped = 0;
	if (host->config_path)
		return input_open(host->config_path);
	for (int i = 0; host->release && i < 2; i++) {
		snprintf(path, sizeof(path), i ? places[1] : places[0], host->release);
		f = fopen(path, "re");
		if (f)
			return f;
	}
	if (host->other || access("/proc/config.gz", R_OK))
		return NULL;
	*piped = 1;
	return popen("exec gzip -dc /proc/config.gz", "re");
}

/* The first that says it; a configuration names no other. */
static void take_config_arch(struct host *host, const char *line)
{
	const size_t len = strcspn(line, "=");
	char option[64];

	if (strcmp(line + len, "=y\n") || len >= sizeof(option))
		return;
	snprintf(option, sizeof(option), "%.*s", (int)len, line);
	take_arch(host, arch_by_config(option), "this configuration is");
}

/* Returns the number of options that are set in it, ours or not; on: which rows of the table are. */
static unsigned int read_config(struct host *host, FILE *f, int *on)
{
	unsigned int set = 0, lines = 0;
	char line[256];

	while (input_line(line, sizeof(line), f, &lines)) {
		set += !strncmp(line, "CONFIG_", 7);
		take_config_arch(host, line);
		host->built_in |= !strcmp(line, "CONFIG_MMAUDIT=y\n");
		for (int i = 0; kconfigs[i].name; i++) {
			size_t len = strlen(kconfigs[i].name);

			if (!strncmp(line, kconfigs[i].name, len) && line[len] == '=' && line[len + 1] != 'n')
				on[i] = 1;
		}
	}
	return set;
}

/* What a machine of `mmaudit vm` must have, this one need not. */
static void check_option(struct host *host, const struct kconfig *row, int on)
{
	if (host->arch && row->only && strcmp(row->only, host->arch->machine)) {
		if (row->elsewhere)
			report(host, LEVEL_OK, "config", "%s does not offer %s: %s", host->arch->machine, row->name, row->elsewhere);
		return;
	}
	if (!host->arch && row->only && !on && !strcmp(row->only, "aarch64"))
		return;					/* one that names neither lacks the other */
	if (row->role == KCONFIG_VM || (host->built_in && !strcmp(row->name, "CONFIG_MODULES")))
		return;
	if (on)
		report(host, LEVEL_OK, "config", "%s", row->name);
	else if (row->role == KCONFIG_HELPS)
		report(host, LEVEL_OK, "config", "no %s: %s", row->name, row->why);
	else
		report(host, LEVEL_FAIL, "config", "no %s, and mmaudit cannot do without: %s", row->name, row->why);
}

static void report_no_config(struct host *host)
{
	if (host->config_path)
		report(host, LEVEL_FAIL, "config", "cannot read %s: %s", host->config_path, strerror(errno));
	else if (host->other)
		report(host, LEVEL_UNKNOWN, "config", "not given (--config), so what that kernel was built with is not known");
	else
		report(host, LEVEL_UNKNOWN, "config", "cannot read what this kernel was built with: neither /boot/config-%s nor /lib/modules/%s/config nor /proc/config.gz",
		       host->release, host->release);
}

static void check_config(struct host *host)
{
	int on[KCONFIGS] = { 0 }, piped;
	FILE *f = open_config(host, &piped);
	unsigned int set;

	if (!f) {
		report_no_config(host);
		return;
	}
	set = read_config(host, f, on);
	if (piped)
		pclose(f);
	else
		fclose(f);
	if (!set)
		report(host, host->config_path ? LEVEL_FAIL : LEVEL_UNKNOWN, "config", "there is no CONFIG_ line in %s: unpack it first if it is compressed",
		       host->config_path ? host->config_path : "what this kernel says it was built with");
	for (int i = 0; set && kconfigs[i].name; i++)
		check_option(host, &kconfigs[i], on[i]);
}

/* machine: it asks this machine, so it says nothing of another kernel. */
int checks_run(struct host *host)
{
	static const struct {
		void (*check)(struct host *host);
		int machine;
	} checks[] = {
		{ check_kernel, 0 }, { check_switched_off, 1 }, { check_privilege, 1 }, { check_modules, 1 },
		{ check_file, 0 }, { check_release, 0 }, { check_known, 0 }, { check_signature, 1 }, { check_blacklist, 1 }, { check_wrap, 0 },
		{ check_kallsyms, 0 }, { check_kprobes, 0 }, { check_kptr, 1 }, { check_config, 0 },
		{ check_machine, 0 },
		{ check_points, 0 }, { check_sites, 0 },
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (checks[i].machine && host->other)
			continue;
		checks[i].check(host);
		if (host->failures && !host->tell)
			break;
	}
	return host->failures;
}
