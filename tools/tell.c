// SPDX-License-Identifier: GPL-2.0
/* tell.c - see tell.h. */
#include <stdio.h>
#include <string.h>

#include "append.h"
#include "letters.h"
#include "rule.h"
#include "sites.h"
#include "tell.h"

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

/* ---- entries ---- */

static const char *const kind_words[] = {
	[MMA_ENTRY_NONE] = "none", [MMA_ENTRY_SWAP] = "swap", [MMA_ENTRY_MIGRATION] = "migration",
	[MMA_ENTRY_MARKER] = "marker", [MMA_ENTRY_POISONED] = "poisoned", [MMA_ENTRY_GUARD] = "guard",
	[MMA_ENTRY_EXCLUSIVE] = "device-exclusive", [MMA_ENTRY_OTHER] = "device",
};

static int is_kind_word(const char *name)
{
	for (unsigned int i = 0; i < NR(kind_words); i++)
		if (kind_words[i] && !strcmp(kind_words[i], name))
			return 1;
	return 0;
}

/* As arch_entry(), with the kind in the place of "swap". Returns how many. */
static unsigned int bits_of(const struct arch *arch, __u64 entry, __u8 level, unsigned int kind, const char **names, unsigned int max)
{
	unsigned int n = arch_entry(arch, entry, level > MMA_LEVEL_PTE, names, max);

	if (n && !strcmp(names[0], "swap") && kind < NR(kind_words) && kind_words[kind])
		names[0] = kind_words[kind];
	return n;
}

const char *tell_kind_word(const struct arch *arch, unsigned int kind, __u64 entry, __u8 level)
{
	const char *names[COLUMNS_MAX];

	return bits_of(arch, entry, level, kind, names, COLUMNS_MAX) ? names[0] : "none";
}

/* The order of columns. What is not named here comes last. */
static const char *const order[] = {
	"none", "swap", "migration", "marker", "poisoned", "guard", "device-exclusive", "device", "exclusive",
	"present", "protnone", "invalid", "writable", "rdonly", "user", "accessed", "dirty", "sw-dirty", "soft-dirty", "uffd-wp",
	"saved-dirty", "special", "devmap", "write-through", "uncached", "attr", "shared", "huge", "cont", "pat", "global", "ng", "gp",
	"pkey", "nx", "pxn", "uxn",
};

static unsigned int rank_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < NR(order) && strcmp(order[i], name); i++)
		;
	return i;
}

/* Adds a column at its place, or marks the one that is there. */
static void add_column(struct columns *c, const char *name, unsigned char in)
{
	const unsigned int rank = rank_of(name);
	unsigned int i;

	for (i = 0; i < c->nr && rank_of(c->at[i].name) < rank; i++)
		;
	if (i < c->nr && !strcmp(c->at[i].name, name)) {
		c->at[i].in |= in;
		return;
	}
	if (c->nr == COLUMNS_MAX)
		return;
	memmove(&c->at[i + 1], &c->at[i], (c->nr++ - i) * sizeof(c->at[0]));
	c->at[i].name = name;
	c->at[i].in = in;
}

static void add_entry(const struct arch *arch, struct columns *c, __u64 entry, __u8 level, unsigned int kind, unsigned char in)
{
	const char *names[COLUMNS_MAX];
	unsigned int n = bits_of(arch, entry, level, kind, names, COLUMNS_MAX / 2);

	for (unsigned int i = 0; i < n; i++)
		add_column(c, names[i], in);
}

void tell_columns(const struct arch *arch, const struct mma_decision *d, struct columns *c)
{
	c->nr = 0;
	if (!(d->flags & MMA_DEC_OLD_UNKNOWN))
		add_entry(arch, c, d->old_entry, d->level, d->old_kind, IN_WAS);
	add_entry(arch, c, d->new_entry, d->level, d->new_kind, IN_NOW);
}

void tell_columns_of_finding(const struct arch *arch, const struct mma_finding *f, struct columns *c)
{
	c->nr = 0;
	add_entry(arch, c, f->entry, f->level, f->kind, IN_NOW);
}

/* A mark that a broken rule says is lost, though the old entry was not seen or is another one's: collapse joins many. */
static void append_lost(char *buf, const struct mma_decision *d, __u32 rule, const char *mark)
{
	if (d->broken >> rule & 1 && !strstr(buf, mark))
		append(buf, TELL_LEN, "%s%s", *buf ? " " : "", mark);
}

const char *tell_change(const struct arch *arch, const struct mma_decision *d, int in, char buf[TELL_LEN])
{
	struct columns c;

	*buf = 0;
	if (!(d->flags & MMA_DEC_OLD_UNKNOWN)) {
		tell_columns(arch, d, &c);
		for (unsigned int i = 0; i < c.nr; i++)
			if (c.at[i].in == in && !is_kind_word(c.at[i].name))
				append(buf, TELL_LEN, "%s%s", *buf ? " " : "", c.at[i].name);
	}
	if (in == IN_WAS) {
		append_lost(buf, d, MMA_RULE_LOST_UFFD_WP, "uffd-wp");
		append_lost(buf, d, MMA_RULE_LOST_SOFT_DIRTY, "soft-dirty");
	}
	return buf;
}

const char *tell_unseen(const struct mma_decision *d)
{
	if (!(d->flags & MMA_DEC_OLD_UNKNOWN))
		return NULL;
	if (d->flags & MMA_DEC_CONFIRMED)
		return "not seen: judged later, out of the probe, because a lock was busy there or the range too long";
	if (d->point == MMA_POINT_FAULT && d->verdict == MMA_WRITABLE)
		return "not seen: the fault mapped this page beside the one it was for";
	if (d->point == MMA_POINT_FAULT || d->point == MMA_POINT_HUGETLB)
		return "not seen: a huge entry was split or made, so there was none of this size";
	return "not seen: the probe did not read it before the call, at most its marks";
}

/* The rest of the text is of the offset, whose meaning for other kinds differs between kernels. */
static void append_slot(const struct arch *arch, char *buf, __u64 entry)
{
	append(buf, TELL_LEN, " (type %u, offset 0x%llx)", arch_swap_type(arch, entry),
	       (unsigned long long)arch_swap_offset(arch, entry));
}

const char *tell_kind(const struct arch *arch, unsigned int kind, __u64 entry, __u8 level, char buf[TELL_LEN])
{
	static const char *const texts[] = {
		[MMA_ENTRY_SWAP] = "its page is swapped out",
		[MMA_ENTRY_MIGRATION] = "a migration entry: its page is being moved, or its huge page split",
		[MMA_ENTRY_MARKER] = "a marker: nothing is mapped, and the mark uffd-wp is kept",
		[MMA_ENTRY_POISONED] = "the memory of its page is broken: who touches it is killed",
		[MMA_ENTRY_GUARD] = "a marker for a guard, or for a page that could not be read: who touches it is killed",
		[MMA_ENTRY_EXCLUSIVE] = "a device has its page for itself",
		[MMA_ENTRY_OTHER] = "its page is in the memory of a device",
	};

	*buf = 0;
	if (kind < NR(texts) && texts[kind])
		append(buf, TELL_LEN, "%s", texts[kind]);
	else if (kind || strcmp(tell_kind_word(arch, kind, entry, level), "swap"))
		return NULL;
	else
		append(buf, TELL_LEN, "swapped out, being moved or a marker: type %u; modules from 1.4 on say which", arch_swap_type(arch, entry));
	if (kind == MMA_ENTRY_SWAP)
		append_slot(arch, buf, entry);
	return buf;
}

int tell_maps_page(const struct arch *arch, __u64 entry, __u8 level)
{
	return arch_is_present(arch, entry, level > MMA_LEVEL_PTE);
}

const char *tell_size(__u8 level)
{
	static const char *const sizes[] = { [MMA_LEVEL_PTE] = "4 KiB", [MMA_LEVEL_PMD] = "2 MiB", [MMA_LEVEL_PUD] = "1 GiB" };

	return level < NR(sizes) && sizes[level] ? sizes[level] : "";
}

/* ---- mapping ---- */

const char *tell_mapping(const struct mma_map *map, char buf[TELL_LEN])
{
	static const char *const kinds[] = {
		[MMA_MAP_ANON] = "anonymous", [MMA_MAP_HEAP] = "[heap]", [MMA_MAP_STACK] = "[stack]",
		[MMA_MAP_SPECIAL] = "of the kernel or a driver, without a file",
	};

	*buf = 0;
	if (map->kind == MMA_MAP_FILE)
		append(buf, TELL_LEN, "file %02x:%02x inode %llu", map->dev >> 20, map->dev & 0xfffff, (unsigned long long)map->ino);
	else if (map->kind < NR(kinds) && kinds[map->kind])
		append(buf, TELL_LEN, "%s", kinds[map->kind]);
	else
		append(buf, TELL_LEN, "of a kind only a newer mmaudit knows (%u)", map->kind);
	return buf;
}

static const char *letters_at(unsigned int bit)
{
	static const char *const names[64] = {
#define X(nr, letters, flag) [nr] = letters,
		MMA_LETTERS(X)
#undef X
	};

	return names[bit] ? names[bit] : "??";
}

static int has_letters(const struct mma_map *map, const char *letters)
{
	for (unsigned int bit = 0; bit < 64; bit++)
		if (map->letters >> bit & 1 && !strcmp(letters_at(bit), letters))
			return 1;
	return 0;
}

const char *tell_rights(const struct mma_map *map, char buf[TELL_LEN])
{
	snprintf(buf, TELL_LEN, "%c%c%c%c", has_letters(map, "rd") ? 'r' : '-', has_letters(map, "wr") ? 'w' : '-',
		 has_letters(map, "ex") ? 'x' : '-', has_letters(map, "ms") ? 's' : 'p');
	return buf;
}

const char *tell_letters(const struct mma_map *map, char buf[TELL_LEN])
{
	*buf = 0;
	for (unsigned int bit = 0; bit < 64; bit++)
		if (map->letters >> bit & 1)
			append(buf, TELL_LEN, "%s%s", *buf ? " " : "", letters_at(bit));
	return buf;
}

/* ---- folio ---- */

unsigned int tell_folio_words(const struct mma_map *map, __u64 facts, const char **words, unsigned int max)
{
	const struct {
		int is;
		const char *word;
	} all[] = {
		{ !!(facts & MMA_F_PAGE_KSM), "merged by KSM" },
		{ (facts & (MMA_F_PAGE_ANON | MMA_F_PAGE_KSM)) == MMA_F_PAGE_ANON, "anonymous" },
		{ !(facts & MMA_F_PAGE_ANON), "of a file" },
		{ !!(facts & MMA_F_PAGE_EXCL), "exclusive" },
		{ !!(facts & MMA_F_PAGE_PINNED), "pinned" },
		{ !!(facts & MMA_F_PAGE_SWAPCACHE), "in the swap cache" },
		{ !!(facts & MMA_F_PAGE_DIRTY), "dirty" },
		{ !!(facts & MMA_F_PAGE_LOCKED), "locked" },
		{ !!(map->folio & MMA_FOLIO_WRITEBACK), "under writeback" },
		{ !!(map->folio & MMA_FOLIO_LAZYFREE), "given up by MADV_FREE" },
		{ !!(map->folio & MMA_FOLIO_MLOCKED), "mlocked" },
		{ !!(map->folio & MMA_FOLIO_RESERVED), "reserved" },
		{ !!(map->folio & MMA_FOLIO_POISONED), "its memory broken" },
	};
	unsigned int n = 0;

	for (unsigned int i = 0; i < NR(all); i++)
		if (all[i].is && n < max)
			words[n++] = all[i].word;
	return n;
}

static void append_place(char *buf, const struct mma_map *map, __u64 pfn, __u64 facts)
{
	const unsigned long long pages = 1ULL << (map->order & 63);

	if (map->folio & MMA_FOLIO_SEEN && map->order)
		append(buf, TELL_LEN, ", page %llu of %llu", (pfn & (pages - 1)) + 1, pages);
	else if (!(map->folio & MMA_FOLIO_SEEN) && facts & MMA_F_PAGE_LARGE)
		append(buf, TELL_LEN, ", of a large folio");
}

const char *tell_folio(const struct arch *arch, const struct mma_map *map, __u64 entry, __u8 level, __u64 facts, __u32 refs,
		       __u32 maps, __u32 piped, char buf[TELL_LEN])
{
	const __u64 pfn = arch_pfn(arch, entry, level > MMA_LEVEL_PTE);
	const char *words[16];
	unsigned int n;

	*buf = 0;
	if (facts & MMA_F_PAGE_ZERO)
		append(buf, TELL_LEN, "the zero page");
	else if (!(facts & MMA_F_PTE_PRESENT))
		append(buf, TELL_LEN, "none: no page is mapped");
	else if (!(facts & MMA_F_PAGE))
		append(buf, TELL_LEN, "none: pfn 0x%llx is no memory the kernel counts", (unsigned long long)pfn);
	if (*buf)
		return buf;
	append(buf, TELL_LEN, "pfn 0x%llx", (unsigned long long)pfn);
	append_place(buf, map, pfn, facts);
	n = tell_folio_words(map, facts, words, NR(words));
	for (unsigned int i = 0; i < n; i++)
		append(buf, TELL_LEN, ", %s", words[i]);
	append(buf, TELL_LEN, "; %u reference%s", refs, refs == 1 ? "" : "s");
	if (maps)
		append(buf, TELL_LEN, maps == 1 ? ", mapped once" : ", mapped %u times", maps);
	if (piped)
		append(buf, TELL_LEN, ", in %u pipe buffer%s of other processes", piped, piped == 1 ? "" : "s");
	return buf;
}
