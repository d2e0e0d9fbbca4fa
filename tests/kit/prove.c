/* prove.c - counts calls of kernel functions while a row runs, with kprobe events of tracefs. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "kit.h"

/*
 * Perf events could count the row's tasks alone, but switching them on patches a branch of the scheduler, as record-cmd
 * does. Patching code that another emulated CPU runs (QEMU TCG, thread=multi) now and then ends in
 * "Oops: int3" or a hang, with or without us; run --prove under thread=single.
 */
#define TRACING "/sys/kernel/tracing/"

static int planted;

/* Opened to append: O_TRUNC would remove everybody's probes. */
static bool command(const char *text)
{
	int fd = open(TRACING "kprobe_events", O_WRONLY | O_APPEND | O_CLOEXEC);
	ssize_t len = strlen(text);
	bool ok = fd >= 0 && write(fd, text, len) == len;

	if (fd >= 0)
		close(fd);
	return ok;
}

static void plant(const char *symbol)
{
	char text[128];

	snprintf(text, sizeof(text), "p:legal/row%d %s", planted, symbol);
	planted += command(text);
}

int prove_begin(const char *reach)
{
	char words[256], *word, *save;

	planted = 0;
	snprintf(words, sizeof(words), "%s", reach);
	for (word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
		plant(word);
	write_str(TRACING "options/record-cmd", "0");
	write_str(TRACING "events/legal/enable", "1");
	return planted;
}

/* Of all functions whose event begins with that. */
static u64 hits(const char *event)
{
	FILE *f = fopen(TRACING "kprobe_profile", "re");
	unsigned long long n, sum = 0;
	char name[64];

	while (f && fscanf(f, "%63s %llu %*[^\n]", name, &n) == 2)
		if (!strncmp(name, event, strlen(event)))
			sum += n;
	if (f)
		fclose(f);
	return sum;
}

u64 prove_calls(int nr)
{
	char event[32];

	snprintf(event, sizeof(event), "row%d", nr);
	return hits(event);
}

u64 prove_end(void)
{
	char text[32];
	u64 sum = hits("row");

	write_str(TRACING "events/legal/enable", "0");
	while (planted > 0) {
		snprintf(text, sizeof(text), "-:legal/row%d", --planted);
		command(text);
	}
	return sum;
}
