// SPDX-License-Identifier: GPL-2.0
/*
 * report_html.c - one page that needs nothing else: no network, and for conditions, losses and the table of kinds no
 * JavaScript. What JavaScript draws is data of report_page.c. A recording may come from anywhere, and tasks name themselves:
 * all text goes through put_text() or put_data(), and the policy in the head lets no script run but ours.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "known.h"
#include "losses.h"
#include "names.h"
#include "outcome.h"
#include "page.h"		/* made of tools/html/ */
#include "report.h"
#include "report_page.h"

/* Text, never markup. Control characters and bytes that are not ASCII become \xNN, as in JSON. */
static void put_text(FILE *f, const char *text)
{
	for (; *text; text++) {
		const unsigned char c = *text;

		if (strchr("&<>\"'", c))
			fprintf(f, "&#%u;", c);
		else if (c < ' ' || c >= 0x7f)
			fprintf(f, "\\x%02x", c);
		else
			fputc(c, f);
	}
}

static void put_element(FILE *f, const char *tag, const char *text)
{
	fprintf(f, "<%s>", tag);
	put_text(f, text);
	fprintf(f, "</%s>", tag);
}

/* JSON in a script element: in its strings '<' may be written otherwise, and then nothing there can end or open an element. */
static void put_data(FILE *f, const char *json)
{
	for (; *json; json++) {
		if (*json == '<')
			fputs("\\u003c", f);
		else
			fputc(*json, f);
	}
}

/* ---- head ---- */

static void put_head(FILE *f, const struct report *r)
{
	fprintf(f, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '%s'; style-src '%s'; "
		"base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>mmaudit: ", page_js_hash, page_css_hash);
	put_text(f, r->command ? r->command : r->audit.whom ? r->audit.whom : "report");
	fputs("</title>\n<style>", f);
	fwrite(page_css, 1, sizeof(page_css) - 1, f);
	fputs("</style>\n</head>\n<body>\n", f);
}

/* ---- verdict, losses and conditions ---- */

static const char *verdict_of(const struct report *r)
{
	if (!r->whole && !r->totals.violations)
		return outcome_name(OUTCOME_INCOMPLETE);
	return outcome_name(outcome_of(&r->audit, &r->totals));
}

static void put_verdict(FILE *f, const struct report *r)
{
	char scope[SCOPE_LEN], violations[64];

	fprintf(f, "<header>\n<h1>mmaudit report</h1>\n<p id=\"verdict\" class=\"%s\"><strong>%s</strong> ", verdict_of(r), verdict_of(r));
	put_text(f, violations_text(&r->totals, violations));
	put_text(f, audit_scope(&r->audit, scope));
	put_text(f, audit_rest(&r->audit));
	if (r->kinds.nr)
		fprintf(f, ", of %u kind%s", r->kinds.nr, r->kinds.nr == 1 ? "" : "s");
	fputs("</p>\n</header>\n", f);
}

static void put_loss(void *arg, const char *sentence)
{
	put_element(arg, "li", sentence);
}

static void put_losses(FILE *f, const struct report *r)
{
	fputs("<section id=\"losses\">\n<h2>Lost or not seen</h2>\n<ul>", f);
	if (!losses_tell(r, put_loss, f))
		fputs("<li class=\"nothing\">nothing</li>", f);
	fputs("</ul>\n</section>\n", f);
}

static void put_condition(FILE *f, const char *name, const char *value)
{
	if (!value || !*value)
		value = "unknown";
	put_element(f, "dt", name);
	put_element(f, "dd", value);
	fputc('\n', f);
}

/* "3: mprotect, numa, ksm" */
static void put_bits(FILE *f, const char *name, __u64 bits, const char *(*name_of)(unsigned int id, char *buf))
{
	char names[NAMES_LEN], value[NAMES_LEN + 16];

	snprintf(value, sizeof(value), "%d%s%s", __builtin_popcountll(bits), bits ? ": " : "", names_of(bits, name_of, ", ", names));
	put_condition(f, name, value);
}

static void put_sites(FILE *f, const struct audit *a)
{
	const __u64 asked = audit_sites(a);

	if (a->sweep_only) {
		put_condition(f, "sites", "none: a sweep judges entries, whoever made them");
		return;
	}
	put_bits(f, "sites seen", sites_seen(a->cov) & asked, site_name);
	put_bits(f, "sites not seen", sites_unseen(a->cov) & asked, site_name);
	put_bits(f, "sites not in this kernel", sites_absent(a->cov), site_name);
	if (sites_here(a->cov) & ~asked)
		put_bits(f, "sites filtered out", sites_here(a->cov) & ~asked, site_name);
}

static void put_module(FILE *f, const struct mma_version *ver)
{
	char text[256], state[NAME_LEN];

	snprintf(text, sizeof(text), "ABI %u.%u, for %.64s; self-test: %s%s%.128s", ver->abi_major, ver->abi_minor, ver->release,
		 state_name(ver->state, state), *ver->reason ? ": " : "", ver->reason);
	put_condition(f, "module", text);
}

static void put_looked_at(FILE *f, const struct totals *t)
{
	char text[128];

	snprintf(text, sizeof(text), "%llu grants and %llu denials of all tasks meanwhile", (unsigned long long)t->grants,
		 (unsigned long long)t->denials);
	put_condition(f, "looked at", text);
}

static void put_times(FILE *f, const struct origin *o)
{
	char begun[ORIGIN_TIME_LEN], ended[ORIGIN_TIME_LEN];

	put_condition(f, "begun", origin_time(&o->begun, begun));
	put_condition(f, "ended", origin_time(&o->ended, ended));
}

static void put_conditions(FILE *f, const struct report *r)
{
	const struct audit *a = &r->audit;

	fputs("<section id=\"conditions\">\n<h2>Conditions</h2>\n<dl>\n", f);
	put_condition(f, "kernel", a->origin.release);
	put_condition(f, "machine", audit_arch(a)->machine);
	put_condition(f, "host", a->origin.host);
	if (r->command)
		put_condition(f, "command", r->command);
	put_condition(f, "audited", a->whom);
	put_times(f, &a->origin);
	put_module(f, &a->dev->ver);
	put_looked_at(f, &r->totals);
	put_bits(f, "rules", audit_rules(a), rule_name);
	put_sites(f, a);
	fputs("</dl>\n</section>\n", f);
}

/* ---- the table of kinds ---- */

/* The label is for narrow screens, where a row is a list. */
static void put_cell(FILE *f, const char *label, const char *text)
{
	fprintf(f, "<td data-label=\"%s\">", label);
	put_text(f, text);
	fputs("</td>", f);
}

static void put_count(FILE *f, const char *label, __u64 n)
{
	fprintf(f, "<td class=\"n\" data-label=\"%s\">%llu</td>", label, (unsigned long long)n);
}

static void put_since(FILE *f, const char *label, const struct report *r, __u64 time_ns)
{
	const __u64 begun = r->audit.origin.begun_ns;

	fprintf(f, "<td class=\"n\" data-label=\"%s\">%+.3f s</td>", label, time_ns > begun ? (time_ns - begun) / 1e9 : 0);
}

/* What is known does not fail, so it must not look like what is new. */
static void put_known(FILE *f, const struct known_row *known)
{
	char text[KNOWN_TEXT_LEN];

	if (!known)
		return;
	fputs("<br>known as ", f);
	put_text(f, known_text(known, text));
}

static void put_rules(FILE *f, __u32 broken, const struct known_row *known)
{
	const struct rule_row *rule;
	char buf[NAME_LEN];

	fputs("<td data-label=\"rule\">", f);
	for (unsigned int id = 0; id < 32; id++) {
		if (!(broken >> id & 1))
			continue;
		rule = rule_row(id);
		fprintf(f, "<span class=\"rule %s\" title=\"", rule ? rule->severity : "");
		put_text(f, rule ? rule->text : "a rule of a module newer than this mmaudit");
		fputs("\">", f);
		put_text(f, rule_name(id, buf));
		fputs("</span> ", f);
	}
	put_known(f, known);
	fputs("</td>", f);
}

static void put_kind(FILE *f, struct report *r, unsigned int i)
{
	const struct kind *k = &r->kinds.at[i];
	char buf[NAME_LEN];

	fprintf(f, "<tr data-kind=\"%u\">", i);
	put_rules(f, k->broken, k->known);
	put_cell(f, "site", kind_site(k->site, buf));
	put_cell(f, "caller", k->site == KIND_SWEEP ? "-" : symbol_name(&r->syms, k->ip));
	put_count(f, "violations", k->events);
	put_count(f, "entries", k->entries);
	put_since(f, "first", r, k->first_ns);
	put_since(f, "last", r, k->last_ns);
	fputs("</tr>\n", f);
}

static void put_kinds(FILE *f, struct report *r)
{
	if (!r->kinds.nr)
		return;
	fputs("<section id=\"findings\">\n<h2>Findings</h2>\n<form id=\"filter\" hidden></form>\n<table>\n<thead><tr><th>rule</th><th>site</th>"
	      "<th>caller</th><th class=\"n\">violations</th><th class=\"n\">entries</th><th class=\"n\">first</th>"
	      "<th class=\"n\">last</th></tr></thead>\n<tbody>\n", f);
	for (unsigned int i = 0; i < r->kinds.nr; i++)
		put_kind(f, r, i);
	fputs("</tbody>\n</table>\n<noscript><p>With JavaScript, this page also shows each finding's entries bit by bit, its stack, a flame "
	      "graph and a time line. It loads nothing from elsewhere.</p></noscript>\n</section>\n"
	      "<section id=\"flames\" hidden><h2>Granting stacks</h2></section>\n"
	      "<section id=\"times\" hidden><h2>Time line by site</h2></section>\n", f);
}

/* ---- data and script ---- */

static int put_script(FILE *f, struct report *r)
{
	struct json_object *data = page_data(r);

	if (!data)
		return -ENOMEM;
	fputs("<script type=\"application/json\" id=\"data\">", f);
	put_data(f, json_object_to_json_string_ext(data, JSON_C_TO_STRING_PLAIN));
	fputs("</script>\n<script>", f);
	fwrite(page_js, 1, sizeof(page_js) - 1, f);
	fputs("</script>\n", f);
	json_object_put(data);
	return 0;
}

int report_html(FILE *f, struct report *r)
{
	int ret = 0;

	put_head(f, r);
	put_verdict(f, r);
	fputs("<main>\n", f);
	put_losses(f, r);
	put_kinds(f, r);
	put_conditions(f, r);
	fputs("</main>\n", f);
	if (r->kinds.nr)
		ret = put_script(f, r);
	fputs("</body>\n</html>\n", f);
	return ret ? ret : ferror(f) ? -EIO : 0;
}
