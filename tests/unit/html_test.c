// SPDX-License-Identifier: GPL-2.0
/* html_test.c - the page as text: nothing in it is markup but ours, its data adds up, and its size is bounded. tests/reports looks at it. */
#include <stdlib.h>

#include "check.h"
#include "report_page.h"
#include "sample.h"

static char *text;
static size_t size;

static const char *write_page(struct report *r)
{
	FILE *f = open_memstream(&text, &size);
	const int ret = report_html(f, r);

	fclose(f);
	check(!ret, "writes", "%d", ret);
	return text;
}

static void has(const char *name, const char *want)
{
	check(!!strstr(text, want), name, "'%s' is not there", want);
}

static void has_not(const char *name, const char *what)
{
	check(!strstr(text, what), name, "'%.200s' is there", strstr(text, what) ?: "");
}

static unsigned int count(const char *what)
{
	unsigned int n = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

/* What the page's script gets, read as a browser does. */
static struct json_object *data(void)
{
	static const char begin[] = "<script type=\"application/json\" id=\"data\">";
	const char *from = strstr(text, begin), *to = from ? strstr(from, "</script>") : NULL;
	struct json_object *obj;
	char *json;

	if (!to)
		return NULL;
	from += strlen(begin);
	json = strndup(from, to - from);
	obj = json_tokener_parse(json);
	free(json);
	return obj;
}

static __u64 number(struct json_object *obj, const char *key)
{
	return json_object_get_uint64(json_object_object_get(obj, key));
}

static void test_markup(void)
{
	has("command", "<dd>sh -c &#39;&#60;/script&#62;&#60;script&#62;document.title=&#34;evil&#34;&#60;/script&#62;&#60;img src=x "
	    "onerror=alert(1)&#62;&#38;amp; \\x01\\xff</dd>");
	has("function", "<td data-label=\"caller\">&#60;!--&#60;script&#62;f;g+0x1</td>");
	has("data", "\\u003c\\/b>\\u003ci>x;y z");
	has_not("no-comment", "<!--");
	has_not("no-image", "<img");
	has_not("no-italics", "<i>");
	check(count("<script") == 2 && count("</script>") == 2, "two-scripts", "%u and %u", count("<script"), count("</script>"));
	check(count("://") == 1 && count("\"http://www.w3.org/2000/svg\"") == 1, "no-other-address", "%u", count("://"));
	has("policy", "content=\"default-src 'none'; script-src 'sha256-");
}

static void test_conditions(void)
{
	has("losses", "<li>7 probe hits were missed by the kernel</li><li>site uffd-unwp was not seen: userfaultfd un-write-protect");
	has("verdict", "<p id=\"verdict\" class=\"violations\"><strong>violations</strong> 24 violations (537 entries), of 4 kinds</p>");
	has("kernel", "<dt>kernel</dt><dd>6.1.0-test</dd>");
	has("absent", "<dt>sites not in this kernel</dt><dd>1: zap</dd>");
	has("two-rules", "KSM</span> <span class=\"rule data\"");
}

/* Each violation is once in the bins, once in the stacks. */
static void test_data(const struct report *r)
{
	struct json_object *obj = data(), *kinds, *stacks, *bins;
	__u64 in_bins = 0, in_stacks = 0, examples = 0;

	if (!check(!!obj, "data-parses", "no"))
		return;
	kinds = json_object_object_get(obj, "kinds");
	stacks = json_object_object_get(obj, "stacks");
	for (size_t i = 0; i < json_object_array_length(kinds); i++) {
		struct json_object *kind = json_object_array_get_idx(kinds, i);

		bins = json_object_object_get(kind, "bins");
		for (size_t j = 0; j < json_object_array_length(bins); j++)
			in_bins += json_object_get_uint64(json_object_array_get_idx(bins, j));
		examples += json_object_array_length(json_object_object_get(kind, "examples"));
	}
	for (size_t i = 0; i < json_object_array_length(stacks); i++)
		in_stacks += number(json_object_array_get_idx(stacks, i), "violations");
	check(in_bins == r->nr_rec, "bins", "%llu of %zu", in_bins, r->nr_rec);
	check(in_stacks == r->nr_rec, "stacks", "%llu of %zu", in_stacks, r->nr_rec);
	check(examples == 5 + 1 + 2 + 1, "examples", "%llu", examples);
	check(number(obj, "from_ns") == SAMPLE_BEGUN && number(obj, "to_ns") == SAMPLE_BEGUN + 2000000000, "span", "%llu to %llu",
	      number(obj, "from_ns"), number(obj, "to_ns"));
	json_object_put(obj);
}

/* An audit without violations: a page that needs no script. One that was cut may not look like it. */
static void test_clean(void)
{
	static struct coverage cov;
	struct report r;

	sample_begin(&r);
	cov = *r.audit.cov;
	cov.site[MMA_SITE_UFFD_UNWP].state = MMA_SITE_SEEN;
	r.audit.cov = &cov;
	report_end(&r);
	write_page(&r);
	has("clean", "class=\"clean\"><strong>clean</strong> 0 violations</p>");
	has("clean-nothing-lost", "<li class=\"nothing\">nothing</li>");
	has_not("clean-no-script", "<script");
	free(text);
	r.whole = 0;
	write_page(&r);
	has("cut", "class=\"incomplete\"><strong>incomplete</strong> 0 violations</p>");
	has("cut-says", "<li>the recording has no end");
	free(text);
	report_free(&r);
}

/* As many records and kinds as a report keeps. */
static void test_large(void)
{
	struct report r;

	sample_begin(&r);
	for (unsigned int i = 0; i < REPORT_MAX + 1000; i++) {
		struct record rec = sample_violation(MMA_SITE_MPROTECT, MMA_POINT_PROT, 1U << MMA_RULE_VM_WRITE, i);
		__u64 stack[30];

		for (unsigned int j = 0; j < 30; j++)
			stack[j] = SAMPLE_CALL((i + j) % 9ULL, i % 300);
		sample_stack(&rec, 30, stack);
		sample_add(&r, rec);
	}
	report_end(&r);
	write_page(&r);
	check(size < 16 << 20, "bounded", "%zu bytes", size);
	has("left-out", "violations were too many to be kept");
	has("rest", "violations are of more kinds than");
	free(text);
	report_free(&r);
}

static void test_span(void)
{
	struct report r;
	struct span span;

	sample_report(&r);
	r.audit.origin.ended.tv_sec = 0;
	r.audit.origin.begun_ns = 0;
	span = page_span(&r);
	check(span.from == SAMPLE_BEGUN && span.to == SAMPLE_BEGUN + 1900000000, "span-of-records", "%llu to %llu", span.from, span.to);
	r.audit.origin.ended.tv_sec = r.audit.origin.begun.tv_sec + 20000000000;	/* in nanoseconds it would overflow */
	span = page_span(&r);
	check(span.to == SAMPLE_BEGUN + 1900000000, "span-of-nonsense", "%llu to %llu", span.from, span.to);
	report_free(&r);
}

/* A recording may hold any times, in any order. */
static void test_any_times(void)
{
	static const __u64 times[] = { 7, 0, ~0ULL, 5 };
	struct report r;
	struct span span;

	sample_begin(&r);
	r.audit.origin.ended.tv_sec = r.audit.origin.begun_ns = 0;
	for (unsigned int i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		sample_add(&r, sample_violation(MMA_SITE_MPROTECT, MMA_POINT_PROT, 1U << MMA_RULE_VM_WRITE, i));
	for (unsigned int i = 0; i < r.nr_rec; i++)
		r.rec[i].hdr.time_ns = times[i];
	span = page_span(&r);
	check(!span.from && span.to == ~0ULL, "span-of-any-times", "%llu to %llu", span.from, span.to);
	report_free(&r);
}

int main(void)
{
	struct report r;

	sample_report(&r);
	write_page(&r);
	test_markup();
	test_conditions();
	test_data(&r);
	free(text);
	report_free(&r);
	test_clean();
	test_large();
	test_span();
	test_any_times();
	return check_done();
}
