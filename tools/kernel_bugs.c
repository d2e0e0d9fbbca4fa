// SPDX-License-Identifier: GPL-2.0
/* kernel_bugs.c - the table of kernel_bugs.h. docs/findings.md is made from it: make docs/findings.md. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "kernel_bugs.h"

const struct bug_class bug_classes[] = {
	{ "soft-dirty",	"writes that /proc/PID/pagemap must show since clear_refs: snapshots, live migration (CRIU)" },
	{ "uffd-wp",	"writes that userfaultfd's write protection must stop or report: background snapshots (QEMU)" },
	{ "rwp",	"accesses that userfaultfd's read-write protection must report (7.3)" },
	{ "dax",	"files on persistent memory" },
	{ "cow",	"copy-on-write: pages that a device or io_uring writes to, or that another process still reads" },
	{ "file",	"writes through a shared mapping that msync and fsync must bring to the disk" },
	{ }
};

const char *const bug_kernels[BUG_KERNELS] = { "5.10", "6.1", "6.12", "7.2", "7.3" };
const char *const bug_releases[BUG_KERNELS] = { "5.10.262", "6.1.192", "6.12.117", "7.2.12", BUG_NEWEST };

const struct bug_story bug_stories[] = {
	{
		.title = "clear_refs leaves a migration entry writable",
		.user = "a page is migrated (move_pages, NUMA balancing, compaction) while `echo 4 > "
		  "/proc/PID/clear_refs` runs. From then on the page is writable and not soft-dirty: its writes never "
		  "set bit 55 of pagemap. A snapshot or a live migration that rests on soft-dirty (CRIU) misses them.",
		.cause = "clear_soft_dirty() clears the soft-dirty and the write bit of a present entry, but only the "
		  "soft-dirty bit of a migration entry",
		.detail = ". That still says WRITE, and remove_migration_pte() makes it writable and not soft-dirty, "
		  "which no write fault would. change_pte_range() and fork turn a WRITE entry into a READ one; "
		  "clear_refs does not. On 6.1 pte_mkdirty() of a dirty page also sets soft-dirty and so hides most "
		  "cases; with MADV_FREE they show.",
		.helps = "where soft-dirty is used, keep pages from being moved: NUMA balancing and proactive "
		  "compaction off (kernel.numa_balancing=0, vm.compaction_proactiveness=0), no move_pages() or "
		  "migrate_pages() meanwhile. That makes it rarer, since whoever asks for memory may compact it, too. Or "
		  "track by userfaultfd's write protection, for which migration entries are made READ ones, too",
		.more =
		  "| | clear_soft_dirty, migration entry | restore |\n"
		  "|---|---|---|\n"
		  "| 5.10 | fs/proc/task_mmu.c:1093, PMD :1123 | mm/migrate.c:237-245, mm/huge_memory.c:3000-3003 |\n"
		  "| 6.1 | :1120, :1150 | mm/migrate.c:203-215, mm/huge_memory.c:3331-3341 |\n"
		  "| 6.12 | :1426, :1456 | mm/migrate.c:333-339, mm/huge_memory.c:4330-4333 |\n"
		  "| 7.2 | :1729, :1756 | mm/migrate.c:391-397, mm/huge_memory.c:5075-5078 |\n"
		  "| 7.3 | :1732, :1759 | mm/migrate.c:395-401, mm/huge_memory.c:5145-5148 |\n"
		  "\n"
		  "Reproducers: `clear-refs-migrate-race`, `clear-refs-migrate-race-thp`, in seconds, after 3 to 47 "
		  "rounds of clear and write. The stress (`legal --stress 60 --softdirty`) meets it by itself. Not fixed "
		  "upstream as of 7.3.4.\n\n"
		  "On 6.12, the first of 256 violations that `mmaudit run -- bugs clear-refs-migrate-race` told: was "
		  "0xf7f9fffffc00aa02 (a migration entry, soft-dirty), now 0x8000000027769067 (present, writable, user, "
		  "accessed, dirty, nx: not soft-dirty), in remove_migration_pte(), called by rmap_walk_anon(). The old entry "
		  "was read just before clear_refs cleared its soft-dirty bit; in the 255 other violations the bit is clear "
		  "already.\n",
		.bugs = {
			{ "clear-refs-migrate-race", "soft-dirty",
			  "tracked writes, for as long as the entry stays", "SOFT_DIRTY", "migration", { 0, 0 }, { 0, 0 }, "BBBBB" },
			{ "clear-refs-migrate-race-thp", "soft-dirty",
			  "tracked writes to 2 MB, for as long as the entry stays", "SOFT_DIRTY", "migration-pmd", { 0, 0 }, { 0, 0 }, "BBBBB" },
		},
	},
	{
		.title = "DAX makes an entry writable and not soft-dirty",
		.user = "a page of a file on a DAX file system (ext4 -o dax, pmem) is read, then written under "
		  "soft-dirty tracking. The write leaves bit 55 of pagemap at 0.",
		.cause = "vmf_insert_page_mkwrite() ends in insert_page_into_pte_locked(). If there is an entry "
		  "already, that makes it writable with maybe_mkwrite(pteval, vma), but without pte_mkdirty() "
		  "(mm/memory.c:2368 in 7.2, :2499 in 7.3), which on x86 sets soft-dirty, too",
		.detail = ". A few lines below, for a new entry, pte_mkdirty() is called, and so it was in "
		  "insert_pfn(), which DAX used before (:2343 in 6.12). Found by the stress (`legal --stress "
		  "--softdirty` on 7.3). Reproducer: `dax-mkwrite-softdirty`.",
		.helps = "write to a page of a DAX file before it is read, or do not rely on soft-dirty there",
		.bugs = {
			{ "dax-mkwrite-softdirty", "dax soft-dirty",
			  "tracked writes to a DAX file", "SOFT_DIRTY", "mkwrite", { 7, 0 }, { 0, 0 }, "oooBB" },
		},
	},
	{
		.title = "KSM forgets uffd-wp and soft-dirty",
		.user = "userfaultfd write protection, or soft-dirty tracking, of memory that is MADV_MERGEABLE. When "
		  "ksmd merges the page, the protection is gone: the next write succeeds and the monitor gets no event "
		  "(`ksm-uffd-wp`); a page written since clear_refs is no longer soft-dirty (`ksm-softdirty`). QEMU's "
		  "guests are MADV_MERGEABLE by default, and its background snapshot rests on exactly this protection.",
		.cause = "replace_page() makes a new entry with mk_pte(kpage, vma->vm_page_prot) and carries neither "
		  "bit over",
		.detail = ": mm/ksm.c:1159 (5.10), :1167 (6.1), :1392 (6.12), :1428 (7.2), :1447 (7.3). The contents "
		  "are the same, but \"written since\" and \"trap the next write\" are not about contents. Not fixed as "
		  "of 7.3.4; 6.12.118 keeps soft-dirty (\"mm/ksm: keep soft-dirty when merging a page\"), but not uffd-wp.",
		.helps = "no KSM on memory that is tracked or protected: MADV_UNMERGEABLE before (of QEMU: `-machine "
		  "mem-merge=off`), or KSM off (2 to /sys/kernel/mm/ksm/run, which also takes apart what is merged)",
		.more =
		  "mmaudit: replace_page() grants nothing, and the later COW of the KSM page is right. The bug shows "
		  "only in the entry before and after, which had the mark and lost it: LOST_UFFD_WP, LOST_SOFT_DIRTY at "
		  "ksm.\n",
		.bugs = {
			{ "ksm-uffd-wp", "uffd-wp",
			  "the trap: a protected page is written, and nobody is told", "LOST_UFFD_WP", "ksm", { 5, 7 }, { 0, 0 }, "BBBBB",
			  .changes = "switches KSM on, at a high pace, for at most 20 seconds; no change where KSM runs already", .gentle = 1 },
			{ "ksm-softdirty", "soft-dirty",
			  "a tracked write", "LOST_SOFT_DIRTY", "ksm", { 0, 0 }, { 0, 0 }, "BBBBB", .stable = { 6, 12, 118 },
			  .changes = "switches KSM on, at a high pace, for at most 20 seconds; no change where KSM runs already", .gentle = 1 },
		},
	},
	{
		.title = "clear_refs forgets that a huge page is pinned",
		.user = "a buffer in a huge page is registered with a device or io_uring (FOLL_PIN). clear_refs makes "
		  "the page look clean although the device may write to it at any time, without a fault: such writes are "
		  "missed.",
		.cause = "clear_soft_dirty() skips pinned pages that are mapped writable (pte_is_pinned(), 5.10 "
		  "fs/proc/task_mmu.c:1086, 6.1 :1113, 6.12 :1419, 7.2 :1722, 7.3 :1725); clear_soft_dirty_pmd() has no "
		  "such test and clears the bit (5.10 :1119, 6.1 :1146, 6.12 :1452, 7.2 :1752, 7.3 :1755)",
		.detail = ". mmaudit reports an entry that was soft-dirty before clear_refs and is not after, if its "
		  "page was pinned before and after. Reproducer: `clear-refs-pinned-thp`. Not fixed as of 7.3.4.",
		.helps = "MADV_NOHUGEPAGE for buffers that a device or io_uring writes to, before they are touched",
		.bugs = {
			{ "clear-refs-pinned-thp", "soft-dirty",
			  "what a device writes", "LOST_SOFT_DIRTY", "clear-refs", { 5, 1 }, { 0, 0 }, "BBBBB" },
		},
	},
	{
		.title = "clear_refs leaves a pinned page writable and clean",
		.user = "a page is pinned for a device or io_uring (FOLL_PIN) and tracked by soft-dirty. After the "
		  "second clear_refs, writes to it never set bit 55 of pagemap, until the page is unpinned and "
		  "clear_refs runs again.",
		.cause = "clear_soft_dirty() leaves the entry of a pinned page as it is (pte_is_pinned(): 6.1 "
		  "fs/proc/task_mmu.c:1113, 6.12 :1419, 7.2 :1722, 7.3 :1725), and relies on its soft-dirty bit being set",
		.detail = ". But while the whole mapping counts as soft-dirty (VM_SOFTDIRTY), an entry may be writable "
		  "without that bit: mprotect, NUMA hinting or a swap-in that reads make it so (6.1 and later: "
		  "can_change_pte_writable(), 6.12 mm/memory.c:4547). clear_refs takes VM_SOFTDIRTY away and leaves the "
		  "entry. An entry gets there if it was cleared by an earlier clear_refs, and its mapping became "
		  "VM_SOFTDIRTY again by growth: brk, or mmap() of a neighbour that is merged. 5.10 has the same "
		  "clear_soft_dirty() (:1086), but grants such an entry only by a write fault, which sets the bit. "
		  "Reproducer: `clear-refs-pinned-clean`. Not fixed as of 7.3.4.",
		.helps = "mprotect() to PROT_READ and back after each clear_refs, so that the next write faults; it "
		  "leaves the page pinned",
		.bugs = {
			{ "clear-refs-pinned-clean", "soft-dirty",
			  "tracked writes, until the page is unpinned", "SOFT_DIRTY", "clear-refs", { 6, 1 }, { 0, 0 }, "oBBBB" },
		},
	},
	{
		.title = "mremap of a whole page table marks nothing",
		.user = "mremap(MREMAP_FIXED) of 2 MB over a mapping whose contents a snapshot has. If it is moved "
		  "page by page, each new entry is soft-dirty; if it is moved as a page table, none is, and pagemap says "
		  "that nothing changed at these addresses.",
		.cause = "move_ptes() sets the mark (move_soft_dirty_pte(): 5.10 mm/mremap.c:179, 6.1 :201, 6.12 :210, "
		  "7.2 and 7.3 :293), move_normal_pmd() moves the table as it is (5.10 :244, 6.1 :296, 6.12 :304, 7.2 "
		  ":409, 7.3 :418)",
		.detail = ". The VMA at the new place is a copy of the old one, with VM_SOFTDIRTY clear as there. "
		  "Reproducer: `mremap-table-softdirty`. Not fixed as of 7.3.4.",
		.helps = "the tracker takes any mapping that moved (its addresses in /proc/PID/maps differ) as changed "
		  "as a whole; or the program moves ranges that are not aligned to 2 MB",
		.bugs = {
			{ "mremap-table-softdirty", "soft-dirty",
			  "that 2 MB of contents changed", "LOST_SOFT_DIRTY", "mremap", { 5, 1 }, { 0, 0 }, "BBBBB" },
		},
	},
	{
		.title = "Splitting the huge zero page forgets soft-dirty",
		.user = "as above, for memory that reads as zero. A moved huge zero page is soft-dirty, but no longer "
		  "after mprotect or munmap of a part has split it. A snapshot keeps the old contents where there are "
		  "zeroes now.",
		.cause = "__split_huge_zero_page_pmd() makes 512 entries from vm_page_prot; it carries uffd-wp over, "
		  "but not soft-dirty",
		.detail = ": mm/huge_memory.c:2015 (5.10), :2063 (6.1), :2703 (6.12), :3104 (7.2), :3170 (7.3). "
		  "Reproducer: `huge-zero-split-softdirty`. Not fixed as of 7.3.4.",
		.helps = "0 to /sys/kernel/mm/transparent_hugepage/use_zero_page",
		.bugs = {
			{ "huge-zero-split-softdirty", "soft-dirty",
			  "that 2 MB of contents changed", "LOST_SOFT_DIRTY", "thp-split", { 0, 0 }, { 0, 0 }, "BBBBB" },
		},
	},
	{
		.title = "Shared memory loses soft-dirty with its entry",
		.user = "shared memory (shmem, files) is written after clear_refs, and then its entry goes away: the "
		  "page is reclaimed, made part of a huge page, or its huge mapping is split. When it is read again it "
		  "is not soft-dirty. uffd-wp leaves a marker in such a place; soft-dirty has no marker, so this is a "
		  "gap of the design rather than a mistake in the code.",
		.cause = "try_to_unmap_one() of a file page stores nothing (mm/rmap.c:1728 (5.10), :1781 (6.1), :1969 "
		  "(6.12), :2350 (7.2), :2388 (7.3)); __split_huge_pmd_locked() of a file PMD only unmaps it "
		  "(mm/huge_memory.c:2048 (5.10), :2097 (6.1), :2739 (6.12), :3140 (7.2), :3211 (7.3))",
		.detail = ". collapse_file() calls try_to_unmap(), too (mm/khugepaged.c:1978 (6.1), :1989 (6.12), "
		  ":2422 (7.2), :2438 (7.3)). Reproducers: `reclaim-shared-softdirty`, `shmem-thp-split-softdirty`, "
		  "`shmem-collapse-softdirty`. Not fixed as of 7.3.4.",
		.helps = "keep all of the shared memory in every snapshot; or track it by userfaultfd's write "
		  "protection (5.19), which leaves a marker; or mlock() it and keep huge pages off it (`never` to "
		  "shmem_enabled)",
		.bugs = {
			{ "shmem-thp-split-softdirty", "soft-dirty",
			  "a tracked write", "LOST_SOFT_DIRTY", "thp-split", { 0, 0 }, { 0, 0 }, "BBBBB",
			  .changes = "allows huge pages for shared memory (shmem_enabled) for a moment, unless they are allowed "
			  "already", .gentle = 1 },
			{ "reclaim-shared-softdirty", "soft-dirty",
			  "a tracked write", "LOST_SOFT_DIRTY", "unmap", { 0, 0 }, { 0, 0 }, "BBBBB" },
			{ "shmem-collapse-softdirty", "soft-dirty",
			  "a tracked write", "LOST_SOFT_DIRTY", "unmap", { 6, 1 }, { 0, 0 }, "-BBBB",
			  .changes = "allows huge pages for shared memory (shmem_enabled) for a moment, unless they are allowed "
			  "already", .gentle = 1 },
		},
	},
	{
		.title = "Folios made by khugepaged forget soft-dirty",
		.user = "pages are written after clear_refs, then the mapping is made read-only. khugepaged, where "
		  "folios of less than 2 MB are enabled for it "
		  "(/sys/kernel/mm/transparent_hugepage/hugepages-*kB/enabled), makes a folio of them, and none of its "
		  "pages is soft-dirty. What a process has written and then protected, such as code that it has made, is "
		  "missing in the next snapshot.",
		.cause = "map_anon_folio_pte_nopf() makes the entries dirty, and so soft-dirty, only if the mapping "
		  "has VM_WRITE",
		.detail = ": mm/memory.c:5261 (7.2), :5401 (7.3); for a whole huge page map_anon_folio_pmd_nopf() "
		  "always does. collapse_huge_page() calls it since it makes smaller folios: mm/khugepaged.c:1433 (7.2). "
		  "Reproducer: `mthp-collapse-softdirty`, within seconds. Not fixed as of 7.3.4.",
		.helps = "write `never` to the files of these sizes where soft-dirty is used",
		.bugs = {
			{ "mthp-collapse-softdirty", "soft-dirty",
			  "a tracked write", "LOST_SOFT_DIRTY", "collapse", { 7, 2 }, { 0, 0 }, "---BB",
			  .changes = "lets khugepaged make folios of 64 KB, and scan fast, for at most 20 seconds" },
		},
	},
	{
		.title = "A uprobe forgets uffd-wp and soft-dirty",
		.user = "perf, bpftrace or another tracer sets a uprobe in a program or library whose private mapping "
		  "was written: by a relocation in the text, or by a program that patches its code. If soft-dirty was "
		  "set there, it is lost, and the next snapshot lacks that page (`uprobe-softdirty`). The same happens "
		  "in a child of fork that meets a breakpoint meant for its parent alone; the handler then removes it "
		  "(`uprobe-hit-softdirty`). A page of a private mapping of shared memory that userfaultfd has "
		  "write-protected is no longer protected once a uprobe is set in it (`uprobe-uffd-wp`), or removed "
		  "(`uprobe-remove-uffd-wp`): the next write succeeds and nobody is told.",
		.cause = "__replace_page() maps a copy of the page and makes its entry with mk_pte(new_page, "
		  "vma->vm_page_prot), without either bit",
		.detail = ": kernel/events/uprobes.c:200 (5.10), :199 (6.1), :217 (6.12). If the page is like the "
		  "file's again, it only clears the entry, and leaves no marker. Fixed in 6.16: uprobe_write() writes to "
		  "the page that is there, makes its entry dirty (soft-dirty), and refuses to touch a uffd-wp entry (7.2 "
		  ":422).",
		.helps = "set uprobes before a snapshot begins, not while it runs",
		.upstream = "\"kernel/events/uprobes: uprobe_write_opcode() rewrite\"",
		.bugs = {
			{ "uprobe-softdirty", "soft-dirty",
			  "a tracked write", "LOST_SOFT_DIRTY", "uprobe", { 0, 0 }, { 6, 16 }, "BBBoo" },
			{ "uprobe-hit-softdirty", "soft-dirty",
			  "a tracked write", "LOST_SOFT_DIRTY", "uprobe", { 0, 0 }, { 6, 16 }, "BBBoo",
			  .way_of = "uprobe-softdirty" },
			{ "uprobe-uffd-wp", "uffd-wp",
			  "the trap: a protected page is written, and nobody is told", "LOST_UFFD_WP", "uprobe", { 5, 19 }, { 6, 16 }, "-BBoo" },
			{ "uprobe-remove-uffd-wp", "uffd-wp",
			  "the trap: a protected page is written, and nobody is told", "LOST_UFFD_WP", "uprobe", { 5, 19 }, { 6, 16 }, "-BBoo",
			  .way_of = "uprobe-uffd-wp" },
		},
	},
	{
		.title = "UFFDIO_RWPROTECT drops a huge page of shared memory instead of protecting it",
		.user = "shared memory in huge pages is registered with UFFDIO_REGISTER_MODE_RWP and protected by "
		  "UFFDIO_RWPROTECT. The call succeeds, but its pages are unmapped instead of protected: the next access "
		  "maps them again and nobody is told. Documentation/ admin-guide/mm/userfaultfd.rst says that \"pages "
		  "stay resident\" and that what is populated is protected. A monitor that looks for cold pages takes "
		  "hot ones for cold.",
		.cause = "change_pmd_range() splits the huge entry of a file (pgtable_split_needed(), "
		  "mm/mprotect.c:436 (7.3)), which only removes it, and pgtable_populate_needed() and change_pte_range() "
		  "make markers for write protection alone",
		.detail = ". Reproducer: `rwp-shmem-thp`. Not fixed as of 7.3.4.",
		.helps = "touch each page before UFFDIO_RWPROTECT is called once more, or do without huge pages there "
		  "(`shmem_enabled`)",
		.bugs = {
			{ "rwp-shmem-thp", "rwp",
			  "the trap, of 2 MB: pages are accessed, and nobody is told", "NOT_PROTECTED", "uffd-wp", { 7, 3 }, { 0, 0 }, "----B",
			  .changes = "allows huge pages for shared memory (shmem_enabled) for a moment, unless they are allowed "
			  "already", .gentle = 1 },
		},
	},
	{
		.title = "Merging VMAs drops VM_SOFTDIRTY",
		.user = "a fresh mapping is tracked by VM_SOFTDIRTY of its VMA; its entries may be writable and not "
		  "soft-dirty. mprotect, madvise, mlock, mremap or UFFDIO_UNREGISTER of a neighbour merges the two VMAs "
		  "and stores flags computed from the neighbour's. VM_SOFTDIRTY is lost, the entries stay, and their "
		  "writes are not tracked. Six reproducers: `vma-merge-softdirty`, `-madvise`, `-mlock`, `-mremap`, "
		  "`-uffd`, `-anon`.",
		.cause = "is_mergeable_vma() ignores VM_SOFTDIRTY (5.10 mm/mmap.c:1049, 6.1 :901, 6.12 mm/vma.c:24), "
		  "and the caller overwrites the flags",
		.detail = ": mm/mprotect.c:483, mm/madvise.c:171, mm/mlock.c:579 (5.10); :633, :185, :459 (6.1); :677, "
		  ":160, :507 (6.12). 7.2 has sticky flags (VMA_STICKY_FLAGS, include/linux/mm.h:630). No probe sees "
		  "that a flag is lost; mmaudit reports the entry when mprotect or a sweep (`run --sweep`) comes across "
		  "it.",
		.helps = "7.0 or newer; the fix was sent to 6.18's stable kernels, too. Before: no mprotect, madvise, "
		  "mlock, mremap or UFFDIO_UNREGISTER next to a fresh mapping between two snapshots (a page of PROT_NONE "
		  "between them keeps two mappings apart), or take fresh mappings as changed as a whole",
		.upstream = "6707915e030a",
		.bugs = {
			{ "vma-merge-softdirty", "soft-dirty",
			  "tracked writes", "SOFT_DIRTY", "sweep", { 0, 0 }, { 7, 0 }, "BBBoo",
			  .named = "SOFT_DIRTY by a sweep; madvise and mlock VMA_PROT, too" },
			{ "vma-merge-softdirty-madvise", "soft-dirty",
			  "tracked writes", "SOFT_DIRTY+VMA_PROT", "sweep", { 0, 0 }, { 7, 0 }, "BBBoo",
			  .way_of = "vma-merge-softdirty" },
			{ "vma-merge-softdirty-mlock", "soft-dirty",
			  "tracked writes", "SOFT_DIRTY+VMA_PROT", "sweep", { 6, 1 }, { 7, 0 }, "oBBoo",
			  .way_of = "vma-merge-softdirty" },
			{ "vma-merge-softdirty-mremap", "soft-dirty",
			  "tracked writes", "SOFT_DIRTY", "sweep", { 6, 1 }, { 7, 0 }, "oBBoo",
			  .way_of = "vma-merge-softdirty" },
			{ "vma-merge-softdirty-uffd", "soft-dirty",
			  "tracked writes", "SOFT_DIRTY", "sweep", { 0, 0 }, { 7, 0 }, "BBBoo",
			  .way_of = "vma-merge-softdirty" },
			{ "vma-merge-softdirty-anon", "soft-dirty",
			  "tracked writes", "SOFT_DIRTY", "sweep", { 6, 0 }, { 7, 0 }, "oBBoo",
			  .way_of = "vma-merge-softdirty" },
		},
	},
	{
		.title = "Migration by writeout restores a writable entry of a clean page",
		.user = "a page of a shared mapping of a file on vfat is moved by move_pages, NUMA balancing or "
		  "compaction while it is dirty. Later writes through the mapping take no fault; msync and fsync succeed "
		  "and write nothing; the data is gone after reclaim or a crash.",
		.cause = "without a migrate_folio method the kernel writes the page out, which cleans it, and then "
		  "restores the entries as they were",
		.detail = ": writeout() calls remove_migration_ptes() itself, mm/migrate.c:897 (5.10), :886 (6.1). The "
		  "WRITE entry comes back writable, so page_mkwrite is never called again. 6.12 still has the code "
		  "(:1015) for file systems without migrate_folio, but vfat has that method now. Reproducer: "
		  "`migrate-writeout`.",
		.helps = "no NUMA balancing, move_pages() or compaction where a shared mapping of a vfat file is "
		  "written, or write() in place of a mapping",
		.more =
		  "The stress on 6.1 shows it as DIRTY at migration, thousands in half a minute, and by its consequence: "
		  "such an entry is clean, so NUMA balancing makes it a hint (it leaves dirty file pages alone, "
		  "mm/mprotect.c:145), and the hinting fault restores it as it was: DIRTY and SOFT_DIRTY at numa.\n",
		.bugs = {
			{ "migrate-writeout", "file",
			  "data: msync and fsync write nothing", "DIRTY", "migration", { 0, 0 }, { 6, 12 }, "BBooo",
			  .changes = "makes a file on a vfat file system, and a device node in /tmp by which it reads the disk past "
			  "the cache" },
		},
	},
	{
		.title = "Un-write-protecting grants what soft-dirty wanted to see",
		.user = "shared memory that both soft-dirty and userfaultfd track. UFFDIO_WRITEPROTECT off, "
		  "UFFDIO_UNREGISTER or close of the userfaultfd maps the page writable at once, and the next write is "
		  "not soft-dirty. Four reproducers: `uffd-unwp-softdirty`, `-memfd`, `-unregister`, `-close`.",
		.cause = "uffd_wp_range() takes the new protection from vm_flags alone (6.1 mm/userfaultfd.c:747), not "
		  "vm_page_prot, which lacks the write bit while writes must be seen",
		.detail = ". Fixed by 931298e103c2 (6.3). The stress meets it on 6.1 thousands of times a minute.",
		.helps = "do not track the same shared memory by both; or take what userfaultfd un-protects as changed",
		.upstream = "931298e103c2",
		.bugs = {
			{ "uffd-unwp-softdirty", "soft-dirty uffd-wp",
			  "a tracked write", "SOFT_DIRTY", "uffd-unwp", { 5, 19 }, { 6, 3 }, "-Booo" },
			{ "uffd-unwp-softdirty-memfd", "soft-dirty uffd-wp",
			  "a tracked write", "SOFT_DIRTY", "uffd-unwp", { 5, 19 }, { 6, 3 }, "-Booo",
			  .way_of = "uffd-unwp-softdirty" },
			{ "uffd-unwp-softdirty-unregister", "soft-dirty uffd-wp",
			  "a tracked write", "SOFT_DIRTY", "uffd-unwp", { 5, 19 }, { 6, 3 }, "-Booo",
			  .way_of = "uffd-unwp-softdirty" },
			{ "uffd-unwp-softdirty-close", "soft-dirty uffd-wp",
			  "a tracked write", "SOFT_DIRTY", "uffd-unwp", { 5, 19 }, { 6, 3 }, "-Booo",
			  .way_of = "uffd-unwp-softdirty" },
		},
	},
	{
		.title = "A read takes write protection off a huge page",
		.user = "a private hugetlb page is shared with a child and write-protected by userfaultfd. "
		  "process_vm_readv, or any other read-only pin, makes the copy that the pin needs. The copy is "
		  "read-only, but without the protection: pagemap bit 57 is gone, and the next write is an ordinary "
		  "fault.",
		.cause = "hugetlb_wp() with FAULT_FLAG_UNSHARE installs make_huge_pte() without uffd-wp",
		.detail = ": 6.1 mm/hugetlb.c:5707; 6.12 keeps it (:5999). Reproducer: `hugetlb-unshare-uffd-wp`.",
		.helps = "MADV_DONTFORK for write-protected hugetlb memory, so that no page of it is shared with a "
		  "child",
		.upstream = "0f230bc24b6e",
		.bugs = {
			{ "hugetlb-unshare-uffd-wp", "uffd-wp",
			  "the trap: a protected page is written, and nobody is told", "LOST_UFFD_WP", "hugetlb-fault", { 5, 19 }, { 6, 4 }, "-Booo",
			  .changes = "takes a huge page or two of the pool (hugetlb) for a moment" },
		},
	},
	{
		.title = "Read-write protection of hugetlb outlives the page",
		.user = "hugetlb memory is read-write-protected by userfaultfd (UFFDIO_RWPROTECT, 7.3), then given up "
		  "(MADV_DONTNEED). A read of the new page is not trapped, though pagemap says it is protected "
		  "(PAGEMAP_SCAN: not accessed). A write faults for ever: the task spins, and only a signal ends that.",
		.cause = "__unmap_hugepage_range() leaves a uffd-wp marker for whatever was marked (7.3-rc7 "
		  "mm/hugetlb.c:5306), while for other memory cond_install_uffd_wp_ptes() does so only in a VM_UFFD_WP "
		  "mapping (mm/memory.c:1723): RWP uses no markers",
		.detail = ". hugetlb_no_page() makes a mark of it, without PAGE_NONE (:5934); hugetlb_fault() takes an "
		  "entry for protected only if it is PROT_NONE (:6116), and hugetlb_wp() does nothing for one that is "
		  "marked (:5512). Seen on 7.3-rc7; 7.3.4 leaves no such marker. Reproducer: `hugetlb-rwp-zapped`.",
		.helps = "UFFDIO_RWPROTECT off before MADV_DONTNEED; afterwards, UFFDIO_RWPROTECT off or "
		  "UFFDIO_UNREGISTER",
		.upstream = "\"mm/hugetlb: don't leave a uffd-wp marker when zapping an RWP entry\"",
		.bugs = {
			{ "hugetlb-rwp-zapped", "rwp",
			  "the trap: a page is read, and nobody is told; a write never ends", "UFFD_RWP", "hugetlb-fault", { 7, 3 }, { 7, 3, 4 }, "----o",
			  .changes = "takes a huge page or two of the pool (hugetlb) for a moment; a task faults without end until "
			  "a timer of its own stops it" },
		},
	},
	{
		.title = "A pipe shows what is written to a huge page later",
		.user = "a process with private hugetlb memory forks. The child puts a page into a pipe by vmsplice(), then "
		  "unmaps it or ends. What the parent writes to this page from now on can be read from the pipe, by "
		  "whoever has it.",
		.cause = "hugetlb_wp() reuses an anonymous page that is mapped once, without a look at its references: 5.10 "
		  "mm/hugetlb.c:4152, 6.1 :5592, 6.12 :5880, 7.2 :5511",
		.detail = ". do_wp_page() and do_huge_pmd_wp_page() copy a page with another reference (CVE-2020-29374 is of "
		  "these). For hugetlb it is left so on purpose, as the comment there says: a copy may fail for want "
		  "of free huge pages, where \"there can still be leaks between processes\"; the kernel's own test "
		  "expects it (tools/testing/selftests/mm/cow.c:254 in 6.12). Reproducer: `vmsplice-hugetlb`.",
		.helps = "MADV_DONTFORK for such memory, or MAP_SHARED",
		.bugs = {
			{ "vmsplice-hugetlb", "cow",
			  "isolation: a child's pipe shows what the parent writes", "PIPED", "hugetlb-fault", { 0, 0 }, { 0, 0 }, "BBBBB",
			  .changes = "takes a huge page or two of the pool (hugetlb) for a moment" },
		},
	},
	{
		.title = "A guard over a marker is never installed",
		.user = "shared memory that userfaultfd write-protects, or a private mapping of it. MADV_GUARD_INSTALL of a "
		  "page that is protected, there or not, never returns: the task runs in the kernel at full speed "
		  "until a signal kills it. A signal with a handler only interrupts it, and the call is restarted.",
		.cause = "madvise_guard_install() zaps what is not empty and tries again, and after some rounds restarts the "
		  "system call (mm/madvise.c:1178, :1203, :1210 (7.2), :1206 (7.3))",
		.detail = ". Its zap gives no struct zap_details, so that in the mapping of a file it leaves a marker for "
		  "each mark, and so it never finds the place empty. In anonymous memory it drops the mark, and the "
		  "guard takes its place. Since guards may be in files (6.15). Reproducer: `guard-install-marker`. "
		  "Not fixed as of 7.3.4.",
		.helps = "UFFDIO_WRITEPROTECT off, or UFFDIO_UNREGISTER, before the guard",
		.bugs = {
			{ "guard-install-marker", "uffd-wp",
			  "a call that never returns, and a processor", "-", "-", { 6, 15 }, { 0, 0 }, "---BB",
			  .named = "nothing: no entry is wrong" },
		},
	},
	{
		.title = "Registering for less leaves the marks",
		.user = "a range is registered for write protection, protected, and registered again with the same "
		  "userfaultfd, only for missing pages. The pages stay marked, and pagemap says they are protected. "
		  "Nothing traps, until the range is registered for write protection again: then a write is told that "
		  "nobody asked for. On hugetlb a write faults for ever.",
		.cause = "userfaultfd_register() replaces VM_UFFD_WP by what is asked for and does not touch the "
		  "entries (6.1 fs/userfaultfd.c:1472, 6.12 mm/userfaultfd.c:1984, 7.2 :2252)",
		.detail = ". 7.3 refuses it with EBUSY (:3885). On hugetlb, hugetlb_wp() then does nothing for the "
		  "entry ([rules.md](rules.md)). Reproducers: `reregister-uffd-wp`, `reregister-uffd-wp-hugetlb`.",
		.helps = "UFFDIO_UNREGISTER first",
		.bugs = {
			{ "reregister-uffd-wp", "uffd-wp",
			  "nothing: a later trap nobody asked for", "STRAY_UFFD_WP", "sweep", { 5, 19 }, { 7, 3 }, "-BBBo",
			  .named = "STRAY_UFFD_WP by a sweep", .harmless = 1 },
			{ "reregister-uffd-wp-hugetlb", "uffd-wp",
			  "a write never ends", "STRAY_UFFD_WP", "hugetlb-fault", { 5, 19 }, { 7, 3 }, "-BBBo",
			  .changes = "takes a huge page or two of the pool (hugetlb) for a moment; a task faults without end until "
			  "a timer of its own stops it" },
		},
	},
	{
		.title = "UFFDIO_MOVE takes the mark of a swapped page along",
		.user = "a write-protected page is swapped out, then moved by UFFDIO_MOVE to a range that is "
		  "registered for missing pages only. It arrives marked there. A present page arrives without its mark, "
		  "and that is meant.",
		.cause = "move_swap_pte() moves the swap entry with its bits (6.12 mm/userfaultfd.c:1134, 7.2 :1376, "
		  "7.3 :1455), and swap-in makes a mark of it",
		.detail = ". Reproducer: `uffdio-move-swap-uffd-wp`. Not fixed as of 7.3.4.",
		.helps = "un-protect a range before UFFDIO_MOVE moves it",
		.bugs = {
			{ "uffdio-move-swap-uffd-wp", "uffd-wp",
			  "nothing: a later trap nobody asked for", "STRAY_UFFD_WP", "swap-in", { 6, 8 }, { 0, 0 }, "--BBB", .harmless = 1 },
		},
	},
	{
		.title = "A monitor that ends during fork leaves marks in the child",
		.user = "the monitor of write-protected memory asked for UFFD_EVENT_FORK, so fork waits until it has "
		  "read the event. It ends (or closes the userfaultfd) before. fork goes on, and the child is not "
		  "watched, but its pages are marked. If somebody watches the child later, its writes trap though nobody "
		  "asked; on hugetlb they fault for ever at once.",
		.cause = "userfaultfd_event_wait_completion() takes the registration from the child's VMAs and leaves "
		  "the entries",
		.detail = " (6.1 fs/userfaultfd.c:643; userfaultfd_release_new(), 6.12 mm/userfaultfd.c:2010, 7.2 "
		  ":2279, 7.3 :2390); c88033efe9a3, \"reset ptes when close() for wr-protected ones\", did so for "
		  "userfaultfd_release() alone. Not fixed as of 7.3.4, whose hugetlb_fault() takes such a mark away, though (\"mm/hugetlb: "
		  "fix endless write fault on a leftover uffd bit\"). Reproducers: `uffd-event-fork-closed`, "
		  "`uffd-event-fork-closed-hugetlb`.",
		.helps = "the monitor reads all events before it closes",
		.bugs = {
			{ "uffd-event-fork-closed", "uffd-wp",
			  "nothing: a later trap nobody asked for", "STRAY_UFFD_WP", "sweep", { 5, 19 }, { 0, 0 }, "-BBBB",
			  .named = "STRAY_UFFD_WP by a sweep", .harmless = 1 },
			{ "uffd-event-fork-closed-hugetlb", "uffd-wp",
			  "a child's write never ends", "STRAY_UFFD_WP", "hugetlb-fault", { 5, 19 }, { 7, 3, 4 }, "-BBBo",
			  .changes = "takes a huge page or two of the pool (hugetlb) for a moment; a task faults without end until "
			  "a timer of its own stops it" },
		},
	},
	{
		.title = "A child of fork keeps the protection of a huge page",
		.user = "a process with write-protected hugetlb memory forks. The child is not watched, but its "
		  "entries are marked as its parent's are. Where it writes it faults for ever.",
		.cause = "copy_hugetlb_page_range() copies a present entry with its mark (6.1 mm/hugetlb.c:5192), "
		  "hugetlb_wp() does nothing for it (:5565)",
		.detail = ". 6.12 clears it (:5423). Fixed in 6.4 by \"mm/hugetlb: fix uffd-wp during fork()\". "
		  "Reproducer: `hugetlb-fork-uffd-wp`.",
		.helps = "MADV_DONTFORK, or UFFD_FEATURE_EVENT_FORK and un-protecting the child's range",
		.upstream = "5a2f8d22ace4",
		.bugs = {
			{ "hugetlb-fork-uffd-wp", "uffd-wp",
			  "a child's write never ends", "STRAY_UFFD_WP", "-", { 5, 19 }, { 6, 4 }, "-Booo",
			  .named = "STRAY_UFFD_WP at fork, hugetlb-fault",
			  .changes = "takes a huge page or two of the pool (hugetlb) for a moment; a task faults without end until "
			  "a timer of its own stops it" },
		},
	},
	{
		.under = "Fixed before 6.1",
		.cause = "5.10 mm/mprotect.c:137 tests VM_SOFTDIRTY with the wrong sign",
		.detail = ". Fixed by 76aefad628aa.",
		.helps = "a newer kernel; before, take written pages of a mapping that mprotect changed as changed",
		.upstream = "76aefad628aa",
		.bugs = {
			{ "mprotect-file-softdirty", "soft-dirty",
			  "a tracked write", "SOFT_DIRTY", "mprotect", { 0, 0 }, { 6, 0 }, "Boooo" },
			{ "mprotect-file-softdirty-vfat", "soft-dirty",
			  "a tracked write", "SOFT_DIRTY", "mprotect", { 0, 0 }, { 6, 0 }, "Boooo",
			  .way_of = "mprotect-file-softdirty" },
		},
	},
	{
		.under = "Fixed before 6.1",
		.cause = "5.10 mm/swapfile.c:1950, unuse_pte() makes a new entry without the marks",
		.detail = ". Fixed by 14a762dd1977.",
		.helps = "no swapoff while memory is tracked or protected",
		.upstream = "14a762dd1977",
		.bugs = {
			{ "swapoff-softdirty", "soft-dirty",
			  "a tracked write", "LOST_SOFT_DIRTY", "swapoff", { 0, 0 }, { 6, 0 }, "Boooo",
			  .changes = "switches all swap areas off, and on again" },
			{ "swapoff-uffd-wp", "uffd-wp",
			  "the trap: a protected page is written, and nobody is told", "LOST_UFFD_WP", "swapoff", { 5, 7 }, { 6, 0 }, "Boooo",
			  .changes = "switches all swap areas off, and on again" },
		},
	},
	{
		.under = "Fixed before 6.1",
		.cause = "5.10 mm/huge_memory.c:2959, set_pmd_migration_entry() drops uffd-wp",
		.detail = ". LOST_UFFD_WP at unmap.",
		.helps = "MADV_NOHUGEPAGE for write-protected memory",
		.bugs = {
			{ "migrate-thp-uffd-wp", "uffd-wp",
			  "the trap, of 2 MB: protected pages are written, and nobody is told",
			  "LOST_UFFD_WP", "unmap", { 5, 7 }, { 5, 14 }, "Boooo" },
		},
	},
	{
		.under = "Fixed before 6.1",
		.cause = "5.10 mm/huge_memory.c:1815, change_huge_pmd() leaves a huge migration entry as it is, so a "
		  "huge page that is write-protected while it migrates comes back without protection",
		.detail = ". NOT_PROTECTED at uffd-wp. Fixed by 24bf08c4376b (6.3, 6.1.24).",
		.helps = "MADV_NOHUGEPAGE for write-protected memory",
		.upstream = "24bf08c4376b",
		.bugs = {
			{ "protect-migrating-thp", "uffd-wp",
			  "the trap, of 2 MB: protected pages are written, and nobody is told",
			  "NOT_PROTECTED", "uffd-wp", { 5, 7 }, { 6, 1 }, "Boooo" },
		},
	},
	{
		.under = "Fixed before 6.1",
		.cause = "5.10 mm/memory.c:3191, a page with more references than mappings is copied, pinned or not",
		.detail = ". COPIED_PINNED at wp-copy. Fixed by PageAnonExclusive (5.19).",
		.helps = "no mprotect, fork or clear_refs while a buffer is registered with a device or io_uring",
		.bugs = {
			{ "mprotect-pinned", "cow",
			  "what a device writes: the process gets a copy", "COPIED_PINNED", "wp-copy", { 5, 9 }, { 5, 19 }, "Boooo" },
		},
	},
	{
		.under = "Fixed before 6.1",
		.cause = "UFFDIO_COPY with MODE_WP leaves out the mark where the mapping may not be written",
		.detail = ": only what is writable is marked (5.10 mm/userfaultfd.c), and mprotect may make it "
		  "writable later. LOST_UFFD_WP at uffd-fill. Gone by 5.14.",
		.helps = "UFFDIO_WRITEPROTECT after UFFDIO_COPY",
		.bugs = {
			{ "uffdio-copy-wp-readonly", "uffd-wp",
			  "the trap: a protected page is written, and nobody is told", "LOST_UFFD_WP", "uffd-fill", { 5, 7 }, { 5, 14 }, "Boooo" },
		},
	},
	{
		.under = "Fixed before 6.1",
		.cause = "copy_hugetlb_page_range() shares a pinned huge page with a child, so the parent's next write "
		  "goes to a copy",
		.detail = "; since 5.12 the child gets a copy at once (4eae4efa2c29). No wrong entry is part of it, so "
		  "mmaudit is silent.",
		.helps = "MADV_DONTFORK for hugetlb memory that a device or io_uring writes to",
		.upstream = "4eae4efa2c29",
		.bugs = {
			{ "fork-pinned-hugetlb", "cow",
			  "what a device writes: the process gets a copy", "-", "-", { 0, 0 }, { 5, 12 }, "Boooo",
			  .named = "-",
			  .changes = "takes a huge page or two of the pool (hugetlb) for a moment" },
		},
	},
	{
		.under = "Fixed before 6.1",
		.cause = "5.10 mm/huge_memory.c:1312 and mm/memory.c:3509, reuse_swap_page() counts mappings and swap "
		  "entries, no other references",
		.detail = "; else as [vmsplice-hugetlb](#a-pipe-shows-what-is-written-to-a-huge-page-later). PIPED at "
		  "wp-reuse-pmd and swap-in. Fixed by PageAnonExclusive (5.19).",
		.helps = "MADV_DONTFORK for memory that a child might put into a pipe",
		.bugs = {
			{ "vmsplice-thp", "cow",
			  "isolation: the same of a huge page", "PIPED", "wp-reuse-pmd", { 0, 0 }, { 5, 19 }, "Boooo" },
			{ "vmsplice-swap", "cow",
			  "isolation: the same of a page that was swapped out", "PIPED", "swap-in", { 0, 0 }, { 5, 19 }, "Boooo" },
		},
	},
	{
		.under = "Fixed before 6.12, and not in 6.1",
		.cause = "move_swap_pte() moves the entry as it is, while move_present_pte() marks it "
		  "(mm/userfaultfd.c)",
		.detail = ": what UFFDIO_MOVE moves while it is swapped out arrives as if nothing had changed there "
		  "(6.8 to 6.11).",
		.helps = "take what UFFDIO_MOVE has moved as changed",
		.bugs = {
			{ "uffdio-move-swap-softdirty", "soft-dirty",
			  "a tracked write", "-", "-", { 6, 8 }, { 6, 12 }, "--ooo",
			  .named = "-" },
		},
	},
	{ }
};

const struct kernel_bug *kernel_bug_find(const char *name, const struct bug_story **story)
{
	const struct bug_story *s;
	const struct kernel_bug *b;

	for (s = bug_stories; s->bugs[0].name; s++)
		for (b = s->bugs; b->name; b++)
			if (!strcmp(b->name, name)) {
				if (story)
					*story = s;
				return b;
			}
	return NULL;
}

struct bug_version kernel_version_of(const char *release)
{
	struct bug_version v = { 0, 0, 0 };

	sscanf(release, "%d.%d.%d", &v.major, &v.minor, &v.patch);
	return v;
}

static int at_least(struct bug_version is, struct bug_version v)
{
	if (is.major != v.major)
		return is.major > v.major;
	return is.minor != v.minor ? is.minor > v.minor : is.patch >= v.patch;
}

int kernel_bug_mended_in(const struct kernel_bug *bug, struct bug_version kernel)
{
	return bug->stable.major && bug->stable.major == kernel.major && bug->stable.minor == kernel.minor;
}

int kernel_bug_in(const struct kernel_bug *bug, struct bug_version kernel)
{
	if (kernel_bug_mended_in(bug, kernel) && at_least(kernel, bug->stable))
		return 0;
	return at_least(kernel, bug->since) && !(bug->fixed.major && at_least(kernel, bug->fixed));
}

int kernel_bug_is(const struct kernel_bug *bug, const char *class_name, unsigned int len)
{
	const char *word = bug->classes;
	unsigned int n;

	for (; *word; word += n + (word[n] == ' ')) {
		n = strcspn(word, " ");
		if (n == len && !strncmp(word, class_name, n))
			return 1;
	}
	return 0;
}

int kernel_bug_leads(const struct kernel_bug *bug, const struct bug_class *class)
{
	const size_t len = strcspn(bug->classes, " ");

	return strlen(class->name) == len && !strncmp(bug->classes, class->name, len);
}
