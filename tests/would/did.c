/* did.c - writes to a page and tells what the kernel did, by what user space can see of it and by kernel functions that were called. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include "would.h"

/* They tell the file or driver: page_mkwrite() of ext4 and vfat; the common caller of all such; and, where there is DAX, ext4 of a page of it. */
#define TOLD_PAGES	"ext4_page_mkwrite filemap_page_mkwrite do_page_mkwrite"
enum { PAGE_MKWRITES = 3, ALL_TOLD = 5 };

/* What can be seen of a page before and after. */
struct sight {
	u64 frame;
	int traps;
	long hints;
};

/* The bits of an entry that number the frame, where a machine has less than 256 TB. */
static const u64 frame_bits = 0x0000fffffffff000;

/* pagemap passes over VM_PFNMAP: walk_page_test() mm/pagewalk.c:353 (6.1). */
static u64 frame_of(const char *p)
{
	struct look l;

	return pfn(p) ? pfn(p) : look_at(p, &l) ? (l.entry & frame_bits) / PAGE : 0;
}

static struct sight sight_of(const struct made *m)
{
	return (struct sight){ frame_of(m->p), m->u ? m->u->faults : 0, vmstat("numa_hint_faults") };
}

static sigjmp_buf refused;

static void on_refusal(int sig)
{
	(void)sig;
	siglongjmp(refused, 1);
}

/* False: SIGSEGV. Nothing is read, for that may be a fault of its own. */
static bool write_to(char *p)
{
	struct sigaction sa = { .sa_handler = on_refusal }, was;
	volatile bool done = false;

	sigaction(SIGSEGV, &sa, &was);
	if (!sigsetjmp(refused, 1)) {
		poke(p, 5);
		done = true;
	}
	sigaction(SIGSEGV, &was, NULL);
	return done;
}

static bool is_writable(const char *p)
{
	struct look l;

	return look_at(p, &l) && mma_all(l.facts, MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE);
}

/* The first thing that the fault did: what traps or hints is followed by another fault. */
static enum mma_fault difference(const struct made *m, const struct sight *before)
{
	struct sight after = sight_of(m);

	if (after.traps != before->traps)
		return MMA_FAULT_UFFD;
	if (after.hints != before->hints)
		return MMA_FAULT_NUMA;
	if (after.frame != before->frame)
		return MMA_FAULT_COPY;
	return is_writable(m->p) ? MMA_FAULT_REUSE : MMA_FAULT_NOP;
}

static enum mma_fault write_plainly(const struct made *m)
{
	struct sight before = sight_of(m);

	return write_to(m->p) ? difference(m, &before) : MMA_FAULT_SEGV;
}

/* What is called only by a write that the file or driver is told of. */
static enum mma_fault write_told(const struct made *m)
{
	const bool dax = dir_of("dax");
	const char *told = dax ? TOLD_PAGES " ext4_dax_fault ext4_dax_huge_fault" : TOLD_PAGES;
	enum mma_fault did;
	u64 page = 0, all;
	int i;

	must(prove_begin(told) == (dax ? ALL_TOLD : PAGE_MKWRITES), "not all of %s can be probed", told);
	did = write_plainly(m);
	for (i = 0; i < PAGE_MKWRITES; i++)
		page += prove_calls(i);
	all = prove_end();
	if (did != MMA_FAULT_REUSE || !all)
		return did;
	return page ? MMA_FAULT_MKWRITE : MMA_FAULT_PFN_MKWRITE;
}

static enum mma_fault pin(const struct made *m)
{
	struct sight before = sight_of(m);

	read_pin(m->p);
	return difference(m, &before);
}

enum mma_fault write_and_see(const struct made *m, const struct class *c)
{
	if (c->option == UNSHARES)
		return pin(m);
	return c->option == TOLD ? write_told(m) : write_plainly(m);
}
