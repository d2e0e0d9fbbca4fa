/* SPDX-License-Identifier: GPL-2.0 */
/* checks.h - one list of checks for load and doctor: whether the module can be loaded here, and what it would see. */
#ifndef CHECKS_H
#define CHECKS_H

#include <linux/types.h>
#include <sys/utsname.h>

#include "ksyms.h"
#include "modfile.h"

#define WITHOUT_WRAP	"functions are seen to return by kretprobes, which cost more"

/* A note means nothing is wrong; load prints it, too. */
enum level { LEVEL_OK, LEVEL_NOTE, LEVEL_WARN, LEVEL_FAIL };

struct host {
	/* asked */
	const char *module_path, *btf_path, *kallsyms_path;
	__u64 off;		/* points to leave out: those asked for, later also those that a check refuses */
	int all;		/* doctor: print every line, on stdout; load: only what is wrong, on stderr */

	/* found */
	struct utsname uts;
	struct modfile mod, wrap;
	struct ksyms ks;
	int have_ksyms;
	int checked;		/* prototypes were checked against BTF: the module gets checked=Y */
	__u64 here, unseen;	/* doctor: sites of this kernel, and those that no probe would see */
	int warnings, failures;
};

/* Runs the checks, up to the first failure unless host->all is set. Returns the number of failures. */
int checks_run(struct host *host);

/* Prints a line of doctor's, or a sentence of load's. */
void report(struct host *host, enum level level, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif /* CHECKS_H */
