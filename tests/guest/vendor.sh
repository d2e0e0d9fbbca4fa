#!/bin/busybox sh
# vendor.sh - inside a 6.1 whose modules were built by headers of other versions, as those of a vendor may be: what is tried of
# the kernel itself is not taken from its version.
. ./lib.sh
sh ./guest.sh

unlike='unlike in other kernels of this version: this one is judged by what it does'

# tried VERSION MESSAGE: the module of VERSION knows what this kernel does, says where that differs, and judges by it: what it
# says a write fault would do, the fault does.
tried() {
	dmesg -c >/dev/null
	status "$1-load" 0 mmaudit load --module "as-$1/mmaudit.ko"
	same "$1-log" "$(lines | grep 'unlike')" "mmaudit: $2, $unlike"
	status "$1-stat" 0 mmaudit stat
	says "$1-tried" '^tried *KERN_UFFD_NOTIFY; not KERN_SHARED_FIRST, KERN_UNSHARE_FILE$'
	says "$1-by-headers" '^by headers *KERN_EXCL, KERN_SOFT_DIRTY$'
	says "$1-by-version" '^by version *not KERN_UFFD_RESETS, KERN_LARGE_COPY$'
	status "$1-json" 0 mmaudit stat --json
	says "$1-json-asked" '"kernel_asked":\["KERN_UFFD_NOTIFY","KERN_SHARED_FIRST","KERN_UNSHARE_FILE"\]'
	says "$1-json-facts" '"kernel_facts":\["KERN_EXCL","KERN_SOFT_DIRTY","KERN_UFFD_NOTIFY"\]'
	says "$1-json-shown" '"kernel_shown":\["KERN_EXCL","KERN_SOFT_DIRTY"\]'
	would >/tmp/would 2>&1
	same "$1-would" "$(grep '^fail' /tmp/would | tr '\n' ';')" ''
	same "$1-would-all" "$(($(grep -c '^pass' /tmp/would) >= 60))" 1
	status "$1-run" 0 mmaudit run --strict -- true
	status "$1-unload" 0 mmaudit unload
}

tried 6.2 'unshare does not copy the zero page'
tried 6.1.2 'vma_wants_writenotify() heeds uffd-wp'
