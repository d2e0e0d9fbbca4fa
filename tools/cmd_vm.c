// SPDX-License-Identifier: GPL-2.0
/* cmd_vm.c - audits a command on a kernel in a machine of its own: checks the options, and calls the script that does it. */
#include <errno.h>
#include <getopt.h>
#include <linux/types.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "kconfig.h"

enum { MOST_WORDS = 256 };

struct vm {
	char *words[MOST_WORDS];	/* what the script is called with: its name, the options as the table has them */
	int nr;
	int config;
	int kernel;
};

static int add_word(struct vm *vm, const char *word)
{
	if (vm->nr == MOST_WORDS - 1)
		return misuse("more options than 'mmaudit vm' takes");
	vm->words[vm->nr++] = strdup(word);
	return 0;
}

/* An option goes to the script as its full name and its argument. */
static int pass_on(void *into, const struct opt *opt, const char *arg)
{
	char name[64];

	snprintf(name, sizeof(name), "--%s", opt->name);
	return add_word(into, name) || (arg && add_word(into, arg)) ? EXIT_USAGE : 0;
}

static int set_kernel(void *into, const struct opt *opt, const char *arg)
{
	((struct vm *)into)->kernel = 1;
	return pass_on(into, opt, arg);
}

static int set_config(void *into, const struct opt *opt, const char *arg)
{
	((struct vm *)into)->config = 1;
	return pass_on(into, opt, NULL);
}

static int pass_number(void *into, const struct opt *opt, const char *arg)
{
	__u32 n;
	const struct opt number = { .name = opt->name };

	return set_number(&n, &number, arg) ?: pass_on(into, opt, arg);
}

/* "512M" or "2G". */
static int pass_size(void *into, const struct opt *opt, const char *arg)
{
	size_t digits = strspn(arg, "0123456789");

	if (!digits || !strchr("MG", arg[digits]) || !arg[digits] || arg[digits + 1])
		return misuse("--%s wants a number and M or G, not '%s'", opt->name, arg);
	return pass_on(into, opt, arg);
}

static const struct opt vm_options[] = {
	OPT("kernel", "PATH", "a kernel build tree, a bzImage under any name, or a directory with vmlinuz, release and headers (default: this directory)",
	    set_kernel),
	OPT("headers", "DIR", "the build of a bzImage (default: the tree around it, or /lib/modules/RELEASE/build)", pass_on),
	OPT("config", NULL, "run nothing: print what a kernel's configuration must have, or what --kernel lacks of it", set_config),
	OPT("output", "DIR", "where the recording, the console and the status go (default: mmaudit-vm)", pass_on, .letter = 'o'),
	OPT("load", "PARAM=VALUE", "a parameter of mmaudit load (may be repeated)", pass_on),
	OPT("audit", "OPTION", "an option of mmaudit record, as --audit=--strict (may be repeated)", pass_on),
	OPT("add", "FILE[:DEST]", "put a file or directory into the machine, where CMD runs or at DEST (may be repeated)", pass_on),
	OPT("mod", "NAME", "put a module of the kernel into the machine, for modprobe (may be repeated)", pass_on),
	OPT("smp", "N", "processors of the machine (default: 2)", pass_number),
	OPT("mem", "SIZE", "its memory, a number and M or G (default: 1G)", pass_size),
	OPT("disk", "SIZE", "an empty disk of that size, /dev/vda, the next one /dev/vdb (may be repeated)", pass_size),
	OPT("append", "WORDS", "add to the kernel's command line (may be repeated)", pass_on),
	OPT("timeout", "S", "give up after S seconds (default: 120)", pass_number),
	{ }
};

/* Whether there is a program there, from the directory that this one is in. */
static int is_at(char *path, size_t size, const char *here, const char *place)
{
	snprintf(path, size, "%.*s/%s", (int)(strrchr(here, '/') - here), here, place);
	return !access(path, X_OK);
}

/* The sources' own first: where they are in /tmp, anybody may make a /tmp/libexec beside them. */
static int find_script(char *path, size_t size, const char *here)
{
	if (is_at(path, size, here, "tools/vm/vm") || is_at(path, size, here, "../libexec/mmaudit/vm/vm"))
		return 0;
	say("found no ../libexec/mmaudit/vm/vm from where mmaudit is: run make install");
	return EXIT_USAGE;
}

static int call_script(struct vm *vm, char **cmd)
{
	char here[PATH_MAX] = "", path[PATH_MAX + 32];
	int ret;

	if (readlink("/proc/self/exe", here, sizeof(here) - 1) <= 0) {
		say("cannot find itself: is /proc mounted?");
		return EXIT_USAGE;
	}
	ret = find_script(path, sizeof(path), here) || add_word(vm, "--");
	while (!ret && *cmd)
		ret = add_word(vm, *cmd++);
	if (ret)
		return EXIT_USAGE;
	vm->words[0] = path;
	setenv("MMAUDIT", here, 1);
	execv(path, vm->words);
	say("cannot run %s: %s", path, strerror(errno));
	return EXIT_USAGE;
}

static int cmd_vm(int argc, char **argv)
{
	static struct vm vm = { .nr = 1 };
	int ret = parse_options(&vm_command, &vm, argc, argv);

	if (ret != GO_ON)
		return ret;
	if (vm.config && optind < argc)
		return misuse("--config runs nothing, so it takes no command");
	if (!vm.config && optind == argc)
		return misuse("no command to run");
	if (!vm.config || vm.kernel)
		return call_script(&vm, argv + optind);
	kconfig_write(stdout);
	return EXIT_CLEAN;
}

const struct command vm_command = {
	.name = "vm",
	.run = cmd_vm,
	.synopsis = "[--] CMD [ARG]...",
	.operands = COMMAND_LINE,
	.summary = "audit CMD in a virtual machine, on any kernel",
	.options = { vm_options },
};
