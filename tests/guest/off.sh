#!/bin/busybox sh
# off.sh - inside a machine whose command line has what docs/ci.md says switches mmaudit off: nobody can load it.
. ./lib.sh

# refused NAME: it is not there, and the kernel log says why and nothing else. busybox tries twice to insert a module.
refused() {
	same "$1-says" "$(lines | grep '^mmaudit: ' | grep -v 'taint' | sort -u)" \
		"mmaudit: switched off by mmaudit.off on the kernel's command line, not loaded: boot without it to audit"
	if there mmaudit; then fail "$1-gone" "it is loaded"; else pass "$1-gone"; fi
	dmesg -c >/dev/null
}

dmesg -c >/dev/null
# busybox ends with the error's number: ECANCELED.
status insmod 125 insmod mmaudit.ko
refused insmod
status insmod-parameter 125 insmod mmaudit.ko armed=N
refused insmod-parameter

# modprobe loads it first, and leaves it there if mmaudit refuses.
status insmod-wrap 125 insmod mmaudit_wrap.ko
if there mmaudit_wrap; then fail insmod-wrap-gone "it is loaded"; else pass insmod-wrap-gone; fi
dmesg -c >/dev/null

# modprobe gives the parameter without a value.
extra=/lib/modules/$(uname -r)/extra
mkdir -p "$extra"
cp mmaudit.ko mmaudit_wrap.ko "$extra"
depmod
status modprobe 1 modprobe mmaudit
refused modprobe
echo quiet >/tmp/other
mount --bind /tmp/other /proc/cmdline
status parameter 125 insmod mmaudit.ko off
refused parameter
status points 0 insmod mmaudit.ko off=ksm_wp
status points-out 0 rmmod mmaudit
umount /proc/cmdline
dmesg -c >/dev/null

status load 3 mmaudit load
says load-says "^mmaudit: mmaudit.off: the kernel's command line has it, so the module refuses to be loaded: boot without it to audit$"
same load-one-line "$(wc -l </tmp/said)" 1
same load-asks-nobody "$(lines | grep -c '^mmaudit')" 0
status doctor 3 mmaudit doctor
says doctor-says '^fail *mmaudit.off: '
same doctor-only "$(grep '^fail' /tmp/said | grep -cv '^fail *mmaudit.off')" 0
status run 3 mmaudit run -- touch /tmp/ran
same run-not "$(ls /tmp/ran 2>/dev/null)" ''
