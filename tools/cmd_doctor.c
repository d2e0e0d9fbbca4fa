// SPDX-License-Identifier: GPL-2.0
/* cmd_doctor.c - all checks of load, without loading; and the state of the module if it is loaded. */
#include <stddef.h>
#include <stdio.h>

#include "checks.h"
#include "commands.h"
#include "device.h"
#include "names.h"
#include "say.h"

static void check_state(struct host *host)
{
	struct device dev;
	int ret;

	if (!module_loaded()) {
		report(host, LEVEL_OK, "state", "the module is not loaded%s",
		       wrap_loaded() ? "; mmaudit_wrap is: 'mmaudit unload' takes it out" : "");
		return;
	}
	ret = device_open(&dev);
	if (ret) {
		report(host, LEVEL_FAIL, "state", "the module is loaded but cannot be asked");
		return;
	}
	if (device_selftest(&dev))
		report(host, LEVEL_FAIL, "state", "the module is loaded but does not answer");
	else if (dev.ver.state == MMA_STATE_OK)
		report(host, LEVEL_OK, "state", "the module is loaded, and its self-test saw what it should");
	else
		report(host, LEVEL_FAIL, "state", "the module is loaded but blind: %.*s",
		       (int)sizeof(dev.ver.reason), dev.ver.reason);
	device_close(&dev);
}

/* The answer, after all that it rests on. */
static void conclude(const struct host *host)
{
	const int here = __builtin_popcountll(host->here), seen = here - __builtin_popcountll(host->unseen);
	char list[NAMES_LEN];

	if (host->failures)
		say("this machine cannot be audited: %d check%s failed (see 'fail')", host->failures, host->failures > 1 ? "s" : "");
	else if (host->unseen)
		say("this machine can be audited: %d of this kernel's %d sites would be seen; not %s", seen, here,
		    names_of(host->unseen, site_name, ", ", list));
	else
		say("this machine can be audited: all %d sites of this kernel would be seen", here);
}

static const struct opt doctor_options[] = {
	OPT("module", "PATH", "check this mmaudit.ko", set_text, .at = offsetof(struct host, module_path)),
	OPT("btf", "FILE", "check prototypes against FILE (raw BTF or ELF), not against the running kernel",
	    set_text, .at = offsetof(struct host, btf_path)),
	OPT("kallsyms", "FILE", "look for symbols in FILE, not in /proc/kallsyms", set_text, .at = offsetof(struct host, kallsyms_path)),
	{ }
};

static int cmd_doctor(int argc, char **argv)
{
	static struct host host = { .all = 1 };
	int ret = parse_options(&doctor_command, &host, argc, argv);

	if (ret != GO_ON)
		return ret;
	checks_run(&host);
	check_state(&host);
	conclude(&host);
	modfile_close(&host.mod);
	modfile_close(&host.wrap);
	return host.failures ? EXIT_BLIND : EXIT_CLEAN;
}

const struct command doctor_command = {
	.name = "doctor",
	.run = cmd_doctor,
	.summary = "say whether it could load here, and what it would see",
	.options = { doctor_options },
};
