/* traced.c - `traced COMMAND...`: runs it under a tracer that every exit of it waits for. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static void command(char **argv)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		err(1, "PTRACE_TRACEME");
	raise(SIGSTOP);
	execv(argv[0], argv);
	err(1, "%s", argv[0]);
}

int main(int argc, char **argv)
{
	int status, exits = 0;
	pid_t pid = argc > 1 ? fork() : -1;

	if (!pid)
		command(argv + 1);
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		errx(1, "no command");
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXIT))
		err(1, "PTRACE_O_TRACEEXIT");
	while (WIFSTOPPED(status)) {
		exits += status >> 16 == PTRACE_EVENT_EXIT;
		ptrace(PTRACE_CONT, pid, NULL, NULL);
		if (waitpid(pid, &status, 0) != pid)
			err(1, "waitpid");
	}
	return !exits || status;
}
