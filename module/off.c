// SPDX-License-Identifier: GPL-2.0
/*
 * off.c - what the administrator has switched off: single points by off=, or the whole
 * module by mmaudit.off on the kernel's command line. modprobe hands that on as a parameter
 * without a value; insmod does not know of it, so the module looks for itself.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cmdline.h"
#include "off.h"

#define CMDLINE_MAX	65536	/* as long as a bootconfig can make it, and more */

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

/* saved_command_line is not exported. Where mmaudit is built in, set_off() has been told, and there is no /proc yet. */
static bool __init cmdline_off(char *line)
{
	struct file *file;
	ssize_t len;
	loff_t pos = 0;

	if (IS_BUILTIN(CONFIG_MMAUDIT))
		return false;
	file = filp_open("/proc/cmdline", O_RDONLY, 0);
	len = PTR_ERR(file);
	if (!IS_ERR(file)) {
		len = kernel_read(file, line, CMDLINE_MAX - 1, &pos);
		filp_close(file, NULL);
	}
	if (len < 0)
		pr_notice("cannot read /proc/cmdline (%pe): mmaudit.off would not be seen there\n", ERR_PTR(len));
	return len > 0 && mma_cmdline_off(line);
}

bool __init mma_off_all(void)
{
	char *line = kvzalloc(CMDLINE_MAX, GFP_KERNEL);

	if (line && cmdline_off(line))
		all = true;
	kvfree(line);
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
