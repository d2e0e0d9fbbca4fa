// SPDX-License-Identifier: GPL-2.0
/* screen.c - see screen.h. Lines are cut at the terminal's width, and what does not fit below is left out. */
#include <stdlib.h>

#include "say.h"
#include "screen.h"

#ifdef HAVE_NCURSES

#include <curses.h>
#include <inttypes.h>
#include <stdarg.h>

#include "names.h"
#include "print.h"

static SCREEN *screen;
static int row;

int screen_open(void)
{
	const char *term = getenv("TERM");

	screen = newterm(NULL, stdout, stdin);
	if (!screen) {
		say("the terminal '%s' is not known here: set TERM to one that is, or use 'mmaudit stat' and 'mmaudit watch'",
		    term ? term : "");
		return EXIT_USAGE;
	}
	cbreak();
	noecho();
	nodelay(stdscr, TRUE);
	curs_set(0);
	use_default_colors();
	return 0;
}

void screen_close(void)
{
	endwin();
	delscreen(screen);
	screen = NULL;
}

int screen_key(void)
{
	int key = getch();

	return key == ERR ? -1 : key;
}

static void __attribute__((format(printf, 2, 3))) line(attr_t attr, const char *fmt, ...)
{
	char buf[512];
	va_list args;

	if (row >= LINES)
		return;
	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	attrset(attr);
	mvaddnstr(row++, 0, buf, COLS);
	attrset(A_NORMAL);
}

static void draw_head(const struct picture *p)
{
	const struct rate *sum = &p->rates->sum;
	const struct mma_stats *s = p->stats;
	const __u64 lost = p->lost + sum->all_missed + s->suspects_lost + s->sweeps_lost;
	char unseen[NAMES_LEN];

	line(A_BOLD, "mmaudit top: %.63s, every %u s; q ends", p->ver->release, p->delay);
	line(A_NORMAL, "all sites   %.0f grants, %.0f denials, %.0f violations a second", sum->grants, sum->denials, sum->violations);
	line(lost ? A_BOLD : A_NORMAL, "lost        %" PRIu64 " records here; since load %" PRIu64 " hits (%.0f/s), %" PRIu64
	     " suspects, %" PRIu64 " sweeps", (uint64_t)p->lost, (uint64_t)sum->all_missed, sum->missed,
	     (uint64_t)s->suspects_lost, (uint64_t)s->sweeps_lost);
	if (sites_unseen(p->cov))
		line(A_BOLD, "not seen    %s", names_of(sites_unseen(p->cov), site_name, ", ", unseen));
	if (p->ver->state == MMA_STATE_UNKNOWN)
		line(A_BOLD, "not known   %.127s", p->ver->reason);
	else if (p->ver->state != MMA_STATE_OK)
		line(A_BOLD, "blind       %.127s", p->ver->reason);
	row++;
}

static void draw_site(const struct rate *r)
{
	char name[NAME_LEN];

	line(r->violations > 0 ? A_BOLD | A_REVERSE : r->all_violations ? A_BOLD : A_NORMAL,
	     "%-17s %8.0f %9.0f %7.0f %8.0f %9" PRIu64 " %9" PRIu64 " %6" PRIu64, site_name(r->site, name), r->grants, r->denials,
	     r->violations, r->missed, (uint64_t)r->all_grants, (uint64_t)r->all_denials, (uint64_t)r->all_violations);
}

/* 80 columns. Room is kept for what was found. */
static void draw_sites(const struct picture *p)
{
	const int keep = p->kinds->nr ? (p->kinds->nr < 8 ? p->kinds->nr : 8) + 2 : 0;

	line(A_UNDERLINE, "%-17s %8s %9s %7s %8s %9s %9s %6s", "SITE", "GRANTS/s", "DENIALS/s", "WRONG/s", "MISSED/s",
	     "GRANTS", "DENIALS", "WRONG");
	for (unsigned int i = 0; i < p->rates->nr && row < LINES - keep; i++)
		draw_site(&p->rates->at[i]);
}

static void draw_kind(const struct picture *p, const struct kind *k)
{
	const double ago = p->now_ns > k->last_ns ? (p->now_ns - k->last_ns) / 1e9 : 0;
	char names[NAMES_LEN], site[NAME_LEN];

	line(ago < 2 * p->delay ? A_BOLD : A_NORMAL, "%10" PRIu64 " %10" PRIu64 " %10.0f s  %s  %s  %s", (uint64_t)k->events,
	     (uint64_t)k->entries, ago, names_of(k->broken, rule_name, ",", names),
	     kind_site(k->site, site), k->site == KIND_SWEEP ? "-" : symbol_name(p->syms, k->ip));
}

static void draw_kinds(const struct picture *p)
{
	if (!p->kinds->nr)
		return;
	row++;
	line(A_UNDERLINE, "%10s %10s %12s  RULE  SITE  CALLER", "VIOLATIONS", "ENTRIES", "LAST");
	for (unsigned int i = 0; i < p->kinds->nr; i++)
		draw_kind(p, &p->kinds->at[i]);
}

void screen_draw(const struct picture *p)
{
	row = 0;
	erase();
	draw_head(p);
	draw_sites(p);
	draw_kinds(p);
	refresh();
}

#else

int screen_open(void)
{
	say("this mmaudit was built without ncurses, so it has no top: use 'mmaudit stat' and 'mmaudit watch'");
	return EXIT_USAGE;
}

void screen_draw(const struct picture *p) { }
int screen_key(void) { return -1; }
void screen_close(void) { }

#endif
