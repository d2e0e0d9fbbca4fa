/* since 5.16: 4797632f4f1d "string.h: Introduce memset_after() for wiping trailing members/padding" */
#include <linux/string.h>

struct sized { int size, rest; };

void probe(struct sized *p)
{
	memset_after(p, 0, size);
}
