// SPDX-License-Identifier: GPL-2.0
/* session.c - one audit: reads records from the device, counts and prints them. watch and run decide when it ends. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "files.h"
#include "journal.h"
#include "names.h"
#include "outcome.h"
#include "print_journal.h"
#include "session.h"

/* A read brings many records; MMA_REC_MAX is the least it may ask for. */
#define READ_SIZE	(64 * 1024)

static int set_rule(void *into, const struct opt *opt, const char *arg)
{
	struct session *s = into;
	int id = rule_by_name(arg);

	if (id < 0)
		return misuse("no rule '%s' (see 'mmaudit explain --list')", arg);
	s->rules |= 1U << id;
	return 0;
}

static int add_site(__u64 *sites, const char *name)
{
	int id = site_by_name(name);

	if (id < 0)
		return misuse("no site '%s' (see 'mmaudit explain --list')", name);
	*sites |= 1ULL << id;
	return 0;
}

static int set_site(void *into, const struct opt *opt, const char *arg)
{
	struct session *s = into;

	return add_site(&s->sites, arg);
}

/* Takes "all", or names with commas between them. */
static int set_required(void *into, const struct opt *opt, const char *arg)
{
	struct session *s = into;
	char one[NAME_LEN];
	size_t len;

	if (!strcmp(arg, "all")) {
		s->required_all = 1;
		return 0;
	}
	for (;; arg += len + 1) {
		len = strcspn(arg, ",");
		snprintf(one, sizeof(one), "%.*s", (int)len, arg);
		if (add_site(&s->required, one))
			return EXIT_USAGE;
		if (!arg[len])
			return 0;
	}
}

const struct opt record_options[] = {
	OPT("rule", "RULE", "only violations of RULE (may be repeated; see 'mmaudit explain --list')", set_rule),
	OPT("known", "FILE", "tell violations that FILE names apart: they do not fail (may be repeated; see 'mmaudit known')",
	    set_known, .at = offsetof(struct session, known)),
	OPT("output", "FILE", "write records to FILE, not to standard output", set_text, .at = offsetof(struct session, path),
	    .letter = 'o'),
	{ }
};

const struct opt audit_options[] = {
	OPT("site", "SITE", "only what SITE decides (may be repeated; see 'mmaudit sites')", set_site),
	OPT("require-sites", "LIST", "exit 3 unless each of these sites is seen: names with commas between them, or all", set_required),
	OPT("all", NULL, "every decision, sound grants and denials too", set_flag, .at = offsetof(struct session, all)),
	OPT("strict", NULL, "exit 4 if the verdict is incomplete: something was lost or unseen, or a descendant still runs",
	    set_flag, .at = offsetof(struct session, strict)),
	OPT("report", "NAME[=FILE]", "at the end, write report NAME to FILE; without FILE to standard output, where no records go then (may be repeated; see 'mmaudit report')",
	    set_form, .at = offsetof(struct session, forms)),
	OPT("history", "N", "of each violation, show the N newest events of its page, and the one that lost the bit; 0: none (default 16)",
	    set_history, .at = offsetof(struct session, pasts)),
	OPT("history-mode", "MODE", "what the module records for that: tracked (mappings where soft-dirty was cleared, or that userfaultfd watches; the default), audited (processes that are audited), all, off",
	    set_history_mode, .at = offsetof(struct session, pasts)),
	OPT("ktap", "[=FILE]", "the same as --report ktap", set_named_form, .at = offsetof(struct session, forms)),
	OPT("junit", "FILE", "the same as --report junit=FILE", set_named_form, .at = offsetof(struct session, forms)),
	{ }
};

const struct opt print_options[] = {
	OPT("every", NULL, "print every violation in full, not only the first of a rule, site and caller",
	    set_flag, .at = offsetof(struct session, every)),
	OPT("json", NULL, "print one JSON object a line: start, violation, decision, lost, end", set_flag, .at = offsetof(struct session, json)),
	OPT("journal", NULL, "send violations to the systemd journal, and print only their table at the end", set_flag,
	    .at = offsetof(struct session, journal)),
	OPT("vmlinux", "FILE", "name the source line of each frame of a stack, from this kernel's vmlinux with debug information",
	    set_text, .at = offsetof(struct session, vmlinux)),
	{ }
};

/* A report on standard output is alone there. */
static FILE *records_open(struct session *s)
{
	if (!s->path && forms_take_stdout(&s->forms))
		s->path = "/dev/null";
	return s->path ? wholefile_stream(s->path) : stdout;
}

static int output_open(struct session *s)
{
	struct output *out = &s->out;

	out->syms.dev = &s->dev;
	out->arch = arch_of(s->dev.ver.entries);
	if (s->record)
		return recorder_open(&s->recorder, out, s->path) ? EXIT_USAGE : forms_open(&s->forms);
	out->ops = s->journal ? &journal_ops : s->json ? &json_ops : &text_ops;
	if (first_pid_namespace())		/* or their numbers mean other processes here */
		out->paths = &s->paths;
	if (s->vmlinux && !(out->lines = lines_open(s->vmlinux)))
		return EXIT_USAGE;
	out->file = records_open(s);
	return out->file ? forms_open(&s->forms) : EXIT_USAGE;
}

/* An audit of a site that is not seen would mean nothing. */
static int refuse_unseen(const struct session *s)
{
	__u64 unseen = s->sites & ~sites_seen(&s->cov);
	char buf[NAME_LEN];
	int first;

	if (!unseen)
		return 0;
	first = __builtin_ctzll(unseen);
	say("site %s is %s, so an audit of it would mean nothing (see 'mmaudit sites')", site_name(first, buf),
	    sites_absent(&s->cov) >> first & 1 ? "not in this kernel" : "not seen on this kernel");
	return EXIT_BLIND;
}

/* A site that this kernel does not have need not be seen. */
static int refuse_required(const struct session *s)
{
	const __u64 required = s->required_all ? sites_here(&s->cov) : s->required;
	__u64 unseen = required & sites_unseen(&s->cov);
	char list[NAMES_LEN];

	if (!unseen)
		return 0;
	say("--require-sites: no probe sees %s, so the audit was not begun (see 'mmaudit sites')",
	    names_of(unseen, site_name, ", ", list));
	return EXIT_BLIND;
}

int session_refuse_namespace(void)
{
	if (first_pid_namespace())
		return 0;
	say("this is a pid namespace of its own (a container?), so no process can be named to the kernel: run on the host");
	return EXIT_BLIND;
}

/* The journal is no place for each sound decision, and a form of output of its own. */
static int refuse_journal(const struct session *s)
{
	if (!s->journal)
		return 0;
	if (s->json || s->all || s->path)
		return misuse("--journal goes with none of --json, --all and --output: run a second mmaudit for these");
	return journal_open() ? EXIT_USAGE : 0;
}

int session_open(struct session *s, int want_pid)
{
	int ret;

	s->dev.fd = -1;
	s->totals.status = -1;
	if (refuse_journal(s))
		return EXIT_USAGE;
	if (s->path && forms_spare(&s->forms, s->path))
		return EXIT_USAGE;
	if (want_pid && (ret = session_refuse_namespace()))
		return ret;
	if (device_open_seeing(&s->dev) || device_coverage(&s->dev, &s->cov))
		return EXIT_BLIND;
	ret = refuse_unseen(s);
	if (!ret)
		ret = refuse_required(s);
	if (s->all && !(s->dev.ver.features & MMA_FEAT_DECISIONS)) {
		say("this module reports violations only, so --all would not be all: leave it out, or load the module that came with this mmaudit");
		ret = EXIT_BLIND;
	}
	return ret ? ret : output_open(s);
}

int session_open_device(struct session *s)
{
	int ret = session_refuse_namespace();

	s->totals.status = -1;
	if (ret)
		return ret;
	if (device_open(&s->dev) || device_coverage(&s->dev, &s->cov))
		return EXIT_BLIND;
	s->audit.dev = &s->dev;
	s->audit.cov = &s->cov;
	pasts_begin(&s->pasts, &s->dev);
	s->audit.filter.rules = s->rules;	/* for the printers to name; sweep.c filters */
	return output_open(s);
}

int session_begin(struct session *s, __u32 pid, int descendants, const char *whom)
{
	struct mma_filter *f = &s->audit.filter;

	f->flags = (s->all ? MMA_FILTER_DECISIONS : 0) | (descendants ? MMA_FILTER_DESCENDANTS : 0) |
		   (s->sweep ? MMA_FILTER_SWEEP : 0);
	f->pid = pid;
	f->rules = s->rules;
	f->sites = s->sites;
	f->history = pasts_wish(&s->pasts, &s->dev);
	pasts_begin(&s->pasts, &s->dev);
	s->audit.dev = &s->dev;
	s->audit.cov = &s->cov;
	s->audit.whom = whom;
	if (descendants && !(s->dev.ver.features & MMA_FEAT_DESCENDANTS)) {
		say("this module cannot follow what a process forks: load the module that came with this mmaudit");
		return EXIT_BLIND;
	}
	if (s->sweep && !(s->dev.ver.features & MMA_FEAT_SWEEP_EXIT)) {
		say("this module cannot sweep at exit: the function by which this kernel lets a task's memory go could not be probed ('mmaudit sites': points exit_mm and exec_mm), or the module is older than this mmaudit: load the one that came with it");
		return EXIT_BLIND;
	}
	if (device_filter(&s->dev, f) || device_stats(&s->dev, &s->before))
		return EXIT_BLIND;
	return 0;
}

/* EPIPE: the reader has seen enough. With any other error the report must not count as complete. */
static void flush_output(struct output *out)
{
	if (out->err || (!fflush(out->file) && !ferror(out->file)))
		return;
	out->err = errno ? errno : EIO;
	__fpurge(out->file);			/* or exit would try, and fail, again */
	clearerr(out->file);
	if (out->err != EPIPE)
		say("cannot write the records: %s", strerror(out->err));
}

void session_start(struct session *s)
{
	s->totals.kinds = &s->kinds;
	origin_begin(&s->audit.origin);
	s->out.ops->start(&s->out, &s->audit);
	flush_output(&s->out);
}

/* Returns whether to print it in full: programs and recordings get every violation, people the first of each kind. */
static int count_violation(struct session *s, const struct record *rec)
{
	int first = kinds_count(&s->kinds, rec);

	s->totals.violations++;
	s->totals.entries += record_entries(rec);
	s->out.past = pasts_of(&s->pasts, rec, kinds_row(&s->kinds, rec));
	if (s->forms.nr) {
		report_keep(&s->report, rec, first);
		report_keep_past(&s->report, rec, s->out.past);
	}
	return first || s->json || s->every || s->record;
}

/* The printer tells of a known violation that it is. */
static void look_up(struct session *s, const struct record *rec)
{
	s->out.known = known_record(&s->known, rec, &s->out.syms, s->dev.ver.release);
}

/* `mmaudit sweep` prints every finding: sweep.c has dropped what was printed before. */
void session_finding(struct session *s, const struct record *rec)
{
	int tell;

	s->out.past = NULL;
	tell = !rec->finding.broken || count_violation(s, rec) || s->audit.sweep_only;
	if (!tell || s->out.err)
		return;
	look_up(s, rec);
	s->out.ops->finding(&s->out, rec);
}

void session_flush(struct session *s)
{
	flush_output(&s->out);
}

static void print_record(struct session *s, enum decode_status what, const struct record *rec)
{
	int tell = 1;

	s->out.past = NULL;
	switch (what) {
	case DECODE_DECISION:
		if (rec->decision.broken)
			tell = count_violation(s, rec);
		else
			s->totals.decisions++;
		if (!tell || s->out.err)
			break;
		look_up(s, rec);
		s->out.ops->decision(&s->out, rec);
		break;
	case DECODE_LOST:
		s->totals.lost += rec->lost.ring_full;
		if (!s->out.err)
			s->out.ops->lost(&s->out, rec);
		break;
	case DECODE_FINDING:
		session_finding(s, rec);
		break;
	case DECODE_UNKNOWN:
		s->totals.unknown++;
		if (!s->out.err && s->out.ops->unknown)
			s->out.ops->unknown(&s->out);
		break;
	case DECODE_CORRUPT:
		s->totals.corrupt++;
		break;
	case DECODE_END:
		break;
	}
}

int session_enough(const struct session *s)
{
	if (s->out.err)
		return 1;
	return s->limit && s->totals.violations + s->totals.decisions >= s->limit;
}

static void note_oldest(struct session *s, const struct record *rec)
{
	if (!s->oldest_ns || rec->hdr.time_ns < s->oldest_ns)
		s->oldest_ns = rec->hdr.time_ns;
}

int session_read(struct session *s)
{
	static unsigned char buf[READ_SIZE];
	ssize_t n = device_read(&s->dev, buf, sizeof(buf));
	struct cursor cur = { buf, n > 0 ? n : 0 };
	enum decode_status what;
	struct record rec;

	s->oldest_ns = 0;
	for (s->out.raw = buf; (what = decode_next(&cur, &rec)) != DECODE_END; s->out.raw = cur.at) {
		s->out.raw_size = cur.at - s->out.raw;
		s->totals.read += what != DECODE_LOST;
		if (s->limit && session_enough(s))
			continue;
		print_record(s, what, &rec);
		if (what == DECODE_DECISION || what == DECODE_FINDING)
			note_oldest(s, &rec);
	}
	s->out.raw = NULL;
	if (n > 0)
		flush_output(&s->out);
	progress_say(&s->progress, "%llu records, %llu violations", (unsigned long long)s->totals.read,
		     (unsigned long long)s->totals.violations);
	return n > 0 ? 1 : n;
}

/* Repeated because other processors count records while these are read. */
static int read_last_stats(struct session *s)
{
	int ret, tries = 100;

	do
		ret = device_stats(&s->dev, &s->totals.stats);
	while (!ret && !totals_balance(&s->totals) && --tries && !usleep(1000));
	return ret;
}

/*
 * device_open_seeing() ran the self-test at the begin. This one, on the same file,
 * also reports what was off in between. It makes grants itself, so it comes after
 * the last counters are read.
 */
static int repeat_selftest(struct session *s)
{
	if (!device_selftest(&s->dev) && version_sees(&s->dev.ver))
		return 1;
	say("blind: %.*s; what this audit did not see means nothing; mend that and run it again ('mmaudit doctor')",
	    (int)sizeof(s->dev.ver.reason), s->dev.ver.reason);
	return 0;
}

void session_settle(struct session *s)
{
	totals_know(&s->totals, known_settle(&s->known, &s->kinds, &s->out.syms, s->dev.ver.release));
}

int session_finish(struct session *s)
{
	struct totals *t = &s->totals;
	int ret = device_flush(&s->dev);
	__u64 end = now_ns();
	int more = 0;

	/* Other tasks may keep the ring filled, so the last read is the first with nothing but newer records. */
	while (!(s->limit && session_enough(s))) {
		more = session_read(s);
		if (more <= 0 || s->oldest_ns > end)
			break;
	}
	progress_end(&s->progress);
	if (read_last_stats(s) || more < 0)
		ret = -EIO;
	t->blind = !repeat_selftest(s);
	t->grants = t->stats.grants - s->before.grants;
	t->denials = t->stats.denials - s->before.denials;
	t->missed = t->stats.missed - s->before.missed;
	t->suspects_lost = t->stats.suspects_lost - s->before.suspects_lost;
	t->not_kept = pasts_not_kept(&s->pasts);
	if (s->sweep) {
		t->at_exit = t->stats.swept - s->before.swept;
		t->sweeps_lost = t->stats.sweeps_lost - s->before.sweeps_lost;
	}
	session_settle(s);
	return ret;
}

/* EPIPE is no loss: the reader has seen enough. But of a recording nobody wants a part. */
static void note_unwritten(struct session *s)
{
	s->totals.unwritten = s->out.err == EPIPE && !s->record ? 0 : s->out.err;
}

static void close_recording(struct session *s)
{
	int ret = recorder_close(&s->recorder, &s->out);

	if (ret)
		s->out.err = -ret;
}

/* A report that cannot be written counts as records that were not. */
static void write_reports(struct session *s)
{
	struct report *r = &s->report;
	int ret;

	if (!s->forms.nr)
		return;
	r->audit = s->audit;
	r->totals = s->totals;
	r->kinds = s->kinds;
	r->syms.dev = &s->dev;
	r->command = origin_line(&s->audit.origin);
	r->whole = 1;
	report_end(r);
	ret = forms_write(&s->forms, r);
	if (ret && !s->out.err)
		s->out.err = -ret;
	free((char *)r->command);
}

void session_end(struct session *s)
{
	origin_end(&s->audit.origin);
	note_unwritten(s);
	if (!s->out.err || !s->json)		/* the text form talks on stderr */
		s->out.ops->end(&s->out, &s->audit, &s->totals);
	flush_output(&s->out);
	if (s->record)
		close_recording(s);
	note_unwritten(s);
	write_reports(s);
	note_unwritten(s);
	outcome_say_absent(&s->audit, &s->known);
}

int session_exit(const struct session *s)
{
	const struct totals *t = &s->totals;

	if (s->record && t->unwritten)		/* what was wanted is not there, whatever was seen */
		return EXIT_LOST;
	switch (outcome_of(&s->audit, t)) {
	case OUTCOME_BLIND:
		return EXIT_BLIND;
	case OUTCOME_VIOLATIONS:
		return EXIT_VIOLATION;
	case OUTCOME_INCOMPLETE:
		return s->strict || t->unwritten ? EXIT_LOST : EXIT_CLEAN;
	default:
		return EXIT_CLEAN;
	}
}

void session_close(struct session *s)
{
	symbols_free(&s->out.syms);
	report_free(&s->report);
	pasts_free(&s->pasts);
	forms_drop(&s->forms);			/* those that no report was written to */
	if (s->record)
		recorder_drop(&s->recorder, &s->out);
	paths_free(&s->paths);
	lines_close(s->out.lines);
	known_free(&s->known);
	if (s->out.file && s->path)
		fclose(s->out.file);
	device_close(&s->dev);
}

int signals_take(struct signals *sig)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was;
	sigset_t set;

	sigemptyset(&set);
	/* SIGINT also ends a watch that a shell started with '&', and so with SIGINT ignored: scripts do that. */
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGQUIT);
	/* But SIGHUP stays ignored if nohup did that: a signalfd would get it all the same. */
	if (!sigaction(SIGHUP, NULL, &was) && was.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	sigaction(SIGPIPE, &ignore, &sig->pipe);	/* a closed output is EPIPE, see flush_output() */
	sigprocmask(SIG_BLOCK, &set, &sig->mask);
	sig->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (sig->fd >= 0)
		return 0;
	say("cannot wait for signals: %s", strerror(errno));
	return EXIT_BLIND;
}

void signals_end_line(const struct signals *sig)
{
	struct signalfd_siginfo info;

	if (read(sig->fd, &info, sizeof(info)) == sizeof(info) && info.ssi_code == SI_KERNEL && isatty(STDERR_FILENO))
		fputc('\n', stderr);
}

void signals_give_back(const struct signals *sig)
{
	sigaction(SIGPIPE, &sig->pipe, NULL);
	sigprocmask(SIG_SETMASK, &sig->mask, NULL);
}
