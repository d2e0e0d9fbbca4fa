// SPDX-License-Identifier: GPL-2.0
/*
 * sweep.c - judges every present entry of an address space: on demand, a part
 * per call, or when an audited process gives its memory up.
 *
 * At exit and exec it is the kernel that lets the memory go, so it is held
 * there: do_exit() and begin_new_exec() are probed at their entry, take a
 * reference of the mm and leave work for the same task. That runs after
 * exit_mm() and exit_files() but before exit_notify() (kernel/exit.c:941, :954,
 * :966 of 6.12), or on return to user space after an exec; it may sleep, and
 * the parent sees the child's end after its memory is swept and freed, as
 * without us. ptrace would stop at the same place, but takes the one tracer a
 * debugger needs, stops at each signal, and sees no exec.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "finding.h"
#include "mma.h"

#define STEP		(PTRS_PER_PTE + 2)	/* a full page table, and its mapping */
#define MAX_STEPS	512			/* of one call: a signal ends it sooner */
#define ROOM		(MMA_SWEEP_ROOM / sizeof(struct mma_finding) - 4)	/* and struct sweep is no larger */

struct sweep {
	struct mma_walk walk;
	u64 given;		/* facts that all entries of the mapping share */
	struct mma_sieve sieve;	/* of the mapping */
	unsigned long judged;	/* end of the mapping judged last */
	u64 writable, violations;
	u64 facts;		/* judged last: neighbours mostly have the same */
	u32 broken;		/* by these */
	u32 pid;
	u16 flags;		/* MMA_FIND_* */
	bool dump;
	unsigned int nr;
	char comm[TASK_COMM_LEN];
	struct mma_finding found[ROOM];
};

/* A step finds no more than its budget, and is begun only with room for that. */
static void found(struct sweep *s, unsigned long start, unsigned long end,
		  const struct mma_hit *hit, u32 broken)
{
	struct mma_finding *f = &s->found[s->nr];

	s->violations += !!broken;
	*f = (struct mma_finding){
		.hdr = { .size = sizeof(*f), .type = MMA_REC_FINDING, .time_ns = ktime_get_mono_fast_ns() },
		.level = hit->level, .flags = s->flags, .broken = broken, .pid = s->pid,
		.refs = hit->refs, .maps = hit->maps, .start = start, .end = end,
		.entry = hit->new, .facts = hit->facts,
	};
	memcpy(f->comm, s->comm, sizeof(f->comm));
	if (s->nr && mma_alike(f - 1, f))
		f[-1].end = end;
	else
		s->nr++;
}

/* Under mmap_lock. A mapping that has another end since is judged again. */
static void sweep_vma(struct vm_area_struct *vma, void *arg)
{
	struct sweep *s = arg;
	struct mma_hit hit = { .level = MMA_LEVEL_NONE };

	s->given = mma_vma_facts(vma) | MMA_F_LOCK_MM | MMA_F_LOCK_PTL;
	mma_sieve_init(&s->sieve, vma);
	if (vma->vm_end == s->judged)
		return;
	s->judged = vma->vm_end;
	hit.facts = s->given & ~MMA_F_LOCK_PTL;
	if (mma_prot_wrong(hit.facts))
		found(s, vma->vm_start, vma->vm_end, &hit, 1U << MMA_RULE_VMA_PROT);
}

/* The rules are a function of the facts. What is wrong with the mapping was told of that. */
static u32 judge(struct sweep *s, u64 facts)
{
	if (facts != s->facts) {
		s->facts = facts;
		s->broken = mma_check(facts) & ~(1U << MMA_RULE_VMA_PROT);
	}
	return s->broken;
}

/* Under mmap_lock and page-table lock. */
static void sweep_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level, void *arg)
{
	struct sweep *s = arg;
	struct mma_hit hit = { .addr = addr, .new = raw, .level = level };
	u32 broken;

	mma_facts_within(&hit, vma, s->given);
	broken = judge(s, hit.facts);
	s->writable += mma_all(hit.facts, MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE);
	if (unlikely(broken || s->dump))
		found(s, addr, addr + mma_level_size(level), &hit, broken);
}

static struct sweep *create(u32 pid, const char *comm)
{
	struct sweep *s = kvzalloc(sizeof(*s), GFP_KERNEL);

	BUILD_BUG_ON(sizeof(s->comm) != sizeof(s->found[0].comm) || ROOM <= STEP ||
		     sizeof(*s) > MMA_SWEEP_ROOM);
	if (!s)
		return NULL;
	s->pid = pid;
	strscpy(s->comm, comm, sizeof(s->comm));
	s->walk = (struct mma_walk){
		.fn = sweep_entry, .vma = sweep_vma, .arg = s, .wait = true, .writable = true,
		.sieve = &s->sieve,
	};
	return s;
}

static unsigned long step(struct sweep *s, struct mm_struct *mm, unsigned long addr)
{
	s->walk.budget = STEP;
	return mma_step(mm, addr, mm->task_size, &s->walk);
}

static bool has_room(const struct sweep *s)
{
	return s->nr + STEP < ROOM;
}

/* ---- on demand ---- */

/* Any thread may be the one that still has the memory. */
static struct mm_struct *mm_of(struct task_struct *task)
{
	struct task_struct *t;
	struct mm_struct *mm = NULL;

	for_each_thread(task, t) {
		mm = get_task_mm(t);
		if (mm)
			break;
	}
	return mm;
}

/* Also sets pid to the process of that thread, and comm. */
static struct mm_struct *find_mm(u32 *pid, char *comm)
{
	struct mm_struct *mm = ERR_PTR(-ESRCH);
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_pid_ns(*pid, &init_pid_ns), PIDTYPE_PID);
	if (task && task->flags & PF_KTHREAD)
		mm = ERR_PTR(-EINVAL);
	else if (task)
		mm = mm_of(task) ?: mm;
	if (!IS_ERR(mm)) {
		*pid = task->tgid;
		strscpy(comm, task->group_leader->comm, TASK_COMM_LEN);
	}
	rcu_read_unlock();
	return mm;
}

static int give(struct sweep *s, struct mma_sweep *sw)
{
	sw->used = s->nr * sizeof(s->found[0]);
	sw->cookie = s->judged;
	sw->present = s->walk.present;
	sw->tables = s->walk.tables;
	sw->writable = s->writable + s->walk.granted;
	sw->violations = s->violations;
	mma_findings(s->found, s->nr);
	return copy_to_user(u64_to_user_ptr(sw->buffer), s->found, sw->used) ? -EFAULT : 0;
}

static int sweep_mm(struct sweep *s, struct mm_struct *mm, struct mma_sweep *sw)
{
	unsigned long addr = sw->addr;
	int i;

	for (i = 0; i < MAX_STEPS && addr < mm->task_size && has_room(s) && !signal_pending(current); i++)
		addr = step(s, mm, addr);
	sw->addr = addr < mm->task_size ? addr : 0;
	return give(s, sw);
}

int mma_sweep(struct mma_reader *r, struct mma_sweep *sw)
{
	char comm[TASK_COMM_LEN];
	u32 pid = sw->pid;
	struct mm_struct *mm = find_mm(&pid, comm);
	struct sweep *s;
	int ret = -ENOENT;

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	if (!(sw->flags & MMA_SWEEP_AUDITED) || mma_reader_audits(r, pid)) {
		s = create(pid, comm);
		ret = -ENOMEM;
		if (s) {
			s->dump = sw->flags & MMA_SWEEP_DUMP;
			s->walk.writable = !s->dump;
			s->walk.sieve = s->dump ? NULL : &s->sieve;
			s->judged = sw->cookie;
			s->walk.killable = true;
			ret = sweep_mm(s, mm, sw);
			kvfree(s);
		}
	}
	mmput(mm);
	return ret;
}

/* ---- at exit and exec ---- */

#define NR_LEAVING 256		/* tasks on their way out at a time */

struct leaving {
	struct callback_head work;
	struct mm_struct *mm;
};

static struct leaving leaving[NR_LEAVING];
static DECLARE_BITMAP(taken, NR_LEAVING);
static DECLARE_WAIT_QUEUE_HEAD(all_gone);

static void lost(void)
{
	preempt_disable();
	mma_event(MMA_SWEEPS_LOST);
	preempt_enable();
}

static void tell(struct sweep *s, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		preempt_disable();
		mma_emit_finding(&s->found[i]);
		preempt_enable();
	}
	mma_findings(s->found, nr);
}

/* The last finding may go on in the next step. */
static void sweep_all(struct sweep *s, struct mm_struct *mm)
{
	unsigned long addr = 0;

	while (addr < mm->task_size) {
		addr = step(s, mm, addr);
		if (has_room(s))
			continue;
		tell(s, s->nr - 1);
		s->found[0] = s->found[s->nr - 1];
		s->nr = 1;
	}
	tell(s, s->nr);
	preempt_disable();
	mma_event(MMA_SWEPT);
	preempt_enable();
}

/* Ours is the last reference of the mm: nobody can add one, or change anything. */
static void sweep_last(struct mm_struct *mm)
{
	struct sweep *s = create(current->tgid, current->comm);

	if (s) {
		s->flags = MMA_FIND_AT_EXIT;
		sweep_all(s, mm);
		kvfree(s);
	} else {
		lost();
	}
	mmput(mm);
}

/* Task work, in the task that took it. */
static void leave(struct callback_head *work)
{
	struct leaving *l = container_of(work, struct leaving, work);

	/* Of all threads that leave at a time the last one sweeps. */
	if (!atomic_add_unless(&l->mm->mm_users, -1, 1))
		sweep_last(l->mm);
	rcu_read_lock();		/* mma_sweep_exit() waits for what is left of us */
	clear_bit_unlock(l - leaving, taken);
	if (wq_has_sleeper(&all_gone))
		wake_up(&all_gone);
	rcu_read_unlock();
}

static struct leaving *take(void)
{
	unsigned int i;

	do {
		i = find_first_zero_bit(taken, NR_LEAVING);
		if (i >= NR_LEAVING)
			return NULL;
	} while (test_and_set_bit_lock(i, taken));
	return &leaving[i];
}

/* Preemption off. The task's own reference keeps the mm until it gets to let it go. */
static int on_leaving(struct kprobe *kp, struct pt_regs *regs)
{
	struct leaving *l;

	if (!current->mm || !mma_readers_sweep(current->tgid))
		return 0;
	l = take();
	if (!l) {
		mma_event(MMA_SWEEPS_LOST);
		return 0;
	}
	l->mm = current->mm;
	mmget(l->mm);
	init_task_work(&l->work, leave);
	if (!task_work_add(current, &l->work, TWA_RESUME))
		return 0;
	atomic_dec(&l->mm->mm_users);
	clear_bit_unlock(l - leaving, taken);
	mma_event(MMA_SWEEPS_LOST);
	return 0;
}
NOKPROBE_SYMBOL(on_leaving);

static struct kprobe probes[] = {
	{ .symbol_name = "do_exit", .pre_handler = on_leaving, .flags = KPROBE_FLAG_DISABLED },
	{ .symbol_name = "begin_new_exec", .pre_handler = on_leaving, .flags = KPROBE_FLAG_DISABLED },
};
static bool planted;

bool mma_sweep_at_exit(void)
{
	return planted;
}

static int switch_probe(struct kprobe *kp, bool on)
{
	bool off = kprobe_disabled(kp);		/* 5.10 gives the flag itself */

	if (on != off)
		return 0;
	return on ? enable_kprobe(kp) : disable_kprobe(kp);
}

/* The caller lets in one at a time. */
int mma_sweep_arm(bool on)
{
	int i, ret = 0;

	for (i = 0; planted && i < ARRAY_SIZE(probes); i++)
		ret = switch_probe(&probes[i], on) ?: ret;
	return ret;
}

u64 mma_sweep_missed(void)
{
	u64 sum = 0;
	int i;

	for (i = 0; planted && i < ARRAY_SIZE(probes); i++)
		sum += probes[i].nmissed;
	return sum;
}

/* Without the probes all but the sweep at exit works. */
int mma_sweep_init(void)
{
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		ret = register_kprobe(&probes[i]);
		if (!ret)
			continue;
		pr_info("no sweep at exit: %s: %pe\n", probes[i].symbol_name, ERR_PTR(ret));
		while (--i >= 0)
			unregister_kprobe(&probes[i]);
		return 0;
	}
	planted = true;
	return 0;
}

void mma_sweep_exit(void)
{
	int i;

	while (mma_sweep_arm(false) == -ENOMEM)	/* for want of memory; unregistering would not try again */
		msleep(10);
	for (i = 0; planted && i < ARRAY_SIZE(probes); i++)
		unregister_kprobe(&probes[i]);
	wait_event(all_gone, bitmap_empty(taken, NR_LEAVING));
	synchronize_rcu();
}
