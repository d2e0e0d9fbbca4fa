// SPDX-License-Identifier: GPL-2.0
/* hook.c - the bare mechanisms mmaudit is measured against: one empty hook on one function. */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

static char *kind = "ftrace", *symbol = "do_wp_page";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "ftrace, ftrace_regs, kprobe or kretprobe");
module_param(symbol, charp, 0444);

static void traced(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
		   struct ftrace_regs *regs)
{
}

static int probed(struct kprobe *kp, struct pt_regs *regs)
{
	return 0;
}

static int returned(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return 0;
}

static struct ftrace_ops ops = { .func = traced };
static struct kprobe kp = { .pre_handler = probed };
static struct kretprobe rp = { .handler = returned, .maxactive = 64 };

static int ftrace_up(void)
{
	int ret = ftrace_set_filter(&ops, symbol, strlen(symbol), 1);

	return ret ?: register_ftrace_function(&ops);
}

static int ftrace_regs_up(void)
{
	ops.flags |= FTRACE_OPS_FL_SAVE_REGS;
	return ftrace_up();
}

static void ftrace_down(void)
{
	unregister_ftrace_function(&ops);
}

static int kprobe_up(void)
{
	kp.symbol_name = symbol;
	return register_kprobe(&kp);
}

static void kprobe_down(void)
{
	unregister_kprobe(&kp);
}

static int kretprobe_up(void)
{
	rp.kp.symbol_name = symbol;
	return register_kretprobe(&rp);
}

static void kretprobe_down(void)
{
	unregister_kretprobe(&rp);
}

static const struct hook {
	const char *name;
	int (*up)(void);
	void (*down)(void);
} hooks[] = {
	{ "ftrace",		ftrace_up,	ftrace_down },
	{ "ftrace_regs",	ftrace_regs_up,	ftrace_down },
	{ "kprobe",		kprobe_up,	kprobe_down },
	{ "kretprobe",		kretprobe_up,	kretprobe_down },
};

static const struct hook *hook;

static int __init hook_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (strcmp(hooks[i].name, kind))
			continue;
		hook = &hooks[i];
		return hook->up();
	}
	return -EINVAL;
}

static void __exit hook_exit(void)
{
	hook->down();
}

module_init(hook_init);
module_exit(hook_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("one empty hook on one function, to be measured");
