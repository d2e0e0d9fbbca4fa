// SPDX-License-Identifier: GPL-2.0
/* arch_test.c - the bits of entries, as each architecture has them, by entries that its kernel would write. */
#include <string.h>

#include "arch.h"
#include "check.h"

#define B(n)	(1ULL << (n))
#define NR(a)	(sizeof(a) / sizeof((a)[0]))
#define PFN	0x12345ULL
#define FRAME	(PFN << 12)

/* What user memory of arm64 has but the rights: PTE_TYPE_PAGE, PTE_AF, PTE_SHARED, PTE_USER, PTE_NG, PTE_PXN, PTE_UXN. */
#define ARM64_USER	(0x3ULL | B(10) | B(9) | B(8) | B(6) | B(11) | B(53) | B(54))
#define ARM64_BLOCK	(ARM64_USER & ~B(1))
#define ARM64_NONE	(B(10) | B(9) | B(8) | B(7) | B(1) | B(53) | B(54) | FRAME)	/* _PAGE_NONE, without what says that it is present */

static const struct row {
	const char *name;
	__u32 entries;
	__u64 entry;
	int pmd;
	const char *want;
} rows[] = {
	{ "x86-none", MMA_ENTRIES_X86_64, 0, 0, "none" },
	{ "x86-writable", MMA_ENTRIES_X86_64, 0x67, 0, "present writable user accessed dirty" },
	{ "x86-soft-dirty", MMA_ENTRIES_X86_64, 0x8000000012345867, 0, "present writable user accessed dirty soft-dirty nx" },
	{ "x86-uffd-wp", MMA_ENTRIES_X86_64, 0x425, 0, "present user accessed uffd-wp" },
	{ "x86-huge", MMA_ENTRIES_X86_64, 0xe7, 1, "present writable user accessed dirty huge" },
	{ "x86-pat", MMA_ENTRIES_X86_64, 0xe7, 0, "present writable user accessed dirty pat" },
	{ "x86-huge-being-changed", MMA_ENTRIES_X86_64, 0x82, 1, "writable huge" },		/* pmdp_invalidate() */
	{ "x86-protnone", MMA_ENTRIES_X86_64, 0x120, 0, "accessed protnone" },
	{ "x86-global", MMA_ENTRIES_X86_64, 0x125, 0, "present user accessed global" },
	{ "x86-saved-dirty", MMA_ENTRIES_X86_64, B(58) | 0x25, 0, "present user accessed saved-dirty" },
	{ "x86-pkey", MMA_ENTRIES_X86_64, B(60) | 0x25, 0, "present user accessed pkey" },
	{ "x86-swap-soft-dirty", MMA_ENTRIES_X86_64, 28ULL << 59 | 0x2, 0, "swap soft-dirty" },
	{ "x86-swap-marks", MMA_ENTRIES_X86_64, 28ULL << 59 | 0xc, 0, "swap uffd-wp exclusive" },
	{ "x86-swap", MMA_ENTRIES_X86_64, 28ULL << 59 | 0x80, 0, "swap" },

	{ "arm64-none", MMA_ENTRIES_ARM64, 0, 0, "none" },
	{ "arm64-written-by-hardware", MMA_ENTRIES_ARM64, ARM64_USER | B(51) | FRAME, 0, "present writable user accessed dirty shared pxn uxn ng" },
	{ "arm64-writable-and-clean", MMA_ENTRIES_ARM64, ARM64_USER | B(51) | B(7) | FRAME, 0,
	  "present writable user accessed rdonly shared pxn uxn ng" },
	{ "arm64-dirty-by-software", MMA_ENTRIES_ARM64, ARM64_USER | B(51) | B(55) | FRAME, 0,
	  "present writable user accessed dirty sw-dirty shared pxn uxn ng" },
	{ "arm64-dirty-and-read-only", MMA_ENTRIES_ARM64, ARM64_USER | B(7) | B(55) | FRAME, 0,
	  "present user accessed dirty rdonly sw-dirty shared pxn uxn ng" },
	{ "arm64-read-only", MMA_ENTRIES_ARM64, ARM64_USER | B(7) | FRAME, 0, "present user accessed rdonly shared pxn uxn ng" },
	{ "arm64-uffd-wp", MMA_ENTRIES_ARM64, ARM64_USER | B(7) | B(58) | FRAME, 0, "present user accessed rdonly shared pxn uxn uffd-wp ng" },
	{ "arm64-special-devmap", MMA_ENTRIES_ARM64, ARM64_USER | B(7) | B(56) | B(57), 0,
	  "present user accessed special devmap rdonly shared pxn uxn ng" },
	{ "arm64-contiguous", MMA_ENTRIES_ARM64, ARM64_USER | B(7) | B(52), 0, "present user accessed rdonly shared cont pxn uxn ng" },
	{ "arm64-code", MMA_ENTRIES_ARM64, (ARM64_USER & ~B(54)) | B(7) | B(50), 0, "present user accessed rdonly shared gp pxn ng" },
	{ "arm64-device-memory", MMA_ENTRIES_ARM64, ARM64_USER | 4 << 2 | B(7), 0, "present user accessed rdonly attr shared pxn uxn ng" },
	{ "arm64-pkey", MMA_ENTRIES_ARM64, ARM64_USER | B(7) | B(61), 0, "present user accessed rdonly shared pxn uxn pkey ng" },
	{ "arm64-huge", MMA_ENTRIES_ARM64, ARM64_BLOCK | B(51), 1, "present writable user accessed dirty shared huge pxn uxn ng" },
	{ "arm64-huge-being-changed", MMA_ENTRIES_ARM64, (ARM64_BLOCK & ~B(0)) | B(51), 1, "writable user accessed dirty shared huge pxn uxn invalid" },
	{ "arm64-protnone", MMA_ENTRIES_ARM64, ARM64_NONE | B(11), 0, "accessed rdonly shared pxn uxn protnone" },
	{ "arm64-swap-marks", MMA_ENTRIES_ARM64, 28ULL << 6 | 0xc | 0x3e8ULL << 12, 0, "swap exclusive uffd-wp" },
	{ "arm64-swap-far", MMA_ENTRIES_ARM64, 3ULL << 6 | ~0ULL >> 2 >> 12 << 12, 0, "swap" },	/* an offset of ones reaches bits 58 and 59 */

	{ "arm64-old-written-by-hardware", MMA_ENTRIES_ARM64_OLD, ARM64_USER | B(51) | FRAME, 0,
	  "present writable user accessed dirty shared pxn uxn ng" },
	{ "arm64-old-protnone", MMA_ENTRIES_ARM64_OLD, ARM64_NONE | B(58), 0, "accessed rdonly shared pxn uxn protnone" },
	{ "arm64-old-protnone-ng", MMA_ENTRIES_ARM64_OLD, ARM64_NONE | B(58) | B(11), 0, "accessed rdonly shared pxn uxn ng protnone" },
	{ "arm64-old-huge-being-changed", MMA_ENTRIES_ARM64_OLD, (ARM64_BLOCK & ~B(0)) | B(51) | B(59), 1,
	  "writable user accessed dirty shared huge pxn uxn ng invalid" },
	{ "arm64-old-swap", MMA_ENTRIES_ARM64_OLD, 28ULL << 3 | 0x3e8ULL << 8, 0, "swap" },	/* bit 11 is of its offset */
	{ "arm64-old-swap-exclusive", MMA_ENTRIES_ARM64_OLD, 28ULL << 3 | 4 | 0x3e8ULL << 8, 0, "swap exclusive" },
};

static void join(const char **names, unsigned int n, char *out)
{
	*out = 0;
	for (unsigned int i = 0; i < n; i++) {
		strcat(out, i ? " " : "");
		strcat(out, names[i]);
	}
}

static void test_names(const struct row *row)
{
	const struct arch *arch = arch_of(row->entries);
	const char *names[24];
	char got[256];

	join(names, arch_entry(arch, row->entry, row->pmd, names, 24), got);
	check(!strcmp(got, row->want), row->name, "0x%llx: '%s', not '%s'", (unsigned long long)row->entry, got, row->want);
}

/* Each bit has the name that arch_entry() gives it, in every kind of entry; what is not set has one, too. */
static void test_bits(const struct row *row)
{
	const struct arch *arch = arch_of(row->entries);
	const char *names[24], *wrong = NULL;
	unsigned int n = arch_entry(arch, row->entry, row->pmd, names, 24), seen = 0, found;
	char name[64];

	for (unsigned int bit = 0; bit < ARCH_BITS; bit++) {
		const char *of = arch_bit(arch, row->entry, row->pmd, bit);

		if (!row->entry || !of || !arch_has_bit(arch, row->entry, bit))
			continue;
		for (found = 0; found < n && strcmp(names[found], of); found++)
			;
		if (found == n)
			wrong = of;
		else
			seen |= 1U << found;
	}
	for (found = 0; found < n; found++)
		if (!(seen >> found & 1) && strcmp(names[found], "swap") && strcmp(names[found], "none"))
			wrong = names[found];
	snprintf(name, sizeof(name), "%s-bits", row->name);
	check(!wrong, name, "0x%llx: %s is not told by both", (unsigned long long)row->entry, wrong);
}

/* Whatever it is, there is room for its names, and no more are set than wanted. */
static void test_room(void)
{
	const struct arch *arch;
	const char *names[24];
	unsigned int most = 0, few = 0;

	for (unsigned int i = 0; (arch = arch_at(i)); i++)
		for (unsigned int pmd = 0; pmd < 2; pmd++) {
			unsigned int n = arch_entry(arch, ~0ULL, pmd, names, 24);

			most = n > most ? n : most;
			few |= arch_entry(arch, ~0ULL, pmd, names, 3) != 3;
		}
	check(most < 24 && most > 12, "room-for-all-names", "%u", most);
	check(!few, "no-more-than-wanted", "other numbers");
}

static void test_unset(void)
{
	const struct arch *x86 = arch_of(0), *arm64 = arch_of(MMA_ENTRIES_ARM64), *old = arch_of(MMA_ENTRIES_ARM64_OLD);

	check(!strcmp(arch_bit(x86, 0, 0, 10), "uffd-wp") && !arch_bit(x86, 0, 0, 30) && !arch_bit(x86, 28ULL << 59, 0, 10), "x86-unset", "named");
	check(!strcmp(arch_bit(arm64, 0, 0, 58), "uffd-wp") && !arch_bit(old, 0, 0, 58), "arm64-unset", "named");
	check(!arch_bit(arm64, 3ULL << 6, 0, 10) && !strcmp(arch_bit(arm64, 3ULL << 6, 0, 3), "uffd-wp"), "arm64-swap-unset", "named");
}

static void test_frames(void)
{
	static const struct { const char *name; __u32 entries; __u64 entry; int pmd; __u64 pfn; } frames[] = {
		{ "x86-frame", MMA_ENTRIES_X86_64, 0x8000000012345867, 0, PFN },
		{ "x86-frame-inverted", MMA_ENTRIES_X86_64, (~FRAME & 0x000ffffffffff000) | 0x120, 0, PFN },
		{ "x86-frame-huge", MMA_ENTRIES_X86_64, FRAME | 0xe7, 1, PFN & ~511ULL },
		{ "arm64-frame", MMA_ENTRIES_ARM64, ARM64_USER | FRAME, 0, PFN },
		{ "arm64-frame-protnone", MMA_ENTRIES_ARM64, ARM64_NONE | B(11), 0, PFN },	/* never inverted */
		{ "arm64-frame-huge", MMA_ENTRIES_ARM64, ARM64_BLOCK | FRAME, 1, PFN & ~511ULL },
		{ "arm64-frame-high", MMA_ENTRIES_ARM64, ARM64_USER | B(50) | B(49) | B(48), 0, 3ULL << 36 },	/* 50 is PTE_GP */
		{ "arm64-old-frame-protnone", MMA_ENTRIES_ARM64_OLD, ARM64_NONE | B(58), 0, PFN },
	};

	for (size_t i = 0; i < NR(frames); i++) {
		const __u64 pfn = arch_pfn(arch_of(frames[i].entries), frames[i].entry, frames[i].pmd);

		check(pfn == frames[i].pfn, frames[i].name, "0x%llx, not 0x%llx", (unsigned long long)pfn, (unsigned long long)frames[i].pfn);
	}
}

static void test_swap(void)
{
	static const struct { const char *name; __u32 entries; __u64 entry; unsigned int type; __u64 offset; } slots[] = {
		{ "x86-slot", MMA_ENTRIES_X86_64, 28ULL << 59 | (~(0x3e8ULL << 14) & 0x07ffffffffffc000) | 0x2, 28, 0x3e8 },
		{ "arm64-slot", MMA_ENTRIES_ARM64, 28ULL << 6 | 0xc | 0x3e8ULL << 12, 28, 0x3e8 },
		{ "arm64-old-slot", MMA_ENTRIES_ARM64_OLD, 28ULL << 3 | 4 | 0x3e8ULL << 8, 28, 0x3e8 },
	};

	for (size_t i = 0; i < NR(slots); i++) {
		const struct arch *arch = arch_of(slots[i].entries);

		check(arch_swap_type(arch, slots[i].entry) == slots[i].type && arch_swap_offset(arch, slots[i].entry) == slots[i].offset,
		      slots[i].name, "type %u, offset 0x%llx", arch_swap_type(arch, slots[i].entry),
		      (unsigned long long)arch_swap_offset(arch, slots[i].entry));
	}
}

static void test_list(void)
{
	check(arch_of(0) == arch_of(MMA_ENTRIES_X86_64), "older-module-is-x86", "another");
	check(!arch_of(99), "unknown-entries", "known");
	check(arch_by_machine("x86_64") == arch_of(0) && arch_by_machine("aarch64") == arch_of(MMA_ENTRIES_ARM64), "machines", "others");
	check(!arch_by_machine("riscv64") && !arch_by_machine(""), "unknown-machine", "known");
	check(arch_same(arch_of(MMA_ENTRIES_ARM64), arch_of(MMA_ENTRIES_ARM64_OLD)) && !arch_same(arch_of(0), arch_of(MMA_ENTRIES_ARM64)),
	      "same-machine", "not so");
}

int main(void)
{
	for (size_t i = 0; i < NR(rows); i++) {
		test_names(&rows[i]);
		test_bits(&rows[i]);
	}
	test_room();
	test_unset();
	test_frames();
	test_swap();
	test_list();
	return check_done();
}
