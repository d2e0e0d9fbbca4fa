// SPDX-License-Identifier: GPL-2.0
/* kconfig.c - what a kernel is to be configured with, and why. */
#include "kconfig.h"

const struct kconfig kconfigs[KCONFIGS] = {
	{ "CONFIG_64BIT", KCONFIG_MUST, 0, .why = "CONFIG_X86_64 cannot be set", .only = "x86_64" },
	{ "CONFIG_X86_64", KCONFIG_MUST, 1, .why = "page tables are others than those that mmaudit knows", .only = "x86_64" },
	{ "CONFIG_ARM64", KCONFIG_MUST, 1, .why = "page tables are others than those that mmaudit knows", .only = "aarch64" },
	{ "CONFIG_ARM64_4K_PAGES", KCONFIG_MUST, 1, .why = "pages are larger than the 4 KiB that mmaudit reckons with", .only = "aarch64" },
	{ "CONFIG_MODULES", KCONFIG_MUST, 0, .why = "nothing can be loaded (copy-builtin.sh builds mmaudit in)" },
	{ "CONFIG_KPROBES", KCONFIG_MUST, 0, .why = "no function can be probed" },
	{ "CONFIG_KRETPROBES", KCONFIG_MUST, 1, .why = "the return of a function cannot be probed" },
	{ "CONFIG_KALLSYMS", KCONFIG_MUST, 0, .why = "the functions to probe cannot be found" },
	{ "CONFIG_PROC_FS", KCONFIG_MUST, 0, .why = "the command cannot look at processes and symbols" },
	{ "CONFIG_SIGNALFD", KCONFIG_MUST, 0, .why = "mmaudit run cannot wait for its command" },

	{ "CONFIG_BLK_DEV_INITRD", KCONFIG_VM, 0, .why = "the machine has no files" },
	{ "CONFIG_BINFMT_ELF", KCONFIG_VM, 0, .why = "no program can run" },
	{ "CONFIG_BINFMT_SCRIPT", KCONFIG_VM, 0, .why = "the machine's first process, a script, cannot run" },
	{ "CONFIG_DEVTMPFS", KCONFIG_VM, 0, .why = "the machine has no devices" },
	{ "CONFIG_SYSFS", KCONFIG_VM, 0, .why = "the state of the module cannot be read" },
	{ "CONFIG_TMPFS", KCONFIG_VM, 0, .why = "no files come back from the machine" },
	{ "CONFIG_PRINTK", KCONFIG_VM, 0, .why = "what the kernel complains of is not seen" },
	{ "CONFIG_TTY", KCONFIG_VM, 0, .why = "the verdict cannot be sent" },
	{ "CONFIG_SERIAL_8250", KCONFIG_VM, 0, .why = "the verdict cannot be sent" },
	{ "CONFIG_SERIAL_8250_CONSOLE", KCONFIG_VM, 0, .why = "what the kernel complains of is not seen" },
	{ "CONFIG_ACPI", KCONFIG_VM, 0, .why = "the machine does not switch off at its end" },

	{ "CONFIG_MODULE_UNLOAD", KCONFIG_HELPS, 0, .why = "the module stays until the next boot" },
	{ "CONFIG_FTRACE", KCONFIG_HELPS, 0, .why = "CONFIG_FUNCTION_TRACER cannot be set" },
	{ "CONFIG_FUNCTION_TRACER", KCONFIG_HELPS, 0, .why = "each probe is a breakpoint, which costs more than a call" },
	{ "CONFIG_DYNAMIC_FTRACE", KCONFIG_HELPS, 0, .why = "each probe is a breakpoint, which costs more than a call" },
	{ "CONFIG_DEBUG_INFO_BTF", KCONFIG_HELPS, 0,
	  .why = "prototypes cannot be checked, and functions that no header declares are only probed with checked=Y (it wants CONFIG_DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT, and pahole)" },
	{ "CONFIG_MEM_SOFT_DIRTY", KCONFIG_HELPS, 0, .why = "rule SOFT_DIRTY has nothing to watch", .only = "x86_64",
	  .elsewhere = "rules SOFT_DIRTY and LOST_SOFT_DIRTY do not exist" },
	{ "CONFIG_USERFAULTFD", KCONFIG_HELPS, 0, .why = "nothing can be watched for writes, and the rules of userfaultfd have nothing to watch" },
	{ "CONFIG_HAVE_ARCH_USERFAULTFD_WP", KCONFIG_HELPS, 1, .why = "rule UFFD_WP has nothing to watch" },
	{ "CONFIG_KSM", KCONFIG_HELPS, 0, .why = "rule KSM has nothing to watch" },
	{ "CONFIG_MIGRATION", KCONFIG_HELPS, 0, .why = "sites migration and migration-pmd do not exist" },
	{ "CONFIG_TRANSPARENT_HUGEPAGE", KCONFIG_HELPS, 0, .why = "huge entries do not exist" },
	{ "CONFIG_NUMA_BALANCING", KCONFIG_HELPS, 0, .why = "site numa does not exist" },
	{ }
};

/* A script reads the word before each option, too: tools/vm/kernel. */
static void write_row(FILE *f, const struct kconfig *row)
{
	static const char *const words[] = {
		[KCONFIG_MUST] = "must", [KCONFIG_VM] = "vm", [KCONFIG_HELPS] = "helps",
	};

	if (row->follows)
		return;
	fprintf(f, "# %s: without it %s%s%s\n%s=y\n", words[row->role], row->why, row->only ? "; only for " : "",
		row->only ? row->only : "", row->name);
}

void kconfig_write(FILE *f)
{
	fputs("# mmaudit.config - what mmaudit wants of a kernel's configuration, for scripts/kconfig/merge_config.sh.\n"
	      "# must: mmaudit cannot do without it; vm: the machine of mmaudit vm cannot do without it;\n"
	      "# helps: without it less is seen, or it costs more.\n"
	      "# Printed by mmaudit vm --config; made from tools/kconfig.c.\n", f);
	for (const struct kconfig *row = kconfigs; row->name; row++)
		write_row(f, row);
}
