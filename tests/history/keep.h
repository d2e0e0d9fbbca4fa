/* keep.h - the rows of keep.c. */
#ifndef KEEP_H
#define KEEP_H

void keep_stranger(void);
void keep_later(void);
void keep_two(void);
void keep_begun(void);
void keep_frozen(void);
void keep_thawed(void);
void keep_for_later(void);
void filter_again(void);
void since_audited(void);
void slept(void);
void in_step(void);

#endif
