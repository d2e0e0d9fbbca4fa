#!/bin/busybox sh
# sweep.sh KERNEL SECONDS - inside the machine: sweeps are silent under stress, and say why when there is nothing to sweep.
. ./lib.sh
kernel=$1 seconds=$2
sh ./guest.sh

# Threads that fault, fork, mprotect, mremap, migrate and exit, while every process is swept every second.
stress() {
	local sweeper got
	mmaudit sweep --all --every 1 --strict --json --output /tmp/stress.json 2>/tmp/talk &
	sweeper=$!
	if legal --stress "$seconds" --threads 4 >/tmp/stress 2>&1; then
		pass stress
	else
		fail stress "$(grep -m 1 '^fail' /tmp/stress)"
	fi
	kill -INT "$sweeper"
	wait "$sweeper"
	got=$?
	[ "$got" -le 1 ] || fail stress-sweep "status $got: $(tail -n 2 /tmp/talk | tr '\n' ' ')"
	silence stress-silence "$kernel" /tmp/stress.json
	tail -n 1 /tmp/stress.json | sed -n 's/.*\("swept":{[^}]*}\).*/\1/p' >&3
	if whole /tmp/stress.json && [ "$(number present /tmp/stress.json)" -gt 1000 ]; then
		pass stress-looked
	else
		fail stress-looked "$(tail -n 1 /tmp/stress.json)"
	fi
}

# An audit with sweeps at exit, exec and every second finds nothing more, and every address space that is given up is swept.
audit() {
	local got=0
	mmaudit run --sweep=1 --json --output /tmp/run.json -- \
		sh -c 'i=0; while [ $i -lt 50 ]; do /bin/busybox true; i=$((i + 1)); done; sleep 3; exec /bin/busybox sh -c "exit 7"' \
		2>/tmp/talk || got=$?
	if [ "$got" = 7 ] && whole /tmp/run.json; then
		pass run
	else
		fail run "status $got: $(tail -n 1 /tmp/run.json)"
	fi
	# 103: each of 50 children at its exec and its exit; the shell at its exec, its successor at its exit, and the command's own fork.
	if [ "$(number at_exit /tmp/run.json)" -ge 103 ]; then
		pass run-every-exit
	else
		fail run-every-exit "$(number at_exit /tmp/run.json) address spaces were swept, not 103"
	fi
	if [ "$(number processes /tmp/run.json)" -gt 0 ]; then
		pass run-every-second
	else
		fail run-every-second "$(tail -n 1 /tmp/run.json)"
	fi
}

# leavers NAME AT_EXIT COMMAND...: so many address spaces are swept, neither fewer nor more.
leavers() {
	local name=$1 want=$2 got=0
	shift 2
	mmaudit run --sweep --json --output /tmp/run.json -- "$@" 2>/tmp/talk || got=$?
	if [ "$got" = 0 ] && whole /tmp/run.json && [ "$(number at_exit /tmp/run.json)" = "$want" ]; then
		pass "$name"
	else
		fail "$name" "status $got, $want leave: $(tail -n 1 /tmp/run.json)"
	fi
}

# Every exit is swept, whoever holds the task and however many threads leave at a time. Two more are the command's fork and exit.
all_leave() {
	leavers threads-together 102 together 100
	leavers traced-exit 4 traced /bin/busybox true
}

# The audited task is not traced by mmaudit, so a debugger can trace it.
untraced() {
	# shellcheck disable=SC2016	# the inner shell's own file
	status untraced 0 mmaudit run --sweep -- sh -c 'grep -q "^TracerPid:.0" /proc/self/status'
}

# mappings PID: what a dump says of each mapping is what /proc says, and an entry's offset in its file is right.
mappings() {
	mmaudit sweep --pid "$1" --dump --json --output /tmp/dump.json 2>/dev/null
	grep -o '"mapping":{[^}]*}' /tmp/dump.json | sed 's/,"offset":[0-9]*//' | sort -u >/tmp/told
	if awk -v smaps="/proc/$1/smaps" -f mappings.awk /tmp/told >/tmp/mappings; then
		pass mappings-as-proc
	else
		fail mappings-as-proc "$(head -n 3 /tmp/mappings | tr '\n' ' ')"
	fi
	for kind in file heap stack; do
		if grep -q "\"kind\":\"$kind\"" /tmp/told; then pass "mappings-$kind"; else fail "mappings-$kind" "$(cat /tmp/told)"; fi
	done
}

threads_of_nobody() {
	has_nobody
	su nobody -c 'exec sleep 60' &
	other=$!
	until_true grep -q sleep "/proc/$other/comm"
	status other-user 0 mmaudit sweep --pid "$other"
	says other-user-told "swept process $other: 0 violations"
	status dump 0 mmaudit sweep --pid "$other" --dump
	says dump-told 'sleep\[[0-9]+\]  0x[0-9a-f]+-0x[0-9a-f]+  [0-9]+ PTE entr.* PTE_WRITE .*PAGE_ANON'
	mappings "$other"
	kill "$other"
	wait "$other" 2>/dev/null
	status exited 2 mmaudit sweep --pid "$other"
	says exited-told 'has exited'
	status not-root 3 su nobody -c '/test/mmaudit sweep --all'
}

usage() {
	status no-whom 2 mmaudit sweep
	status both 2 mmaudit sweep --pid 1 --all
	status pid-zero 2 mmaudit sweep --pid 0
	status pid-word 2 mmaudit sweep --pid init
	status every-zero 2 mmaudit sweep --all --every 0
	status run-sweep-zero 2 mmaudit run --sweep=0 -- true
	status run-sweep-site 2 mmaudit run --sweep --site mprotect -- true
	status full 4 mmaudit sweep --all --dump --output /dev/full
}

# --every ends with its process; a signal ends it at once.
ends() {
	local slept sweeper
	sleep 3 &
	slept=$!
	status every-ends 0 mmaudit sweep --pid "$slept" --every 1
	rm -f /tmp/talk			# of the one before
	mmaudit sweep --all --every 1000 2>/tmp/talk &
	sweeper=$!
	until_true grep -q sweeping /tmp/talk
	kill -INT "$sweeper"
	wait "$sweeper"
	if grep -q 'swept all processes' /tmp/talk; then
		pass interrupted
	else
		fail interrupted "$(cat /tmp/talk)"
	fi
}

loads
status all 0 mmaudit sweep --all --strict
status kernel-thread 2 mmaudit sweep --pid 2
says kernel-thread-told 'kernel thread'
threads_of_nobody
usage
ends
audit
all_leave
untraced
stress
unloads
