/* SPDX-License-Identifier: GPL-2.0 */
/* kconfig.h - the one table of what a kernel is to be configured with: doctor checks it, `mmaudit vm` too, mmaudit.config is made from it. */
#ifndef KCONFIG_H
#define KCONFIG_H

#include <stdio.h>

enum kconfig_for {
	KCONFIG_MUST,		/* mmaudit cannot do without */
	KCONFIG_VM,		/* the machine of `mmaudit vm` cannot do without, as it has nothing else */
	KCONFIG_HELPS,
};

struct kconfig {
	const char *name;
	enum kconfig_for role;
	int follows;		/* comes of other options: nobody can set it */
	const char *why;	/* what it is like without it */
	const char *only;	/* the machine that has it, as uname -m has it; NULL: all */
	const char *elsewhere;	/* what it is like on others; NULL: nothing is lacking there */
};

enum { KCONFIGS = 64 };

/* Ended by a row without a name. */
extern const struct kconfig kconfigs[KCONFIGS];

/* Writes a fragment of a kernel's configuration, as scripts/kconfig/merge_config.sh takes it: mmaudit.config. */
void kconfig_write(FILE *f);

#endif /* KCONFIG_H */
