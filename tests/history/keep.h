/* keep.h - the rows of keep.c. */
#ifndef KEEP_H
#define KEEP_H

void keep_begun(void);
void slept(void);
void in_step(void);

#endif
