// SPDX-License-Identifier: GPL-2.0
/* cmd_doctor.c - everything load checks, without loading; and how the module does if it is there. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "command.h"
#include "device.h"
#include "names.h"

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

int cmd_doctor(int argc, char **argv)
{
	static const struct option options[] = {
		{ "module", required_argument, NULL, 'm' },
		{ "btf", required_argument, NULL, 'b' },
		{ "kallsyms", required_argument, NULL, 'k' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	static struct host host = { .all = 1 };
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'm')
			host.module_path = optarg;
		else if (c == 'b')
			host.btf_path = optarg;
		else if (c == 'k')
			host.kallsyms_path = optarg;
		else
			return c == 'h' ? help("doctor") : misuse("doctor", NULL);
	}
	if (optind < argc)
		return misuse("doctor", "'%s' is not an option", argv[optind]);
	checks_run(&host);
	check_state(&host);
	modfile_close(&host.mod);
	modfile_close(&host.wrap);
	return host.failures ? EXIT_BLIND : EXIT_CLEAN;
}
