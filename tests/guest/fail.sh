#!/bin/busybox sh
# fail.sh STEP - inside a machine with fault injection: each allocation of ours fails once; of those of a load each STEPth.
. ./lib.sh
debug=/sys/kernel/debug

# Sleeping ones and single pages, too.
inject() {
	local attr=$1
	echo N >"$attr/ignore-gfp-wait"
	[ ! -e "$attr/ignore-gfp-highmem" ] || echo N >"$attr/ignore-gfp-highmem"
	[ ! -e "$attr/min-order" ] || echo 0 >"$attr/min-order"
	echo 0 >"$attr/verbose"
}

# Some points of each kind, by ftrace and by kretprobe, and what the self-test wants. The others are planted alike; none
# is a kprobe that comes and goes with a reader: see "unload" in fail_nth.c.
all_but() {
	mmaudit explain --list | awk '/^points:/ { getline; for (i = 1; i <= NF; i++)
		if ($i !~ /^(fault|prot|upgrade|gather)$/) printf "%s%s", n++ ? "," : "", $i }'
}

echo 1 >/sys/kernel/rcu_expedited	# nearly all of the time is waiting else
inject "$debug/failslab"
inject "$debug/fail_page_alloc"
fail_nth "$1" mmaudit.ko "ring_kb=4 action=none off=$(all_but)" >&3 || fail ends "status $?"
