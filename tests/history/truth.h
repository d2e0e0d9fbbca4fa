/* truth.h - rows of truth.c */
#ifndef TRUTH_H
#define TRUTH_H

void three_merged(void);
void merged_by_madvise(void);
void file_cut(void);
void fork_shared(void);
void prot_of_cleared(void);
void scan_reads(void);
void folio_elsewhere(void);

#endif
