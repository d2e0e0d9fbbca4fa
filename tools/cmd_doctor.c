// SPDX-License-Identifier: GPL-2.0
/*
 * cmd_doctor.c - all checks of load, without loading; and the state of the module if it is loaded. Or the same of another
 * kernel, by its files alone.
 */
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "commands.h"
#include "device.h"
#include "files.h"
#include "names.h"
#include "print.h"
#include "print_json.h"
#include "say.h"
#include "words.h"

struct doctor {
	struct host host;
	int json;
};

static const char *const level_names[] = {
	[LEVEL_OK] = "ok", [LEVEL_NOTE] = "ok", [LEVEL_UNKNOWN] = "unknown", [LEVEL_WARN] = "warn", [LEVEL_FAIL] = "fail",
};

/* On a terminal as wide as it is; elsewhere a line each, for scripts. */
static void tell_text(enum level level, const char *what, const char *text)
{
	struct words w;

	printf("%-7s ", level_names[level]);
	w = words_begin(stdout, 8, terminal_width(stdout, INT_MAX));
	w.column += printf("%s:", what);
	words_add_all(&w, text);
	words_end(&w);
}

static void tell_json(enum level level, const char *what, const char *text)
{
	struct json_object *obj = json_object_new_object();

	json_str(obj, "type", "check");
	json_str(obj, "level", level_names[level]);
	json_str(obj, "what", what);
	json_str(obj, "text", text);
	json_line(stdout, obj);
}

/* What is built into the kernel says itself what it sees: no file of it is read. */
static void ask_sites(struct host *host, const struct device *dev)
{
	static struct coverage cov;

	if (device_coverage(dev, &cov))
		return;
	host->here = sites_here(&cov);
	host->unseen = sites_unseen(&cov);
	for (unsigned int i = 0; i < nr_sites(); i++)
		if (host->unseen >> i & 1 && site_row(i))
			report(host, LEVEL_WARN, site_row(i)->name, "is not seen%s: %s",
			       site_state(&cov.site[i]) == MMA_SITE_PARTLY ? " everywhere" : "", site_row(i)->text);
}

static void check_state(struct host *host)
{
	struct device dev;
	int ret;

	if (!module_loaded()) {
		report(host, LEVEL_OK, "state", "the module is not loaded%s",
		       wrap_loaded() ? "; mmaudit_wrap is: 'mmaudit unload' takes it out" : "");
		return;
	}
	ret = device_open(&dev);
	if (ret) {
		report(host, LEVEL_FAIL, "state", "the module is loaded but cannot be asked");
		return;
	}
	if (device_selftest(&dev))
		report(host, LEVEL_FAIL, "state", "the module is loaded but does not answer");
	else if (dev.ver.state == MMA_STATE_OK)
		report(host, LEVEL_OK, "state", "the module is loaded, and its self-test saw what it should");
	else if (dev.ver.state == MMA_STATE_UNKNOWN)
		report(host, LEVEL_WARN, "state", "the module is loaded: %.*s", (int)sizeof(dev.ver.reason), dev.ver.reason);
	else
		report(host, LEVEL_FAIL, "state", "the module is loaded but blind: %.*s",
		       (int)sizeof(dev.ver.reason), dev.ver.reason);
	if (host->built_in)
		ask_sites(host, &dev);
	device_close(&dev);
}

/* After an upgrade while an audit ran. */
static void check_newer(struct host *host)
{
	const char *file = host->mod.module ? modfile_info(&host->mod, "version", 0) : NULL;
	char loaded[64];

	if (!file || !module_loaded() || !first_line("/sys/module/mmaudit/version", loaded, sizeof(loaded)))
		return;
	if (strcmp(file, loaded))
		report(host, LEVEL_WARN, "state", "the module in the kernel is %s, that on disk %s: when no audit runs any more, 'mmaudit unload' and 'mmaudit load'",
		       loaded, file);
}

enum answer { CAN, CANNOT, NOT_KNOWN };

/* Nothing failed, but if no symbols were given nothing was found, either. */
static enum answer answer_of(const struct host *host)
{
	if (host->failures)
		return CANNOT;
	return host->here & ~(host->unseen | host->unsure) ? CAN : NOT_KNOWN;
}

static int count(__u64 bits)
{
	return __builtin_popcountll(bits);
}

struct sentence {
	char text[3 * NAMES_LEN];
	size_t len;
};

static void add(struct sentence *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(struct sentence *s, const char *fmt, ...)
{
	const size_t room = sizeof(s->text) - s->len;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(s->text + s->len, room, fmt, args);
	va_end(args);
	s->len += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

static void add_kernel(struct sentence *s, const struct host *host)
{
	if (!host->other)
		add(s, "this machine");
	else if (host->release)
		add(s, "kernel %s", host->release);
	else
		add(s, "that kernel");
}

static void add_sites(struct sentence *s, const struct host *host)
{
	char list[NAMES_LEN];

	if (!(host->unseen | host->unsure)) {
		add(s, " can be audited: all %d sites of %s kernel would be seen", count(host->here), host->other ? "that" : "this");
		return;
	}
	add(s, " can be audited: %d of %s kernel's %d sites would be seen", count(host->here & ~(host->unseen | host->unsure)),
	    host->other ? "that" : "this", count(host->here));
	if (host->unseen)
		add(s, "; not %s", names_of(host->unseen, site_name, ", ", list));
	if (host->unsure)
		add(s, "; not known of %s", names_of(host->unsure, site_name, ", ", list));
}

/* The answer, after all that it rests on. */
static void conclude(const struct host *host, struct sentence *s)
{
	const enum answer answer = answer_of(host);

	if (answer == NOT_KNOWN)
		add(s, "whether ");
	add_kernel(s, host);
	if (answer == CANNOT)
		add(s, " cannot be audited: %d check%s failed (see 'fail')", host->failures, host->failures > 1 ? "s" : "");
	else if (answer == NOT_KNOWN)
		add(s, " can be audited is not known: what would say so was not given or cannot be read");
	else
		add_sites(s, host);
	if (answer == CAN && host->new_kernel)
		add(s, "; never completely, because it is newer than mmaudit");
	if (host->unknowns)
		add(s, "; %d thing%s not known (see 'unknown')", host->unknowns, host->unknowns > 1 ? "s are" : " is");
}

static void end_json(const struct host *host, const char *sentence)
{
	static const char *const answers[] = { [CAN] = "can", [CANNOT] = "cannot", [NOT_KNOWN] = "unknown" };
	struct json_object *obj = json_object_new_object();

	json_str(obj, "type", "end");
	json_str(obj, "mmaudit", MMAUDIT_VERSION);
	json_str(obj, "kernel", host->release);
	json_object_object_add(obj, "other", json_object_new_boolean(host->other));
	json_str(obj, "audited", answers[answer_of(host)]);
	json_names(obj, "sites_seen", host->here & ~(host->unseen | host->unsure), site_name);
	json_names(obj, "sites_unseen", host->unseen, site_name);
	json_names(obj, "sites_unknown", host->unsure, site_name);
	json_num(obj, "failures", host->failures);
	json_num(obj, "warnings", host->warnings);
	json_num(obj, "unknowns", host->unknowns);
	json_str(obj, "text", sentence);
	json_line(stdout, obj);
}

static const struct opt doctor_options[] = {
	OPT("module", "PATH", "check this mmaudit.ko", set_text, .at = offsetof(struct doctor, host.module_path)),
	OPT("release", "RELEASE", "judge the kernel that 'uname -r' calls so by its files, not the running one",
	    set_text, .at = offsetof(struct doctor, host.release)),
	OPT("config", "FILE", "another kernel's configuration (with --release: what /boot or /lib/modules has of it)",
	    set_text, .at = offsetof(struct doctor, host.config_path)),
	OPT("btf", "FILE", "another kernel's BTF (raw or ELF), for its prototypes",
	    set_text, .at = offsetof(struct doctor, host.btf_path)),
	OPT("kallsyms", "FILE", "another kernel's symbols: its /proc/kallsyms or System.map",
	    set_text, .at = offsetof(struct doctor, host.kallsyms_path)),
	OPT("json", NULL, "print JSON, one object a line", set_flag, .at = offsetof(struct doctor, json)),
	{ }
};

static int examine(struct doctor *d)
{
	struct host *host = &d->host;
	static struct sentence sentence;

	host->other = host->release || host->config_path || host->btf_path || host->kallsyms_path;
	host->tell = d->json ? tell_json : tell_text;
	checks_run(host);
	if (!host->other) {
		check_state(host);
		check_newer(host);
	}
	conclude(host, &sentence);
	if (d->json)
		end_json(host, sentence.text);
	say("%s", sentence.text);
	return answer_of(host) == CAN ? EXIT_CLEAN : EXIT_BLIND;
}

static int cmd_doctor(int argc, char **argv)
{
	static struct doctor d;
	int ret = parse_options(&doctor_command, &d, argc, argv);

	if (ret != GO_ON)
		return ret;
	ret = examine(&d);
	modfile_close(&d.host.mod);
	modfile_close(&d.host.wrap);
	return ret;
}

const struct command doctor_command = {
	.name = "doctor",
	.run = cmd_doctor,
	.summary = "say whether it could load here, or in another kernel, and what it would see",
	.options = { doctor_options },
};
