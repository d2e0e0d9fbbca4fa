/* SPDX-License-Identifier: GPL-2.0 */
/*
 * layout.h - the layout of uapi/mmaudit.h, asserted while compiling, as C and
 * as C++: every field's type and offset, and that the fields fill each struct
 * without a hole. Only ever append to it.
 */
#ifndef MMA_LAYOUT_H
#define MMA_LAYOUT_H

#include <stddef.h>
#include "mmaudit.h"

#ifdef __cplusplus
#include <type_traits>
#define ASSERT(ok, why)		static_assert(ok, why)
#define SAME_TYPE(s, f, t)	(std::is_same<decltype(s::f), t>::value)
#else
#define ASSERT(ok, why)		_Static_assert(ok, why)
#define SAME_TYPE(s, f, t)	__builtin_types_compatible_p(__typeof__(((struct s *)0)->f), t)
#endif

typedef char mma_text16[16];
typedef char mma_text64[64];
typedef char mma_text128[128];
typedef char mma_text256[256];
typedef __u64 mma_words1[1];
typedef __u64 mma_words2[2];
typedef __u64 mma_words3[3];
typedef __u64 mma_words4[4];
typedef __u64 mma_words32[32];

/* S(struct, bytes) then F(field, type, offset) for all of its fields. */
#define LAYOUT_HDR(S, F)						\
	S(mma_hdr, 24)							\
	F(size, __u16, 0)						\
	F(type, __u16, 2)						\
	F(cpu, __u32, 4)						\
	F(seq, __u64, 8)						\
	F(time_ns, __u64, 16)

#define LAYOUT_MAP(S, F)						\
	S(mma_map, 56)							\
	F(start, __u64, 0)						\
	F(end, __u64, 8)						\
	F(pgoff, __u64, 16)						\
	F(vm_flags, __u64, 24)						\
	F(letters, __u64, 32)						\
	F(ino, __u64, 40)						\
	F(dev, __u32, 48)						\
	F(kind, __u8, 52)						\
	F(order, __u8, 53)						\
	F(folio, __u16, 54)

#define LAYOUT_DECISION(S, F)						\
	S(mma_decision, 224)						\
	F(hdr, struct mma_hdr, 0)					\
	F(site, __u8, 24)						\
	F(point, __u8, 25)						\
	F(verdict, __u8, 26)						\
	F(level, __u8, 27)						\
	F(fault_would, __u8, 28)					\
	F(reason, __u8, 29)						\
	F(flags, __u16, 30)						\
	F(broken, __u32, 32)						\
	F(pid, __u32, 36)						\
	F(tgid, __u32, 40)						\
	F(owner, __u32, 44)						\
	F(addr, __u64, 48)						\
	F(old_entry, __u64, 56)						\
	F(new_entry, __u64, 64)						\
	F(facts, __u64, 72)						\
	F(refs, __u32, 80)						\
	F(maps, __u32, 84)						\
	F(ip, __u64, 88)						\
	F(comm, mma_text16, 96)						\
	F(nr_stack, __u32, 112)						\
	F(stack_off, __u32, 116)					\
	F(end, __u64, 120)						\
	F(count, __u32, 128)						\
	F(piped, __u32, 132)						\
	F(map, struct mma_map, 136)					\
	F(old_kind, __u8, 192)						\
	F(new_kind, __u8, 193)						\
	F(old_facts, __u16, 194)					\
	F(exempt, __u32, 196)						\
	F(counter, __u64, 200)						\
	F(number, __u64, 208)						\
	F(mm, __u32, 216)						\
	F(kept, __u32, 220)

#define LAYOUT_LOST(S, F)						\
	S(mma_lost, 56)							\
	F(hdr, struct mma_hdr, 0)					\
	F(ring_full, __u64, 24)						\
	F(reserved, mma_words3, 32)

#define LAYOUT_VERSION(S, F)						\
	S(mma_version, 264)						\
	F(size, __u32, 0)						\
	F(abi_major, __u16, 4)						\
	F(abi_minor, __u16, 6)						\
	F(features, __u64, 8)						\
	F(kernel_facts, __u64, 16)					\
	F(state, __u32, 24)						\
	F(nr_sites, __u32, 28)						\
	F(nr_points, __u32, 32)						\
	F(nr_rules, __u32, 36)						\
	F(release, mma_text64, 40)					\
	F(reason, mma_text128, 104)					\
	F(kernel_asked, __u64, 232)					\
	F(kernel_shown, __u64, 240)					\
	F(entries, __u32, 248)						\
	F(reserved0, __u32, 252)					\
	F(reserved, mma_words1, 256)

#define LAYOUT_FILTER(S, F)						\
	S(mma_filter, 56)						\
	F(size, __u32, 0)						\
	F(flags, __u32, 4)						\
	F(pid, __u32, 8)						\
	F(rules, __u32, 12)						\
	F(sites, __u64, 16)						\
	F(history, __u32, 24)						\
	F(reserved0, __u32, 28)						\
	F(reserved, mma_words3, 32)

#define LAYOUT_STATS(S, F)						\
	S(mma_stats, 432)						\
	F(size, __u32, 0)						\
	F(reserved0, __u32, 4)						\
	F(seen, __u64, 8)						\
	F(delivered, __u64, 16)						\
	F(queued, __u64, 24)						\
	F(filtered, __u64, 32)						\
	F(ring_full, __u64, 40)						\
	F(missed, __u64, 48)						\
	F(grants, __u64, 56)						\
	F(denials, __u64, 64)						\
	F(violations, __u64, 72)					\
	F(suspects, __u64, 80)						\
	F(confirmed, __u64, 88)						\
	F(cleared, __u64, 96)						\
	F(suspects_lost, __u64, 104)					\
	F(swept, __u64, 112)						\
	F(sweeps_lost, __u64, 120)					\
	F(unsure, __u64, 128)						\
	F(findings, __u64, 136)						\
	F(skipped, __u64, 144)						\
	F(piped_lost, __u64, 152)					\
	F(reserved, mma_words2, 160)					\
	F(found, mma_words32, 176)

#define LAYOUT_POINT_INFO(S, F)						\
	S(mma_point_info, 128)						\
	F(size, __u32, 0)						\
	F(id, __u32, 4)							\
	F(state, __u32, 8)						\
	F(err, __s32, 12)						\
	F(hits, __u64, 16)						\
	F(missed, __u64, 24)						\
	F(symbol, mma_text64, 32)					\
	F(hook, __u32, 96)						\
	F(inlined, __u32, 100)					\
	F(reserved, mma_words3, 104)

#define LAYOUT_SITE_INFO(S, F)						\
	S(mma_site_info, 328)						\
	F(size, __u32, 0)						\
	F(id, __u32, 4)							\
	F(points, __u64, 8)						\
	F(grants, __u64, 16)						\
	F(denials, __u64, 24)						\
	F(violations, __u64, 32)					\
	F(state, __u32, 40)						\
	F(reserved0, __u32, 44)						\
	F(grants_refused, __u64, 48)					\
	F(denials_judged, __u64, 56)					\
	F(denials_reusable, __u64, 64)					\
	F(broken, mma_words32, 72)

#define LAYOUT_SYMBOL(S, F)						\
	S(mma_symbol, 272)						\
	F(size, __u32, 0)						\
	F(reserved0, __u32, 4)						\
	F(addr, __u64, 8)						\
	F(name, mma_text256, 16)

#define LAYOUT_FINDING(S, F)						\
	S(mma_finding, 184)						\
	F(hdr, struct mma_hdr, 0)					\
	F(level, __u8, 24)						\
	F(reserved0, __u8, 25)						\
	F(flags, __u16, 26)						\
	F(broken, __u32, 28)						\
	F(pid, __u32, 32)						\
	F(refs, __u32, 36)						\
	F(maps, __u32, 40)						\
	F(piped, __u32, 44)						\
	F(start, __u64, 48)						\
	F(end, __u64, 56)						\
	F(entry, __u64, 64)						\
	F(facts, __u64, 72)						\
	F(comm, mma_text16, 80)						\
	F(map, struct mma_map, 96)					\
	F(kind, __u8, 152)						\
	F(reserved2, __u8, 153)						\
	F(reserved3, __u16, 154)					\
	F(reserved4, __u32, 156)					\
	F(counter, __u64, 160)						\
	F(number, __u64, 168)						\
	F(mm, __u32, 176)						\
	F(kept, __u32, 180)

#define LAYOUT_SWEEP(S, F)						\
	S(mma_sweep, 112)						\
	F(size, __u32, 0)						\
	F(flags, __u32, 4)						\
	F(pid, __u32, 8)						\
	F(room, __u32, 12)						\
	F(buffer, __u64, 16)						\
	F(addr, __u64, 24)						\
	F(cookie, __u64, 32)						\
	F(used, __u32, 40)						\
	F(reserved0, __u32, 44)						\
	F(present, __u64, 48)						\
	F(writable, __u64, 56)						\
	F(tables, __u64, 64)						\
	F(violations, __u64, 72)					\
	F(reserved, mma_words4, 80)

#define LAYOUT_PID(S, F)						\
	S(mma_pid, 32)							\
	F(size, __u32, 0)						\
	F(flags, __u32, 4)						\
	F(pid, __u32, 8)						\
	F(audited, __u32, 12)						\
	F(reserved, mma_words2, 16)

#define LAYOUT_EVENT(S, F)						\
	S(mma_event, 40)						\
	F(time, __u64, 0)						\
	F(where, __u64, 8)						\
	F(what, __u64, 16)						\
	F(mm, __u32, 24)						\
	F(tid, __u32, 28)						\
	F(ip, __u32, 32)						\
	F(was, __u16, 36)						\
	F(is, __u16, 38)

#define LAYOUT_HISTORY(S, F)						\
	S(mma_history, 168)						\
	F(size, __u32, 0)						\
	F(flags, __u32, 4)						\
	F(set, __u32, 8)						\
	F(cpu, __u32, 12)						\
	F(buffer, __u64, 16)						\
	F(room, __u32, 24)						\
	F(events, __u32, 28)						\
	F(next, __u64, 32)						\
	F(first, __u64, 40)						\
	F(oldest, __u64, 48)						\
	F(end, __u64, 56)						\
	F(counter, mma_words2, 64)					\
	F(time_ns, mma_words2, 80)					\
	F(pid, __u32, 96)						\
	F(mm, __u32, 100)						\
	F(mode, __u32, 104)						\
	F(nr_cpus, __u32, 108)						\
	F(capacity, __u32, 112)						\
	F(kept, __u32, 116)						\
	F(not_kept, __u64, 120)						\
	F(since, __u64, 128)						\
	F(missed, __u64, 136)						\
	F(begun, __u64, 144)						\
	F(state, __u32, 152)						\
	F(reserved0, __u32, 156)					\
	F(text, __u64, 160)

/* All of them. */
#define LAYOUTS(S, F)							\
	LAYOUT_HDR(S, F) LAYOUT_MAP(S, F) LAYOUT_DECISION(S, F) LAYOUT_LOST(S, F) \
	LAYOUT_VERSION(S, F) LAYOUT_FILTER(S, F) LAYOUT_STATS(S, F)	\
	LAYOUT_POINT_INFO(S, F) LAYOUT_SITE_INFO(S, F) LAYOUT_SYMBOL(S, F) \
	LAYOUT_FINDING(S, F) LAYOUT_SWEEP(S, F) LAYOUT_PID(S, F)	\
	LAYOUT_EVENT(S, F) LAYOUT_HISTORY(S, F)

/* Inside a function that says which struct it is about. */
#define CHECK_FIELD(field, type, offset)				\
	ASSERT(SAME_TYPE(THIS, field, type), #field " has another type");	\
	ASSERT(offsetof(struct THIS, field) == (offset), #field " has moved");
#define CHECK_SIZE(name, bytes)						\
	ASSERT(sizeof(struct name) == (bytes), #name " has another size");
#define NOTHING(...)
#define PLUS_FIELD(field, type, offset)	+ sizeof(type)

/* No holes: the fields are as long as the struct. */
#define CHECK_LAYOUT(list)						\
	list(CHECK_SIZE, CHECK_FIELD)					\
	ASSERT(0 list(NOTHING, PLUS_FIELD) == sizeof(struct THIS), "a hole or an unlisted field");

#define THIS mma_hdr
CHECK_LAYOUT(LAYOUT_HDR)
#undef THIS
#define THIS mma_map
CHECK_LAYOUT(LAYOUT_MAP)
#undef THIS
#define THIS mma_decision
CHECK_LAYOUT(LAYOUT_DECISION)
#undef THIS
#define THIS mma_lost
CHECK_LAYOUT(LAYOUT_LOST)
#undef THIS
#define THIS mma_version
CHECK_LAYOUT(LAYOUT_VERSION)
#undef THIS
#define THIS mma_filter
CHECK_LAYOUT(LAYOUT_FILTER)
#undef THIS
#define THIS mma_stats
CHECK_LAYOUT(LAYOUT_STATS)
#undef THIS
#define THIS mma_point_info
CHECK_LAYOUT(LAYOUT_POINT_INFO)
#undef THIS
#define THIS mma_site_info
CHECK_LAYOUT(LAYOUT_SITE_INFO)
#undef THIS
#define THIS mma_symbol
CHECK_LAYOUT(LAYOUT_SYMBOL)
#undef THIS
#define THIS mma_finding
CHECK_LAYOUT(LAYOUT_FINDING)
#undef THIS
#define THIS mma_sweep
CHECK_LAYOUT(LAYOUT_SWEEP)
#undef THIS
#define THIS mma_pid
CHECK_LAYOUT(LAYOUT_PID)
#undef THIS
#define THIS mma_event
CHECK_LAYOUT(LAYOUT_EVENT)
#undef THIS
#define THIS mma_history
CHECK_LAYOUT(LAYOUT_HISTORY)
#undef THIS

/* The stack starts where the struct ends, and the longest one fits a record. */
ASSERT(offsetof(struct mma_decision, stack) == sizeof(struct mma_decision), "the stack has moved");
ASSERT(sizeof(((struct mma_decision *)0)->stack[0]) == 8, "the stack has another type");
ASSERT(sizeof(struct mma_decision) + MMA_STACK_MAX * 8 <= MMA_REC_MAX, "a record is too long");

/* ioctl numbers: direction, 'M', number, bytes. */
ASSERT(MMA_IOC_VERSION == 0xc1084da0U, "MMA_IOC_VERSION");
ASSERT(MMA_IOC_FILTER == 0x40384da1U, "MMA_IOC_FILTER");
ASSERT(MMA_IOC_STATS == 0xc1b04da2U, "MMA_IOC_STATS");
ASSERT(MMA_IOC_POINT == 0xc0804da3U, "MMA_IOC_POINT");
ASSERT(MMA_IOC_SITE == 0xc1484da4U, "MMA_IOC_SITE");
ASSERT(MMA_IOC_SYMBOL == 0xc1104da5U, "MMA_IOC_SYMBOL");
ASSERT(MMA_IOC_FLUSH == 0x00004da6U, "MMA_IOC_FLUSH");
ASSERT(MMA_IOC_SELFTEST == 0x00004da7U, "MMA_IOC_SELFTEST");
ASSERT(MMA_IOC_SWEEP == 0xc0704da8U, "MMA_IOC_SWEEP");
ASSERT(MMA_IOC_PID == 0xc0204da9U, "MMA_IOC_PID");
ASSERT(MMA_IOC_HISTORY == 0xc0a84daaU, "MMA_IOC_HISTORY");

#endif /* MMA_LAYOUT_H */
