/* stress.h - the second mode of `legal`. */
#ifndef STRESS_H
#define STRESS_H

#include "kit.h"

struct stress_options {
	int seconds, threads;
	u64 seed;
	bool softdirty;		/* clear_refs too */
};

struct verdict stress(struct stress_options wanted);

#endif
