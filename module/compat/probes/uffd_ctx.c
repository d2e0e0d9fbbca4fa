/* since 6.8: adef440691ba "userfaultfd: UFFDIO_MOVE uABI" makes struct userfaultfd_ctx public */
#include <linux/mm.h>
#include <linux/userfaultfd_k.h>

int probe(struct userfaultfd_ctx *ctx)
{
	return ctx->features & UFFD_FEATURE_WP_ASYNC;
}
