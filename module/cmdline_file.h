/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cmdline_file.h - asks the running kernel's command line whether mmaudit is switched off.
 * Each of the two modules asks for itself, when it is loaded: modprobe loads mmaudit_wrap
 * first, and leaves it there if mmaudit then refuses.
 */
#ifndef MMA_CMDLINE_FILE_H
#define MMA_CMDLINE_FILE_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "cmdline.h"

#define MMA_CMDLINE_MAX	65536	/* as long as a bootconfig can make it, and more */

/* Into line, which is zeroed. saved_command_line is not exported. */
static ssize_t __init mma_cmdline_read(char *line)
{
	struct file *file = filp_open("/proc/cmdline", O_RDONLY, 0);
	ssize_t len;
	loff_t pos = 0;

	if (IS_ERR(file))
		return PTR_ERR(file);
	len = kernel_read(file, line, MMA_CMDLINE_MAX - 1, &pos);
	filp_close(file, NULL);
	return len;
}

/* Built into the kernel, mmaudit has mmaudit.off as a parameter without a value, and there is no /proc yet. */
static bool __init mma_cmdline_says_off(void)
{
	char *line;
	ssize_t len;
	bool off;

	if (IS_BUILTIN(CONFIG_MMAUDIT))
		return false;
	line = kvzalloc(MMA_CMDLINE_MAX, GFP_KERNEL);
	len = line ? mma_cmdline_read(line) : -ENOMEM;
	off = len > 0 && mma_cmdline_off(line);
	kvfree(line);
	if (len < 0)
		pr_notice("cannot read /proc/cmdline (%pe): mmaudit.off would not be seen there\n", ERR_PTR(len));
	return off;
}

#endif /* MMA_CMDLINE_FILE_H */
