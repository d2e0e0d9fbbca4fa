#!/bin/busybox sh
# hostile.sh [PART]... - inside the machine: an unprivileged user does its worst beside an audit, a load and an unload. All
# bounds are in guest time: 2 s more than twice what it takes without company in the same machine, which may be busy itself
# (unload beside floods, where each grace period takes seconds, 25 s more than without). An emulated processor may stand still for
# seconds, so a test that was too slow runs again, at most twice. A hang is a failure at once.
. ./lib.sh

# --- time, in hundredths of a guest second ---

clock() { read -r up _ </proc/uptime; echo "${up%.*}${up#*.}"; }

# timed SECONDS COMMAND...: sets took, and got to its status, or to "hangs" if it has not ended by then. /tmp/said is what it said.
timed() {
	local limit=$(($1 * 100)) from ended
	shift
	nr_timed=$((nr_timed + 1))	# one that hung may end yet
	ended=/tmp/ended.$nr_timed
	from=$(clock)
	("$@" >/tmp/said 2>&1 </dev/null; echo "$? $(clock)" >"$ended.new"; mv "$ended.new" "$ended") &
	until [ -e "$ended" ] || [ $(($(clock) - from)) -gt $limit ]; do usleep 20000; done
	got=hangs took=$(($(clock) - from))
	[ -e "$ended" ] || { stacks; return; }
	read -r got took <"$ended"
	took=$((took - from))
}
nr_timed=0

# called NAME...: pids. Neither pidof nor killall will do: they read the command line, and so wait for mmap_lock.
called() {
	local dir name
	for dir in /proc/[0-9]*; do
		read -r name <"$dir/comm" || continue
		case " $* " in *" $name "*) echo "${dir#/proc/}" ;; esac
	done 2>/dev/null
}

kill_all() { called "$@" | while read -r pid; do kill -9 "$pid"; done 2>/dev/null; }

# The kernel stacks of commands that hang.
stacks() {
	local pid
	for pid in $(called mmaudit rmmod); do
		data "$pid $(cat "/proc/$pid/comm"): $(sed 's/.*] //' "/proc/$pid/stack" | tr '\n' ' ')"
	done
}

# alone COMMAND...: sets base to the time it takes without company.
alone() {
	timed 60 "$@"
	base=$took
	data "alone: $base cs"
}

# within NAME BOUND COMMAND...: it ends with 0, and one of three runs takes at most BOUND hundredths of a second.
within() {
	local name=$1 bound=$2 all=''
	shift 2
	for _ in 1 2 3; do
		timed $((bound / 100 + 20)) "$@"
		[ "$got" = 0 ] || { fail "$name" "status $got after $took cs: $(tail -n 1 /tmp/said)"; return 1; }
		all="$all $took"
		[ "$took" -gt "$bound" ] || { data "$name:$all cs of $bound"; pass "$name"; return 0; }
	done
	fail "$name" "$all cs, not $bound"
	return 1
}

# --- those who do harm ---

# hostile_on NAME ARG...: runs it in the background until harmless; returns as soon as it does its harm.
hostile_on() {
	local said=/tmp/on.$1
	hostile "$@" >"$said" 2>&1 &
	for _ in 1 2 3 4; do
		until_true grep -qE '^(ready|skip|absent|fail)' "$said" && break
	done
	case $(head -n 1 "$said") in
	ready) return 0 ;;
	skip* | absent*) skip "on-$1" "$(head -n 1 "$said")" ;;
	*) fail "on-$1" "$(head -n 1 "$said")"; rm -f "$said" ;;
	esac
	return 1
}

# Ends all of them. Their FUSE servers have the same name, so whatever waits for a server ends, too. If one has failed meanwhile
# it did no harm, and the test beside it showed nothing: that is a failure.
harmless() {
	local said
	for said in /tmp/on.*; do
		! grep -qs '^fail' "$said" || fail "on-${said#/tmp/on.}" "$(grep -m 1 '^fail' "$said")"
	done
	rm -f /tmp/on.*
	kill_all hostile
	until_true no_hostile || fail harmless "$(called hostile | tr '\n' ' ')are still there"
}
no_hostile() { for pid in $(called hostile); do ! grep -q '^State:.*[^Z] (' "/proc/$pid/status" || return 1; done; }

# The next test begins without the module, whatever went wrong. Unloading must be quick now that nobody does harm any more.
anew() {
	local tries=0 hung='' why=''
	harmless
	while there mmaudit; do
		tries=$((tries + 1))
		[ $tries -le 20 ] || { fail anew "the module does not go, the rest is not run: $why"; exit 0; }
		timed 10 mmaudit unload
		[ "$got" != 0 ] || continue
		[ "$got" != hangs ] || hung=hung
		why="status $got after $took cs: $(tail -n 1 /tmp/said)"
		data "anew: unload $tries: $why"
		sleep 1
	done
	[ -z "$hung" ] && [ $tries -le 5 ] || fail anew "the module went after $tries unloads: $why"
}

# --- a stranger's memory ---

# Without a figure it prints one that exceeds every bound.
median() { awk '{ for (i = 2; i <= NF; i++) if ($(i - 1) == "median" && $i > most) most = $i } END { print most ? most : 999999999 }' "$1"; }
calls() { awk '{ for (i = 2; i <= NF; i++) if ($i == "calls,") sum += $(i - 1) } END { print sum + 0 }' "$1"; }

# moves NAME: 4 GB of full page tables that nobody audits, in at most four times what they take without the module: an emulated
# processor is twice as slow now and then, and a walk would read a million entries. Without a base nothing is shown.
moves() {
	local base moved all=''
	for _ in 1 2 3; do
		! there mmaudit || mmaudit unload
		hostile mremap-tables 2 1 4096 1 >/tmp/moves
		base=$(median /tmp/moves)
		loads
		hostile mremap-tables 2 1 4096 1 >/tmp/moves
		moved=$(median /tmp/moves)
		all="$all $moved us, without the module $base;"
		[ "$base" = 999999999 ] || [ "$moved" -gt $((base * 4)) ] || { data "$1:$all"; pass "$1"; return; }
	done
	fail "$1" "$all"
}

audit_true() { mmaudit run --json --output /tmp/true.json -- true && whole /tmp/true.json; }

# dies DELAY: kills a mmaudit DELAY microseconds after its start. Sets took to the time it needs to end.
dies() {
	local pid from
	mmaudit run -- true >/dev/null 2>&1 &
	pid=$!
	usleep "$1"
	from=$(clock)
	kill -9 $pid 2>/dev/null
	until ! grep -q '^State:.*[^Z] (' /proc/$pid/status 2>/dev/null || [ $(($(clock) - from)) -gt 2000 ]; do usleep 10000; done
	took=$(($(clock) - from))
	[ $took -le 2000 ] || return
	wait $pid	# a kill that came too late shows nothing
	[ $? != 137 ] || killed=$((killed + 1))
}

# killed_at_once BOUND: within so many hundredths it has ended.
killed_at_once() {
	local delay all='' killed=0 bound=$1
	for delay in 30000 100000 200000 400000 800000 1600000; do
		dies $delay
		[ $took -le "$bound" ] || dies $delay
		all="$all $took"
		[ $took -le "$bound" ] || { fail killed-at-once "$all cs, not $bound"; return; }
	done
	[ "$killed" -ge 2 ] || { fail killed-at-once "only $killed were still at work"; return; }
	data "killed-at-once:$all cs of $bound"
	pass killed-at-once
}

# goes_beside BOUND: the module goes within so many hundredths, once in three.
goes_beside() {
	local all=''
	for _ in 1 2 3; do
		there mmaudit || loads
		timed 60 mmaudit unload
		all="$all $took"
		{ [ "$got" = 0 ] && ! there mmaudit; } || { fail unload-beside-floods "status $got after$all cs: $(tail -n 1 /tmp/said)"; return; }
		[ "$took" -gt "$1" ] || { data "unload-beside-floods:$all cs of $1"; pass unload-beside-floods; return; }
	done
	fail unload-beside-floods "$all cs, not $1"
}

strangers() {
	local base unload
	loads
	alone mmaudit unload
	unload=$base
	moves moves-unaudited
	alone audit_true
	hostile_on mremap-tables 600 20 2048 || { anew; return; }
	within run-beside-floods $((base * 2 + 200)) audit_true
	killed_at_once $((base * 2 + 200))
	goes_beside $((unload + 2500))
	anew
}

# --- a flood of violations ---

# log_lines NAME LEAST MOST RE: from LEAST to MOST lines of the kernel log match since it was last read.
log_lines() {
	local n
	dmesg -c >/tmp/log
	n=$(grep -cE "$4" /tmp/log)
	if [ "$n" -ge "$2" ] && [ "$n" -le "$3" ]; then
		data "$1: $n, from $2 to $3"
		pass "$1"
	else
		fail "$1" "$n lines, not from $2 to $3"
	fi
}

violations_flood() {
	local calls seen lost base
	loads
	alone audit_true
	dmesg -c >/dev/null
	hostile "$violates" 3 2 >/tmp/flood
	if [ "$(median /tmp/flood)" -le 5000 ]; then
		data "flood-call: $(median /tmp/flood) us"
		pass flood-call
	else
		fail flood-call "$(median /tmp/flood) us a call, $1 without the module"
	fi
	log_lines flood-log 1 60 'mmaudit: '
	mmaudit run --json --output /tmp/flood.json -- hostile "$violates" 3 2 >/tmp/flood 2>&1
	calls=$(calls /tmp/flood) seen=$(number seen /tmp/flood.json)
	if [ "$calls" -gt 0 ] && [ "$seen" -gt 0 ] && [ "$seen" -le $((calls * 2)) ]; then
		pass flood-records
	else
		fail flood-records "$seen records of $calls calls"
	fi
	# A reader that gets no processor for a while may lose some records, and is told; it may not lose most of them.
	lost=$(number lost /tmp/flood.json)
	if [ $((${lost:-$seen} * 10)) -le "$seen" ]; then pass flood-kept; else fail flood-kept "$lost of $seen records lost"; fi
	rm -f /tmp/flood.json
	within flood-gone $((base * 2 + 200)) audit_true
	echo warn >/sys/module/mmaudit/parameters/action
	quiet_log	# or those told before leave none
	hostile "$violates" 2 2 >/tmp/flood
	usleep 500000
	log_lines flood-warn 1 60 'BUG: mmaudit: '
	anew
}

# Sets violates to the row that meets a bug: where nothing is soft-dirty that of a pipe.
choose_violates() {
	violates=mremap-violations
	! hostile $violates 1 | grep -qE '^(skip|absent)' || violates=piped-violations
}

flood() {
	hostile "$violates" 2 2 >/tmp/flood
	data "flood: without the module $(tail -n 2 /tmp/flood | head -n 1)"
	violations_flood "$(median /tmp/flood)"
}

# --- what looks wrong and is not ---

# quiet PROGRAM ROW ARG...: an audit of the row shows no violation and loses nothing.
quiet() {
	local name=quiet-${2#quiet-}
	timed 60 mmaudit run --json --output /tmp/quiet.json -- "$@"
	shift
	grep -q "^absent $1" /tmp/said && { data "absent $name $(head -n 1 /tmp/said)"; return; }
	grep -q "^skip $1" /tmp/said && { skip "$name" "$(head -n 1 /tmp/said)"; return; }
	if [ "$got" = 0 ] && grep -q "^pass $1" /tmp/said && whole /tmp/quiet.json && [ -z "$(violations /tmp/quiet.json)" ]; then
		pass "$name"
	else
		fail "$name" "status $got: $(violations /tmp/quiet.json | tr '\n' ';') $(grep -E '^fail' /tmp/said) $(tail -n 1 /tmp/quiet.json)"
		evidence /tmp/quiet.json
	fi
}

lookalikes() {
	loads
	quiet hostile uffd-marker
	# Before PageAnonExclusive (5.19) neither the kernel nor mma_is_pinned() tells them apart: docs/rules.md, COPIED_PINNED.
	case $(uname -r) in 5.*) data "absent quiet-pin-lookalike" ;; *) quiet hostile pin-lookalike ;; esac
	quiet hostile move-clear 3
	quiet legal quiet-two-gathers
	quiet legal quiet-fill
	quiet hostile mremap-many 2 120
	quiet hostile fork-storm 2 20
	quiet hostile exec-storm 2 10
	anew
}

# --- exits that are swept, or counted as lost ---

# of_sweeps KEY FILE: at_exit or lost.
of_sweeps() { tail -n 1 "$2" | awk -v k="\"$1\":" '{ sub(/.*"swept":[{]/, ""); i = index($0, k); print i ? substr($0, i + length(k)) + 0 : 0 }'; }

# swept NAME EXITS COMMAND...: EXITS address spaces are given up, by exec or exit; each is swept or counted as lost.
swept() {
	local name=$1 want=$2 sum
	shift 2
	timed 60 mmaudit run --sweep --json --output /tmp/swept.json -- "$@"
	sum=$(($(of_sweeps at_exit /tmp/swept.json) + $(of_sweeps lost /tmp/swept.json)))
	if [ "$got" = 0 ] && [ "$sum" = "$want" ]; then
		data "$name: $(of_sweeps at_exit /tmp/swept.json) swept, $(of_sweeps lost /tmp/swept.json) lost"
		pass "$name"
	else
		fail "$name" "status $got, $sum of $want swept or counted as lost"
	fi
}

accounted() {
	timed 60 balance --sweep hostile "$@"
	if [ "$got" = 0 ] && grep -q "^pass $1" /tmp/said; then
		pass "accounted-$1"
	else
		fail "accounted-$1" "status $got: $(tail -n 1 /tmp/said)"
	fi
}

# shellcheck disable=SC2016	# for a shell of its own
fifty='i=0; while [ $i -lt 50 ]; do /bin/busybox true; i=$((i + 1)); done'
leavers() {
	loads
	swept swept-alone 103 su nobody -s /bin/sh -c "$fifty"
	swept swept-traced 5 hostile traced-exit -- busybox true
	hostile_on smaps-loop 600 2 && swept swept-beside-smaps 103 su nobody -s /bin/sh -c "$fifty"
	accounted fork-storm 2 20
	accounted exec-storm 2 10
	anew
}

# --- unload, whatever audited tasks do ---

# goes NAME ARG...: hostile ARG... was audited and keeps doing what it does: the module goes within 2 s and twice base.
goes() {
	local name=$1 all='' cs how
	shift
	for _ in 1 2 3; do
		loads
		timed 60 mmaudit run --sweep --output /tmp/records -- hostile "$@"
		grep -qE "^(skip|absent) " /tmp/said && { skip "$name" "$(grep -E '^(skip|absent) ' /tmp/said)"; anew; return; }
		grep -q '^ready' /tmp/said || { fail "$name" "status $got: $(tail -n 1 /tmp/said)"; anew; return; }
		timed 15 mmaudit unload
		cs=$took how="status $got after $took cs: $(tail -n 1 /tmp/said)"
		all="$all $cs"
		anew
		case $how in 'status 0 '*) ;; *) fail "$name" "$how"; return ;; esac
		[ "$cs" -gt $((base * 2 + 200)) ] || { data "$name:$all cs"; pass "$name"; return; }
	done
	fail "$name" "$all cs, not $((base * 2 + 200))"
}

# caught PID: it is killed inside of delete_module(); false if it ended before it was seen there.
caught() {
	local line state
	while read -r _ _ state _ <"/proc/$1/stat" && [ "$state" != Z ]; do
		while read -r line; do
			case $line in *delete_module*) kill -9 "$1"; return ;; esac
		done <"/proc/$1/stack"
	done 2>/dev/null
	return 1
}

# ended PID: the child is a zombie.
ended() { ! grep -q '^State:.*[^Z] (' "/proc/$1/status"; }

# An unload that is killed at its work can be repeated. The kill must hit: the unload was seen inside of delete_module() and
# ended with the signal. One that got through first shows nothing and is tried again.
unload_killed() {
	local pid tries=0
	while [ $tries -lt 5 ]; do
		tries=$((tries + 1))
		loads
		mmaudit run --sweep --output /tmp/records -- hostile exit-held 600 >/tmp/said 2>&1
		grep -q '^ready' /tmp/said || { fail unload-killed "$(tail -n 1 /tmp/said)"; anew; return; }
		mmaudit unload >/dev/null 2>&1 &
		pid=$!
		caught $pid || { wait $pid; anew; continue; }
		timed 15 sh -c 'while grep -q "^mmaudit " /proc/modules; do mmaudit unload; usleep 50000; done'
		until_true ended $pid || { fail unload-killed "it goes on after SIGKILL"; anew; return; }
		wait $pid
		[ $? = 137 ] || { anew; continue; }
		if [ "$got" = 0 ] && [ "$took" -le $((base * 2 + 200)) ]; then
			data "unload-killed: $took cs, at try $tries"
			pass unload-killed
		else
			fail unload-killed "status $got after $took cs"
		fi
		anew
		return
	done
	fail unload-killed "none of $tries was killed at its work"
}

stays_as_it_is() {
	loads
	audit_true
	alone mmaudit unload
	goes unload-exit-held exit-held 600
	goes unload-300-exits-held exit-held 600 300
	goes unload-vfork-stopped vfork-stopped 600
	goes unload-shared-mm shared-mm 600
	goes unload-uffd-asleep uffd-asleep 600
	goes unload-fuse-fault fuse-fault 600
	goes unload-fuse-close fuse-close 600
	unload_killed
}

# --- all at once ---

# at_once WORD COMMAND...: within 200 s, for each waits for grace periods of the kernel, which are long in such company.
at_once() {
	local word=$1
	shift
	timed 200 "$@"
	data "storms: $word $took cs"
	[ "$got" = 0 ] || { fail storms "$word: status $got after $took cs: $(tail -n 1 /tmp/said)"; return 1; }
}

storms() {
	hostile_on fork-storm 600 4
	hostile_on exec-storm 600 2
	hostile_on smaps-loop 600
	hostile_on mremap-many 600 8
	hostile_on "$violates" 600	# not mremap-tables: any tracer's load and unload waits for such loops, by synchronize_rcu_tasks()
	at_once load mmaudit load && at_once run mmaudit run --sweep --output /tmp/records -- busybox true &&
		at_once unload mmaudit unload && pass storms
	anew
}

has_nobody
modprobe fuse 2>/dev/null
renice -n -10 -p $$ >/dev/null	# the hostile have priority 0: it is not their share of the processors that is measured
preempted_as_told
choose_violates
[ $# -gt 0 ] || set -- lookalikes leavers flood strangers stays_as_it_is storms
for part; do
	from=$(clock)
	$part
	data "$part took $(($(clock) - from)) cs"
done
