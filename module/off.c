// SPDX-License-Identifier: GPL-2.0
/*
 * off.c - what the administrator has switched off: single points by off=, or the whole
 * module by mmaudit.off on the kernel's command line. modprobe hands that on as a parameter
 * without a value; insmod does not know of it, so the module looks for itself.
 */
#include <linux/module.h>
#include <linux/string.h>

#include "cmdline_file.h"
#include "off.h"

static char *off = "";
static bool all;

static int set_off(const char *val, const struct kernel_param *kp)
{
	all |= !val;
	return param_set_charp(val ?: "", kp);
}

static const struct kernel_param_ops off_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG, .set = set_off, .get = param_get_charp, .free = param_free_charp,
};
module_param_cb(off, &off_ops, &off, 0444);
MODULE_PARM_DESC(off, "points not to probe, e.g. off=wp_copy,fault (mmaudit load sets it); without a value, as mmaudit.off on the kernel's command line is: refuse to load");

bool __init mma_off_all(void)
{
	if (mma_cmdline_says_off())
		all = true;
	if (all)
		pr_notice("switched off by mmaudit.off on the kernel's command line, not loaded: boot without it to audit\n");
	return all;
}

bool mma_off_point(const char *name)
{
	const char *s = off;
	size_t len;

	for (; *s; s += len + (s[len] == ',')) {
		len = strcspn(s, ",");
		if (len == strlen(name) && !strncasecmp(s, name, len))
			return true;
	}
	return false;
}
