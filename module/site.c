// SPDX-License-Identifier: GPL-2.0
/* site.c - plants the probes, arms them, and says which grants are seen through which. */
#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "canary.h"
#include "compat/here.h"
#include "compat/proto.h"
#include "dispatch.h"
#include "history.h"
#include "inlined.h"
#include "off.h"
#include "probe.h"
#include "reader.h"
#include "site.h"
#include "stat.h"

static bool checked;
module_param(checked, bool, 0444);
MODULE_PARM_DESC(checked, "Y: probe functions, too, whose prototypes no header shows: they were checked against BTF (mmaudit load does)");

static bool wrap = true;
module_param(wrap, bool, 0444);
MODULE_PARM_DESC(wrap, "N: kretprobes even if mmaudit_wrap is there, e.g. to leave these functions to BPF's fentry and to live patches");

static const struct mma_wrap_api *wraps;	/* mmaudit_wrap's, or NULL */

static DEFINE_MUTEX(arm_lock);		/* protects what is armed, and why */
static unsigned int holders;		/* open devices, the self-test, and events that are on */

static int set_armed(const char *val, const struct kernel_param *kp)
{
	int ret;

	mutex_lock(&arm_lock);
	ret = param_set_bool(val, kp);
	mutex_unlock(&arm_lock);
	if (!ret)
		mma_sites_arm();
	return ret;
}

static const struct kernel_param_ops armed_ops = { .set = set_armed, .get = param_get_bool };
static bool armed = true;
module_param_cb(armed, &armed_ops, &armed, 0644);
MODULE_PARM_DESC(armed, "N: nothing is probed while nobody has /dev/mmaudit open and no event is on; violations are logged meanwhile only with Y (default)");

/* When a point is armed: the modes of sites.h. others: the points that the mode names. */
enum mode { MODE_ALWAYS, MODE_TRACING, MODE_ALONE, MODE_SWEEPING, MODE_HISTORY };
#define AUDIT		.mode = MODE_ALWAYS
#define TRACE(points)	.mode = MODE_TRACING, .others = points 0
#define SPARE(points)	.mode = MODE_ALONE, .others = points 0
#define SWEEP		.mode = MODE_SWEEPING
#define HISTORY		.mode = MODE_HISTORY

struct point {
	const char *name, *symbol;
	void *addr;			/* of a canary, which is probed by address; else NULL */
	enum mode mode;
	u64 others;
	struct mma_probe *probe;
	int err;
	bool refused, unchecked;
	bool inlined;			/* in a caller, see inlined.h */
};

u64 mma_armed;
u32 mma_armed_canaries;
/* A bit for each of points[], under arm_lock: has a probe; dispatch.c calls it; mmaudit_wrap calls it now; is armed. */
static mma_ids planted, traced, wrapped, on_now;
/* The canaries stand in points[] behind the points of sites.h, and are planted and armed like these. */
enum { NR_ALL = MMA_NR_POINTS + MMA_NR_CANARIES };
static_assert(MMA_NR_POINTS <= 64 && NR_ALL <= 128);

static struct point points[NR_ALL] = {
#define P(p) (1ULL << MMA_POINT_##p) |
#define X(id, nm, sym, args, when, text) \
	[MMA_POINT_##nm] = { .name = #nm, .symbol = sym, when },
	MMA_POINTS(X)
#undef X
#undef P
};

/* What is probed in place of a point's own function if it is there, best first. */
static const struct { unsigned int id; const char *symbol; } instead[] = {
#define X(nm, sym) { MMA_POINT_##nm, sym },
	MMA_STAND_INS(X)
	MMA_PARTS(X)
#undef X
};

/* What the handlers read, for the command to check before it loads the module. */
#define X(id, nm, sym, args, md, text) MODULE_INFO(reads, #nm " " args);
MMA_POINTS(X)
#undef X
#if MMA_UNKNOWN_KERNEL
MODULE_INFO(unknown_kernel, "newer than " MMA_KNOWN_KERNELS);
#endif

#define X(id, nm, str, text, pts) [MMA_SITE_##nm] = pts 0,
static const u64 site_points[] = {
#define P(p) (1ULL << MMA_POINT_##p) |
#define ALSO(p)
#define NEEDS(p)
	MMA_SITES(X)
#undef P
#undef ALSO
#undef NEEDS
};

static const u64 site_also[] = {
#define P(p)
#define ALSO(p) (1ULL << MMA_POINT_##p) |
#define NEEDS(p)
	MMA_SITES(X)
#undef P
#undef ALSO
#undef NEEDS
};

static const u64 site_needs[] = {
#define P(p)
#define ALSO(p)
#define NEEDS(p) (1ULL << MMA_POINT_##p) |
	MMA_SITES(X)
#undef P
#undef ALSO
#undef NEEDS
};
#undef X

/* Of an unknown kernel the compiler has checked none, see proto.h. */
static const u64 shown = MMA_UNKNOWN_KERNEL ? 0 :
#define X(name) 1ULL << MMA_POINT_##name |
	MMA_SHOWN(X)
#undef X
	0;

static bool has(mma_ids ids, unsigned int id)
{
	return ids >> id & 1;
}

static unsigned int id_of(const struct point *p)
{
	return p - points;
}

/* Where one function upgrades entries of all sizes, UPGRADE passes the huge ones on: UPGRADE_PMD has no probe. */
static bool is_passed_on(unsigned int id)
{
	return MMA_ONE_UPGRADE && id == MMA_POINT_UPGRADE_PMD;
}

/* Which point has the probe. */
static unsigned int probed(unsigned int id)
{
	return is_passed_on(id) ? MMA_POINT_UPGRADE : id;
}

static bool entry_only(const struct point *p)
{
	return !p->probe->rp.handler;
}

static int plant_at(struct point *p, const char *symbol)
{
	struct kprobe *kp = &p->probe->rp.kp;

	kp->symbol_name = symbol;
	kp->addr = symbol ? NULL : p->addr;
	kp->flags = KPROBE_FLAG_DISABLED;
	return entry_only(p) ? register_kprobe(kp) : register_kretprobe(&p->probe->rp);
}

static int plant_kprobe(struct point *p)
{
	unsigned int i;
	int ret;

	if (p->addr)
		return plant_at(p, NULL);
	for (i = 0; i < ARRAY_SIZE(instead); i++) {
		if (instead[i].id != id_of(p))
			continue;
		ret = plant_at(p, instead[i].symbol);
		if (ret == -ENOENT)
			continue;
		p->symbol = instead[i].symbol;
		return ret;
	}
	return plant_at(p, p->symbol);
}

/*
 * Where the function calls ftrace, or 0; ftrace's callbacks get this address. Kprobes
 * that use ftrace themselves have found it, check_ftrace_location() kernel/kprobes.c.
 */
static unsigned long ftrace_ip(const struct kprobe *kp)
{
	return kprobe_ftrace((struct kprobe *)kp) ? (unsigned long)kp->addr : mma_ftrace_ip(kp);
}

/* Moves an entry probe from kprobes to dispatch.c, if ftrace can call it. The kprobe is not needed then. */
static bool plant_traced(struct point *p)
{
	struct kprobe *kp = &p->probe->rp.kp;
	unsigned long ip = ftrace_ip(kp);

	if (!p->probe->enter || !ip ||
	    !mma_dispatch_add(id_of(p), ip, p->probe->enter, id_of(p) == MMA_POINT_UPGRADE))
		return false;
	unregister_kprobe(kp);
	return true;
}

static void plant(struct point *p)
{
	mma_ids bit = mma_id_bit(id_of(p));

	p->err = p->probe ? plant_kprobe(p) : -ENOENT;	/* no probe: see old.h */
	if (p->err) {
		pr_info("point %s off (%pe)\n", p->symbol, ERR_PTR(p->err));
		return;
	}
	p->inlined = !p->addr && mma_inlined(id_of(p), (unsigned long)p->probe->rp.kp.addr);
	if (plant_traced(p))
		traced |= bit;
	planted |= bit;
}

/* All at once, because each call waits for a grace period. */
static void unplant_all(void)
{
	static struct kretprobe *rps[NR_ALL];
	static struct kprobe *kps[NR_ALL];
	int nr_rps = 0, nr_kps = 0, i;

	for (i = 0; i < NR_ALL; i++) {
		if (!has(planted & ~traced, i))
			continue;
		if (entry_only(&points[i]))
			kps[nr_kps++] = &points[i].probe->rp.kp;
		else
			rps[nr_rps++] = &points[i].probe->rp;
	}
	planted = 0;
	unregister_kprobes(kps, nr_kps);
	unregister_kretprobes(rps, nr_rps);
	mma_dispatch_exit();
}

/* ---- armed and not ---- */

static unsigned int first_of(mma_ids ids)
{
	return (u64)ids ? __ffs64(ids) : 64 + __ffs64(ids >> 64);
}

static void each(mma_ids ids, void (*fn)(unsigned int id))
{
	for (; ids; ids &= ids - 1)
		fn(first_of(ids));
}

static void begin(unsigned int id)
{
	if (points[id].probe->begin)
		points[id].probe->begin();
}

/* With what is passed on, unless it is refused. */
static u64 all_on(u64 ids)
{
	const u64 upgrade = 1ULL << MMA_POINT_UPGRADE;

	if (MMA_ONE_UPGRADE && ids & upgrade && !points[MMA_POINT_UPGRADE_PMD].refused)
		ids |= 1ULL << MMA_POINT_UPGRADE_PMD;
	return ids;
}

static void set_on(mma_ids ids)
{
	on_now = ids;
	WRITE_ONCE(mma_armed, all_on(ids & GENMASK_ULL(MMA_NR_POINTS - 1, 0)));
	WRITE_ONCE(mma_armed_canaries, ids >> MMA_NR_POINTS);
}

/* From now on mma_point_on() says that they see. */
static void show(mma_ids ids)
{
	each(ids & ~on_now, begin);
	set_on(on_now | ids);
}

/* Called before they are disabled. */
static void hide(mma_ids ids)
{
	set_on(on_now & ~ids);
}

/* A function can have only one trampoline, and BPF may have been first: then the kretprobe is used. */
static void switch_on(unsigned int id)
{
	struct mma_probe *probe = points[id].probe;

	if (wraps && probe->wrap && !wraps->on(probe->wrap, &probe->rp)) {
		wrapped |= mma_id_bit(id);
		points[id].err = 0;
	} else {
		points[id].err = enable_kretprobe(&probe->rp);
	}
	if (!points[id].err)
		show(mma_id_bit(id));
}

static void switch_off(unsigned int id)
{
	hide(mma_id_bit(id));
	points[id].err = disable_kretprobe(&points[id].probe->rp);
	if (points[id].err)
		show(mma_id_bit(id));
}

static void switch_wraps_off(mma_ids ids)
{
	mma_ids left;
	u32 slots = 0;

	for (left = ids; left; left &= left - 1)
		slots |= 1U << points[first_of(left)].probe->wrap;
	hide(ids);
	if (slots)
		wraps->off(slots);
	wrapped &= ~ids;
}

static void switch_traced(mma_ids off, mma_ids on)
{
	mma_ids left;
	int ret;

	if (!off && !on)
		return;
	hide(off);
	ret = mma_dispatch_set((on_now & traced) | on);
	for (left = off | on; left; left &= left - 1)
		points[first_of(left)].err = ret;
	show(mma_dispatched());
}

static void arm(mma_ids want)
{
	mma_ids off = on_now & ~want, on = planted & want & ~on_now;

	lockdep_assert_held(&arm_lock);
	switch_traced(off & traced, on & traced);
	each(off & ~traced & ~wrapped, switch_off);
	switch_wraps_off(off & wrapped);
	each(on & ~traced, switch_on);
}

static bool needed(unsigned int id)
{
	const struct point *p = &points[id];

	if (id == MMA_POINT_MOVES && !MMA_HAS_UFFD_MOVE)
		return false;		/* nothing to see, and the kretprobe would have one instance only */
	switch (p->mode) {
	case MODE_TRACING:
		return READ_ONCE(mma_tracing) || !(planted & p->others);
	case MODE_ALONE:
		return !(planted & p->others);
	case MODE_SWEEPING:
		return READ_ONCE(mma_sweeping);
	case MODE_HISTORY:
		return READ_ONCE(mma_note_mask);
	default:
		return true;
	}
}

/*
 * Whoever is in UFFDIO_MOVE must be seen to leave it, or quiet.c takes its mm for
 * busy for ever: mmaudit_wrap forgets the calls that it lets go of, a kretprobe does
 * not. So where that is wrapped it stays armed until unload.
 */
static mma_ids kept_armed(void)
{
	return wrapped & mma_id_bit(MMA_POINT_MOVES);
}

static void arm_all(void)
{
	mma_ids want = kept_armed();
	int i;

	for (i = 0; i < NR_ALL; i++)
		if ((armed || holders) && needed(i))
			want |= mma_id_bit(i);
	arm(want);
}

void mma_sites_arm(void)
{
	mutex_lock(&arm_lock);
	arm_all();
	mutex_unlock(&arm_lock);
}

bool mma_sites_hold(void)
{
	bool first;

	mutex_lock(&arm_lock);
	first = !holders++;
	arm_all();
	mutex_unlock(&arm_lock);
	return first;
}

void mma_sites_release(void)
{
	mutex_lock(&arm_lock);
	holders--;
	arm_all();
	mutex_unlock(&arm_lock);
}

bool mma_sites_lock(void)
{
	mutex_lock(&arm_lock);
	return holders;
}

void mma_sites_unlock(void)
{
	mutex_unlock(&arm_lock);
}

/* Without swap there is no swapoff to be seen. */
u64 mma_site_needs(enum mma_site site)
{
	return site_needs[site] & ~(IS_ENABLED(CONFIG_SWAP) ? 0 : 1ULL << MMA_POINT_SWAPOFF);
}

u64 mma_site_points(enum mma_site site)
{
	u64 on = READ_ONCE(mma_armed);

	if (mma_site_needs(site) & ~on)
		return 0;
	return site_points[site] & on ? (site_points[site] | site_also[site]) & on : 0;
}

#define X(name, here) ((here) ? 0 : 1ULL << MMA_SITE_##name) |
static const u64 not_here = MMA_SITES_HERE(X) 0;

/* For the command to read before it loads the module: a digit a site, 1 if this kernel does not have it. */
static const char not_here_info[] __used __section(".modinfo") __aligned(1) = {
	'n', 'o', 't', '_', 'h', 'e', 'r', 'e', '=',
#define DIGIT(id, name, str, text, pts) '0' + !!((MMA_SITES_HERE(X) 0) >> (id) & 1),
	MMA_SITES(DIGIT)
#undef DIGIT
#undef X
	0
};

static bool any_inlined(u64 ids)
{
	for (; ids; ids &= ids - 1)
		if (points[__ffs64(ids)].inlined)
			return true;
	return false;
}

enum mma_site_state mma_site_state(enum mma_site site)
{
	if (not_here >> site & 1)
		return MMA_SITE_NOT_HERE;
	if (!mma_site_points(site))
		return MMA_SITE_UNSEEN;
	return any_inlined(site_points[site] & READ_ONCE(mma_armed)) ? MMA_SITE_PARTLY : MMA_SITE_SEEN;
}

enum mma_hook mma_point_hook(unsigned int id)
{
	id = probed(id);
	if (has(traced, id))
		return MMA_HOOK_FTRACE;
	if (has(wrapped, id))
		return MMA_HOOK_WRAP;
	return entry_only(&points[id]) ? MMA_HOOK_KPROBE : MMA_HOOK_KRETPROBE;
}

bool mma_point_traps(unsigned int id)
{
	return !kprobe_ftrace(&points[probed(id)].probe->rp.kp);
}

const char *mma_point_symbol(unsigned int id)
{
	return points[probed(id)].symbol;
}

int mma_point_error(unsigned int id)
{
	return points[probed(id)].err;
}

/*
 * Whether the hook of a point is still there. A kprobe that was enabled while all
 * kprobes were off has stayed disabled, enable_kprobe() kernel/kprobes.c:2447 (6.12),
 * so it is enabled again.
 */
bool mma_point_stands(unsigned int id)
{
	struct kretprobe *rp;

	lockdep_assert_held(&arm_lock);
	id = probed(id);
	rp = &points[id].probe->rp;
	if (has(traced, id))
		return mma_dispatch_stands();
	if (has(wrapped, id))
		return wraps->is_on(points[id].probe->wrap);
	if (kprobe_disabled(&rp->kp))
		enable_kretprobe(rp);
	return !kprobe_disabled(&rp->kp);
}

static u64 missed(const struct point *p)
{
	if (!has(planted & ~traced, id_of(p)))
		return 0;	/* ftrace drops no call that does not recurse */
	return p->probe->rp.kp.nmissed + (entry_only(p) ? 0 : p->probe->rp.nmissed);
}

u64 mma_missed(void)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < MMA_NR_POINTS; i++)
		sum += missed(&points[i]);
	return sum;
}

bool mma_dropped(u64 mask)
{
	int i;

	for (; mask; mask &= mask - 1) {
		i = __ffs64(mask);
		if (missed(&points[i]))
			return true;
	}
	return false;
}

bool mma_points_there(u64 ids)
{
	return !(ids & ~planted);
}

int mma_points_error(u64 ids)
{
	int ret = 0;

	mutex_lock(&arm_lock);
	for (ids &= ~mma_armed; ids && !ret; ids &= ids - 1)
		ret = points[__ffs64(ids)].err;
	mutex_unlock(&arm_lock);
	return ret;
}

void mma_point_info(struct mma_point_info *info)
{
	const struct point *p = &points[probed(info->id)];

	if (p->refused || points[info->id].refused)
		info->state = MMA_POINT_REFUSED;
	else if (p->unchecked)
		info->state = MMA_POINT_UNCHECKED;
	else if (!has(planted, id_of(p)))
		info->state = MMA_POINT_ABSENT;
	else
		info->state = mma_point_on(info->id) ? MMA_POINT_ON : MMA_POINT_IDLE;
	info->err = p->err;
	info->hook = info->state == MMA_POINT_ON ? mma_point_hook(info->id) : MMA_HOOK_NONE;
	info->hits = mma_total_hits(info->id);
	info->missed = missed(p);
	info->inlined = p->inlined;
	strscpy(info->symbol, p->symbol, sizeof(info->symbol));
}

static void take_wraps(void)
{
	wraps = wrap ? symbol_get(mma_wrap_api) : NULL;
	if (!wraps || wraps->version == MMA_WRAP_VERSION)
		return;
	pr_info("mmaudit_wrap is of another version, not used\n");
	symbol_put(mma_wrap_api);
	wraps = NULL;
}

static void plant_canaries(void)
{
	unsigned int i;

	for (i = 0; i < MMA_NR_CANARIES; i++) {
		struct point *p = &points[MMA_NR_POINTS + i];

		p->name = p->symbol = mma_canaries[i].symbol;
		p->addr = mma_canaries[i].fn;
		p->probe = mma_canaries[i].probe;
		plant(p);
	}
}

int mma_sites_init(struct mma_probe *const *probes)
{
	int i, unchecked = 0;

	take_wraps();
	mutex_lock(&arm_lock);		/* the parameter `armed` can be written already */
	plant_canaries();
	for (i = 0; i < MMA_NR_POINTS; i++) {
		struct point *p = &points[i];

		p->probe = probes[i];
		p->refused = mma_off_point(p->name);
		p->unchecked = !p->refused && !checked && !(shown >> i & 1);
		unchecked += p->unchecked;
		if (!p->refused && !p->unchecked && !is_passed_on(i))
			plant(p);
	}
	if (unchecked)
		pr_notice("%d points off: nobody has checked what their functions take; 'mmaudit load' does, or load with checked=Y\n",
			  unchecked);
	arm_all();
	mutex_unlock(&arm_lock);
	return 0;
}

/*
 * Whether a probe is still in the kernel after it was disabled. Disabling may need
 * memory and fail; unregistering would not try again, and the probe would outlive the
 * module. Once ftrace has found itself broken (which it prints), it removes nothing
 * before the next boot, ftrace_shutdown() kernel/trace/ftrace.c:3126 (6.12). Then
 * unloading waits: that harms nobody, a probe without its module would.
 */
static bool still_there(unsigned int id)
{
	if (has(traced, id))
		return mma_dispatch_stands();
	return points[id].err != -EINVAL;	/* what kprobes return for a probe they do not know */
}

/* A point whose probe is still there, or NULL. */
static const struct point *stuck(void)
{
	mma_ids left;

	for (left = on_now; left; left &= left - 1)
		if (still_there(first_of(left)))
			return &points[first_of(left)];
	return NULL;
}

static void disarm(void)
{
	const struct point *p;

	for (arm(0); (p = stuck()); arm(0)) {
		if (p->err != -ENOMEM)
			pr_err_once("%s() cannot be let go of (%pe), which would crash: unloading waits; if ftrace is broken, see above, until the next boot\n",
				    p->symbol, ERR_PTR(p->err));
		msleep(10);
	}
}

/*
 * After this no handler runs, and no task is inside one. kprobes and mmaudit_wrap call
 * handlers with preemption off and do not return to our text afterwards, so the
 * synchronize_rcu() of unregistering waits for them. Callbacks of ftrace may be
 * preempted; ftrace_shutdown() waits for them by synchronize_rcu_tasks_rude() and
 * synchronize_rcu_tasks(), because the ops is in a module's memory and so
 * FTRACE_OPS_FL_DYNAMIC: kernel/trace/ftrace.c:3206 (6.12), :3117 (6.1).
 */
void mma_sites_exit(void)
{
	/* The parameter `armed` can still be written: with nothing planted, nothing is armed. */
	mutex_lock(&arm_lock);
	disarm();
	unplant_all();
	mutex_unlock(&arm_lock);
	if (wraps)
		symbol_put(mma_wrap_api);
}
