/* SPDX-License-Identifier: GPL-2.0 */
/* recording.h - reads back what recorder.c wrote, of any age, whole or cut. */
#ifndef RECORDING_H
#define RECORDING_H

#include "report.h"

/* Must be all zeros before recording_read(), but for each and with. */
struct recording {
	/* Called for each record in the order of the file, if it is not NULL. */
	void (*each)(void *with, enum decode_status what, const struct record *rec);
	void *with;

	struct report report;
	struct device dev;		/* of the report's audit: only its version is set */
	struct coverage cov;
	const struct arch *machine;	/* by the head */
	char whom[128];
	char **words;			/* of the command line; NULL-terminated */
	size_t nr_words, word_bytes;
	__u32 nr_symbols;
	__u64 unknown_chunks;		/* of a newer mmaudit: skipped */
	int begun;			/* the begin of the audit is there */
	int goes_on;			/* something follows its end */
	struct record last;		/* the record that a history may follow; its type is 0 if there is none */
};

/*
 * Reads path, or what f has. Returns EXIT_CLEAN; EXIT_LOST after saying that it was cut, or goes on after its end: if `begun` is
 * set, what is there can be told; or EXIT_USAGE after saying why it cannot be read.
 */
int recording_read(struct recording *rec, const char *path);
int recording_read_file(struct recording *rec, const char *path, FILE *f);
void recording_free(struct recording *rec);

#endif /* RECORDING_H */
