// SPDX-License-Identifier: GPL-2.0
/* print_past.c - see print_past.h. */
#include "print_past.h"
#include "style.h"
#include "tell_past.h"
#include "words.h"

#define TIME_INDENT	21	/* columns of the mark and the time */

/* "[   33.182351]", as dmesg writes time. */
static void print_time(const struct past_sheet *s, __u64 ns)
{
	fprintf(s->f, "[%5llu.%06llu]", (unsigned long long)(ns / 1000000000), (unsigned long long)(ns / 1000 % 1000000));
}

static void print_mark(const struct past_sheet *s, const struct past *past, const struct step *step)
{
	const int blamed = is_blamed(&past->blame, step);
	const int colour = s->colour && blamed;

	fprintf(s->f, "  %s%c ", style_on(colour, STYLE_LOST), blamed ? '>' : ' ');
	print_time(s, step->ev->time_ns);
	fprintf(s->f, "%s ", style_off(colour));
}

/* "pid 812 clear-refs walk_pgd_range+0x4f: taken away: soft-dirty, writable ..." */
static void print_step(const struct past_sheet *s, const struct past *past, const struct step *step, struct symbols *syms)
{
	char text[PAST_TEXT_LEN], task[PAST_TEXT_LEN], head[2 * PAST_TEXT_LEN];
	struct words w;

	print_mark(s, past, step);
	w = words_begin(s->f, TIME_INDENT, s->width);
	snprintf(head, sizeof(head), "%s %s%s%s:", tell_event_task(step->ev, task), tell_event_site(step->ev, text),
		 step->ev->ip ? " " : "", step->ev->ip ? symbol_name(syms, step->ev->ip) : "");
	words_add_all(&w, head);
	words_add_all(&w, tell_event(step->ev, step->at, text));
	words_end(&w);
}

static void print_note(const struct past_sheet *s, const char *text)
{
	struct words w;

	fprintf(s->f, "%*s", TIME_INDENT, "");
	w = words_begin(s->f, TIME_INDENT, s->width);
	words_add_all(&w, text);
	words_end(&w);
}

/* Stands where it belongs in time: what is above may be of other processors, whose rings were not overwritten. */
static void print_begin(const struct past_sheet *s, const struct past *past, size_t above)
{
	fputs("    ", s->f);
	print_time(s, past->begins_ns);
	fputs(above ? " nothing is missing from here on\n" : " history begins\n", s->f);
}

/* Why nothing is older than the first step, if that is not because the history begins. */
static void print_why_first(const struct past_sheet *s, const struct past *past)
{
	char text[PAST_TEXT_LEN];

	if (past->trail.end != TRAIL_BEGIN)
		print_note(s, tell_begin(past, text));
}

/* Changes of mappings, and the begin of the address space, tell of no page. */
static int tells_of_page(const struct step *step)
{
	return step->ev->kind != MMA_EVENT_BORN && !event_is_of_mapping(step->ev);
}

/* Where the page is another one than in the lines before; `other`: one of these tells of a page. */
static void print_change(const struct past_sheet *s, const struct step *before, const struct step *now, int other)
{
	if (other && before->earlier && !now->earlier)
		print_note(s, "-- the page that is asked for; above, others at the same address --");
}

/* It is about all lines above. */
static void print_order(const struct past_sheet *s, const struct past *past)
{
	char text[PAST_TEXT_LEN];

	if (!tell_order(past))
		return;
	snprintf(text, sizeof(text), "-- %s --", tell_order(past));
	print_note(s, text);
}

void print_past(const struct past_sheet *s, const struct past *past, struct symbols *syms)
{
	const struct step *step = past->trail.step;
	const size_t nr = past->trail.nr;
	size_t above = 0;
	int other = 0;

	while (above < nr && step[above].ev->time_ns < past->begins_ns)
		above++;
	if (above)
		print_why_first(s, past);
	for (size_t i = 0; i < nr; i++) {
		if (i == above)
			print_begin(s, past, above);
		if (!i && !above)
			print_why_first(s, past);
		print_change(s, i ? &step[i - 1] : NULL, &step[i], other);
		other |= tells_of_page(&step[i]);
		print_step(s, past, &step[i], syms);
	}
	if (above == nr)
		print_begin(s, past, above);
	if (!nr)
		print_why_first(s, past);
	print_order(s, past);
}
