/* SPDX-License-Identifier: GPL-2.0 */
/* recorder.h - an output that writes a recording: what was read from the device, with all that is needed to tell it later. */
#ifndef RECORDER_H
#define RECORDER_H

#include "print.h"
#include "wholefile.h"

struct recorder {
	struct wholefile file;
	void *named;			/* tree of the addresses whose names are written */
	__u32 symbols;			/* that are written */
	__u64 records;
};

/* Opens path, and sets out to write there. Returns 0, or -errno after saying why. */
int recorder_open(struct recorder *w, struct output *out, const char *path);

/*
 * Gives the file its name, and says so. After a failed write (out->err) the file keeps what is whole, and has no end. Returns 0,
 * or -errno after saying why.
 */
int recorder_close(struct recorder *w, struct output *out);

/* Removes it: there was no audit. */
void recorder_drop(struct recorder *w, struct output *out);

#endif /* RECORDER_H */
