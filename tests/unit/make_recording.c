// SPDX-License-Identifier: GPL-2.0
/*
 * make_recording.c - make_recording FILE [N [sound|newer|arm64|arm64-old]]: writes a made-up recording of N calls of the kernel
 * (default 10) and a finding. With `sound`, the facts of the calls are such that no rule of today is broken; with `newer`, the
 * kernel is unknown.
 */
#include <stdlib.h>
#include <string.h>

#include "recorded.h"

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	sample_is_sound = argc > 3 && !strcmp(argv[3], "sound");
	sample_is_newer = argc > 3 && !strcmp(argv[3], "newer");
	if (argc > 3 && !strncmp(argv[3], "arm64", 5))
		sample_entries = argv[3][5] ? MMA_ENTRIES_ARM64_OLD : MMA_ENTRIES_ARM64;
	return sample_record(argv[1], argc > 2 ? atoi(argv[2]) : 10) ? 1 : 0;
}
