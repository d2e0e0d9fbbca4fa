#!/bin/busybox sh
# vendor.sh - inside a 6.1 whose module was built by headers that say 6.2, as those of a vendor might: what is asked of the kernel
# itself is not taken from its version.
. ./lib.sh
dmesg -c >/dev/null
status load 0 mmaudit load --module vendor/mmaudit.ko
same log "$(lines | grep -c '^mmaudit: unshare does not copy the zero page, unlike in other kernels of this version')" 1
status stat 0 mmaudit stat
says stat-tried '^tried, is not *KERN_SHARED_FIRST, KERN_UNSHARE_FILE$'
says stat-version '^kernel *.*KERN_UFFD_NOTIFY'
status stat-json 0 mmaudit stat --json
says stat-json-asked '"kernel_asked":\["KERN_SHARED_FIRST","KERN_UNSHARE_FILE"\]'
if grep '"kernel_facts":\[[^]]*KERN_UNSHARE_FILE' /tmp/said; then fail facts "$(cat /tmp/said)"; else pass facts; fi
status run 0 mmaudit run --strict -- true
status unload 0 mmaudit unload
