// SPDX-License-Identifier: GPL-2.0
/* cmd_replay.c - judges a recording again by the rules of this mmaudit, and says what changed, violation by violation. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio_ext.h>
#include <string.h>

#include "commands.h"
#include "names.h"
#include "recording.h"
#include "rejudge.h"

struct replay {
	struct recording rec;
	int changed_only;
	__u64 violations, sound;	/* records */
	__u64 same, gone, new, faults;	/* records with such a rule, and with another answer on the write fault */
	int err;			/* errno of the first failed write */
};

static const struct opt replay_options[] = {
	OPT("changed", NULL, "print only what is judged differently now", set_flag, .at = offsetof(struct replay, changed_only)),
	{ }
};

/* ---- lines ---- */

/* "  bugs[171]  addr 0xADDR-0xEND", and seconds since the audit began */
static void print_where(const struct replay *r, const struct record *rec)
{
	const int found = rec->hdr.type == MMA_REC_FINDING;
	const __u64 begun = r->rec.report.audit.origin.begun_ns, now = rec->hdr.time_ns;
	char comm[COMM_TEXT_LEN];

	decode_comm(found ? rec->finding.comm : rec->decision.comm, comm);
	printf("  %s[%u]  addr 0x%" PRIx64 "-0x%" PRIx64 "  %+.3f s\n", comm, found ? rec->finding.pid : rec->decision.pid,
	       (uint64_t)(found ? rec->finding.start : rec->decision.addr),
	       (uint64_t)(found ? rec->finding.end : decision_end(&rec->decision)), now > begun ? (now - begun) / 1e9 : 0);
}

/* Returns whether there is anything to count. */
static int print_rules(const struct replay *r, const struct record *rec, const char *word, __u32 rules)
{
	char names[NAMES_LEN], site[NAME_LEN];

	if (!rules)
		return 0;
	printf("%s %s at %s", word, names_of(rules, rule_name, ",", names), kind_site(kind_of(rec).site, site));
	print_where(r, rec);
	return 1;
}

static int print_fault(const struct replay *r, const struct record *rec, const struct rejudged *j)
{
	char then[NAME_LEN], now[NAME_LEN], site[NAME_LEN];

	if (j->fault_then == j->fault_now)
		return 0;
	printf("fault %s, now %s at %s", fault_name(j->fault_then, then), fault_name(j->fault_now, now), kind_site(kind_of(rec).site, site));
	print_where(r, rec);
	return 1;
}

/* ---- records ---- */

static int is_too_old(const struct replay *r)
{
	return r->rec.dev.ver.abi_minor < REJUDGE_MINOR;
}

static void count(struct replay *r, const struct record *rec)
{
	const __u32 broken = rec->hdr.type == MMA_REC_FINDING ? rec->finding.broken : rec->decision.broken;

	if (broken)
		r->violations++;
	else
		r->sound++;
}

static void replay_record(void *with, enum decode_status what, const struct record *rec)
{
	struct replay *r = with;
	struct rejudged j;

	if (r->err || is_too_old(r) || (what != DECODE_DECISION && what != DECODE_FINDING))
		return;
	j = rejudge(audit_arch(&r->rec.report.audit), rec, audit_rules(&r->rec.report.audit));
	count(r, rec);
	if (r->changed_only)
		r->same += !!j.same;
	else
		r->same += print_rules(r, rec, "same", j.same);
	r->gone += print_rules(r, rec, "gone", j.gone);
	r->new += print_rules(r, rec, "new ", j.new);
	r->faults += print_fault(r, rec, &j);
	if (ferror(stdout))
		r->err = errno ? errno : EIO;
}

static int changed(const struct replay *r)
{
	return r->gone || r->new || r->faults;
}

static const char *plural(__u64 n)
{
	return n == 1 ? "" : "s";
}

static void say_result(const struct replay *r)
{
	say("%s: %" PRIu64 " violation%s and %" PRIu64 " sound decision%s judged again: %" PRIu64 " same, %" PRIu64 " gone, %" PRIu64
	    " new; %" PRIu64 " write fault%s would be decided otherwise", changed(r) ? "changed" : "unchanged",
	    (uint64_t)r->violations, plural(r->violations), (uint64_t)r->sound, plural(r->sound), (uint64_t)r->same,
	    (uint64_t)r->gone, (uint64_t)r->new, (uint64_t)r->faults, plural(r->faults));
}

/* What the rules say, then and now, is what they say of older kernels. */
static void say_unknown_kernel(const struct replay *r)
{
	if (audit_unknown_kernel(&r->rec.report.audit))
		say("unknown kernel: the recorded one was newer than its mmaudit and may decide otherwise inside its functions: what breaks a rule may be no bug, and the audit was not complete");
}

/* What could not be printed was not told, so the status must not say that nothing changed. A reader that left has seen enough. */
static int written(struct replay *r, int ret)
{
	if (!r->err && fflush(stdout))
		r->err = errno;
	if (!r->err || r->err == EPIPE)
		return ret;
	__fpurge(stdout);			/* or main() would try, and fail, again */
	clearerr(stdout);
	say("cannot write to standard output: %s", strerror(r->err));
	return EXIT_LOST;
}

static int replay(struct replay *r, const char *path)
{
	int ret;

	r->rec.each = replay_record;
	r->rec.with = r;
	errno = 0;
	ret = recording_read(&r->rec, path);
	if (r->rec.begun && ret != EXIT_USAGE && is_too_old(r)) {
		say("%s: its module (ABI %u.%u) did not tell what entries were compared with: 'mmaudit report' tells what it found", path,
		    r->rec.dev.ver.abi_major, r->rec.dev.ver.abi_minor);
		ret = EXIT_USAGE;
	} else if (r->rec.begun && ret != EXIT_USAGE) {
		say_result(r);
		say_unknown_kernel(r);
		ret = changed(r) ? EXIT_VIOLATION : ret;
	}
	recording_free(&r->rec);
	return written(r, ret);
}

static int cmd_replay(int argc, char **argv)
{
	static struct replay r;
	int ret = parse_options(&replay_command, &r, argc, argv);

	if (ret != GO_ON)
		return ret;
	if (argc - optind != 1)
		return misuse("one recording is wanted ('mmaudit record' makes one)");
	return replay(&r, argv[optind]);
}

const struct command replay_command = {
	.name = "replay",
	.run = cmd_replay,
	.synopsis = "FILE",
	.operands = OPERANDS,
	.summary = "judge a recording again by today's rules; exit 1 if anything changed",
	.options = { replay_options },
};
