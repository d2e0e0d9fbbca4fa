#!/bin/busybox sh
# trace.sh - inside the machine: the tracepoints mmaudit:decision, :violation and :lost, as trace-cmd, perf and tracefs read
# them; nothing while they are off; stress and unload while they are on; nothing for a stranger.
. ./lib.sh
sh ./guest.sh
choose_bug
if [ -n "$has_marks" ]; then bits=0x1000 number=13; else bits=0x80000 number=22; fi	# of rule and site
dir=/sys/kernel/tracing
events=$dir/events/mmaudit
mount | grep -q " $dir " || mount -t tracefs tracefs $dir
# An event of the kernel's own that a task has before its violation and after it: arm64 has none for a fault.
other=exceptions:page_fault_user
[ -d $dir/events/exceptions ] || other=raw_syscalls:sys_enter
other_events=$dir/events/${other%:*}/${other#*:}

on() { echo 1 >$events/"$1"/enable; }
off() { echo 0 >$events/"$1"/enable; }
empty() { echo >$dir/trace; }
# traced RE: how many events in the ring of tracefs match.
traced() { grep -v '^#' $dir/trace | grep -cE "$1"; }
# at_least NAME GOT LEAST
at_least() { if [ "$2" -ge "$3" ]; then pass "$1"; else fail "$1" "$2, not at least $3"; fi; }
armed() { grep -q '^handle_mm_fault ' $dir/enabled_functions; }
not_armed() { ! armed; }
state_of() { mmaudit sites | awk -v point="$1" '$1 == point { print $2 }'; }

# words FILE: the first violation of a file of JSON records, as the event words it: KEY=VALUE, a line each.
words() {
	grep -m 1 '^{"type":"violation"' "$1" | awk '
		function value(key,	s, i) {
			i = index($0, "\"" key "\":")
			if (!i) return "?"
			s = substr($0, i + length(key) + 3)
			if (s ~ /^\[/) { sub(/\].*/, "", s); gsub(/[\["]/, "", s); gsub(/,/, "|", s) }
			else if (s ~ /^"/) { s = substr(s, 2); sub(/".*/, "", s) }
			else sub(/[,}].*/, "", s)
			return s
		}
		{
			n = split("rules site count verdict level fault_would reason refs maps piped pid tgid owner time_ns comm", keys, " ")
			for (i = 1; i <= n; i++) print keys[i] "=" value(keys[i])
			print "addr=" value("addr") "-" value("end")
			flags = value("flags"); print "flags=" flags
			caller = value("ip"); sub(/\/.*/, "", caller); print "caller=" caller
		}' | sort
}

# agrees NAME FILE RECORDS: the first event in FILE says of the first violation in RECORDS what the record says.
agrees() {
	grep -m 1 -o 'rules=.*' "$2" | tr ' ' '\n' | sed 's,^\(caller=[^/]*\)/.*,\1,' | sort >/tmp/event
	words "$3" >/tmp/words
	if [ "$(wc -l </tmp/words)" = 18 ] && [ -z "$(grep -vxF -f /tmp/event /tmp/words)" ]; then
		pass "$1"
	else
		fail "$1" "no $(grep -vxF -f /tmp/event /tmp/words | tr '\n' ' ') in $(tr '\n' ' ' </tmp/event)"
	fi
}

# between NAME FILE: bugs has such events before its violation and after it, and the event's time is the record's.
between() {
	if awk -v other="${other#*:}" '
		!/bugs/ { next }
		$0 ~ other { if (seen) after = 1; else before = 1 }
		/violation:/ {
			seen++
			for (i = 1; i <= NF; i++) {
				if ($i ~ /^[0-9]+\.[0-9]+:$/) at = $i + 0
				if ($i ~ /^time_ns=/) made = substr($i, 9) / 1e9
			}
		}
		END { print seen, before, after, at, made; exit !(seen == 1 && before && after && at - made < 0.05 && made - at < 0.05) }' "$2" >/tmp/between
	then
		pass "$1"
	else
		fail "$1" "$(cat /tmp/between)"
	fi
}

# The same violation in a record and in an event. What the self-test plants is no violation, so there is one.
by_trace_cmd() {
	status trace-cmd 0 trace-cmd record -q -C mono -o /tmp/trace.dat -e mmaudit:violation -e mmaudit:lost -e $other \
		mmaudit run --json --output /tmp/audit -- bugs $bug
	trace-cmd report -i /tmp/trace.dat >/tmp/report 2>/tmp/said
	data "$(grep -m 1 -A 1 -B 1 violation: /tmp/report)"
	agrees trace-cmd-fields /tmp/report /tmp/audit
	between trace-cmd-timeline /tmp/report
}

by_perf() {
	status perf 1 perf record -q -B -N -k mono -a -o /tmp/perf.data -e mmaudit:violation -e mmaudit:lost -e $other \
		mmaudit run --json --output /tmp/audit -- bugs $bug
	perf script -i /tmp/perf.data -F comm,tid,cpu,time,event,trace >/tmp/report 2>/tmp/said
	data "$(grep -m 1 -A 1 -B 1 violation: /tmp/report)"
	agrees perf-fields /tmp/report /tmp/audit
	between perf-timeline /tmp/report
}

# Without a reader. The fields have types, so tracefs can tell events apart.
by_tracefs() {
	empty
	bugs $bug >/dev/null
	same off-nothing "$(traced .)" 0
	on violation
	echo "broken & $bits && site == $number && count == $nr" >$events/violation/filter
	bugs $bug >/dev/null
	same tracefs-one "$(traced "bugs-.*violation: rules=$rule site=$site .* count=$nr ")" 1
	echo "broken & $bits && count < $nr" >$events/violation/filter
	empty
	bugs $bug >/dev/null
	same tracefs-filter "$(traced .)" 0
	echo 0 >$events/violation/filter
	off violation
}

# All tasks' decisions, with no reader, for as long as the event is on.
decisions() {
	local idle
	idle=$(state_of wp_fault)
	empty
	on decision
	until_true sh -c "mmaudit sites | grep -q '^wp_fault *on '" || fail decision-arms "wp_fault is $(state_of wp_fault)"
	sh -c 'true & wait'
	at_least decision-copies "$(traced 'sh-.*decision: site=wp-copy verdict=GRANTED level=PTE .* fault_would=COPY .* probe=')" 5
	at_least decision-sites "$(grep -o 'decision: site=[^ ]*' $dir/trace | sort -u | wc -l)" 4
	data "$(grep -o 'decision: site=[^ ]*' $dir/trace | sort | uniq -c | tr '\n' ';')"
	same decision-names "$(traced 'site=[0-9]|verdict=[0-9]|probe=[0-9]|=(0x[0-9a-f]+)? *$')" 0
	off decision
	until_true sh -c "[ \"\$(mmaudit sites | awk '\$1 == \"wp_fault\" { print \$2 }')\" = '$idle' ]"
	same decision-disarms "$(state_of wp_fault)" "$idle"
	empty
	sh -c 'true & wait'
	same decision-off "$(traced .)" 0
}

# Its probes are armed one by one, a moment after it was switched on.
is_traced() { bugs $bug >/dev/null; [ "$(traced violation:)" -ge 1 ]; }

# An event that is on arms the probes as an open device does.
not_armed_at_first() {
	echo N >/sys/module/mmaudit/parameters/armed
	until_true not_armed
	bugs $bug >/dev/null
	if armed; then fail unarmed "handle_mm_fault is still hooked"; else pass unarmed; fi
	on violation
	if until_true is_traced; then pass event-arms; else fail event-arms "nothing is traced: $(head -n 1 $dir/enabled_functions)"; fi
	off violation
	if until_true not_armed; then pass event-disarms; else fail event-disarms "handle_mm_fault is still hooked"; fi
	echo Y >/sys/module/mmaudit/parameters/armed
	empty
}

# Records that a reader who reads nothing loses are traced one by one: as many as are counted. Reader 0 is the kernel log's. How many
# a busy machine makes in two seconds nobody knows, so it goes on until some are lost.
losses() {
	local watch
	mmaudit watch --json --output /tmp/slow 2>/tmp/slow.talk &
	watch=$!
	until_true test -s /tmp/slow
	on lost
	kill -STOP $watch
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		bugs --flood 2 >/tmp/flood
		[ "$(traced lost:)" = 0 ] || break
	done
	kill -CONT $watch
	off lost
	kill -INT $watch
	wait $watch
	data "$(cat /tmp/flood): $(tail -n 1 /tmp/slow | grep -o '"ring_full":[0-9]*'), $(traced lost:) lost events"
	same lost-counted "$(traced "lost: what=record site=$site tgid=[0-9]* reader=1\$")" "$(number ring_full /tmp/slow)"
	at_least lost-some "$(number ring_full /tmp/slow)" 1
	empty
}

# What the probe leaves to the worker: each record has its event, which says who did it, and is the worker's own.
confirmed() {
	on violation
	status confirmed 1 mmaudit run --json --output /tmp/audit -- wrong large
	off violation
	grep '^{"type":"violation".*"CONFIRMED"' /tmp/audit >/tmp/late
	grep '^{"type":"violation"' /tmp/audit | grep -vc '"CONFIRMED"' >/tmp/early
	data "confirmed: $(wc -l </tmp/late) records, $(cat /tmp/early) at once: $(grep -m 1 'flags=[A-Z_|]*CONFIRMED' $dir/trace)"
	at_least confirmed-records "$(wc -l </tmp/late)" 1
	same confirmed-each "$(traced '^ *kworker/.*violation: rules=UFFD_WP.* site=insert .*flags=[A-Z_|]*CONFIRMED.* comm=wrong$')" "$(wc -l </tmp/late)"
	same at-once-each "$(traced '^ *wrong-.*violation: rules=UFFD_WP.* site=insert .* comm=wrong$')" "$(cat /tmp/early)"
	grep -o 'rules=.*CONFIRMED.*' $dir/trace | sed 's/ \[wrong\]//' >/tmp/report
	sed -i 's/ \[wrong\]//' /tmp/late
	agrees confirmed-fields /tmp/report /tmp/late
	empty
}

# What a sweep finds has no task that did it, and says whose memory it is.
swept() {
	on violation
	wrong vm-write >/tmp/row
	off violation
	same swept-row "$(cat /tmp/row)" 'pass vm-write'
	data "$(grep -m 1 'site=sweep' $dir/trace)"
	same swept-one "$(traced 'violation: rules=VM_WRITE site=sweep addr=0x[0-9a-f]*-0x[0-9a-f]* count=23 verdict=- level=PTE .* flags=OLD_UNKNOWN pid=0 tgid=0 owner=[1-9][0-9]* .* probe=- ')" 1
	same swept-only "$(traced violation:)" 1
	empty
}

# Not even counting is for strangers where perf lets them count: it would arm all probes, and keep the module.
strangers() {
	local id
	has_nobody
	status stranger-tracefs 1 su nobody -c "cat $events/violation/format"
	echo -1 >/proc/sys/kernel/perf_event_paranoid
	su nobody -c "/test/hold perf $(cat "$other_events/id")" >/tmp/others 2>&1 &
	if until_true grep -q held /tmp/others; then pass stranger-others; else skip stranger-others "perf lets nobody count here: $(cat /tmp/others)"; fi
	# The first user of an event is refused when probes are to be armed for it, too; so let there be one.
	for id in decision violation lost; do on $id; done
	for id in decision violation lost; do
		status "stranger-perf-$id" 1 su nobody -c "timeout 20 /test/hold perf $(cat $events/$id/id)"
		says "stranger-refused-$id" 'Operation not permitted'
	done
	for id in decision violation lost; do off $id; done
	empty
	status stranger-bpf 1 su nobody -c 'timeout 20 /test/hold bpf violation'
	kill_named hold
	if until_true not_held; then pass strangers-gone; else fail strangers-gone; fi
}
kill_named() { for pid in $(pidof "$1"); do kill "$pid"; done; wait; }
not_held() { [ "$(awk '$1 == "mmaudit" { print $3 }' /proc/modules)" = 0 ]; }

# What perf and BPF have open keeps the module; what tracefs has switched on does not.
kept() {
	hold perf "$(cat $events/decision/id)" >/tmp/held.perf 2>&1 &
	hold bpf lost >/tmp/held.bpf 2>&1 &
	until_true grep -q held /tmp/held.perf || fail held-perf "$(cat /tmp/held.perf)"
	until_true grep -q held /tmp/held.bpf || fail held-bpf "$(cat /tmp/held.bpf)"
	status unload-kept 3 mmaudit unload
	says unload-kept-told 'perf or a BPF program has one of its tracepoints'
	kill_named hold
	until_true not_held
}

# All three are on while everything is done to memory at once and a rule is broken: memory holds what was written to it.
busy() {
	until [ -e /tmp/enough ]; do bugs $bug; done >/dev/null 2>&1 &
	for event in decision violation lost; do on $event; done
	until_true sh -c "grep -q decision: $dir/trace"
	status busy-stress 0 legal --stress 5 --threads 2 --without vfat
	for event in decision violation; do
		if until_true grep -q "$event:" $dir/trace; then pass "busy-$event"; else fail "busy-$event" "none in $dir/trace"; fi
	done
	until [ -e /tmp/enough ]; do legal --stress 5 --threads 2 --without vfat; done >>/tmp/stress 2>&1 &
}

gone() {
	local event
	busy
	# A fault of the stress may sleep inside of mmaudit_wrap for a while.
	if until_true mmaudit unload; then pass busy-unload; else fail busy-unload "$(mmaudit unload 2>&1)"; fi
	if [ -e $events ]; then fail events-gone "$events is still there"; else pass events-gone; fi
	status reload 0 mmaudit load
	same reload-off "$(cat $events/enable)" 0
	on decision && on violation
	until_true sh -c "grep -q decision: $dir/trace" && pass reload-traces
	touch /tmp/enough
	wait
	same busy-memory "$(grep -m 1 '^fail' /tmp/stress)" ''
	unloads
}

loads ring_kb=4
same events "$(ls $events | tr '\n' ' ')" 'decision enable filter lost violation '
by_tracefs
by_trace_cmd
by_perf
decisions
not_armed_at_first
losses
insmod wrong.ko || fail insmod
confirmed
swept
rmmod wrong || fail rmmod "wrong.ko stays"
strangers
kept
gone
