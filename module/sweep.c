// SPDX-License-Identifier: GPL-2.0
/*
 * sweep.c - judges every present entry of an address space: on demand, a part
 * per call, or when an audited process gives its memory up.
 *
 * At exit and exec the probes are at the entry of exit_mm_release() and
 * exec_mm_release(), where the task gives up its mm. They take a reference of the mm
 * and leave it to the worker of confirm.c. At exit this is after a tracer was told of
 * the exit and before the parent is: ptrace_event() kernel/exit.c:898, exit_mm() :941,
 * exit_notify() :966 (6.12). No task waits for the sweep, and the sweep for none; but
 * the memory is freed a little later than without mmaudit.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include "action.h"
#include "describe.h"
#include "finding.h"
#include "history.h"
#include "hit.h"
#include "judge.h"
#include "probe.h"
#include "reader.h"
#include "site.h"
#include "stat.h"
#include "sweep.h"
#include "trace.h"
#include "walk.h"

#define STEP		320			/* entries of a step: each may be a finding, and a buffer of MMA_SWEEP_ROOM takes them */
#define MAX_STEPS	512			/* of one call; a signal ends it earlier */
#define ROOM		(MMA_SWEEP_ROOM / sizeof(struct mma_finding) - 4)	/* and struct sweep is no larger */

struct sweep {
	struct mma_walk walk;
	u64 given;		/* facts that all entries of the mapping share */
	struct mma_sieve sieve;	/* of the mapping */
	unsigned long judged;	/* end of the mapping judged last */
	u64 writable, violations;
	u64 facts;		/* judged last; mostly the next entry has the same */
	u32 broken;		/* rules that these facts break */
	u32 pid;
	u16 flags;		/* MMA_FIND_* */
	bool dump;
	unsigned int nr;
	char comm[TASK_COMM_LEN];
	struct mma_finding found[ROOM];
};

/* There is room: a step has no more findings than its budget, and begins only if there is room for these. */
static void add_finding(struct sweep *s, unsigned long start, unsigned long end,
		  const struct mma_hit *hit, u32 broken)
{
	struct mma_finding *f = &s->found[s->nr];

	s->violations += !!broken;
	*f = (struct mma_finding){
		.hdr = { .size = sizeof(*f), .type = MMA_REC_FINDING, .time_ns = ktime_get_mono_fast_ns() },
		.level = hit->level, .flags = s->flags | (MMA_UNKNOWN_KERNEL ? MMA_FIND_UNKNOWN_KERNEL : 0), .broken = broken, .pid = s->pid,
		.refs = hit->refs, .maps = hit->maps, .piped = hit->piped, .start = start, .end = end,
		.entry = hit->new, .facts = hit->facts, .counter = mma_counter(), .mm = mma_mm_id(hit->vma->vm_mm),
	};
	memcpy(f->comm, s->comm, sizeof(f->comm));
	mma_describe(&f->map, hit);
	f->kind = hit->level == MMA_LEVEL_NONE ? 0 : mma_entry_kind(hit->new, hit->level);
	if (s->nr && mma_alike(f - 1, f)) {
		f[-1].end = end;
		return;
	}
	f->number = broken ? mma_history_number() : 0;
	s->nr++;
}

/* mmap_lock is held. A mapping that was judged already is judged again only if its end has changed. */
static void sweep_vma(struct vm_area_struct *vma, void *arg)
{
	struct sweep *s = arg;
	struct mma_hit hit = { .level = MMA_LEVEL_NONE, .vma = vma };

	s->given = mma_vma_facts(vma) | MMA_F_LOCK_MM | MMA_F_LOCK_PTL;
	mma_sieve_init(&s->sieve, vma);
	if (vma->vm_end == s->judged)
		return;
	s->judged = vma->vm_end;
	hit.facts = s->given & ~MMA_F_LOCK_PTL;
	if (mma_prot_wrong(hit.facts))
		add_finding(s, vma->vm_start, vma->vm_end, &hit, 1U << MMA_RULE_VMA_PROT);
}

/* The same facts break the same rules. VMA_PROT is judged for the whole mapping, in sweep_vma(). */
static u32 judge(struct sweep *s, struct mma_hit *hit)
{
	if (hit->facts != s->facts) {
		s->facts = hit->facts;
		s->broken = mma_check(hit->facts) & ~(1U << MMA_RULE_VMA_PROT);
	}
	return s->broken | mma_check_pipes(hit);
}

/* mmap_lock and page-table lock are held. */
static void sweep_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level, void *arg)
{
	struct sweep *s = arg;
	struct mma_hit hit = { .addr = addr, .new = raw, .level = level };
	u32 broken;

	mma_facts_within(&hit, vma, s->given);
	broken = judge(s, &hit);
	s->writable += mma_all(hit.facts, MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE);
	if (likely(!broken && !s->dump))
		return;
	mma_describe_folio(&hit);
	add_finding(s, addr, addr + mma_level_size(level), &hit, broken);
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

/* Some threads may have dropped the mm already. */
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

/* Also sets comm, and pid to that of the thread's process. */
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

static int copy_findings(struct sweep *s, struct mma_sweep *sw)
{
	sw->used = s->nr * sizeof(s->found[0]);
	sw->cookie = s->judged;
	sw->present = s->walk.present;
	sw->tables = s->walk.tables;
	sw->writable = s->writable + s->walk.granted;
	sw->violations = s->violations;
	mma_log_findings(s->found, s->nr);
	return copy_to_user(u64_to_user_ptr(sw->buffer), s->found, sw->used) ? -EFAULT : 0;
}

static int sweep_mm(struct sweep *s, struct mm_struct *mm, struct mma_sweep *sw)
{
	unsigned long addr = sw->addr;
	int i;

	for (i = 0; i < MAX_STEPS && addr < mm->task_size && has_room(s) && !signal_pending(current); i++)
		addr = step(s, mm, addr);
	sw->addr = addr < mm->task_size ? addr : 0;
	return copy_findings(s, sw);
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
			ret = sweep_mm(s, mm, sw);
			kvfree(s);
		}
	}
	mmput_async(mm);	/* dropping the last reference may wait for a file system of that process's own */
	return ret;
}

/* ---- at exit and exec ---- */

#define NR_LEAVING 64		/* address spaces on their way out at a time */
#define TRIES 1024		/* how often a probe tries to get the table's lock */

/* Memory that a process has given up and that is not swept yet; if mm is NULL, what was swept here last. */
struct leaving {
	struct mm_struct *mm;		/* mmget()ed; NULL: free */
	u64 ticket;
	u64 born;			/* start time of its process; 0: an exec, the process lives on */
	u32 pid;
	char comm[TASK_COMM_LEN];
	unsigned long addr, judged;	/* as far as it is swept */
	unsigned int busy;		/* how often its mmap_lock was busy */
	unsigned long tried;		/* the last time it was, in jiffies */
	struct mma_finding last;	/* may continue in the next step */
	unsigned int nr_last;
};

static struct leaving leaving[NR_LEAVING];
static DEFINE_RAW_SPINLOCK(lock);	/* interrupts off; nothing that is probed is called under it */
static struct sweep *sweeper;		/* the worker's; allocated when a reader first wants sweeps */

/*
 * Whether l stands for the same exit: two threads that exit last, at the same time,
 * both see no live thread. Or for the same memory, if none of it is swept yet.
 */
static bool is_same(const struct leaving *l, const struct mm_struct *mm, u32 pid, u64 born)
{
	return (born && l->born == born && l->pid == pid) || (l->mm == mm && !l->addr);
}

/* Returns the free place that was used longest ago, or NULL. *there: mm needs none, it has one already. */
static struct leaving *place_for(const struct mm_struct *mm, u32 pid, u64 born, bool *there)
{
	struct leaving *l, *place = NULL;

	for (l = leaving; l < leaving + NR_LEAVING; l++) {
		*there = is_same(l, mm, pid, born);
		if (*there)
			return NULL;
		if (!l->mm && (!place || l->ticket < place->ticket))
			place = l;
	}
	return place;
}

/* Only tries, because a probe may be where no lock may be waited for (int3). */
static bool lock_table(unsigned long *flags)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		if (raw_spin_trylock_irqsave(&lock, *flags))
			return true;
		cpu_relax();
	}
	return false;
}

static void lose(u32 tgid)
{
	mma_count_event(MMA_SWEEPS_LOST);
	trace_lost(MMA_TRACE_LEAVING, -1, MMA_TRACE_SWEEP, tgid);
}

/* Preemption is off. current's own reference keeps the mm. */
static void leave(u64 born)
{
	struct mm_struct *mm = current->mm;
	struct leaving *l;
	unsigned long flags;
	bool there;

	if (!lock_table(&flags)) {
		lose(current->tgid);
		return;
	}
	l = place_for(mm, current->tgid, born, &there);
	if (l) {
		*l = (struct leaving){ .ticket = mma_work_ticket(), .born = born, .pid = current->tgid };
		memcpy(l->comm, current->comm, sizeof(l->comm));
		mmget(mm);
		smp_store_release(&l->mm, mm);
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	if (l)
		mma_work_kick();
	else if (!there)
		lose(current->tgid);
}

/* A child of vfork() uses its parent's memory, which the parent keeps. RCU keeps the parent's task. */
static bool borrowed(void)
{
	bool ret;

	rcu_read_lock();
	ret = current->vfork_done && READ_ONCE(rcu_dereference(current->real_parent)->mm) == current->mm;
	rcu_read_unlock();
	return ret;
}

static bool gives_up(void)
{
	return current->mm && !(current->flags & PF_KTHREAD) && mma_any_reader_sweeps(current->tgid) &&
	       !borrowed();
}

/*
 * For exit_mm_release(tsk, mm), exec_mm_release(tsk, mm) and mm_exit_exec_release(tsk,
 * mm). At exit each thread calls it, with PF_EXITING set and signal->live lowered
 * before: kernel/exit.c:902, :907 (6.12). At exec no other thread is left: de_thread()
 * fs/exec.c:1268, exec_mmap() :1321 (6.12). Readers may be read with preemption off only.
 */
static void released(enum mma_point point)
{
	bool exits = current->flags & PF_EXITING;

	preempt_disable_notrace();
	mma_count_hit(point);
	if (gives_up() && !(exits && atomic_read(&current->signal->live)))
		leave(exits ? current->group_leader->start_boottime : 0);
	preempt_enable_notrace();
}
NOKPROBE_SYMBOL(released);

#define RELEASE(point)								\
	static void point##_enter(const struct pt_regs *regs)			\
	{									\
		released(MMA_POINT_##point);					\
	}									\
	NOKPROBE_SYMBOL(point##_enter);						\
	MMA_ENTRY_PROBE(point##_enter) mma_probe_##point = { MMA_ENTRY(point##_enter) }

RELEASE(EXIT_MM);
RELEASE(EXEC_MM);
RELEASE(EXIT_EXEC_MM);

static void emit_findings(struct sweep *s, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		preempt_disable();
		s->found[i].kept = mma_history_keep(&s->found[i].hdr, s->found[i].broken, MMA_EV_NO_SITE, 0);
		mma_emit_finding(&s->found[i]);
		preempt_enable();
	}
	mma_log_findings(s->found, nr);
}

/* Does one step, which goes on where the last one stopped, perhaps inside a finding. True: all is swept. */
static bool sweep_step(struct sweep *s, struct leaving *l)
{
	s->pid = l->pid;
	memcpy(s->comm, l->comm, sizeof(s->comm));
	s->judged = l->judged;
	s->nr = l->nr_last;
	s->found[0] = l->last;
	l->addr = step(s, l->mm, l->addr);
	l->judged = s->judged;
	l->busy += s->walk.busy;
	l->tried = s->walk.busy ? jiffies : 0;
	if (l->addr >= l->mm->task_size) {
		emit_findings(s, s->nr);
		l->nr_last = 0;
		return true;
	}
	l->nr_last = !!s->nr;
	if (s->nr) {
		emit_findings(s, s->nr - 1);
		l->last = s->found[s->nr - 1];
	}
	return false;
}

static void emit_last(struct leaving *l)
{
	sweeper->found[0] = l->last;
	emit_findings(sweeper, 1);
	l->nr_last = 0;
}

/* Emits the last finding if that is still to be done, and frees the place. */
static void forget(struct leaving *l)
{
	struct mm_struct *mm = l->mm;

	if (l->nr_last)
		emit_last(l);
	raw_spin_lock_irq(&lock);
	WRITE_ONCE(l->mm, NULL);
	raw_spin_unlock_irq(&lock);
	mmput_async(mm);
	mma_work_done();
}

static bool wanted(const struct leaving *l)
{
	bool ret;

	preempt_disable();
	ret = mma_any_reader_sweeps(l->pid);
	preempt_enable();
	return ret;
}

static void sweep_one(struct leaving *l)
{
	if (!wanted(l)) {
		forget(l);
	} else if (sweep_step(sweeper, l)) {
		mma_count_event(MMA_SWEPT);
		forget(l);
	} else if (l->busy > MMA_PATIENCE) {
		lose(l->pid);
		forget(l);
	}
}

/* Returns the next one in turn, or NULL. *later: there is one that must not be tried before the next jiffy. */
static struct leaving *next(bool *later)
{
	static unsigned int turn;
	struct leaving *l;
	int i;

	for (i = 0; i < NR_LEAVING; i++) {
		turn = (turn + 1) % NR_LEAVING;
		l = &leaving[turn];
		if (!smp_load_acquire(&l->mm))
			continue;
		if (!l->busy || l->tried != jiffies)
			return l;
		*later = true;
	}
	return NULL;
}

/* In the worker: does a step of one address space. */
enum mma_work mma_sweep_leaving(void)
{
	bool later = false;
	struct leaving *l = next(&later);

	if (!l)
		return later ? MMA_BUSY : MMA_IDLE;
	sweep_one(l);
	return MMA_WORKED;
}

/*
 * Whether memory that this reader audits and that was given up with this ticket or
 * before is still here. Needs no lock: what comes meanwhile has a later ticket.
 */
bool mma_sweep_pending(struct mma_reader *r, u64 ticket)
{
	const struct leaving *l;

	for (l = leaving; l < leaving + NR_LEAVING; l++)
		if (smp_load_acquire(&l->mm) && READ_ONCE(l->ticket) <= ticket &&
		    mma_reader_waits(r, READ_ONCE(l->pid), 0))
			return true;
	return false;
}

/* No probe is left, nor is the worker. */
void mma_sweep_drop(void)
{
	struct leaving *l;

	for (l = leaving; l < leaving + NR_LEAVING; l++)
		if (l->mm)
			mmput_async(l->mm);
	kvfree(sweeper);
}

static u64 points(void)
{
	const u64 both = 1ULL << MMA_POINT_EXIT_EXEC_MM;

	return mma_points_there(both) ? both : 1ULL << MMA_POINT_EXIT_MM | 1ULL << MMA_POINT_EXEC_MM;
}

/* Whether the points are there. Without them everything but sweeps at exit works. */
bool mma_sweep_at_exit(void)
{
	return mma_points_there(points());
}

/* Why the points are not armed though a reader wants sweeps, or 0. */
int mma_sweep_error(void)
{
	return mma_points_error(points());
}

/* Called before the points are armed. The caller lets in one task at a time. */
int mma_sweep_prepare(void)
{
	struct sweep *s;

	if (sweeper)
		return 0;
	s = create(0, "");
	if (!s)
		return -ENOMEM;
	s->flags = MMA_FIND_AT_EXIT;
	s->walk.nowait = true;
	sweeper = s;
	return 0;
}
