/* swaps.c - the swap areas that were on at the start: taken away by rows, given back after them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/swap.h>
#include "kit.h"

enum { SWAPS = 4 };

static char swaps[SWAPS][96];

bool swap_any(void)
{
	return swaps[0][0];
}

static bool swap_is_on(const char *path)
{
	char all[1024];

	return read_str("/proc/swaps", all, sizeof(all)) && strstr(all, path);
}

__attribute__((constructor)) static void swaps_remember(void)
{
	FILE *f = fopen("/proc/swaps", "re");
	char line[256];
	int i = 0;

	while (f && i < SWAPS && fgets(line, sizeof(line), f))
		if (line[0] == '/' && sscanf(line, "%95s", swaps[i]) == 1)
			i++;
	if (f)
		fclose(f);
}

/* Until the row ends. */
void swap_off(void)
{
	int i;

	for (i = 0; i < SWAPS; i++)
		if (swaps[i][0])
			must(!swapoff(swaps[i]) || errno == EINVAL, "swapoff %s: %s", swaps[i], strerror(errno));
}

/* Off and on again, for the stress. */
bool swap_off_on(void)
{
	return swaps[0][0] && !swapoff(swaps[0]) && !swapon(swaps[0], 0);
}

/* Leaves on only the swaps whose name holds `device`. */
void swap_only(const char *device)
{
	bool found = false;
	int i;

	for (i = 0; i < SWAPS; i++)
		found |= swaps[i][0] && strstr(swaps[i], device);
	if (!found)
		skip("no swap on %s", device);
	for (i = 0; i < SWAPS; i++)
		if (swaps[i][0] && !strstr(swaps[i], device))
			must(!swapoff(swaps[i]), "swapoff %s: %s", swaps[i], strerror(errno));
}

/* A row may have taken the swap away. */
void swaps_restore(void)
{
	int i;

	for (i = 0; i < SWAPS; i++)
		if (swaps[i][0] && !swap_is_on(swaps[i]))
			swapon(swaps[i], 0);
}
