// SPDX-License-Identifier: GPL-2.0
/* signing.c - see signing.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "signing.h"

/* Where Debian's dkms has its own, and where Ubuntu's takes them from. */
static const char *const places[][2] = {
	{ "/var/lib/dkms/mok.pub", "/var/lib/dkms/mok.key" },
	{ "/var/lib/shim-signed/mok/MOK.der", "/var/lib/shim-signed/mok/MOK.priv" },
};

void signing_key(struct signing *s)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (access(places[i][0], F_OK))
			continue;
		s->certificate = places[i][0];
		s->key = places[i][1];
		return;
	}
}

/* Where the name ends in "NAME: ID: X509.rsa 12345678 []"; a name may have colons. NULL: it is none of these. */
static const char *end_of_name(const char *at)
{
	const char *colon = NULL, *end = NULL;

	for (; (at = strstr(at, ": ")); at += 2) {
		end = colon;
		colon = at;
	}
	return end;
}

/*
 * A line of /proc/keys ends in "asymmetri NAME: ID: X509.rsa 12345678 []". The signer is a common name; NAME is that, or
 * "ORGANIZATION: COMMON NAME": x509_fabricate_name() crypto/asymmetric_keys/x509_cert_parser.c:382 (6.12).
 */
static int is_key_of(const char *line, const char *signer)
{
	const char *at = strstr(line, " asymmetri "), *end;
	const size_t len = strlen(signer);

	at = at ? at + strlen(" asymmetri ") : NULL;
	end = at ? end_of_name(at) : NULL;
	if (!end || (size_t)(end - at) < len || strncmp(end - len, signer, len))
		return 0;
	return end - len == at || (end - len >= at + 2 && !strncmp(end - len - 2, ": ", 2));
}

int signing_known(const char *path, const char *signer)
{
	FILE *f = fopen(path, "re");
	char line[512];
	int found = 0;

	while (f && !found && fgets(line, sizeof(line), f))
		found = is_key_of(line, signer);
	if (f)
		fclose(f);
	return found;
}

static const char *asker(const struct signing *s)
{
	if (s->secure_boot)
		return "Secure Boot is on";
	return s->locked_down ? "the kernel is locked down" : "this kernel takes signed modules only";
}

/* The key is asked for once by the firmware's console, at the next boot. */
static void say_enroll(const struct signing *s, char *buf, size_t size)
{
	snprintf(buf, size, "signed by '%s', a key that this kernel does not know, and %s: 'mokutil --import %s'%s, reboot, and enroll it at the console",
		 s->signer, asker(s), s->certificate ? s->certificate : "CERTIFICATE",
		 s->certificate ? "" : " with the certificate of that key");
}

static void say_sign(const struct signing *s, char *buf, size_t size)
{
	if (s->certificate)
		snprintf(buf, size, "not signed, and %s: '/lib/modules/%s/build/scripts/sign-file sha256 %s %s %s', and the same for mmaudit_wrap",
			 asker(s), s->release, s->key, s->certificate, s->module);
	else
		snprintf(buf, size, "not signed, and %s: install it by package mmaudit-dkms, whose dkms signs what it builds, or sign it as docs/ci.md has it", asker(s));
}

static void say_unread(const struct signing *s, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s%s, and whether this kernel is locked down cannot be read in /sys/kernel/security: mount -t securityfs securityfs /sys/kernel/security",
		 s->signer ? "signed by '" : "not signed", s->signer ? s->signer : "", s->signer ? "', a key that this kernel does not know" : "");
}

int signing_judge(const struct signing *s, char *buf, size_t size)
{
	const int asked = s->enforced || s->secure_boot;

	if (s->signer && s->known)
		snprintf(buf, size, "signed by '%s', a key that this kernel knows", s->signer);
	else if (!asked && s->unread)
		say_unread(s, buf, size);
	else if (s->signer && !asked)
		snprintf(buf, size, "signed by '%s', and none is asked for", s->signer);
	else if (!asked)
		snprintf(buf, size, "none, and none is asked for");
	else if (s->signer)
		say_enroll(s, buf, size);
	else
		say_sign(s, buf, size);
	if (s->signer && s->known)
		return SIGNING_OK;
	if (!asked)
		return s->unread ? SIGNING_UNREAD : SIGNING_OK;
	return s->enforced && !s->signer ? SIGNING_REFUSED : SIGNING_DOUBT;
}
