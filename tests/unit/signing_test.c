// SPDX-License-Identifier: GPL-2.0
/* signing_test.c - what doctor says of a module's signature: for each state of module and kernel, and which keys /proc/keys has. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "signing.h"

#define DKMS	.signer = "DKMS module signing key"
#define PLACES	.certificate = "/d/mok.pub", .key = "/d/mok.key"

static const struct row {
	const char *name;
	struct signing s;
	int found;
	const char *says;
} rows[] = {
	{ "nothing-asked", { .module = "m.ko" }, SIGNING_OK, "none, and none is asked for" },
	{ "signed-not-asked", { DKMS }, SIGNING_OK, "signed by 'DKMS module signing key', and none is asked for" },
	{ "unread", { .unread = 1 }, SIGNING_UNREAD,
	  "not signed, and whether this kernel is locked down cannot be read in /sys/kernel/security: mount -t securityfs securityfs /sys/kernel/security" },
	{ "signed-unread", { DKMS, .unread = 1 }, SIGNING_UNREAD,
	  "signed by 'DKMS module signing key', a key that this kernel does not know, and whether this kernel is locked down cannot be read in /sys/kernel/security: mount -t securityfs securityfs /sys/kernel/security" },
	{ "known-unread", { DKMS, .known = 1, .unread = 1 }, SIGNING_OK, "signed by 'DKMS module signing key', a key that this kernel knows" },
	{ "known", { DKMS, .known = 1, .enforced = 1, .secure_boot = 1 }, SIGNING_OK,
	  "signed by 'DKMS module signing key', a key that this kernel knows" },
	{ "to-enroll", { DKMS, PLACES, .enforced = 1, .secure_boot = 1 }, SIGNING_DOUBT,
	  "signed by 'DKMS module signing key', a key that this kernel does not know, and Secure Boot is on: 'mokutil --import /d/mok.pub', reboot, and enroll it at the console" },
	{ "to-enroll-enforced", { DKMS, PLACES, .enforced = 1 }, SIGNING_DOUBT,
	  "signed by 'DKMS module signing key', a key that this kernel does not know, and this kernel takes signed modules only: 'mokutil --import /d/mok.pub', reboot, and enroll it at the console" },
	{ "to-enroll-other", { DKMS, .secure_boot = 1 }, SIGNING_DOUBT,
	  "signed by 'DKMS module signing key', a key that this kernel does not know, and Secure Boot is on: 'mokutil --import CERTIFICATE' with the certificate of that key, reboot, and enroll it at the console" },
	{ "to-sign", { PLACES, .module = "/m.ko", .release = "6.1", .enforced = 1 }, SIGNING_REFUSED,
	  "not signed, and this kernel takes signed modules only: '/lib/modules/6.1/build/scripts/sign-file sha256 /d/mok.key /d/mok.pub /m.ko', and the same for mmaudit_wrap" },
	{ "to-sign-perhaps", { PLACES, .module = "/m.ko", .release = "6.1", .secure_boot = 1 }, SIGNING_DOUBT,
	  "not signed, and Secure Boot is on: '/lib/modules/6.1/build/scripts/sign-file sha256 /d/mok.key /d/mok.pub /m.ko', and the same for mmaudit_wrap" },
	{ "locked-down", { .enforced = 1, .locked_down = 1 }, SIGNING_REFUSED,
	  "not signed, and the kernel is locked down: install it by package mmaudit-dkms, whose dkms signs what it builds, or sign it as docs/ci.md has it" },
	{ "without-key", { .enforced = 1 }, SIGNING_REFUSED,
	  "not signed, and this kernel takes signed modules only: install it by package mmaudit-dkms, whose dkms signs what it builds, or sign it as docs/ci.md has it" },
};

static void judge(const struct row *row)
{
	char said[640] = "";
	int found = signing_judge(&row->s, said, sizeof(said));

	check(found == row->found && !strcmp(said, row->says), row->name, "%d, '%s'", found, said);
}

static const char keys[] =
	"0a1b2c3d I--Q---    1 perm 1f030000     0    65534 keyring   DKMS module signing key: 1\n"
	"1a2b3c4d I------     1 perm 1f030000     0     0 asymmetri Debian Secure Boot CA: 6ccece7e4c6c0d1f6149f3dd27dfcc5cbb419ea1: X509.rsa bb419ea1 []\n"
	"1a2b3c4e I------     1 perm 1f030000     0     0 asymmetri Example Org: its: modules: 6ccece7e4c6c0d1f: X509.rsa bb419ea2 []\n"
	"1a2b3c4f I------     1 perm 1f030000     0     0 asymmetri without an id\n";

/* A key, not a keyring of that name. */
static void lookup(void)
{
	char path[] = "/tmp/signing.XXXXXX";
	int fd = mkstemp(path);
	int written = fd >= 0 && write(fd, keys, strlen(keys)) == (ssize_t)strlen(keys);

	check(written && signing_known(path, "Debian Secure Boot CA"), "known-key", "not found");
	check(written && signing_known(path, "its: modules"), "known-key-of-organization", "not found");
	check(written && signing_known(path, "Example Org: its: modules"), "known-key-whole", "not found");
	check(written && !signing_known(path, "DKMS module signing key"), "unknown-key", "found");
	check(written && !signing_known(path, "Secure Boot CA"), "end-of-a-name", "found");
	check(written && !signing_known(path, "Debian"), "begin-of-a-name", "found");
	check(written && !signing_known(path, "6ccece7e4c6c0d1f6149f3dd27dfcc5cbb419ea1"), "id-is-no-name", "found");
	check(written && !signing_known(path, "without an id") && !signing_known(path, ""), "key-without-id", "found");
	check(!signing_known("/nonexistent", "Debian Secure Boot CA"), "no-keys", "found");
	close(fd);
	unlink(path);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		judge(&rows[i]);
	lookup();
	return check_done();
}
