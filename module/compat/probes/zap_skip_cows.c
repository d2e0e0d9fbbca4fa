/* since 7.2: zap_details.even_cows was turned round */
#include <linux/mm.h>

bool probe(const struct zap_details *details)
{
	return details->skip_cows;
}
