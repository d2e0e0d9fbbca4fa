/* cow.c - first touch, copy-on-write after fork, threads racing for it, and what madvise leaves of it. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rows.h"

/* 6.12 mm/memory.c:4804 */
void anon_write(void)
{
	char *p = map_anon(PAGE);

	clear_refs();		/* now only the entry's own bit counts */
	must(write_faults(p, 1) >= 1, "first touch took no fault");
	must_sd(p, true, "written and not soft-dirty");
	must(write_faults(p, 2) == 0, "second write faulted");
}

/* The zero page is copied, never reused. 6.12 mm/memory.c:3410 */
void zero_page_write(void)
{
	char *p = map_anon(PAGE);

	must(peek(p) == 0, "not zero");
	must(kpageflags(p) & KPF(KPF_ZERO_PAGE), "a read did not map the zero page");
	must(write_faults(p, 1) >= 1, "write to the zero page took no fault");
	must(!(kpageflags(p) & KPF(KPF_ZERO_PAGE)) && peek(p + 1) == 0, "the zero page was not replaced");
}

void anon_populate(void)
{
	char *p = map_at_guard(PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0, 0);

	must(write_faults(p, 1) == 0, "a populated page faulted");
}

void madv_populate_write(void)
{
	char *p = map_anon(2 * PAGE);

	if (madvise(p, 2 * PAGE, 23 /* MADV_POPULATE_WRITE, 5.14 */))
		lacks(5, 14, "no MADV_POPULATE_WRITE (5.14)");
	must(write_faults(p, 1) == 0 && write_faults(p + PAGE, 1) == 0, "a populated page faulted");
}

/* ---- fork ---- */

/* The child of a page that both have: reads, waits for the parent's turn, reads again, writes. */
static pid_t child_of(char *p, char before, char own, struct gate turn, struct gate back)
{
	pid_t pid = fork_row();

	if (pid)
		return pid;
	must(peek(p) == before, "child reads %d, not %d", peek(p), before);
	gate_open(back);
	gate_wait(turn);
	must(peek(p) == before, "the parent's write is seen in the child");
	poke(p, own);
	must(peek(p) == own, "the child's own write is lost");
	gate_open(back);
	gate_wait(turn);
	leave();
}

static void share_and_write(char *p, char before)
{
	struct gate turn = gate_make(), back = gate_make();
	pid_t pid = child_of(p, before, 3, turn, back);
	u64 old = pfn(p);

	gate_wait(back);
	must(write_faults(p, 2) >= 1, "a write after fork took no fault: the page is still writable");
	must(pfn(p) != old, "the parent wrote to a page it shares with its child");
	gate_open(turn);
	gate_wait(back);
	must(peek(p) == 2, "the child's write is seen in the parent");
	gate_open(turn);
	join(pid);
}

/* 6.12 mm/memory.c:3410 for the parent; the child is then alone and reuses, :3260 */
void cow_copy(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	share_and_write(p, 1);
}

void cow_zero_page(void)
{
	char *p = map_anon(PAGE);

	must(peek(p) == 0, "not zero");
	share_and_write(p, 0);
}

/* 6.12 mm/memory.c:3260: once the child is gone the page is the parent's own again. */
void cow_reuse(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	poke(p, 1);
	old = pfn(p);
	fork_and_end();
	lru_drain();
	must(write_faults(p, 2) >= 1, "no fault: fork left the page writable");
	must(pfn(p) == old, "the page was copied, though nobody else has it");
}

void cow_private_file(void)
{
	int fd = memfd(PAGE, 0);
	char *p = map_at_guard(PAGE, RW, MAP_PRIVATE, fd, 0, 0);

	poke(p, 1);
	share_and_write(p, 1);
	must(in_file(fd) == 0, "a private write reached the file");
}

/* copy_page_range() write-protects many entries at once since 6.9: 6.12 mm/memory.c:1024 */
void fork_batch(void)
{
	enum { N = 64 };
	char *p = map_anon(N * PAGE);
	pid_t pid;
	int i;

	fill(p, N * PAGE, 1);
	pid = fork_row();
	if (!pid) {
		fill(p, N * PAGE, 2);
		leave();
	}
	join(pid);
	expect(p, N * PAGE, 1, "parent");
	for (i = 0; i < N; i++)
		must(write_faults(p + i * PAGE, 3) >= 1, "page %d is writable after fork", i);
}

void fork_grandchild(void)
{
	char *p = map_anon(PAGE);
	pid_t pid, grandchild;

	poke(p, 1);
	pid = fork_row();
	if (!pid) {
		grandchild = fork_row();
		if (!grandchild) {
			poke(p, 3);
			leave();
		}
		join(grandchild);
		must(peek(p) == 1, "the grandchild's write is seen in the child");
		poke(p, 2);
		leave();
	}
	join(pid);
	must(peek(p) == 1, "a descendant's write is seen in the parent");
}

/* vfork() shares the mm: no COW at all. */
void vfork_write(void)
{
	char *p = map_anon(PAGE);
	int status = 0;
	pid_t pid;

	poke(p, 1);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
	pid = vfork();
#pragma GCC diagnostic pop
	if (!pid) {
		poke(p, 2);
		_exit(0);
	}
	must(waitpid(pid, &status, 0) == pid && status == 0, "vfork child");
	must(peek(p) == 2 && write_faults(p, 3) == 0, "vfork copied or protected the page");
}

/* setup_arg_pages() moves the new stack's tables: 6.12 fs/exec.c shift_arg_pages */
void exec_stack(void)
{
	char arg[10000];
	int status = 0;
	pid_t pid = fork_row();

	if (!pid) {
		memset(arg, 'x', sizeof(arg) - 1);
		arg[sizeof(arg) - 1] = 0;
		execl("/proc/self/exe", "legal", "--arg-length", arg, NULL);
		_exit(99);
	}
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	must(WIFEXITED(status) && WEXITSTATUS(status) == 9999 % 251, "arguments damaged: status %#x", status);
}

/* ---- threads ---- */

enum { THREADS = 4, ROUNDS = 50 };

static struct race {
	pthread_barrier_t barrier;
	char *page;
} race;

static void *racer(void *arg)
{
	long me = (long)arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		pthread_barrier_wait(&race.barrier);
		poke(race.page + me, i + 1);
		pthread_barrier_wait(&race.barrier);
		must(peek(race.page + me) == i + 1, "thread %ld lost its write of round %d", me, i);
		pthread_barrier_wait(&race.barrier);
	}
	return NULL;
}

static void race_run(void (*again)(char *p))
{
	pthread_t threads[THREADS];
	long i;

	pthread_barrier_init(&race.barrier, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, racer, (void *)i);
	for (i = 0; i < ROUNDS; i++) {
		again(race.page);
		pthread_barrier_wait(&race.barrier);
		pthread_barrier_wait(&race.barrier);
		pthread_barrier_wait(&race.barrier);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void forget(char *p)
{
	madvise(p, PAGE, MADV_DONTNEED);
}

static void share_again(char *p)
{

	(void)p;
	fork_and_end();
}

void threads_touch(void)
{
	race.page = map_anon(PAGE);
	race_run(forget);
}

void threads_cow(void)
{
	race.page = map_anon(PAGE);
	poke(race.page, 1);
	race_run(share_again);
}

/* ---- madvise ---- */

/* Keeps the write bit and clears dirty: 6.12 mm/madvise.c:650 */
void madv_free(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	must(!madvise(p, PAGE, MADV_FREE), "MADV_FREE: %s", strerror(errno));
	must(write_faults(p, 2) == 0, "MADV_FREE took the write bit away");
	must(peek(p) == 2, "the write after MADV_FREE is lost");
}

/* ---- given up, written to, and put back by reclaim: try_to_unmap_one(), 6.12 mm/rmap.c:1901 ---- */

static void give_up(char *p, size_t len)
{
	must(!madvise(p, len, MADV_FREE), "MADV_FREE: %s", strerror(errno));
	lru_drain();
}

/* A page that reclaim found written to is swap-backed again. */
static void put_back(char *p, size_t len)
{
	char *page;

	if (kpageflags(p) & KPF(KPF_SWAPBACKED))
		skip("the pages were not given up");
	must(!madvise(p, len, 21 /* MADV_PAGEOUT */), "MADV_PAGEOUT: %s", strerror(errno));
	for (page = p; page < p + len; page += PAGE)
		if (!present(page) || !(kpageflags(page) & KPF(KPF_SWAPBACKED)))
			skip("reclaim did not try to take the pages");
}

static char *given_up(void)
{
	char *p = map_anon(2 * PAGE);

	run_on(0);
	fill(p, 2 * PAGE, 1);
	give_up(p, 2 * PAGE);
	return p;
}

void put_back_anon(void)
{
	char *p = given_up();

	fill(p, 2 * PAGE, 2);
	protect(p + PAGE, PAGE, PROT_READ);
	put_back(p, 2 * PAGE);
	must(write_faults(p, 3) == 0 && peek(p + PAGE) == 2 && !may_write(p + PAGE), "what was put back");
}

void put_back_clear_refs(void)
{
	char *p = given_up();

	clear_refs();
	fill(p, 2 * PAGE, 2);
	protect(p, 2 * PAGE, PROT_READ);
	put_back(p, 2 * PAGE);
	must(soft_dirty(p) && soft_dirty(p + PAGE), "put back without its soft-dirty bit");
}

void put_back_uffd_wp(void)
{
	char *p = given_up();
	struct ufd *u;

	fill(p, 2 * PAGE, 2);
	u = ufd_guard(p, 2 * PAGE);
	put_back(p, 2 * PAGE);
	ufd_trapped(u, p, 3);
}

/* unmap_huge_pmd_locked(), 6.12 mm/huge_memory.c:3055; older kernels split first. */
void put_back_thp(void)
{
	char *p = huge();

	run_on(0);
	give_up(p, HPAGE);
	poke(p, 2);
	must(!madvise(p, HPAGE, 21 /* MADV_PAGEOUT */), "MADV_PAGEOUT: %s", strerror(errno));
	must(peek(p) == 2, "a write to what was given up is lost");
	poke(p, 3);
}

void madv_dontneed(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	must(!madvise(p, PAGE, MADV_DONTNEED) && !present(p), "MADV_DONTNEED left the page");
	must(write_faults(p + 1, 2) >= 1 && peek(p) == 0, "the old page came back");
}

/* mprotect to RW of a locked private mapping breaks COW at once: 6.12 mm/mprotect.c:711 */
void mlock_populate(void)
{
	char *p = map_at_guard(PAGE, PROT_READ, MAP_PRIVATE, memfd(PAGE, 0), 0, 0);

	must(!mlock(p, PAGE), "mlock: %s", strerror(errno));
	protect(p, PAGE, RW);
	must(write_faults(p, 1) == 0, "the locked page was not populated for writing");
}
