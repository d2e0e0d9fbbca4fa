/* SPDX-License-Identifier: GPL-2.0 */
/* tell.h - the parts of a record in words, for every form of output: entries bit by bit, mapping, folio. Pure. */
#ifndef TELL_H
#define TELL_H

#include "arch.h"
#include "decode.h"

#define TELL_LEN	256	/* bytes of any of these texts */

/*
 * Two entries bit by bit: a column for each bit that one of them has, in the order of
 * the kernel's bits. What is no bit, as "migration", is a column, too.
 */
#define COLUMNS_MAX	48
enum { IN_WAS = 1, IN_NOW = 2 };
struct columns {
	unsigned int nr;
	struct {
		const char *name;
		unsigned char in;	/* IN_WAS, IN_NOW or both */
	} at[COLUMNS_MAX];
};

/* Of a violation; what it was is left out if it was not seen. */
void tell_columns(const struct arch *arch, const struct mma_decision *d, struct columns *c);
/* Of a finding, which has only a present. */
void tell_columns_of_finding(const struct arch *arch, const struct mma_finding *f, struct columns *c);

/* The names of the bits that only one entry has, or "" ; `in` is IN_NOW for what was gained, IN_WAS for what was lost. */
const char *tell_change(const struct arch *arch, const struct mma_decision *d, int in, char buf[TELL_LEN]);

/* Why the old entry was not seen, as "not seen: ...", or NULL if it was. */
const char *tell_unseen(const struct mma_decision *d);

/* What an entry is that is no present one and not empty: "a migration entry: its page is being moved". NULL for these two. */
const char *tell_kind(const struct arch *arch, unsigned int kind, __u64 entry, __u8 level, char buf[TELL_LEN]);

/* enum mma_entry_kind as one word, also for an entry whose kind the module did not tell. */
const char *tell_kind_word(const struct arch *arch, unsigned int kind, __u64 entry, __u8 level);

/* Whether an entry is a present one, which maps a page. */
int tell_maps_page(const struct arch *arch, __u64 entry, __u8 level);

/* "4 KiB"; "" if there is no level. */
const char *tell_size(__u8 level);

/* "anonymous", "file 08:01 inode 1234", "[heap]". */
const char *tell_mapping(const struct mma_map *map, char buf[TELL_LEN]);
/* "rw-p" */
const char *tell_rights(const struct mma_map *map, char buf[TELL_LEN]);
/* The letters of /proc/PID/smaps, with a space between them. */
const char *tell_letters(const struct mma_map *map, char buf[TELL_LEN]);

/* "pfn 0x2ea1, page 3 of 16, anonymous, exclusive; 1 reference, mapped once" */
const char *tell_folio(const struct arch *arch, const struct mma_map *map, __u64 entry, __u8 level, __u64 facts, __u32 refs,
		       __u32 maps, __u32 piped, char buf[TELL_LEN]);

/* Words that describe the folio, up to max; returns how many. */
unsigned int tell_folio_words(const struct mma_map *map, __u64 facts, const char **words, unsigned int max);

#endif /* TELL_H */
