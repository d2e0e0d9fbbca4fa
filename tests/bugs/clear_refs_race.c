/* clear_refs_race.c - clear_refs meets a page that is being migrated. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "bugs.h"

/*
 * clear_refs takes soft-dirty off a migration entry and leaves it a WRITE one (6.12 fs/proc/task_mmu.c:1426);
 * remove_migration_pte() makes it writable and not soft-dirty (6.12 mm/migrate.c:334-339). In 6.1 the pte_mkdirty()
 * of a dirty page covers it up, hence MADV_FREE, which keeps the write bit and takes the dirty bit.
 */
enum { RACE_PAGES = 256 };

static struct race {
	char *area;
	size_t step;			/* between what moves as one */
	int nr;
	volatile bool over;
} race;

static void *move_forth_and_back(void *arg)
{
	static void *pages[RACE_PAGES];
	static int nodes[RACE_PAGES], status[RACE_PAGES];
	int i, node = 0;

	for (i = 0; i < race.nr; i++)
		pages[i] = race.area + i * race.step;
	while (!race.over) {
		node = !node;
		for (i = 0; i < race.nr; i++)
			nodes[i] = node;
		syscall(SYS_move_pages, 0, (long)race.nr, pages, nodes, status, 2 /* MPOL_MF_MOVE */);
	}
	return arg;
}

/* A page that was written since clear_refs and is not soft-dirty, or -1. */
static int unseen_page(int fd)
{
	u64 entry;
	int i;

	for (i = 0; i < race.nr; i++) {
		off_t at = (uintptr_t)(race.area + i * race.step) / PAGE * sizeof(entry);

		must(pread(fd, &entry, sizeof(entry), at) == sizeof(entry), "pagemap: %s", strerror(errno));
		if (!(entry & PM_SOFT_DIRTY))
			return i;
	}
	return -1;
}

static int race_run(int *round)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC), i, unseen = -1;
	size_t len = race.nr * race.step;
	time_t end = time(NULL) + (row_seconds < 80 ? row_seconds / 2 : 40);
	pthread_t mover;

	fill(race.area, len, 1);
	pthread_create(&mover, NULL, move_forth_and_back, NULL);
	for (*round = 1; unseen < 0 && time(NULL) < end; ++*round) {
		madvise(race.area, len, MADV_FREE);
		clear_refs();
		for (i = 0; i < race.nr; i++)
			poke(race.area + i * race.step, *round);
		unseen = unseen_page(fd);
	}
	race.over = true;
	pthread_join(mover, NULL);
	return unseen;
}

static void race_tell(void)
{
	int round, unseen = race_run(&round);
	bool still;
	char *p;

	if (unseen < 0)
		return;
	/* On 6.1 a later migration may make the page soft-dirty again. It was lost all the same. */
	p = race.area + unseen * race.step;
	still = write_faults(p, 1) == 0 && !soft_dirty(p);
	lost("a page written after clear_refs while it was migrated is not soft-dirty (round %d; %s)", round,
	     still ? "still writable, so further writes are missed too" : "no longer writable");
}

void clear_refs_migrate_race(void)
{
	race = (struct race){ map_anon(RACE_PAGES * PAGE), PAGE, RACE_PAGES, false };
	race_tell();
}

/* The same bug of clear_soft_dirty_pmd() and remove_migration_pmd(). */
void clear_refs_migrate_race_thp(void)
{
	race = (struct race){ map_thp(8 * HPAGE), HPAGE, 8, false };
	poke(race.area, 1);
	if (!has_thp(race.area))
		skip("no huge page");
	race_tell();
}
