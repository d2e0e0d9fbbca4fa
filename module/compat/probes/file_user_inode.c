/* since 6.12: the inode that /proc/PID/maps shows. Kernels between 6.1 and 6.12, which nobody tests, may have it, too. */
#include <linux/fs.h>

const struct inode *probe(const struct file *file)
{
	return file_user_inode(file);
}
