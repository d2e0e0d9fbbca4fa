/* SPDX-License-Identifier: GPL-2.0 */
/* check.h - counts the checks of one test program and prints a line for each; main() ends with return check_done(). */
#ifndef MMA_CHECK_H
#define MMA_CHECK_H

#include <stdarg.h>
#include <stdio.h>

static unsigned int check_passed, check_failed;

/* One check. name: one word, unique in the program; why is printed, like printf, if ok is 0. */
__attribute__((format(printf, 3, 4), unused))
static int check(int ok, const char *name, const char *why, ...)
{
	va_list args;

	printf("%s %s", ok ? "pass" : "fail", name);
	if (!ok) {
		printf(" ");
		va_start(args, why);
		vprintf(why, args);
		va_end(args);
	}
	printf("\n");
	fflush(stdout);
	*(ok ? &check_passed : &check_failed) += 1;
	return ok;
}

/* Exit status: 0 only if something was checked and nothing failed. */
__attribute__((unused))
static int check_done(void)
{
	printf("%u passed, %u failed\n", check_passed, check_failed);
	return check_failed || !check_passed;
}

#endif /* MMA_CHECK_H */
