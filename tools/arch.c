// SPDX-License-Identifier: GPL-2.0
/* arch.c - see arch.h. The lines of the kernel that a table rests on stand above it. */
#include <stddef.h>
#include <string.h>

#include "arch.h"

#define NR(a)		(sizeof(a) / sizeof((a)[0]))
#define BITS(high, low)	(~0ULL >> (63 - (high)) & ~0ULL << (low))

enum { DIRTY = 64, HUGE };		/* follow from other bits */

/* In which entries a bit has this name. */
enum when {
	ALWAYS,
	OF_PTE, OF_PMD,
	VALID,				/* the CPU may use it */
	NOT_VALID,			/* present to the kernel alone */
	PROTNONE,			/* of these: nobody may use it, by mprotect() or as a NUMA hint */
	INVALID,			/* the others: a huge one that is being changed */
};

/* The rows of a table are in the order in which the names are printed. */
struct bit_row {
	unsigned char bit, last;	/* last: of several that have one name; 0: it is one */
	unsigned char when;		/* enum when */
	const char *name;
};

struct coding {
	const struct bit_row *present, *swap;
	unsigned int nr_present, nr_swap;
	__u64 kernel_present, kernel_present_pmd;	/* present with one of these bits */
	__u64 frame;
	unsigned char type_low, type_high, offset_low, offset_high;	/* of a swap entry */
	unsigned char inverted;		/* frame and offset, where the CPU must not follow them */
	int (*protnone)(__u64 entry);	/* of an entry that is present and not valid */
	int (*follows)(__u64 entry, unsigned int bit);
};

static int has(__u64 entry, unsigned int bit)
{
	return entry >> bit & 1;
}

/* ---- x86-64 ---- */

/*
 * arch/x86/include/asm/pgtable_types.h. 57 and 58 are those of 6.7 and later; before, 58 is devmap. pmdp_invalidate() leaves the
 * bit 7 of a huge entry and takes bit 0: pmd_present() arch/x86/include/asm/pgtable.h:1035 (6.12).
 */
static const struct bit_row x86_present[] = {
	{ 0, .name = "present" }, { 1, .name = "writable" }, { 2, .name = "user" }, { 3, .name = "write-through" },
	{ 4, .name = "uncached" }, { 5, .name = "accessed" }, { 6, .name = "dirty" }, { 9, .name = "special" },
	{ 10, .name = "uffd-wp" }, { 11, .name = "soft-dirty" }, { 57, .name = "devmap" }, { 58, .name = "saved-dirty" },
	{ 7, .when = OF_PMD, .name = "huge" }, { 7, .when = OF_PTE, .name = "pat" },
	{ 8, .when = VALID, .name = "global" }, { 8, .when = NOT_VALID, .name = "protnone" },
	{ 59, 62, .name = "pkey" }, { 63, .name = "nx" },
};

/* For a swap or migration entry; bit 3 since 5.19. */
static const struct bit_row x86_swap[] = {
	{ 1, .name = "soft-dirty" }, { 2, .name = "uffd-wp" }, { 3, .name = "exclusive" },
};

/*
 * Swap entries: arch/x86/include/asm/pgtable_64.h:188 (6.12). An entry without the present bit has its frame inverted, against
 * L1TF: arch/x86/include/asm/pgtable-invert.h.
 */
static const struct coding x86 = {
	.present = x86_present, .nr_present = NR(x86_present), .swap = x86_swap, .nr_swap = NR(x86_swap),
	.kernel_present = BITS(0, 0) | BITS(8, 8), .kernel_present_pmd = BITS(7, 7),
	.frame = BITS(51, 12), .type_low = 59, .type_high = 63, .offset_low = 14, .offset_high = 58, .inverted = 1,
};

/* ---- arm64 ---- */

/*
 * arch/arm64/include/asm/pgtable-prot.h:17 and pgtable-hwdef.h:158 (6.12). The page is 4 KiB. Bits 8 and 9 say that it is shared,
 * or, with LPA2, are the highest bits of an address beyond 1 PiB, which no machine has: they are named as the former.
 */
#define ARM64_BITS							\
	{ 0, .name = "present" }, { 51, .name = "writable" }, { 6, .name = "user" }, { 10, .name = "accessed" }, \
	{ DIRTY, .name = "dirty" }, { 56, .name = "special" }, { 57, .name = "devmap" }, { 7, .name = "rdonly" }, \
	{ 55, .name = "sw-dirty" }, { 2, 4, .name = "attr" }, { 8, 9, .name = "shared" }, { HUGE, .when = OF_PMD, .name = "huge" }, \
	{ 50, .name = "gp" }, { 52, .name = "cont" }, { 53, .name = "pxn" }, { 54, .name = "uxn" }, { 60, 62, .name = "pkey" }

/*
 * Since 6.10 what is present and not valid has bit 11, PTE_PRESENT_INVALID: pgtable-prot.h:28; and 58 is uffd-wp, :31 (6.12). A
 * swap entry: arch/arm64/include/asm/pgtable.h:1424.
 */
static const struct bit_row arm64_present[] = {
	ARM64_BITS, { 58, .name = "uffd-wp" }, { 11, .when = VALID, .name = "ng" }, { 11, .when = PROTNONE, .name = "protnone" }, { 11, .when = INVALID, .name = "invalid" },
};

static const struct bit_row arm64_swap[] = {
	{ 2, .name = "exclusive" }, { 3, .name = "uffd-wp" },
};

/* Before, it was 58, PTE_PROT_NONE, or 59 of a huge one, PMD_PRESENT_INVALID: pgtable-prot.h:22, :29, pgtable.h:1000 (6.1). */
static const struct bit_row arm64_old_present[] = {
	ARM64_BITS, { 11, .name = "ng" }, { 58, .when = NOT_VALID, .name = "protnone" },
	{ 59, .when = OF_PMD, .name = "invalid" },
};

static const struct bit_row arm64_old_swap[] = {
	{ 2, .name = "exclusive" },
};

/* pte_protnone() arch/arm64/include/asm/pgtable.h:535 (6.12): neither PTE_USER nor, by PTE_UXN, to be executed. */
static int arm64_protnone(__u64 entry)
{
	return !has(entry, 6) && has(entry, 54);
}

/* pte_dirty() :125, pmd_trans_huge() :716: a huge entry has no PMD_TABLE_BIT. */
static int arm64_follows(__u64 entry, unsigned int bit)
{
	if (bit == DIRTY)
		return has(entry, 55) || (has(entry, 51) && !has(entry, 7));
	return !has(entry, 1);
}

static const struct coding arm64 = {
	.present = arm64_present, .nr_present = NR(arm64_present), .swap = arm64_swap, .nr_swap = NR(arm64_swap),
	.kernel_present = BITS(0, 0) | BITS(11, 11),
	.frame = BITS(49, 12), .type_low = 6, .type_high = 10, .offset_low = 12, .offset_high = 61,
	.protnone = arm64_protnone, .follows = arm64_follows,
};

static const struct coding arm64_old = {
	.present = arm64_old_present, .nr_present = NR(arm64_old_present), .swap = arm64_old_swap, .nr_swap = NR(arm64_old_swap),
	.kernel_present = BITS(0, 0) | BITS(58, 58), .kernel_present_pmd = BITS(59, 59),
	.frame = BITS(47, 12), .type_low = 3, .type_high = 7, .offset_low = 8, .offset_high = 57,
	.follows = arm64_follows,
};

/* ---- the list ---- */

#define X86_64	.machine = "x86_64", .config = "CONFIG_X86_64", .syscall = "__x64_sys_"
#define AARCH64	.machine = "aarch64", .vermagic = "aarch64", .config = "CONFIG_ARM64", .syscall = "__arm64_sys_", .one_upgrade = 1

/* Of a machine with several codings the newest comes first. */
static const struct {
	__u32 entries;
	struct arch arch;
} archs[] = {
	{ MMA_ENTRIES_X86_64, { X86_64, .uffd_wp = 1, .coding = &x86 } },
	{ MMA_ENTRIES_ARM64, { AARCH64, .uffd_wp = 1, .coding = &arm64 } },
	{ MMA_ENTRIES_ARM64_OLD, { AARCH64, .coding = &arm64_old } },
};

const struct arch *arch_of(__u32 entries)
{
	for (size_t i = 0; i < NR(archs); i++)
		if (archs[i].entries == (entries ? entries : MMA_ENTRIES_X86_64))
			return &archs[i].arch;
	return NULL;
}

const struct arch *arch_at(unsigned int i)
{
	return i < NR(archs) ? &archs[i].arch : NULL;
}

const struct arch *arch_by_machine(const char *machine)
{
	for (size_t i = 0; i < NR(archs); i++)
		if (!strcmp(archs[i].arch.machine, machine))
			return &archs[i].arch;
	return NULL;
}

const struct arch *arch_by_config(const char *option)
{
	for (size_t i = 0; i < NR(archs); i++)
		if (!strcmp(archs[i].arch.config, option))
			return &archs[i].arch;
	return NULL;
}

/* A module of ours is of one of these: MODULE_ARCH_VERMAGIC of x86-64 is empty. */
const struct arch *arch_by_vermagic(const char *vermagic)
{
	const struct arch *plain = NULL;

	for (size_t i = 0; i < NR(archs); i++) {
		const char *word = archs[i].arch.vermagic;

		if (word && strstr(vermagic, word))
			return &archs[i].arch;
		if (!word)
			plain = &archs[i].arch;
	}
	return plain;
}

const struct arch *arch_by_symbol(const char *name)
{
	for (size_t i = 0; i < NR(archs); i++)
		if (!strncmp(name, archs[i].arch.syscall, strlen(archs[i].arch.syscall)))
			return &archs[i].arch;
	return NULL;
}

int arch_same(const struct arch *a, const struct arch *b)
{
	return !strcmp(a->machine, b->machine);
}

/* ---- entries ---- */

static int is_valid(__u64 entry)
{
	return has(entry, 0);
}

int arch_is_present(const struct arch *arch, __u64 entry, int is_pmd)
{
	const struct coding *c = arch->coding;

	return !!(entry & (c->kernel_present | (is_pmd ? c->kernel_present_pmd : 0)));
}

/* Of an empty entry, as of one that is valid. */
static int applies(const struct coding *c, const struct bit_row *row, __u64 entry, int is_pmd)
{
	const int valid = !entry || is_valid(entry), protnone = !valid && (!c->protnone || c->protnone(entry));

	switch (row->when) {
	case OF_PTE: return !is_pmd;
	case OF_PMD: return is_pmd;
	case VALID: return valid;
	case NOT_VALID: return !valid;
	case PROTNONE: return protnone;
	case INVALID: return !valid && !protnone;
	}
	return 1;
}

static unsigned int last_bit(const struct bit_row *row)
{
	return row->last ? row->last : row->bit;
}

int arch_has_bit(const struct arch *arch, __u64 entry, unsigned int bit)
{
	if (bit < 64)
		return has(entry, bit);
	return arch->coding->follows && arch->coding->follows(entry, bit);
}

static int row_is_set(const struct arch *arch, const struct bit_row *row, __u64 entry)
{
	for (unsigned int bit = row->bit; bit <= last_bit(row); bit++)
		if (arch_has_bit(arch, entry, bit))
			return 1;
	return 0;
}

/* The rows that entries of the kind of this one have; an empty one may become present. */
static const struct bit_row *rows_of(const struct arch *arch, __u64 entry, int is_pmd, unsigned int *nr)
{
	const struct coding *c = arch->coding;
	const int is_swap = entry && !arch_is_present(arch, entry, is_pmd);

	*nr = is_swap ? c->nr_swap : c->nr_present;
	return is_swap ? c->swap : c->present;
}

unsigned int arch_entry(const struct arch *arch, __u64 entry, int is_pmd, const char **names, unsigned int max)
{
	unsigned int nr, n = 0;
	const struct bit_row *rows = rows_of(arch, entry, is_pmd, &nr);

	if (!arch_is_present(arch, entry, is_pmd) && n < max)
		names[n++] = entry ? "swap" : "none";
	for (unsigned int i = 0; entry && i < nr && n < max; i++)
		if (applies(arch->coding, &rows[i], entry, is_pmd) && row_is_set(arch, &rows[i], entry))
			names[n++] = rows[i].name;
	return n;
}

const char *arch_bit(const struct arch *arch, __u64 entry, int is_pmd, unsigned int bit)
{
	unsigned int nr;
	const struct bit_row *rows = rows_of(arch, entry, is_pmd, &nr);

	for (unsigned int i = 0; i < nr; i++)
		if (bit >= rows[i].bit && bit <= last_bit(&rows[i]) && applies(arch->coding, &rows[i], entry, is_pmd))
			return rows[i].name;
	return NULL;
}

__u64 arch_pfn(const struct arch *arch, __u64 entry, int is_pmd)
{
	const struct coding *c = arch->coding;
	const __u64 frame = c->frame & (is_pmd ? BITS(63, 21) : ~0ULL);

	return ((c->inverted && !is_valid(entry) ? ~entry : entry) & frame) >> 12;
}

static __u64 field(__u64 entry, unsigned int low, unsigned int high)
{
	return (entry & BITS(high, low)) >> low;
}

unsigned int arch_swap_type(const struct arch *arch, __u64 entry)
{
	return field(entry, arch->coding->type_low, arch->coding->type_high);
}

__u64 arch_swap_offset(const struct arch *arch, __u64 entry)
{
	return field(arch->coding->inverted ? ~entry : entry, arch->coding->offset_low, arch->coding->offset_high);
}
