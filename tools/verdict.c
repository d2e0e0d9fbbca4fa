// SPDX-License-Identifier: GPL-2.0
/* verdict.c - see verdict.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "kinds.h"
#include "names.h"
#include "say.h"
#include "trial.h"
#include "verdict.h"

static const char *const here_names[NR_HERE] = {
	[HERE_LOST] = "lost", [HERE_BUG] = "bug", [HERE_OK] = "ok", [HERE_ABSENT] = "absent", [HERE_UNTRIED] = "untried",
};

const char *here_name(enum here here)
{
	return here_names[here];
}

/* ---- what is to be tried ---- */

static int is_wanted(const struct kernel_bug *bug, const char *classes)
{
	size_t len;

	for (; classes && *classes; classes += len + (classes[len] == ',')) {
		len = strcspn(classes, ",");
		if (kernel_bug_is(bug, classes, len))
			return 1;
	}
	return !classes;
}

void verdict_choose(struct verdict *v)
{
	for (const struct bug_story *s = bug_stories; s->bugs[0].name; s++)
		for (const struct kernel_bug *b = s->bugs; b->name; b++)
			if (v->nr < TRIED_MAX && is_wanted(b, v->classes))
				v->at[v->nr++] = (struct tried){ .bug = b, .story = s, .here = HERE_UNTRIED };
}

/* ---- trying ---- */

static int begin(void *arg, pid_t pid)
{
	return witness_watch(arg, pid);
}

/* Reasons that name an option in brackets say that this kernel is built without it (tests/kit/env.c). */
static int is_not_built(const struct trial *trial)
{
	return trial->said == SAID_SKIPPED && strstr(trial->why, "(CONFIG_");
}

static enum here here_of(const struct trial *trial, const struct kernel_bug *bug)
{
	if (is_not_built(trial))
		return HERE_ABSENT;
	switch (trial->said) {
	case SAID_REPRODUCED:
		return bug->harmless ? HERE_BUG : HERE_LOST;
	case SAID_NOT_REPRODUCED:
		return HERE_OK;
	case SAID_ABSENT:
		return HERE_ABSENT;
	default:
		return HERE_UNTRIED;
	}
}

/* What changes the machine is tried only if that is asked for; some reproducers look themselves whether they need to. */
static int is_left_out(const struct verdict *v, const struct kernel_bug *bug)
{
	return bug->changes && !v->all && !bug->gentle;
}

static void note(struct tried *t, const struct trial *trial)
{
	t->here = here_of(trial, t->bug);
	if (trial->only_needs && t->here == HERE_UNTRIED)
		snprintf(t->why, sizeof(t->why), "it %s", t->bug->changes);
	else
		snprintf(t->why, sizeof(t->why), "%s%s", trial->said == SAID_FAILED ? "the reproducer failed: " : "", trial->why);
}

static int try_one(struct verdict *v, struct tried *t)
{
	struct trial trial = {
		.program = v->program, .files_in = v->files_in, .seconds = v->seconds,
		.keep_settings = !v->all, .only_needs = is_left_out(v, t->bug),
		.begin = v->witness.sees ? begin : NULL, .arg = &v->witness,
	};
	int ret = trial_run(&trial, t->bug->name);

	if (ret) {
		say("cannot execute %s: %s (make install puts it there; --reproducers names another)", v->program, strerror(-ret));
		return EXIT_BLIND;
	}
	note(t, &trial);
	if (trial.begin)
		t->nr_seen = witness_ask(&v->witness, t->seen, TRIED_SEEN);
	return 0;
}

static void show_progress(const struct verdict *v, unsigned int i)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[Ktrying %s (%u of %u)", v->at[i].bug->name, i + 1, v->nr);
}

static void end_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

static int try_each(struct verdict *v)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < v->nr; i++) {
		show_progress(v, i);
		ret = try_one(v, &v->at[i]);
		v->count[v->at[i].here]++;
	}
	end_progress();
	return ret;
}

/* ---- whether to try ---- */

/* A reproducer provokes what the module reports, and action=panic would stop the machine for it. */
static int refuse_to_panic(const struct verdict *v)
{
	char line[32];

	if (first_line("/sys/module/mmaudit/parameters/action", line, sizeof(line)) && !strcmp(line, "panic")) {
		say("mmaudit is loaded with action=panic, so a bug that is found would stop this machine: write log to /sys/module/mmaudit/parameters/action first");
		return EXIT_BLIND;
	}
	if (!v->all && first_line("/proc/sys/kernel/panic_on_warn", line, sizeof(line)) && strcmp(line, "0")) {
		say("kernel.panic_on_warn is set, so a kernel that checks its page tables itself might stop when a bug is provoked: set it to 0 meanwhile, or give --all");
		return EXIT_BLIND;
	}
	return 0;
}

/* Before it is done. */
static void say_changes(const struct verdict *v)
{
	const char *last = NULL;

	for (unsigned int i = 0; v->all && i < v->nr; i++) {
		const char *changes = v->at[i].bug->changes;

		if (changes && (!last || strcmp(changes, last)))
			say("--all: %s %s", v->at[i].bug->name, changes);
		if (changes)
			last = changes;
	}
}

int tried_is_likely(const struct verdict *v, const struct tried *t)
{
	return kernel_bug_in(t->bug, kernel_version_of(v->uts.release));
}

int verdict_try(struct verdict *v)
{
	int ret = refuse_to_panic(v);

	if (ret)
		return ret;
	say_changes(v);
	uname(&v->uts);
	v->root = !geteuid();
	v->when = time(NULL);
	witness_open(&v->witness);
	ret = try_each(v);
	witness_close(&v->witness);
	return ret;
}

/* Where this kernel has none of the features, there is nothing to lose. */
int verdict_exit(const struct verdict *v)
{
	const unsigned int *count = v->count;

	if (count[HERE_LOST])
		return EXIT_VIOLATION;
	if (count[HERE_UNTRIED] && !count[HERE_BUG] && !count[HERE_OK])
		return EXIT_BLIND;
	return v->strict && count[HERE_UNTRIED] ? EXIT_LOST : EXIT_CLEAN;
}

/* ---- words ---- */

const char *version_text(struct bug_version v, char buf[VERSION_LEN])
{
	int len = snprintf(buf, VERSION_LEN, "%d.%d", v.major, v.minor);

	if (v.patch)
		snprintf(buf + len, VERSION_LEN - len, ".%d", v.patch);
	return buf;
}

const char *since_text(const struct kernel_bug *bug, char buf[VERSION_LEN])
{
	if (bug->since.major)
		return version_text(bug->since, buf);
	snprintf(buf, VERSION_LEN, "%s or before", bug_kernels[0]);
	return buf;
}

const char *fixed_text(const struct kernel_bug *bug, char buf[VERSION_LEN])
{
	return bug->fixed.major ? version_text(bug->fixed, buf) : strcpy(buf, "no");
}

const char *sighting_site(const struct sighting *s)
{
	static char buf[NAME_LEN];

	return kind_site(s->site, buf);
}

const char *sighting_text(const struct sighting *s, char buf[SIGHTING_LEN])
{
	char rules[NAMES_LEN];

	names_of(s->broken, rule_name, "+", rules);
	snprintf(buf, SIGHTING_LEN, "%.300s at %s%s%s%s", rules, sighting_site(s), s->caller[0] ? " (" : "", s->caller,
		 s->caller[0] ? ")" : "");
	return buf;
}
