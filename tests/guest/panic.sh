#!/bin/busybox sh
# panic.sh - inside a machine that must not outlive it: under action=panic a sweep finds entries that are wrong for certain.
. ./lib.sh

loads
insmod wrong.ko || fail insmod "status $?"
# An alarm that is no proof is reported and stops nothing.
echo panic >/sys/module/mmaudit/parameters/action
wrong vma-prot >/tmp/said 2>&1
grep -q '^pass vma-prot' /tmp/said || fail vma-prot "$(cat /tmp/said)"
wrong vm-write >/tmp/said 2>&1
fail panic "the machine goes on: $(cat /tmp/said)"
