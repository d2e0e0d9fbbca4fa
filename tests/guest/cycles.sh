#!/bin/busybox sh
# cycles.sh N - inside the machine: loads and unloads N times while threads fault, fork, protect, merge, migrate and swap,
# and readers come, are killed and come again. In every tenth one, and the last, each record is accounted for.
. ./lib.sh
cycles=$1
sh ./guest.sh

# Runs until the file "done" is there. Memory that holds something else than was written is a failure.
load_on_memory() {
	while [ ! -e /tmp/done ]; do
		legal --stress 5 --threads 2 >/tmp/stress 2>&1
		grep '^fail' /tmp/stress >/tmp/broken && return
	done
}

# A reader meets the module in any state: absent, half loaded, in use or about to go. It must never find it blind.
readers() {
	local reader
	while [ ! -e /tmp/done ]; do
		until [ -e /dev/mmaudit ] || [ -e /tmp/done ]; do usleep 20000; done
		mmaudit watch --all >/tmp/records 2>/tmp/watch &
		reader=$!
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			[ ! -s /tmp/records ] || break
			usleep 200000
		done
		kill -9 "$reader" 2>/dev/null
		wait "$reader" 2>/dev/null
		grep -h blind /tmp/watch >>/tmp/blind
		[ ! -s /tmp/records ] || echo >>/tmp/read
		rm -f /tmp/records
		sleep 1
	done
}

loaded() {
	case $1 in
	*1) mmaudit load checked=Y ;;
	*[2468]) insmod mmaudit.ko checked=Y ;;	# its self-test, without what the command asks before: that takes longer than all else
	*) insmod mmaudit_wrap.ko; insmod mmaudit.ko checked=Y ;;
	esac >/tmp/load 2>&1
}

unloaded() { mmaudit unload 2>/tmp/unload; }

# Every record of an audited command is accounted for while the load goes on.
accounted() { balance --sweep sh -c 'for i in 1 2 3 4 5; do busybox true; done' >/tmp/balance 2>&1; }

# Progress is printed, because a thousand cycles may take an hour.
cycle() {
	local i=1
	while [ "$i" -le "$cycles" ]; do
		loaded "$i" || { fail cycles "load $i: $(tail -n 2 /tmp/load | tr '\n' ' ')"; return; }
		{ [ $((i % 10)) -ne 0 ] && [ "$i" -ne "$cycles" ]; } || accounted || { fail cycles "balance $i: $(tail -n 1 /tmp/balance)"; return; }
		[ $((i % 5)) -ne 0 ] || until_true test -s /tmp/records || true	# a reader is in
		until_true unloaded || { fail cycles "unload $i: $(tail -n 1 /tmp/unload)"; return; }
		[ $((i % 100)) -ne 0 ] || data "cycle $i after $(cut -d ' ' -f 1 /proc/uptime) s"
		i=$((i + 1))
	done
	data "$cycles cycles, at the end $(cat /tmp/balance)"
	pass cycles
}

# nothing_in NAME FILE: there is no such file, or nothing in it.
nothing_in() {
	if [ -s "$2" ]; then
		fail "$1" "$(head -n 1 "$2")"
	else
		pass "$1"
	fi
}

# The last unload may have left mmaudit_wrap because a call was inside of it. Now nothing runs any more, so it must go.
left() { [ -e /dev/mmaudit ] || there mmaudit || { mmaudit unload; grep '^mmaudit' /proc/modules; }; }

preempted_as_told
load_on_memory &
readers &
renice -n -10 -p $$ >/dev/null	# the load gets what waiting for it leaves
cycle
touch /tmp/done
wait
dmesg | grep -m 1 'mmaudit: blind' >>/tmp/blind
nothing_in memory /tmp/broken
nothing_in blind /tmp/blind
if [ -s /tmp/read ]; then
	data "$(wc -l </tmp/read) readers were killed with records read"
	pass readers
else
	fail readers "none ever read a record"
fi
if left 2>/dev/null; then
	fail nothing-left "a module or the device is still there"
else
	pass nothing-left
fi
