// SPDX-License-Identifier: GPL-2.0
/*
 * cases_test.c - reports as test cases, and their three forms for pipelines. With FORMS=DIRECTORY in the environment it leaves
 * the forms of each sample report there: tests/forms gives them to the programs that they are made for.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "check.h"
#include "known.h"
#include "report_formats.h"
#include "say.h"

static char talk[1024];

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(talk, sizeof(talk), fmt, args);
	va_end(args);
}

int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	(void)dev;
	snprintf(sym->name, sizeof(sym->name), "caller_%llx+0x1/0x2", (unsigned long long)addr);
	return 0;
}

static struct device device;
static struct coverage cov;
static struct known_row row = {
	.name = "ksm-softdirty", .reason = "KSM forgets <soft-dirty> & \"marks\"", .link = "https://example.org/#ksm",
};

/* Sites 0 to 5: seen but for mprotect (0), which is not in this kernel. */
static struct report begin(void)
{
	struct report r = {
		.audit = { .dev = &device, .cov = &cov, .whom = "process 7 and its descendants" },
		.totals.status = 0, .syms.dev = &device, .whole = 1, .command = "mmaudit run -- sh -c 'a < b && echo \"c\"'",
	};

	device = (struct device){ .ver = { .abi_major = MMA_ABI_MAJOR, .abi_minor = MMA_ABI_MINOR, .nr_rules = MMA_NR_RULES,
		.release = "6.1.0-56-cloud-amd64",
		.kernel_facts = MMA_F_KERN_SOFT_DIRTY | MMA_F_KERN_EXCL | MMA_F_KERN_UFFD_RESETS } };
	cov = (struct coverage){ .nr_sites = MMA_NR_SITES };
	for (unsigned int i = 0; i < cov.nr_sites; i++)
		cov.site[i].state = i ? MMA_SITE_SEEN : MMA_SITE_NOT_HERE;
	strcpy(r.audit.origin.host, "lab-1");
	strcpy(r.audit.origin.boot_id, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
	r.audit.origin.begun = (struct timespec){ 1700000000, 250000000 };
	r.audit.origin.ended = (struct timespec){ 1700000012, 750000000 };
	r.audit.origin.begun_ns = 42000000000;
	return r;
}

static void violate(struct report *r, unsigned int rule, unsigned int site, __u64 ip, const char *comm)
{
	struct record rec = { .decision = { .hdr = { .type = MMA_REC_DECISION, .time_ns = 43000000000 }, .site = site,
		.broken = 1U << rule, .ip = ip, .pid = 8, .tgid = 7, .count = 2, .level = MMA_LEVEL_PTE } };

	memcpy(rec.decision.comm, comm, strnlen(comm, MMA_COMM_LEN));
	rec.stack[0] = ip;
	rec.nr_stack = 1;
	report_add(r, DECODE_DECISION, &rec);
}

static void sweep_up(struct report *r, unsigned int rule)
{
	struct record rec = { .finding = { .hdr = { .type = MMA_REC_FINDING, .time_ns = 44000000000 }, .level = MMA_LEVEL_PTE,
		.broken = 1U << rule, .pid = 7, .start = 0x1000, .end = 0x4000, .comm = "swept" } };

	report_add(r, DECODE_FINDING, &rec);
}

/* As --known does it. */
static void know(struct report *r, unsigned int kind)
{
	r->kinds.at[kind].known = &row;
	r->totals.violations -= r->kinds.at[kind].events;
	r->totals.known += r->kinds.at[kind].events;
}

/* ---- the samples ---- */

static void clean(struct report *r) { (void)r; }

static void violated(struct report *r)
{
	violate(r, MMA_RULE_SOFT_DIRTY, MMA_SITE_MIGRATION, 1, "task");
	violate(r, MMA_RULE_SOFT_DIRTY, MMA_SITE_MIGRATION, 1, "task");
	violate(r, MMA_RULE_DIRTY, MMA_SITE_MIGRATION, 2, "other");
	sweep_up(r, MMA_RULE_VMA_PROT);
}

static void known(struct report *r)
{
	violate(r, MMA_RULE_LOST_SOFT_DIRTY, MMA_SITE_KSM, 1, "ksmd");
	violate(r, MMA_RULE_LOST_SOFT_DIRTY, MMA_SITE_KSM, 2, "ksmd");
	know(r, 0);
	know(r, 1);
}

static void known_and_new(struct report *r)
{
	known(r);
	violate(r, MMA_RULE_LOST_SOFT_DIRTY, MMA_SITE_KSM, 3, "ksmd");
	violate(r, MMA_RULE_LOST_SOFT_DIRTY, MMA_SITE_FORK, 3, "sh");
	know(r, 3);
}

static void unseen(struct report *r)
{
	cov.site[MMA_SITE_COLLAPSE].state = MMA_SITE_UNSEEN;
	device.ver.kernel_facts = 0;
	(void)r;
}

static void partly(struct report *r)
{
	cov.site[MMA_SITE_SPLIT].state = MMA_SITE_PARTLY;
	(void)r;
}

static void newer(struct report *r)
{
	device.ver.state = MMA_STATE_UNKNOWN;
	(void)r;
}

static void narrowed(struct report *r)
{
	r->audit.filter.rules = 1U << MMA_RULE_KSM;
	r->audit.filter.sites = 1ULL << MMA_SITE_FORK;
}

static void piped(struct report *r)
{
	violate(r, MMA_RULE_PIPED, MMA_SITE_HUGETLB, 1, "parent");
}

/* A module from before the rule PIPED (19). */
static void before_piped(struct report *r)
{
	device.ver.abi_minor = 3;
	device.ver.nr_rules = MMA_RULE_PIPED;
	(void)r;
}

/* 6.1 on arm64: neither soft-dirty nor a mark for userfaultfd. */
static void of_arm64(struct report *r)
{
	device.ver.entries = MMA_ENTRIES_ARM64_OLD;
	device.ver.kernel_facts = MMA_F_KERN_EXCL;
	(void)r;
}

static void blind(struct report *r)
{
	r->totals.blind = 1;
	violate(r, MMA_RULE_KSM, MMA_SITE_FORK, 1, "task");
}

static void cut(struct report *r)
{
	r->whole = 0;
	r->command = NULL;
	r->totals.status = -1;
	memset(&r->audit.origin, 0, sizeof(r->audit.origin));
}

static void swept(struct report *r)
{
	r->audit.sweep_only = 1;
	r->totals.status = -1;
	r->audit.whom = "process 7";
}

static void lost(struct report *r)
{
	r->totals.missed = 3;
	r->totals.signal = 9;
	r->totals.status = 137;
}

/* A task and a command may be called as they like: no form may break of it. */
static void hostile(struct report *r)
{
	r->command = "mmaudit run -- 'ok 1 # SKIP ]]> </failure> \"'";
	violate(r, MMA_RULE_KSM, MMA_SITE_FORK, 1, "\nok 1 - x # SKIP");
	violate(r, MMA_RULE_KSM, MMA_SITE_NUMA, 2, "]]></a>&\x01\xff\"'");
	violate(r, MMA_RULE_KSM, MMA_SITE_SWAP_IN, 3, "# Subtest: x");
}

static const struct sample {
	const char *name;
	void (*make)(struct report *r);
} samples[] = {
	{ "clean", clean }, { "violated", violated }, { "known", known }, { "known-and-new", known_and_new }, { "unseen", unseen }, { "partly", partly }, { "newer", newer },
	{ "arm64", of_arm64 }, { "narrowed", narrowed }, { "blind", blind }, { "cut", cut }, { "swept", swept }, { "lost", lost }, { "hostile", hostile },
	{ "piped", piped }, { "before-piped", before_piped },
};
enum { NR_SAMPLES = sizeof(samples) / sizeof(samples[0]) };

static struct report make(const char *name)
{
	struct report r = begin();

	for (int i = 0; i < NR_SAMPLES; i++)
		if (!strcmp(samples[i].name, name))
			samples[i].make(&r);
	report_end(&r);
	return r;
}

/* ---- cases ---- */

static const struct test_case *find(const struct cases *c, const char *suite, const char *name)
{
	for (unsigned int i = 0; i < c->nr; i++)
		if (!strcmp(suite_name(c->at[i].suite), suite) && !strcmp(c->at[i].name, name))
			return &c->at[i];
	return NULL;
}

#define NO_CASE	NR_CASE_STATES

/* Sample NAME ends its case so, and says why. */
static void ends(const char *sample, const char *suite, const char *name, enum case_state state, const char *why)
{
	static struct cases c;
	struct report r = make(sample);
	const struct test_case *one;
	char what[96];

	cases_of(&r, &c);
	one = find(&c, suite, name);
	snprintf(what, sizeof(what), "case-%s-%s-%s", sample, suite, name);
	check(one ? one->state == state && !strcmp(one->why, why) : state == NO_CASE, what, "%d: '%s'", one ? (int)one->state : -1, one ? one->why : "no such case");
	report_free(&r);
}

/* Each rule that has a row has a case. */
static void test_every_rule(void)
{
	static struct cases c;
	struct report r = make("clean");
	char buf[NAME_LEN];

	cases_of(&r, &c);
	for (unsigned int id = 0; id < nr_rules(); id++)
		if (rule_row(id))
			check(!!find(&c, "rules", rule_name(id, buf)), "case-of-each-rule", "%s has none", rule_name(id, buf));
	report_free(&r);
}

static void test_cases(void)
{
	test_every_rule();

	ends("clean", "audit", "sees", CASE_PASS, "");
	ends("clean", "audit", "complete", CASE_PASS, "");
	ends("clean", "audit", "command", CASE_PASS, "");
	ends("clean", "sites", "mprotect", CASE_SKIP, "not in this kernel");
	ends("clean", "sites", "migration", CASE_PASS, "");
	ends("clean", "sites", "sweep", CASE_SKIP, "no sweep was asked for (run --sweep)");
	ends("clean", "rules", "SOFT_DIRTY", CASE_PASS, "");
	ends("clean", "rules", "UFFD_RWP", CASE_SKIP, "not in this kernel (7.3 and later)");
	ends("violated", "sites", "migration", CASE_FAIL, "3 violations (6 entries)");
	ends("violated", "sites", "sweep", CASE_FAIL, "1 violation (3 entries)");
	ends("violated", "sites", "fork", CASE_PASS, "");
	ends("violated", "rules", "SOFT_DIRTY", CASE_FAIL, "2 violations (4 entries)");
	ends("violated", "rules", "VMA_PROT", CASE_FAIL, "1 violation (3 entries)");
	ends("violated", "rules", "KSM", CASE_PASS, "");
	ends("known", "sites", "ksm", CASE_KNOWN, "2 known");
	ends("known", "rules", "LOST_SOFT_DIRTY", CASE_KNOWN, "2 known");
	ends("known-and-new", "sites", "ksm", CASE_FAIL, "1 violation (2 entries), 2 known");
	ends("known-and-new", "sites", "fork", CASE_KNOWN, "1 known");
	ends("unseen", "sites", "collapse", CASE_FAIL, "not seen: no probe that sees it is planted ('mmaudit sites' says why)");
	ends("partly", "sites", "thp-split", CASE_FAIL, "seen in part: a caller has its function inlined ('mmaudit sites' shows which function)");
	ends("unseen", "rules", "SOFT_DIRTY", CASE_SKIP, "not in this kernel (all with CONFIG_MEM_SOFT_DIRTY)");
	ends("unseen", "rules", "EXCL_SHARED", CASE_SKIP, "not in this kernel (5.19 and later)");
	ends("arm64", "rules", "SOFT_DIRTY", CASE_SKIP, "not in this kernel (all with CONFIG_MEM_SOFT_DIRTY)");
	ends("arm64", "rules", "LOST_SOFT_DIRTY", CASE_SKIP, "not in this kernel (all with CONFIG_MEM_SOFT_DIRTY)");
	ends("arm64", "rules", "LOST_UFFD_WP", CASE_SKIP, "not in this kernel (aarch64 has no mark for userfaultfd here)");
	ends("arm64", "rules", "KSM", CASE_PASS, "");
	ends("newer", "audit", "complete", CASE_FAIL, "unknown kernel: it is newer than mmaudit and may decide otherwise inside its functions");
	ends("newer", "audit", "sees", CASE_PASS, "");
	ends("newer", "sites", "fork", CASE_PASS, "");
	ends("narrowed", "sites", "ksm", CASE_SKIP, "not asked for (--site)");
	ends("narrowed", "sites", "fork", CASE_PASS, "");
	ends("narrowed", "rules", "DIRTY", CASE_SKIP, "not asked for (--rule)");
	ends("narrowed", "rules", "KSM", CASE_PASS, "");
	ends("piped", "rules", "PIPED", CASE_FAIL, "1 violation (2 entries)");
	ends("before-piped", "rules", "PIPED", NO_CASE, "");
	ends("before-piped", "rules", "NOT_PROTECTED", CASE_PASS, "");
	ends("blind", "audit", "sees", CASE_FAIL, "the module did not see all it should, or could not be asked");
	ends("blind", "sites", "ksm", CASE_SKIP, "not known: the module did not see all it should");
	ends("blind", "sites", "fork", CASE_FAIL, "1 violation (2 entries)");
	ends("blind", "rules", "DIRTY", CASE_SKIP, "not known: the module did not see all it should");
	ends("cut", "audit", "complete", CASE_FAIL, "the recording has no end: what came after its last record is not known");
	ends("cut", "audit", "command", NO_CASE, "");
	ends("swept", "sites", "fork", CASE_SKIP, "not audited: a sweep judges entries, whoever granted them");
	ends("swept", "sites", "sweep", CASE_PASS, "");
	ends("lost", "audit", "complete", CASE_FAIL, "lost: 0 records, 3 probe hits, 0 suspects, 0 sweeps; 0 reads made no sense");
	ends("lost", "audit", "command", CASE_FAIL, "the audited command was ended by signal 9");
}

/* ---- forms ---- */

static char *text;
static size_t text_size;

static const char *write_form(const char *form, const char *sample)
{
	struct report r = make(sample);
	FILE *f;
	int ret;

	free(text);
	f = open_memstream(&text, &text_size);
	ret = report_format(form)->write(f, &r);
	fclose(f);
	report_free(&r);
	return ret ? "" : text;
}

static void has(const char *name, const char *in, const char *want)
{
	check(!!strstr(in, want), name, "'%s' is not in: %.3000s", want, in);
}

static void test_ktap(void)
{
	const char *got = write_form("ktap", "violated");

	has("ktap-begin", got, "KTAP version 1\n# Linux 6.1.0-56-cloud-amd64: audited process 7 and its descendants at all ");
	has("ktap-plan", got, "\n1..3\n    KTAP version 1\n    # Subtest: mmaudit.audit\n    1..3\n    ok 1 sees\n    ok 2 complete\n    ok 3 command\n"
	    "ok 1 mmaudit.audit\n");
	has("ktap-skip", got, "    ok 1 mprotect # SKIP not in this kernel\n");
	has("ktap-kind", got, "    # migration: 3 violations (6 entries)\n    # SOFT_DIRTY at migration by caller_1+0x1: 2 violations (4 entries)\n    # VIOLATION SOFT_DIRTY at migration");
	has("ktap-fails", got, " migration\n");
	has("ktap-sites", got, "\nnot ok 2 mmaudit.sites\n");
	has("ktap-rules", got, "\nnot ok 3 mmaudit.rules\n");
	has("ktap-sweep", got, "    # VMA_PROT at sweep: 1 violation (3 entries)\n");
	got = write_form("ktap", "known");
	has("ktap-known", got, " ksm # XFAIL 2 known\n");
	has("ktap-known-as", got, "# LOST_SOFT_DIRTY at ksm by caller_1+0x1: 1 violation (2 entries), known as ksm-softdirty: KSM forgets");
	has("ktap-known-passes", got, "\nok 2 mmaudit.sites\n");
	got = write_form("ktap", "hostile");
	check(!strstr(got, "\n    ok 1 - x"), "ktap-hostile", "%s", got);
}

static void test_junit(void)
{
	const char *got = write_form("junit", "violated");

	has("junit-counts", got, "<testsuite name=\"mmaudit.audit\" tests=\"3\" failures=\"0\" errors=\"0\" skipped=\"0\" timestamp=\"2023-11-14T22:13:20.250Z\" hostname=\"lab-1\">");
	has("junit-command", got, "value=\"mmaudit run -- sh -c 'a &lt; b &amp;&amp; echo &quot;c&quot;'\"/>");
	has("junit-fails", got, "<testcase name=\"migration\" classname=\"mmaudit.sites\">\n      <failure message=\"3 violations (6 entries)\" type=\"violation\">SOFT_DIRTY at migration by ");
	has("junit-skips", got, "<testcase name=\"mprotect\" classname=\"mmaudit.sites\">\n      <skipped message=\"not in this kernel\"/>\n");
	has("junit-passes", got, "<testcase name=\"fork\" classname=\"mmaudit.sites\"/>\n");
	has("junit-known", write_form("junit", "known"), "<skipped message=\"2 known\">LOST_SOFT_DIRTY at ksm");
}

static struct json_object *member(struct json_object *of, const char *key)
{
	struct json_object *got = NULL;

	json_object_object_get_ex(of, key, &got);
	return got;
}

static const char *string(struct json_object *of, const char *key)
{
	struct json_object *got = member(of, key);

	return got ? json_object_get_string(got) : "";
}

static struct json_object *test_of(struct json_object *root, const char *path)
{
	struct json_object *tests = member(root, "tests");

	for (size_t i = 0; i < json_object_array_length(tests); i++) {
		struct json_object *one = json_object_array_get_idx(tests, i);

		if (!strcmp(string(one, "path"), path))
			return one;
	}
	return NULL;
}

static void test_kcidb(void)
{
	struct json_object *root = json_tokener_parse(write_form("kcidb", "known-and-new")), *test, *none;

	check(!!root, "kcidb-json", "%s", text);
	test = test_of(root, "mmaudit.sites.ksm");
	check(!strcmp(string(test, "status"), "FAIL") && !member(test, "waived"), "kcidb-new", "%s", json_object_to_json_string(test));
	check(!strcmp(string(test, "id"), "mmaudit:6ba7b810-9dad-11d1-80b4-00c04fd430c8-42000000000-mmaudit.sites.ksm"), "kcidb-id", "%s", string(test, "id"));
	check(!strcmp(string(test, "build_id"), "mmaudit:6.1.0-56-cloud-amd64"), "kcidb-build", "%s", string(test, "build_id"));
	test = test_of(root, "mmaudit.sites.fork");
	check(!strcmp(string(test, "status"), "FAIL") && member(test, "waived"), "kcidb-known", "%s", json_object_to_json_string(test));
	check(json_object_array_length(member(root, "issues")) == 1, "kcidb-issue-once", "%s", string(root, "issues"));
	check(json_object_array_length(member(root, "incidents")) == 2, "kcidb-incidents", "%s", string(root, "incidents"));
	json_object_put(root);
	root = json_tokener_parse(write_form("kcidb", "unseen"));
	check(!strcmp(string(test_of(root, "mmaudit.sites.collapse"), "status"), "MISS"), "kcidb-unseen", "%s", text);
	json_object_put(root);
	root = json_tokener_parse(write_form("kcidb", "lost"));
	check(!strcmp(string(test_of(root, "mmaudit.audit.complete"), "status"), "ERROR"), "kcidb-lost", "%s", text);
	json_object_put(root);

	setenv("MMAUDIT_KCIDB_ORIGIN", "my_ci", 1);
	setenv("MMAUDIT_KCIDB_BUILD", "maestro:6543", 1);
	root = json_tokener_parse(write_form("kcidb", "clean"));
	test = test_of(root, "mmaudit.rules.KSM");
	check(!strcmp(string(test, "origin"), "my_ci") && !strcmp(string(test, "build_id"), "maestro:6543") && !strncmp(string(test, "id"), "my_ci:", 6),
	      "kcidb-own-build", "%s", json_object_to_json_string(test));
	check(!json_object_object_get_ex(root, "builds", &none), "kcidb-no-other-build", "%s", text);
	json_object_put(root);
	setenv("MMAUDIT_KCIDB_BUILD", "6543", 1);
	check(!*write_form("kcidb", "clean") && !strcmp(talk, "MMAUDIT_KCIDB_BUILD: '6543' is no id of a build: it begins with its origin and a colon"),
	      "kcidb-wrong-build", "%s", talk);
	setenv("MMAUDIT_KCIDB_ORIGIN", "My CI", 1);
	check(!*write_form("kcidb", "clean") && !strncmp(talk, "MMAUDIT_KCIDB_ORIGIN: 'My CI' is no origin", 42), "kcidb-wrong-origin", "%s", talk);
	unsetenv("MMAUDIT_KCIDB_ORIGIN");
	unsetenv("MMAUDIT_KCIDB_BUILD");
}

/* A disk that is full is no report. */
static void test_full(void)
{
	static const char *const forms[] = { "ktap", "junit", "kcidb" };

	for (int i = 0; i < 3; i++) {
		struct report r = make("violated");
		FILE *f = fopen("/dev/full", "w");

		setvbuf(f, NULL, _IONBF, 0);
		check(report_format(forms[i])->write(f, &r) == -EIO, forms[i], "taken for written");
		fclose(f);
		report_free(&r);
	}
}

static void leave_samples(const char *dir)
{
	static const char *const forms[] = { "ktap", "junit", "kcidb" };
	char path[512];

	for (int i = 0; i < 3 * NR_SAMPLES; i++) {
		const char *sample = samples[i / 3].name, *got = write_form(forms[i % 3], sample);
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s.%s", dir, sample, forms[i % 3]);
		f = fopen(path, "w");
		check(f && fputs(got, f) >= 0 && !fclose(f), path, "%s", strerror(errno));
	}
}

int main(void)
{
	test_cases();
	test_ktap();
	test_junit();
	test_kcidb();
	test_full();
	if (getenv("FORMS"))
		leave_samples(getenv("FORMS"));
	return check_done();
}
