/* kit.c - the kit of tests/legal, compiled into this binary too. */
#include "../legal/run.c"
#include "../legal/prove.c"
#include "../legal/env.c"
#include "../legal/swaps.c"
#include "../legal/mem.c"
#include "../legal/ufd.c"
