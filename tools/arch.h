/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arch.h - the only place that knows how architectures differ: the bits of a page table entry, what a machine is called, which
 * functions stand in for others. What is decoded says whose it is: a record by the version of its module, never the machine that
 * reads it. Pure.
 */
#ifndef ARCH_H
#define ARCH_H

#include "mmaudit.h"

struct arch {
	const char *machine;	/* as uname -m has it, and the head of a recording */
	const char *vermagic;	/* the word for it in a module's vermagic; NULL: there is none */
	const char *config;	/* the option of a kernel's configuration that says so */
	const char *syscall;	/* how its symbols for system calls begin */
	int uffd_wp;		/* its entries have a mark for userfaultfd */
	int one_upgrade;	/* what upgrades an entry in place upgrades a huge one, too */
	const struct coding *coding;
};

/* enum mma_entries, or 0 as a module before 1.7 says it: x86-64. NULL: only a newer mmaudit knows it. */
const struct arch *arch_of(__u32 entries);

/* By uname -m, with the newest coding of entries; by its place in the list, from 0. NULL: there is none. */
const struct arch *arch_by_machine(const char *machine);
const struct arch *arch_at(unsigned int i);

/* By an option of a kernel's configuration, by the vermagic of our module, by the name of a function. NULL: it does not say. */
const struct arch *arch_by_config(const char *option);
const struct arch *arch_by_vermagic(const char *vermagic);
const struct arch *arch_by_symbol(const char *name);

/* Whether both are of one machine: entries may be coded in several ways there. */
int arch_same(const struct arch *a, const struct arch *b);

/* Sets the names of the bits that an entry has, at most max; returns how many. The first of a swap entry is "swap", of an empty one "none". */
unsigned int arch_entry(const struct arch *arch, __u64 entry, int is_pmd, const char **names, unsigned int max);

/*
 * The bits of an entry, from 0 to ARCH_BITS. Those from 64 on are in no entry as such, but follow from others: arm64's entry is
 * dirty, too, if it is writable and not read-only.
 */
#define ARCH_BITS	66

/* The name that a bit has in entries of the kind of this one, set or not; NULL if it has none there. */
const char *arch_bit(const struct arch *arch, __u64 entry, int is_pmd, unsigned int bit);
int arch_has_bit(const struct arch *arch, __u64 entry, unsigned int bit);

/* Whether it maps a page. */
int arch_is_present(const struct arch *arch, __u64 entry, int is_pmd);

/* The page frame that a present entry maps; a huge one's first. */
__u64 arch_pfn(const struct arch *arch, __u64 entry, int is_pmd);

/* Of an entry that arch_entry() calls "swap". */
unsigned int arch_swap_type(const struct arch *arch, __u64 entry);
__u64 arch_swap_offset(const struct arch *arch, __u64 entry);

#endif /* ARCH_H */
