#!/bin/busybox sh
# fail.sh STEP - inside a machine with fault injection: each allocation of ours fails once; of those of a load each STEPth.
# First without mmaudit_wrap, then with it.
. ./lib.sh
step=$1
debug=/sys/kernel/debug

# Also allocations that may sleep, and those of a single page.
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
		if ($i !~ /^(fault|prot|upgrade|gather|exit_mm|exec_mm)$/) printf "%s%s", n++ ? "," : "", $i }'
}

# each NAME: fails each allocation once, with or without mmaudit_wrap as it is now.
each() { fail_nth "$1" "$step" mmaudit.ko "ring_kb=4 action=none checked=Y off=$points" >&3 || fail "$1-ends" "status $?"; }

# A point that got no memory for a trampoline has a kretprobe instead; the next load gives it a trampoline again.
wrapped() {
	insmod mmaudit_wrap.ko || { fail wrapped "status $?"; return; }
	each wrapped
	loads
	if mmaudit sites | grep -qE '^fault +on +wrap '; then
		pass wrapped-again
	else
		fail wrapped-again "$(mmaudit sites | grep '^fault  ')"
	fi
	unloads
}

echo 1 >/sys/kernel/rcu_expedited	# nearly all of the time is waiting else
inject "$debug/failslab"
inject "$debug/fail_page_alloc"
points=$(all_but)
each alone
wrapped
