/* SPDX-License-Identifier: GPL-2.0 */
/* signing.h - whether a kernel that asks for signed modules takes this one, and what to do next if it does not. Pure but for /proc/keys. */
#ifndef SIGNING_H
#define SIGNING_H

#include <stddef.h>

/* Of a signed module the kernel has the last word: of its keys only names are seen, and a signature names who issued the key. */
enum { SIGNING_OK, SIGNING_DOUBT, SIGNING_REFUSED, SIGNING_UNREAD };

struct signing {
	const char *signer;		/* whom the module's signature names; NULL: it has none */
	const char *module, *release;	/* its path, and that of the running kernel: for the line to type */
	const char *certificate;	/* of the key that this machine signs modules with, or NULL; see signing_key() */
	const char *key;
	int known;			/* the kernel has a key of that name */
	int enforced;			/* it takes signed modules only */
	int locked_down;		/* that is why */
	int unread;			/* whether it does, if it is locked down, cannot be read here */
	int secure_boot;
};

/* Sets certificate and key to those of dkms, or of shim-signed where dkms uses those, if they are there. */
void signing_key(struct signing *s);

/* Whether the file (/proc/keys) has a public key of that name. */
int signing_known(const char *path, const char *signer);

/* Writes a sentence, and returns which of these it is. */
int signing_judge(const struct signing *s, char *buf, size_t size);

#endif /* SIGNING_H */
