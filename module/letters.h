/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * letters.h - what struct mma_map says of a mapping's flags: the letters of VmFlags in
 * /proc/PID/smaps. vm_flags itself has other bits on each kernel. A pure list, shared
 * with the command; a row's bit is never used for another one.
 */
#ifndef MMA_LETTERS_H
#define MMA_LETTERS_H

/* X(bit, letters, VM_ flag) */
#define MMA_LETTERS(X)			\
	X(0,  "rd", READ)		\
	X(1,  "wr", WRITE)		\
	X(2,  "ex", EXEC)		\
	X(3,  "sh", SHARED)		\
	X(4,  "mr", MAYREAD)		\
	X(5,  "mw", MAYWRITE)		\
	X(6,  "me", MAYEXEC)		\
	X(7,  "ms", MAYSHARE)		\
	X(8,  "gd", GROWSDOWN)		\
	X(9,  "pf", PFNMAP)		\
	X(10, "gu", MAYBE_GUARD)	\
	X(11, "lo", LOCKED)		\
	X(12, "io", IO)			\
	X(13, "sr", SEQ_READ)		\
	X(14, "rr", RAND_READ)		\
	X(15, "dc", DONTCOPY)		\
	X(16, "de", DONTEXPAND)		\
	X(17, "lf", LOCKONFAULT)	\
	X(18, "ac", ACCOUNT)		\
	X(19, "nr", NORESERVE)		\
	X(20, "ht", HUGETLB)		\
	X(21, "sf", SYNC)		\
	X(22, "wf", WIPEONFORK)		\
	X(23, "dd", DONTDUMP)		\
	X(24, "sd", SOFTDIRTY)		\
	X(25, "mm", MIXEDMAP)		\
	X(26, "hg", HUGEPAGE)		\
	X(27, "nh", NOHUGEPAGE)		\
	X(28, "mg", MERGEABLE)		\
	X(29, "um", UFFD_MISSING)	\
	X(30, "uw", UFFD_WP)		\
	X(31, "ui", UFFD_MINOR)		\
	X(32, "ur", UFFD_RWP)		\
	X(33, "ss", SHADOW_STACK)	\
	X(34, "dp", DROPPABLE)		\
	X(35, "sl", SEALED)		\
	X(36, "dw", DENYWRITE)	/* before 5.15 */

#endif /* MMA_LETTERS_H */
