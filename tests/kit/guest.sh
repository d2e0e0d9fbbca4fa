#!/bin/busybox sh
# guest.sh - makes what the rows of `legal` and `bugs` need, inside the guest; run once after boot, as root.
#
# What the VM must offer for nothing to be skipped:
#   modules   vfat nls_cp437 nls_ascii nls_utf8 brd loop zram nd_e820 nd_pmem, and what zram compresses with:
#             lzo-rle (5.10, 6.1), lz4_compress lz4hc_compress (6.12 and newer); where they are no part of the kernel, as in
#             Debian's with all drivers, ext4 and what it loads, crc32c_generic; by modprobe, or *.ko in $MODDIR
#   programs  busybox with mkdosfs, mke2fs, mkswap; the real /sbin/mke2fs makes ext4 with extents, which huge DAX wants
#   qemu      1 GB in two NUMA nodes, two processors; no disk is needed, brd is the disk
#   kernel    memmap=64M!256M on the command line for DAX
#
#   tests/vm/run --kernel 6.12 --script SCRIPT --numa --timeout 300 --append 'memmap=64M!256M' \
#       --mod vfat ... --add tests/kit/guest.sh --add legal --add /sbin/mke2fs:../sbin/mke2fs
#   with SCRIPT: sh guest.sh && legal --must-run --all >&3
#
# What it leaves: /mnt/ext4 /mnt/vfat /mnt/dax, /dev/shm, swap on zram (128 MB) and on a loop device (32 MB),
# 16 huge pages, cgroup2, debugfs and tracefs mounted, NUMA balancing and KSM off.

MODDIR=${MODDIR:-/lib/mods}

say()  { echo "guest.sh: $*" >&2; }

# Dependencies first. A module that is built in or absent is no error: the rows say what they miss.
load() {
	local file=$MODDIR/$1.ko name=$1
	shift
	if [ -f "$file" ]; then
		insmod "$file" "$@" 2>/dev/null
	else
		modprobe "$name" "$@" 2>/dev/null
	fi
}

load_all() {
	for m in crc32c_generic ext4 nls_cp437 nls_ascii nls_utf8 nls_iso8859-1 fat vfat lzo lzo-rle \
		 lz4_compress lz4hc_compress zsmalloc \
		 virtio virtio_ring libnvdimm nd_btt nd_pmem nd_e820; do
		load $m
	done
	load brd rd_nr=3 rd_size=32768
	load loop
	load zram num_devices=1
}

mount_disk() {		# device directory type options
	mkdir -p "$2"
	mount -t "$3" -o "$4" "$1" "$2" || say "no $3 at $2"
}

# The stripe makes the allocator start extents at 2 MB, as huge DAX mappings want.
make_ext4() {		# device directory options
	[ -b "$1" ] || return
	if [ -x /sbin/mke2fs ] && [ ! -L /sbin/mke2fs ]; then
		/sbin/mke2fs -q -F -t ext4 -b 4096 -E stride=512,stripe_width=512 "$1"
	else
		mke2fs -F -b 4096 "$1" >/dev/null
	fi
	mount_disk "$1" "$2" ext4 "$3"
}

make_vfat() {
	[ -b "$1" ] || return
	mkdosfs "$1" >/dev/null
	mount_disk "$1" "$2" vfat "iocharset=ascii"
}

# Two kinds: zram is read past the swap cache, a loop device through it.
make_swap() {
	if [ -b /dev/zram0 ]; then
		echo 128M > /sys/block/zram0/disksize
		mkswap /dev/zram0 >/dev/null && swapon /dev/zram0
	fi
	if [ -b /dev/ram2 ] && losetup /dev/loop0 /dev/ram2; then
		mkswap /dev/loop0 >/dev/null && swapon /dev/loop0
	fi
}

tune() {
	echo 16 > /proc/sys/vm/nr_hugepages
	echo 0 > /proc/sys/kernel/numa_balancing		# rows switch on what they need
	echo madvise > /sys/kernel/mm/transparent_hugepage/enabled
	echo 0 > /sys/kernel/mm/ksm/run
} 2>/dev/null

load_all
mkdir -p /dev/shm
grep -q debugfs /proc/mounts || mount -t debugfs debugfs /sys/kernel/debug
grep -q tracefs /proc/mounts || mount -t tracefs tracefs /sys/kernel/tracing
grep -q cgroup2 /proc/mounts || mount -t cgroup2 cgroup2 /sys/fs/cgroup
grep -q ' /dev/shm ' /proc/mounts || mount -t tmpfs shm /dev/shm
make_ext4 /dev/ram0 /mnt/ext4 noatime
make_vfat /dev/ram1 /mnt/vfat
make_ext4 /dev/pmem0 /mnt/dax dax=always
make_swap
tune
