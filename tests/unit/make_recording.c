// SPDX-License-Identifier: GPL-2.0
/*
 * make_recording.c - make_recording FILE [N [sound|newer]]: writes a made-up recording of N calls of the kernel (default 10) and a
 * finding. With `sound`, the facts of the calls are such that no rule of today is broken; with `newer`, the kernel is unknown.
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
	return sample_record(argv[1], argc > 2 ? atoi(argv[2]) : 10) ? 1 : 0;
}
