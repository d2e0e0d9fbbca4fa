/* SPDX-License-Identifier: GPL-2.0 */
/* recorded.h - a made-up audit that is recorded by recorder.c: for tests of what reads recordings. */
#ifndef MMA_RECORDED_H
#define MMA_RECORDED_H

#include <errno.h>
#include <string.h>

#include "names.h"
#include "recorder.h"

#define SAMPLE_IP	0xffffffff81200000ULL	/* the device knows the names of this and the next four */

/* What recorder.c asks of the device. */
int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	static const char *const names[] = { "move_page_tables+0x1b4/0xb30", "move_vma+0x214/0x5d0", "__do_sys_mremap+0x2e1/0x6f0",
		"do_syscall_64+0x5b/0xc0", "handler+0x10/0x20 [other]" };

	(void)dev;
	memset(sym, 0, sizeof(*sym));
	sym->addr = addr;
	if (addr - SAMPLE_IP >= 5)
		return -ENOENT;
	strcpy(sym->name, names[addr - SAMPLE_IP]);
	return 0;
}

#define SAMPLE_BEGUN	1000000000ULL
#define SAMPLE_SITES	28

static struct device sample_device;
static struct coverage sample_cov;
static int sample_is_sound;		/* the facts of a decision break no rule */
static int sample_is_newer;		/* the kernel is newer than mmaudit */
static __u32 sample_entries = MMA_ENTRIES_X86_64;
static char *sample_argv[] = { "mmaudit", "record", "-o", "a file", "--", "bugs", "it's", NULL };

static struct audit sample_audit(void)
{
	struct mma_version *ver = &sample_device.ver;

	ver->size = sizeof(*ver);
	ver->abi_major = MMA_ABI_MAJOR;
	ver->abi_minor = MMA_ABI_MINOR;
	ver->entries = sample_entries;
	ver->state = sample_is_newer ? MMA_STATE_UNKNOWN : MMA_STATE_OK;
	ver->nr_sites = sample_cov.nr_sites = SAMPLE_SITES;
	ver->nr_points = sample_cov.nr_points = MMA_NR_POINTS;
	ver->nr_rules = MMA_NR_RULES;
	strcpy(ver->release, "6.1.0-sample");
	for (unsigned int i = 0; i < SAMPLE_SITES; i++)
		sample_cov.site[i] = (struct mma_site_info){ .id = i, .points = 1, .grants = 10 * i, .state = MMA_SITE_SEEN };
	sample_cov.site[2].state = MMA_SITE_NOT_HERE;
	sample_cov.site[5].state = MMA_SITE_UNSEEN;
	for (unsigned int i = 0; i < MMA_NR_POINTS; i++)
		sample_cov.point[i] = (struct mma_point_info){ .id = i, .state = MMA_POINT_ON, .hits = i, .hook = MMA_HOOK_FTRACE };
	return (struct audit){
		.dev = &sample_device, .cov = &sample_cov, .whom = "process 170 and its descendants",
		.filter = { .size = sizeof(struct mma_filter), .pid = 170, .flags = MMA_FILTER_DESCENDANTS },
		.origin = { .argv = sample_argv, .host = "sample", .boot_id = "0-1-2", .release = "6.1.0-sample",
			.begun = { 1764400000, 250000000 }, .ended = { 1764400003, 0 }, .begun_ns = SAMPLE_BEGUN },
	};
}

/*
 * The same on arm64, which has no soft-dirty: marks of uffd-wp were lost, by one entry that is writable and dirty, by hardware. Its
 * bits are those of user memory, with PTE_RDONLY and bit 58, and with PTE_DBM.
 */
static void sample_of_arm64(struct mma_decision *d)
{
	d->broken = 1U << MMA_RULE_LOST_UFFD_WP;
	d->old_entry = 0x0460000012345fc3;
	d->old_facts = MMA_F_PTE_PRESENT | MMA_F_PTE_UFFD_WP;
	d->new_entry = 0x0068000012345f43;
	d->facts = (d->facts | MMA_F_PTE_WRITE | MMA_F_VMA_UFFD_WP | MMA_F_KEEPS) & ~(MMA_F_KERN_SOFT_DIRTY | MMA_F_VMA_SOFTDIRTY);
	d->fault_would = MMA_FAULT_UFFD;
	d->verdict = MMA_GRANTED;
}

/* mremap() of a table of 512 entries that lost their soft-dirty bits. */
static struct record sample_decision(void)
{
	struct record rec;
	struct mma_decision *d = &rec.decision;

	memset(&rec, 0, sizeof(rec));
	d->hdr = (struct mma_hdr){ .type = MMA_REC_DECISION, .seq = 1, .cpu = 1, .time_ns = SAMPLE_BEGUN + 500000000 };
	d->site = MMA_SITE_MREMAP;
	d->point = MMA_POINT_MREMAP;
	d->verdict = MMA_DENIED;
	d->flags = sample_is_newer ? MMA_DEC_UNKNOWN_KERNEL : 0;
	d->level = MMA_LEVEL_PTE;
	d->fault_would = MMA_FAULT_REUSE;
	d->broken = 1U << MMA_RULE_LOST_SOFT_DIRTY;
	d->pid = d->tgid = d->owner = 171;
	d->addr = 0x7f1c4a200000;
	d->end = 0x7f1c4a400000;
	d->count = 512;
	d->old_entry = 0x8000000012345867;	/* soft-dirty */
	d->old_facts = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | MMA_F_PTE_DIRTY | MMA_F_PTE_SOFT_DIRTY;
	d->new_entry = 0x8000000012345065;
	d->facts = MMA_F_PTE_PRESENT | MMA_F_PTE_DIRTY | MMA_F_VMA_WRITE | MMA_F_VMA_ANON | MMA_F_PAGE |
		   MMA_F_PAGE_ANON | MMA_F_PAGE_EXCL | MMA_F_PAGE_LRU | MMA_F_LOCK_PTL | MMA_F_LOCK_MM | MMA_F_KERN_EXCL |
		   MMA_F_KERN_SOFT_DIRTY | MMA_F_MOVED;
	if (sample_is_sound)
		d->facts |= MMA_F_VMA_SOFTDIRTY;
	if (sample_entries != MMA_ENTRIES_X86_64)
		sample_of_arm64(d);
	d->refs = d->maps = 1;
	d->ip = SAMPLE_IP;
	d->mm = 7;
	d->counter = 3100;
	memcpy(d->comm, "bugs", 5);
	d->stack_off = sizeof(*d);
	d->nr_stack = rec.nr_stack = 4;
	for (unsigned int i = 0; i < rec.nr_stack; i++)
		rec.stack[i] = SAMPLE_IP + i;
	return rec;
}

/* What a sweep found: entries that are writable on a KSM page. */
static struct record sample_finding(void)
{
	struct record rec;
	struct mma_finding *f = &rec.finding;

	memset(&rec, 0, sizeof(rec));
	f->hdr = (struct mma_hdr){ .type = MMA_REC_FINDING, .seq = 1, .time_ns = SAMPLE_BEGUN + 2000000000 };
	f->level = MMA_LEVEL_PTE;
	f->flags = MMA_FIND_AT_EXIT | (sample_is_newer ? MMA_FIND_UNKNOWN_KERNEL : 0);
	f->broken = 1U << MMA_RULE_KSM | 1U << MMA_RULE_ANON_EXCL;
	f->pid = 172;
	f->refs = 3;
	f->maps = 2;
	f->start = 0x7f0000000000;
	f->end = 0x7f0000003000;
	f->entry = 0x8000000054321867;
	f->facts = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | MMA_F_PTE_DIRTY | MMA_F_PTE_SOFT_DIRTY | MMA_F_VMA_WRITE | MMA_F_VMA_ANON |
		   MMA_F_PAGE | MMA_F_PAGE_ANON | MMA_F_PAGE_KSM | MMA_F_PAGE_MAPS | MMA_F_LOCK_PTL | MMA_F_LOCK_MM |
		   MMA_F_KERN_EXCL | MMA_F_KERN_SOFT_DIRTY;
	memcpy(f->comm, "ksm\033user", 9);
	return rec;
}

/* The history of the first decision: mapped, given a mark, taken over by mremap, which is to blame. */
static void sample_history(struct past *past, const struct record *rec)
{
	const __u64 addr = rec->decision.addr, from = addr - 0x40000000;
	struct event ev[] = {
		{ .counter = 1000, .time_ns = SAMPLE_BEGUN + 100000000, .start = from, .end = from + 0x1000, .is = MMA_F_PTE_PRESENT,
		  .told_was = EVENT_PTE_FACTS, .told_is = EVENT_PTE_FACTS, .ip = SAMPLE_IP + 3, .mm = 7, .tid = 171, .cpu = 1,
		  .kind = MMA_EVENT_ENTRY, .site = MMA_SITE_ANON_FAULT, .level = MMA_LEVEL_PTE },
		{ .counter = 2000, .time_ns = SAMPLE_BEGUN + 200000000, .start = from, .end = from + 0x200000, .was = MMA_F_PTE_SOFT_DIRTY,
		  .ip = SAMPLE_IP + 4, .mm = 7, .tid = 99, .kind = MMA_EVENT_RANGE, .site = MMA_SITE_CLEAR_REFS },
		{ .counter = 3000, .time_ns = SAMPLE_BEGUN + 499000000, .start = addr, .end = addr + 0x200000, .from = from, .from_mm = 7,
		  .ip = SAMPLE_IP, .mm = 7, .tid = 171, .kind = MMA_EVENT_MOVED, .site = MMA_SITE_MREMAP },
	};

	past_find(past, rec, ev, 3, PAST_MOST);
	past->begins_ns = SAMPLE_BEGUN;
}

/* As the device sends it. */
static size_t sample_bytes(const struct record *rec, unsigned char *buf)
{
	struct mma_decision d = rec->decision;
	size_t stack = rec->nr_stack * sizeof(rec->stack[0]);

	d.hdr.size = sizeof(d) + stack;
	memcpy(buf, &d, sizeof(d));
	memcpy(buf + sizeof(d), rec->stack, stack);
	return d.hdr.size;
}

static void sample_put(struct output *out, const struct record *rec)
{
	unsigned char buf[MMA_REC_MAX];

	if (rec->hdr.type == MMA_REC_FINDING) {
		out->ops->finding(out, rec);	/* as of the command's own sweep */
		return;
	}
	out->raw = buf;
	out->raw_size = sample_bytes(rec, buf);
	out->ops->decision(out, rec);
	out->raw = NULL;
}

/* `times` decisions, each a millisecond later, then a finding. */
static struct totals sample_records(struct output *out, unsigned int times)
{
	struct totals t = { .status = 1, .exit = 1, .grants = 1234, .denials = 56, .violations = times + 1, .entries = 512ULL * times + 3,
		.read = times, .stats = { .size = sizeof(struct mma_stats), .seen = times, .delivered = times }, .missed = 7,
		.not_kept = 2 };
	struct record rec = sample_decision(), finding = sample_finding();
	struct past past;

	sample_history(&past, &rec);
	out->past = &past;
	for (unsigned int i = 0; i < times; i++) {
		sample_put(out, &rec);
		out->past = NULL;
		rec.hdr.time_ns += 1000000;
		rec.hdr.seq++;
		rec.decision.site = i % 3 ? MMA_SITE_MREMAP : MMA_SITE_FORK;
		rec.decision.ip = rec.stack[0] = SAMPLE_IP + i % 2;
	}
	sample_put(out, &finding);
	past_free(&past);
	return t;
}

/* Writes the whole recording. Returns 0 or -errno. */
__attribute__((unused))
static int sample_record(const char *path, unsigned int times)
{
	struct audit audit = sample_audit();
	struct output out = { .syms.dev = &sample_device };
	struct recorder w = { 0 };
	struct totals t;
	int ret = recorder_open(&w, &out, path);

	if (ret)
		return ret;
	out.ops->start(&out, &audit);
	t = sample_records(&out, times);
	out.ops->end(&out, &audit, &t);
	ret = recorder_close(&w, &out);
	symbols_free(&out.syms);
	return ret;
}

#endif /* MMA_RECORDED_H */
