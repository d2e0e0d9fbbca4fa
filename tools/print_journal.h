/* SPDX-License-Identifier: GPL-2.0 */
/* print_journal.h - records as entries of the systemd journal. The output's file is not written to. */
#ifndef PRINT_JOURNAL_H
#define PRINT_JOURNAL_H

#include "print.h"

extern const struct output_ops journal_ops;

#endif /* PRINT_JOURNAL_H */
