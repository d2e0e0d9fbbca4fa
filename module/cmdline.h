/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cmdline.h - whether a kernel's command line switches mmaudit off. Pure, for the module,
 * the command and the tests.
 */
#ifndef MMA_CMDLINE_H
#define MMA_CMDLINE_H

#ifdef __KERNEL__
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#endif

static inline bool mma_cmdline_word_is(const char *word, size_t len, const char *wanted)
{
	return len == strlen(wanted) && !strncmp(word, wanted, len);
}

/* With another value than these, off= names points. */
static inline bool mma_cmdline_word_off(const char *word, size_t len)
{
	return mma_cmdline_word_is(word, len, "mmaudit.off") || mma_cmdline_word_is(word, len, "mmaudit.off=1") ||
	       mma_cmdline_word_is(word, len, "mmaudit.off=y") || mma_cmdline_word_is(word, len, "mmaudit.off=Y");
}

/* Up to a blank that is not quoted: a quoted value may have blanks in it. */
static inline size_t mma_cmdline_word_len(const char *word)
{
	bool quoted = false;
	size_t len;

	for (len = 0; word[len] && (quoted || !strchr(" \t\n", word[len])); len++)
		quoted ^= word[len] == '"';
	return len;
}

/* What comes after "--" is for init. */
static inline bool mma_cmdline_off(const char *line)
{
	size_t len;

	for (; *(line += strspn(line, " \t\n")); line += len) {
		len = mma_cmdline_word_len(line);
		if (mma_cmdline_word_is(line, len, "--"))
			return false;
		if (mma_cmdline_word_off(line, len))
			return true;
	}
	return false;
}

#endif /* MMA_CMDLINE_H */
