#!/bin/busybox sh
# bench.sh full|ours|history|check|bound|scale|ptc - inside the machine: each workload under each configuration; one "CONFIG WORKLOAD VALUE" a line.
. ./lib.sh
tracing=/sys/kernel/tracing

# The functions that the alternatives hook, and the workloads that pass through each.
functions='do_wp_page handle_mm_fault can_change_pte_writable change_protection remove_migration_pte'
works_of() {
	case $1 in
	do_wp_page) echo cow-copy cow-reuse ;;
	handle_mm_fault) echo anon file fork swap script compile ;;
	can_change_pte_writable) echo mprotect-8192 ;;
	change_protection) echo mprotect-1 ;;
	remove_migration_pte) echo move ;;
	esac
}

all='cow-copy cow-reuse anon zap file mprotect-8192 mprotect-1 fork move swap script compile'

# measure CONFIG [--reader=...] WORKLOAD...
measure() {
	local config=$1
	shift
	work "$@" >/tmp/work 2>/tmp/talk || { fail "$config" "$(cat /tmp/talk)"; return; }
	sed "s/^/$config /" /tmp/work >&3
}

exists() { grep -q " $1\$" /proc/kallsyms; }

# The disk is written to once before, because it allocates each of its pages at the first use.
swap_on() {
	modprobe brd rd_nr=1 rd_size=65536 && dd if=/dev/zero of=/dev/ram0 bs=1M count=64 2>/dev/null && mkswap /dev/ram0 >/dev/null && swapon /dev/ram0 || fail swap "no brd"
}

# What to compile: no headers needed, and enough of it.
write_source() {
	local i=0
	while [ "$i" -lt 400 ]; do
		echo "struct s$i { int a, b[$((i + 1))]; }; int f$i(struct s$i *s, int n) { int i, t = 0;"
		echo "for (i = 0; i < n; i++) { s->b[i] += s->a * $i + (t >> 3); t ^= s->b[i] % 7; } return t; }"
		i=$((i + 1))
	done >/test/compiled.c
}

# ---- mmaudit ----

ours() {
	mmaudit load checked=Y "$@" >/dev/null 2>/tmp/load || { fail load "$(tail -n 1 /tmp/load)"; exit 1; }
}

audits() {
	ours armed=N
	# shellcheck disable=SC2086	# several words
	measure disarmed $1
	# shellcheck disable=SC2086
	measure audit --reader=violations $1
	rmmod mmaudit
}

traces() {
	ours ring_kb=4096
	# shellcheck disable=SC2086
	measure trace --reader=all $1
	mmaudit sites >&2
	rmmod mmaudit
}

# What each mode of the history adds to an audit.
histories() {
	local mode
	for mode in off tracked audited all; do
		ours history_mode=$mode
		# shellcheck disable=SC2086
		measure $mode --reader=violations $1
		rmmod mmaudit
	done
}

# ---- the others: CONFIG_on FUNCTION, CONFIG_off ----

hook() { insmod hook.ko "kind=$1" "symbol=$2"; }

# daemon WORD COMMAND...: in the background once it has said WORD.
daemon() {
	local word=$1
	shift
	"$@" >/tmp/daemon 2>&1 &
	pid=$!
	until_true grep -q "$word" /tmp/daemon || { cat /tmp/daemon; return 1; }
}
daemon_off() { kill "$pid"; wait "$pid"; }	# not INT, which is ignored in the background

bpftrace_on() {
	daemon Attaching bpftrace -e "kprobe:$1 { @at[tid] = arg0; }
		kretprobe:$1 /@at[tid]/ { @n[@at[tid] != 0] = count(); delete(@at[tid]); }" &&
		until_true grep -q "r .*$1" /sys/kernel/debug/kprobes/list
}

event_on() {
	echo "r:bench $1 \$retval" >$tracing/kprobe_events && echo 1 >$tracing/events/kprobes/bench/enable
}
# The same, and read as fast as ftrace gives it away: whole pages of its ring.
delivered_on() { event_on "$1"; }
delivered_off() { event_off; }

event_off() {
	echo 0 >$tracing/events/kprobes/bench/enable
	echo >$tracing/kprobe_events
}

on() {
	case $1 in
	ftrace | ftrace_regs | kprobe | kretprobe) hook "$1" "$2" ;;
	fentry | fexit) daemon attached attach "$1.$2.o" ;;
	*) "$1_on" "$2" ;;
	esac
}

off() {
	case $1 in
	ftrace | ftrace_regs | kprobe | kretprobe) rmmod hook ;;
	fentry | fexit | bpftrace) daemon_off ;;
	*) "$1_off" ;;
	esac
}

other() {
	local function raw=
	[ "$1" != delivered ] || raw=--raw=$tracing/per_cpu/cpu0/trace_pipe_raw
	for function in $functions; do
		exists "$function" || continue
		if ! on "$1" "$function" >/tmp/on 2>&1; then
			skip "$1-$function" "$(tail -n 1 /tmp/on)"
			continue
		fi
		# shellcheck disable=SC2046,SC2086
		measure "$1" $raw $(works_of "$function")
		off "$1"
	done
}

the_others() {
	local config
	for config in ftrace ftrace_regs kprobe kretprobe fentry fexit bpftrace event delivered; do
		other "$config"
	done
	# shellcheck disable=SC2086
	measure again $all
}

# What a sweep costs for an entry, beside reading /proc/PID/pagemap.
sweeps() {
	ours
	measure sweep --reader=violations sweep-writable sweep-read-only pagemap
	rmmod mmaudit
}

# Memory never used before costs more, and so does a page allocator that has not seen the load.
warm_up() {
	# shellcheck disable=SC2086
	work $all >/dev/null && work $all >/dev/null
}

echo 0 >/proc/sys/kernel/randomize_va_space
echo never >/sys/kernel/mm/transparent_hugepage/enabled
if echo madvise 2>/dev/null >/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled; then
	all="$all anon-64k"	# 6.8
fi
case $1 in
full | ours)
	swap_on
	write_source
	warm_up
	# shellcheck disable=SC2086
	measure base $all
	audits "$all"
	traces "$all"
	sweeps
	[ "$1" = ours ] || the_others
	;;
history)
	swap_on
	write_source
	warm_up
	# shellcheck disable=SC2086
	measure base $all
	histories "$all"
	;;
bound)
	calls=
	for pages in 1 64 512 8192 32768; do
		calls="$calls one-mprotect-$pages one-mremap-$pages"
	done
	# shellcheck disable=SC2086
	measure base $calls
	ours
	# shellcheck disable=SC2086
	measure audit --reader=violations $calls
	rmmod mmaudit
	ours ring_kb=4096 --force-off can_change	# it is run once a page: many short runs
	# shellcheck disable=SC2086
	measure trace --reader=all $calls
	rmmod mmaudit
	ours
	measure sweep --reader=violations sweep-call-512 sweep-call-524288 sweep-call-1048576 sweep-tasks-10000
	rmmod mmaudit
	;;
scale)
	works='scale-1 scale-2 scale-3 scale-4'
	# shellcheck disable=SC2086
	work $works >/dev/null
	# shellcheck disable=SC2086
	measure base $works
	audits "$works"
	traces "$works"
	;;
ptc)
	works='cow-copy cow-reuse anon file mprotect-8192 mprotect-1 fork'
	# shellcheck disable=SC2086
	work $works >/dev/null
	if grep -q page_table_check=on /proc/cmdline; then
		# shellcheck disable=SC2086
		measure ptc $works
	else
		# shellcheck disable=SC2086
		measure base $works
		audits "$works"
	fi
	;;
check)
	works_of() { [ "$1" != do_wp_page ] || echo cow-copy; }
	functions=do_wp_page
	all=cow-copy
	warm_up
	measure base cow-copy
	audits cow-copy
	other kretprobe
	measure base cow-copy	# on arm64 the first time came out too high, whatever was warmed up before
	;;
esac
