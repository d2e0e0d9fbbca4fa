/* SPDX-License-Identifier: GPL-2.0 */
/* commands.h - all subcommands; each is defined in its cmd_*.c. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "command.h"

extern const struct command load_command, unload_command, doctor_command, sites_command, watch_command, run_command,
	sweep_command, stat_command, explain_command, record_command, report_command, replay_command, top_command,
	known_command, verdict_command, why_command, vm_command;

#endif /* COMMANDS_H */
