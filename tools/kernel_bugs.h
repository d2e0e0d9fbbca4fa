/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel_bugs.h - what is known of kernel bugs, in one table: `mmaudit verdict` tells it, tests/bugs reproduces it, and
 * docs/findings.md is made from it (tools/man/findings.c). Pure data: tests/bugs is built with it, too.
 */
#ifndef KERNEL_BUGS_H
#define KERNEL_BUGS_H

#define BUG_KERNELS	5	/* on so many kernels was it tried: bug_kernels[] */
#define BUG_WAYS	8	/* so many bugs may share a story, and an empty row ends them */
#define BUG_NEWEST	"7.3.4"	/* what is not fixed was there in this one */

/* 0, 0 of `since`: in the oldest kernel that was tried, too; of `fixed`: not yet. 7, 3, 4: since a stable release. */
struct bug_version { int major, minor, patch; };

/* One way to lose something: a row of tests/bugs. */
struct kernel_bug {
	const char *name;
	const char *classes;		/* words of bug_classes[] */
	const char *loses;		/* what the user loses */
	const char *rules, *site;	/* as which mmaudit reports it, rules joined by +; "-": none, or several sites */
	struct bug_version since, fixed;	/* as Debian's kernels have it */
	const char seen[BUG_KERNELS + 1];	/* a letter for each of bug_kernels[]: B it is there, o tried and right, - cannot be */
	const char *way_of;		/* the same bug as that row, in another way: no line of its own in docs/findings.md */
	const char *named;		/* rules and site in words, if they need more; or NULL */
	const char *changes;		/* what trying it changes outside of its own memory; NULL: nothing */
	int gentle;			/* it can also be tried without changing that, if the machine is set so already */
	int harmless;			/* nothing is lost */
	struct bug_version stable;	/* the release that has mended it in one older series: 6, 12, 118; or 0 */
};

/* Bugs that have one cause. docs/findings.md joins the strings to a section. */
struct bug_story {
	const char *title;		/* NULL: has no section of its own, but is an item of the section `under` */
	const char *under;
	const char *user;		/* what happens, for those who use it */
	const char *cause;		/* the mistake, without its full stop */
	const char *detail;		/* goes on where `cause` ends */
	const char *more;		/* further paragraphs; or NULL */
	const char *helps;		/* what one can do, without its full stop */
	const char *upstream;		/* the commit that mended it, or its subject in quotes; NULL: none, or not known */
	struct kernel_bug bugs[BUG_WAYS];
};

struct bug_class {
	const char *name, *text;
};

extern const struct bug_story bug_stories[];	/* the last has no bug */
extern const struct bug_class bug_classes[];	/* the last has no name */
extern const char *const bug_kernels[BUG_KERNELS];
extern const char *const bug_releases[BUG_KERNELS];	/* which one of each was tried */

/* Returns the bug of that name, and its story in *story unless that is NULL; or NULL. */
const struct kernel_bug *kernel_bug_find(const char *name, const struct bug_story **story);

/* The version in a release as uname -r has it: Debian's 6.1 and older call each one of a series 6.1.0. */
struct bug_version kernel_version_of(const char *release);

/* Whether a kernel of that version has it, as far as is known. */
int kernel_bug_in(const struct kernel_bug *bug, struct bug_version kernel);

/* Whether the series of that version has a stable release that has mended it. */
int kernel_bug_mended_in(const struct kernel_bug *bug, struct bug_version kernel);

/* Whether it is of that class, whose name has len bytes. */
int kernel_bug_is(const struct kernel_bug *bug, const char *class_name, unsigned int len);

/* Whether that is its first class: each bug has one. */
int kernel_bug_leads(const struct kernel_bug *bug, const struct bug_class *class);

#endif /* KERNEL_BUGS_H */
