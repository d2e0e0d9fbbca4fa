#!/bin/busybox sh
# fuzz.sh CALLS SEED - inside the machine: the device called in every right and wrong way at once, then unloaded.
. ./lib.sh
echo 1 >/sys/kernel/rcu_expedited	# nearly all of the time is waiting else
loads
dev_fuzz --calls "$1" --seed "$2" >&3 || fail ends "status $?"
unloads
