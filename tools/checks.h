/* SPDX-License-Identifier: GPL-2.0 */
/* checks.h - one list of checks for load and doctor: whether the module can be loaded here, and what it would see. */
#ifndef CHECKS_H
#define CHECKS_H

#include <linux/types.h>
#include <sys/utsname.h>

#include "arch.h"
#include "ksyms.h"
#include "modfile.h"

#define WITHOUT_WRAP	"functions are seen to return by kretprobes, which cost more"

/* A note means nothing is wrong; load prints it, too. What cannot be read, or was not given, is unknown: load finds it out. */
enum level { LEVEL_OK, LEVEL_NOTE, LEVEL_UNKNOWN, LEVEL_WARN, LEVEL_FAIL };

struct host {
	/* asked */
	const char *module_path, *btf_path, *kallsyms_path, *config_path;
	const char *release;	/* of the kernel that is judged; NULL: not known */
	int trusted;		/* load: the user gave checked=Y, so what cannot be checked is probed all the same */
	int other;		/* it is another than the running one: only its files are judged, nothing of this machine */
	__u64 off;		/* points to leave out: those asked for, later also those that a check refuses */
	/* doctor: is told all that is found; NULL (load): what is wrong is said on stderr */
	void (*tell)(enum level level, const char *what, const char *text);

	/* found */
	struct utsname uts;
	const struct arch *arch;	/* of the kernel that is judged; NULL: not known */
	struct modfile mod, wrap;
	struct ksyms ks;
	int have_ksyms;
	int new_kernel;		/* the module was built for a kernel that it does not know: only BTF shows prototypes */
	int built_in;		/* the module is part of the kernel: nothing is to be loaded */
	int checked;		/* prototypes were checked against BTF: the module gets checked=Y */
	__u64 doubtful;		/* doctor: points of which a file that is lacking would say whether they can be probed */
	__u64 here, unseen, unsure;	/* doctor: sites of this kernel; no probe would see them; it is not known */
	int warnings, failures, unknowns;
};

/* Runs the checks, up to the first failure unless host->tell is set. Returns the number of failures. */
int checks_run(struct host *host);

/* Tells a line of doctor's, or says a sentence of load's. */
void report(struct host *host, enum level level, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif /* CHECKS_H */
