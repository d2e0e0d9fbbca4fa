/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace.h - the tracepoints mmaudit:decision, :violation and :lost: records on one
 * timeline with what else the kernel traces. docs/tracing.md says how they are read.
 *
 * Names are made from the rows that the command uses, too. Fields are those of struct
 * mma_decision. The kernel includes this file several times, see trace/define_trace.h.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mmaudit

#if !defined(MMA_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MMA_TRACE_H

#include <linux/kdev_t.h>
#include <linux/tracepoint.h>

#include "letters.h"
#include "mmaudit.h"
#include "rule.h"
#include "sites.h"

#ifndef MMA_TRACE_NAMES
#define MMA_TRACE_NAMES

/* { value, "name" } for each row, with commas between them only: what stands before the first comma is dropped. */
#define MMA_TRACE_ROWS(...)	MMA_TRACE_BEHIND(__VA_ARGS__)
#define MMA_TRACE_BEHIND(first, ...) __VA_ARGS__

#define MMA_TRACE_RULE(id, name, severity, text, kernels, where) , { 1U << id, #name }
#define MMA_TRACE_RULES		MMA_TRACE_ROWS(0 MMA_RULES(MMA_TRACE_RULE))
#define MMA_TRACE_SITE(id, name, str, text, points) , { id, str }
#define MMA_TRACE_SITES		MMA_TRACE_ROWS(0 MMA_SITES(MMA_TRACE_SITE)), { MMA_TRACE_SWEEP, "sweep" }, { MMA_TRACE_NO_SITE, "-" }
#define MMA_TRACE_POINT(id, name, symbol, args, mode, text) , { id, symbol }
#define MMA_TRACE_POINTS	MMA_TRACE_ROWS(0 MMA_POINTS(MMA_TRACE_POINT)), { MMA_TRACE_SWEEP, "-" }
#define MMA_TRACE_WORD(id, name, text) , { id, #name }
#define MMA_TRACE_FAULTS	MMA_TRACE_ROWS(0 MMA_FAULTS(MMA_TRACE_WORD))
#define MMA_TRACE_REASONS	MMA_TRACE_ROWS(0 MMA_REASONS(MMA_TRACE_WORD))
#define MMA_TRACE_LETTER(bit, letters, flag) , { 1ULL << bit, letters }
#define MMA_TRACE_LETTERS	MMA_TRACE_ROWS(0 MMA_LETTERS(MMA_TRACE_LETTER))

/* No rows: the names of uapi/mmaudit.h. X(the name's beginning, its end) */
#define MMA_TRACE_ENUMS(X)						\
	X(MMA_, GRANTED) X(MMA_, DENIED) X(MMA_, WRITABLE)		\
	X(MMA_LEVEL_, NONE) X(MMA_LEVEL_, PTE) X(MMA_LEVEL_, PMD) X(MMA_LEVEL_, PUD) \
	X(MMA_ENTRY_, NONE) X(MMA_ENTRY_, PRESENT) X(MMA_ENTRY_, SWAP)	\
	X(MMA_ENTRY_, MIGRATION) X(MMA_ENTRY_, MARKER) X(MMA_ENTRY_, POISONED) \
	X(MMA_ENTRY_, GUARD) X(MMA_ENTRY_, EXCLUSIVE) X(MMA_ENTRY_, OTHER) \
	X(MMA_MAP_, ANON) X(MMA_MAP_, FILE) X(MMA_MAP_, HEAP) X(MMA_MAP_, STACK) X(MMA_MAP_, SPECIAL)
#define MMA_TRACE_NAME(begin, end) { begin##end, #end }
#define MMA_TRACE_VERDICTS	{ 0, "-" }, MMA_TRACE_NAME(MMA_, GRANTED), MMA_TRACE_NAME(MMA_, DENIED), MMA_TRACE_NAME(MMA_, WRITABLE)
#define MMA_TRACE_LEVELS						\
	MMA_TRACE_NAME(MMA_LEVEL_, NONE), MMA_TRACE_NAME(MMA_LEVEL_, PTE), \
	MMA_TRACE_NAME(MMA_LEVEL_, PMD), MMA_TRACE_NAME(MMA_LEVEL_, PUD)
#define MMA_TRACE_ENTRIES						\
	{ 0, "-" }, MMA_TRACE_NAME(MMA_ENTRY_, NONE), MMA_TRACE_NAME(MMA_ENTRY_, PRESENT), \
	MMA_TRACE_NAME(MMA_ENTRY_, SWAP), MMA_TRACE_NAME(MMA_ENTRY_, MIGRATION), MMA_TRACE_NAME(MMA_ENTRY_, MARKER), \
	MMA_TRACE_NAME(MMA_ENTRY_, POISONED), MMA_TRACE_NAME(MMA_ENTRY_, GUARD), \
	MMA_TRACE_NAME(MMA_ENTRY_, EXCLUSIVE), MMA_TRACE_NAME(MMA_ENTRY_, OTHER)
#define MMA_TRACE_MAPS							\
	{ 0, "-" }, MMA_TRACE_NAME(MMA_MAP_, ANON), MMA_TRACE_NAME(MMA_MAP_, FILE), MMA_TRACE_NAME(MMA_MAP_, HEAP), \
	MMA_TRACE_NAME(MMA_MAP_, STACK), MMA_TRACE_NAME(MMA_MAP_, SPECIAL)
#define MMA_TRACE_FLAGS							\
	MMA_TRACE_NAME(MMA_DEC_, OLD_UNKNOWN), MMA_TRACE_NAME(MMA_DEC_, CONFIRMED), MMA_TRACE_NAME(MMA_DEC_, OLD_LOCKLESS), \
	MMA_TRACE_NAME(MMA_DEC_, PLANTED), MMA_TRACE_NAME(MMA_DEC_, NO_STACK), MMA_TRACE_NAME(MMA_DEC_, NOT_COMPARED), \
	MMA_TRACE_NAME(MMA_DEC_, UNKNOWN_KERNEL)

/* Of a violation that a sweep found: nobody saw where the entry was made. */
#define MMA_TRACE_SWEEP		255
#define MMA_TRACE_NO_SITE	254

/* What is lost */
#define MMA_TRACE_RECORD	1	/* of a reader of /dev/mmaudit: its ring is full */
#define MMA_TRACE_SUSPECT	2	/* what was to be judged later; nobody knows whether it was a violation */
#define MMA_TRACE_LEAVING	3	/* memory that a process gave up, and that was to be swept */
#define MMA_TRACE_LOSSES	{ MMA_TRACE_RECORD, "record" }, { MMA_TRACE_SUSPECT, "suspect" }, { MMA_TRACE_LEAVING, "sweep" }

/* changed() is called, in process context and a moment later, when an event was switched on or off: decision; decision or violation. */
void mma_trace_init(void (*changed)(bool decisions, bool any));
void mma_trace_exit(void);

/* A violation that a sweep found; entries 0: of the mapping itself. */
void mma_trace_finding(const struct mma_finding *f, u32 entries);

/* For the events below: one is switched on or off. */
int mma_trace_decisions_on(void);
void mma_trace_decisions_off(void);
int mma_trace_violations_on(void);
void mma_trace_violations_off(void);

#endif /* MMA_TRACE_NAMES */

/* What reads the events in user space knows no enum. */
#define MMA_TRACE_ENUM(begin, end) TRACE_DEFINE_ENUM(begin##end);
MMA_TRACE_ENUMS(MMA_TRACE_ENUM)
#undef MMA_TRACE_ENUM

/* A sound decision, made by the task that the event is of. */
TRACE_EVENT_FN(decision,
	TP_PROTO(const struct mma_decision *d),
	TP_ARGS(d),
	TP_STRUCT__entry(
		__field(u64, time_ns)
		__field(u64, addr)
		__field(u64, old_entry)
		__field(u64, new_entry)
		__field(u64, facts)
		__field(unsigned long, ip)
		__field(u32, tgid)
		__field(u32, owner)
		__field(u32, mm)
		__field(u32, refs)
		__field(u32, maps)
		__field(u16, flags)
		__field(u8, site)
		__field(u8, point)
		__field(u8, verdict)
		__field(u8, level)
		__field(u8, fault_would)
		__field(u8, reason)
	),
	TP_fast_assign(
		__entry->time_ns = d->hdr.time_ns;
		__entry->addr = d->addr;
		__entry->old_entry = d->old_entry;
		__entry->new_entry = d->new_entry;
		__entry->facts = d->facts;
		__entry->ip = d->ip;
		__entry->tgid = d->tgid;
		__entry->owner = d->owner;
		__entry->mm = d->mm;
		__entry->refs = d->refs;
		__entry->maps = d->maps;
		__entry->flags = d->flags;
		__entry->site = d->site;
		__entry->point = d->point;
		__entry->verdict = d->verdict;
		__entry->level = d->level;
		__entry->fault_would = d->fault_would;
		__entry->reason = d->reason;
	),
	TP_printk("site=%s verdict=%s level=%s addr=0x%llx entry=0x%llx->0x%llx fault_would=%s reason=%s facts=0x%llx refs=%u maps=%u flags=%s tgid=%u owner=%u mm=%u probe=%s caller=%pS time_ns=%llu",
		__print_symbolic(__entry->site, MMA_TRACE_SITES),
		__print_symbolic(__entry->verdict, MMA_TRACE_VERDICTS),
		__print_symbolic(__entry->level, MMA_TRACE_LEVELS),
		__entry->addr, __entry->old_entry, __entry->new_entry,
		__print_symbolic(__entry->fault_would, MMA_TRACE_FAULTS),
		__print_symbolic(__entry->reason, MMA_TRACE_REASONS),
		__entry->facts, __entry->refs, __entry->maps,
		__print_flags(__entry->flags, "|", MMA_TRACE_FLAGS),
		__entry->tgid, __entry->owner, __entry->mm,
		__print_symbolic(__entry->point, MMA_TRACE_POINTS),
		(void *)__entry->ip, __entry->time_ns),
	mma_trace_decisions_on, mma_trace_decisions_off
);

/*
 * What broke a rule. It may be told later than it was made, and by a worker: pid, tgid,
 * comm and time_ns are of when it was made, while the event's own task and time may not be.
 */
TRACE_EVENT_FN(violation,
	TP_PROTO(const struct mma_decision *d),
	TP_ARGS(d),
	TP_STRUCT__entry(
		__field(u64, time_ns)
		__field(u64, number)
		__field(u64, addr)
		__field(u64, end)
		__field(u64, old_entry)
		__field(u64, new_entry)
		__field(u64, facts)
		__field(u64, map_start)
		__field(u64, map_end)
		__field(u64, map_pgoff)
		__field(u64, map_letters)
		__field(u64, map_ino)
		__field(unsigned long, ip)
		__field(u32, map_dev)
		__field(u32, broken)
		__field(u32, count)
		__field(u32, pid)
		__field(u32, tgid)
		__field(u32, owner)
		__field(u32, mm)
		__field(u32, refs)
		__field(u32, maps)
		__field(u32, piped)
		__field(u16, flags)
		__field(u16, old_facts)
		__field(u8, site)
		__field(u8, point)
		__field(u8, verdict)
		__field(u8, level)
		__field(u8, fault_would)
		__field(u8, reason)
		__field(u8, old_kind)
		__field(u8, new_kind)
		__field(u8, map_kind)
		__field(u8, map_order)
		__array(char, comm, MMA_COMM_LEN)
	),
	TP_fast_assign(
		__entry->time_ns = d->hdr.time_ns;
		__entry->number = d->number;
		__entry->addr = d->addr;
		__entry->end = d->end;
		__entry->old_entry = d->old_entry;
		__entry->new_entry = d->new_entry;
		__entry->facts = d->facts;
		__entry->map_start = d->map.start;
		__entry->map_end = d->map.end;
		__entry->map_pgoff = d->map.pgoff;
		__entry->map_letters = d->map.letters;
		__entry->map_ino = d->map.ino;
		__entry->map_dev = d->map.dev;
		__entry->ip = d->ip;
		__entry->broken = d->broken;
		__entry->count = d->count;
		__entry->pid = d->pid;
		__entry->tgid = d->tgid;
		__entry->owner = d->owner;
		__entry->mm = d->mm;
		__entry->refs = d->refs;
		__entry->maps = d->maps;
		__entry->piped = d->piped;
		__entry->flags = d->flags;
		__entry->old_facts = d->old_facts;
		__entry->site = d->site;
		__entry->point = d->point;
		__entry->verdict = d->verdict;
		__entry->level = d->level;
		__entry->fault_would = d->fault_would;
		__entry->reason = d->reason;
		__entry->old_kind = d->old_kind;
		__entry->new_kind = d->new_kind;
		__entry->map_kind = d->map.kind;
		__entry->map_order = d->map.order;
		memcpy(__entry->comm, d->comm, MMA_COMM_LEN);
	),
	TP_printk("rules=%s site=%s addr=0x%llx-0x%llx count=%u verdict=%s level=%s entry=0x%llx(%s)->0x%llx(%s) fault_would=%s reason=%s facts=0x%llx refs=%u maps=%u piped=%u flags=%s pid=%u tgid=%u owner=%u mm=%u map=%s:0x%llx-0x%llx pgoff=0x%llx vm_flags=%s file=%02x:%02x:%llu order=%u probe=%s caller=%pS number=%llu time_ns=%llu comm=%s",
		__print_flags(__entry->broken, "|", MMA_TRACE_RULES),
		__print_symbolic(__entry->site, MMA_TRACE_SITES),
		__entry->addr, __entry->end, __entry->count,
		__print_symbolic(__entry->verdict, MMA_TRACE_VERDICTS),
		__print_symbolic(__entry->level, MMA_TRACE_LEVELS),
		__entry->old_entry, __print_symbolic(__entry->old_kind, MMA_TRACE_ENTRIES),
		__entry->new_entry, __print_symbolic(__entry->new_kind, MMA_TRACE_ENTRIES),
		__print_symbolic(__entry->fault_would, MMA_TRACE_FAULTS),
		__print_symbolic(__entry->reason, MMA_TRACE_REASONS),
		__entry->facts, __entry->refs, __entry->maps, __entry->piped,
		__print_flags(__entry->flags, "|", MMA_TRACE_FLAGS),
		__entry->pid, __entry->tgid, __entry->owner, __entry->mm,
		__print_symbolic(__entry->map_kind, MMA_TRACE_MAPS), __entry->map_start, __entry->map_end, __entry->map_pgoff,
		__print_flags(__entry->map_letters, "|", MMA_TRACE_LETTERS),
		__entry->map_dev >> 20, __entry->map_dev & 0xfffff, __entry->map_ino, __entry->map_order,
		__print_symbolic(__entry->point, MMA_TRACE_POINTS),
		(void *)__entry->ip, __entry->number, __entry->time_ns, __entry->comm),
	mma_trace_violations_on, mma_trace_violations_off
);

/* Something was not told. reader: the slot of the reader that loses it, 0 for the kernel log; -1: nobody is told of it. */
TRACE_EVENT(lost,
	TP_PROTO(u8 what, int reader, u8 site, u32 tgid),
	TP_ARGS(what, reader, site, tgid),
	TP_STRUCT__entry(
		__field(u32, tgid)
		__field(int, reader)
		__field(u8, what)
		__field(u8, site)
	),
	TP_fast_assign(
		__entry->tgid = tgid;
		__entry->reader = reader;
		__entry->what = what;
		__entry->site = site;
	),
	TP_printk("what=%s site=%s tgid=%u reader=%d",
		__print_symbolic(__entry->what, MMA_TRACE_LOSSES),
		__print_symbolic(__entry->site, MMA_TRACE_SITES),
		__entry->tgid, __entry->reader)
);

#endif /* MMA_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
