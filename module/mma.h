/* SPDX-License-Identifier: GPL-2.0 */
/* mma.h - what the module's files hand to each other. */
#ifndef MMA_H
#define MMA_H

#include <linux/bitmap.h>
#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "arch/arch.h"
#include "hit.h"
#include "mmaudit.h"
#include "rule.h"
#include "sites.h"
#include "stat.h"

#include "descend.h"
#include "facts.h"
#include "sieve.h"
#include "walk.h"

#include "quiet.h"

#include "probe.h"
#include "site.h"

#define MMA_REASON_MAX	sizeof_field(struct mma_version, reason)

/* Until each file includes what it wants. */
#include "judge.h"
#include "record.h"
#include "suspect.h"

#endif /* MMA_H */
