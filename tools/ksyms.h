/* SPDX-License-Identifier: GPL-2.0 */
/* ksyms.h - which of the probed functions this kernel has, and in how many copies, from /proc/kallsyms. */
#ifndef KSYMS_H
#define KSYMS_H

#include "arch.h"
#include "names.h"

struct ksym {
	unsigned int exact;	/* symbols of this very name */
	unsigned int partial;	/* variants that the compiler made: .isra, .constprop, .part */
	char variant[64];	/* the first of these */
};

struct ksyms {
	struct ksym point[MMA_NR_POINTS];
	unsigned int instead[NR_INSTEAD];	/* symbols of the very name of instead_row() */
	const struct arch *arch;	/* of whose system calls it has symbols; NULL: of none that is known */
	int kprobes;		/* register_kprobe is there */
	unsigned long total;	/* symbols; 0: kallsyms is empty */
	unsigned long functions;	/* of these */
};

/* path: /proc/kallsyms, a copy of it, or a System.map. Returns 0 or -errno. */
int ksyms_read(struct ksyms *ks, const char *path);

#endif /* KSYMS_H */
