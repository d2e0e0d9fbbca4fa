/* would.h - what the classes of `would` make, and how an entry is looked at and written to. */
#ifndef WOULD_H
#define WOULD_H

#include "kit.h"
#include "mmaudit.h"
#include "rule.h"

/* A page whose entry is as its class says. The write goes to `p`. */
struct made {
	char *p;
	struct ufd *u;			/* whose monitor may be woken */
};

/*
 * X(name, function that makes it, what it needs, facts that must be there, facts that must not, option)
 * A fact of the kernel (MMA_F_KERN_*) is not asked: each class is made on each kernel that can have it.
 */
enum option {
	PLAIN,
	TOLD,		/* the file may be told: its functions are counted, see told[] of did.c */
	UNSHARES,	/* not written to, but pinned for reading */
	UNSURE,		/* the answer may be REUSE_OR_COPY: what is in the swap cache, and parts of a large page since 6.15 */
};

struct class {
	const char *name;
	struct made (*make)(void);
	const char *needs;
	u64 has, lacks;
	enum option option;
};

extern const struct class classes[];
extern const unsigned int nr_classes;

/* ---- what mmaudit says (ask.c) ---- */

/* The entry of an address as a sweep finds it. */
struct look {
	u64 facts;
	__u32 refs, maps;
	u64 entry;
};

int ask_open(void);			/* /dev/mmaudit, to keep the points armed; -errno */
void ask_begin(void);			/* from now on the decisions about this process are kept */
bool look_at(const char *p, struct look *l);	/* false: nothing is there */
enum mma_fault would_do(const struct look *l, u64 context);
int recorded(const char *p);		/* enum mma_fault of the record of the write to p, or -1: no such record */
const char *fault_name(int fault);	/* "-": none */

/* ---- what the kernel did (did.c) ---- */

enum mma_fault write_and_see(const struct made *m, const struct class *c);

/* ---- makers, by what they make ---- */

#define MAKERS(X)								\
	/* anon.c */								\
	X(anon_exclusive) X(anon_exclusive_held) X(anon_pinned) X(anon_shared) X(anon_alone) X(anon_alone_fresh)	\
	X(anon_alone_held) X(anon_zero) X(anon_readonly) X(anon_none) X(ksm_merged) X(numa_hint)			\
	X(swapped_exclusive) X(swapped_alone) X(swapped_shared)			\
	/* marked.c */								\
	X(wp_exclusive) X(wp_shared) X(wp_zero) X(wp_async) X(wp_async_shared) X(wp_shmem) X(wp_taken_away)	\
	X(wp_thp) X(wp_hugetlb) X(rwp_anon) X(rwp_async)				\
	/* huge.c */								\
	X(thp_exclusive) X(thp_shared) X(thp_alone) X(thp_alone_held) X(thp_zero)	\
	X(parts_exclusive) X(parts_shared) X(parts_alone) X(parts_alone_held) X(parts_one)	\
	X(large_exclusive) X(large_shared) X(large_alone)			\
	X(hugetlb_exclusive) X(hugetlb_shared) X(hugetlb_alone) X(hugetlb_alone_held) X(hugetlb_file)	\
	/* file.c */								\
	X(ext4_private) X(ext4_private_own) X(ext4_clean) X(ext4_cleaned) X(ext4_dirty) X(vfat_clean)	\
	X(ext4_readonly) X(shmem_tracked) X(shmem_private) X(shmem_huge) X(dax_clean) X(dax_cleaned) X(dax_private)	\
	X(dax_huge) X(ring_tracked) X(ring_private) X(devmem_private)

#define X(name) struct made name(void);
MAKERS(X)
#undef X

#endif
