/* since 6.8: 19eaf44954df "mm: thp: support allocation of anonymous multi-size THP" */
#include <linux/mm.h>

int probe[THP_ORDERS_ALL_ANON & BIT(2) ? 1 : -1];
