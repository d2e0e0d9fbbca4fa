#!/bin/busybox sh
# why.sh KERNEL - inside the machine: each known bug's violations say which event lost the bit, and `mmaudit why` tells of any address.
. ./lib.sh
kernel=$1
sh ./guest.sh

# ---- who is to blame ----

# sentences FILE: those of the violations in a file of JSON records, each once.
sentences() { grep -o '"sentence":"[^"]*"' "$1" | cut -d '"' -f 4 | sed -E 's/[0-9.]+ (s|ms|us|ns) before/T before/; s/pid [0-9]+/pid N/' | sort | uniq -c | sort -rn; }

# events FILE: those in the history of its first violation, one a line.
events() {
	grep -m 1 '"sentence"' "$1" | sed -E 's/.*"history"://; s/\{"time_ns":([0-9]*)[^}]*"pid":([0-9]*)[^}]*"by":"([^"]*)","kind":"([^"]*)"[^}]*"what":"([^"]*)"[^}]*\}/\n\1 \2 \3 \4: \5\n/g' | grep '^[0-9]'
}

# is_here BUG: this release has it; a stable one may have mended what others of its version have.
is_here() { expected_here bugs.expected | grep -q "^$1 "; }
is_racy() { expected_here bugs.expected | awk -v bug="$1" '$1 == bug && $5 == "racy" { r = 1 } END { exit !r }'; }

# blames BUG SWEEP PATTERN: the sentence of each of its violations matches. Only a race may not be met.
blames() {
	local bug=$1 sweep='' want=$3
	[ "$2" = - ] || sweep=--sweep
	mmaudit run $sweep --json --history=64 -o /tmp/bug.json -- bugs "$bug" >/tmp/said 2>&1
	sentences /tmp/bug.json >/tmp/sentences
	if grep -q "^absent $bug " /tmp/said; then
		data "absent blame-$bug $(grep "^absent $bug " /tmp/said)"
	elif [ ! -s /tmp/sentences ] && is_racy "$bug"; then
		skip "blame-$bug" "the race was not met"
	elif [ -s /tmp/sentences ] && ! grep -qvE "$want" /tmp/sentences; then
		pass "blame-$bug"
	else
		fail "blame-$bug" "$(head -n 3 /tmp/sentences | tr '\n' ';') instead of $want ($(tail -n 1 /tmp/said))"
		events /tmp/bug.json | sed 's/^/data  /' >&3
	fi
}

bugs_here() {
	grep -v '^#' why.expected | while read -r bug kernels sweep want; do
		case ",$kernels," in
		*",$kernel,"* | ",*,") if is_here "$bug"; then blames "$bug" "$sweep" "$want"; else data "absent $bug"; fi ;;
		esac
	done
}

# ---- what is told of a history that is not whole ----

# Who reads stands still while two bugs are met: the history of the first is kept, that of the second cannot be.
not_kept() {
	local pid
	rm -f /tmp/watch.*
	mmaudit watch --json --output /tmp/watch.json --report text=/tmp/watch.txt --report html=/tmp/watch.html >/tmp/watch.out 2>&1 &
	pid=$!
	until_true grep -q '"type":"start"' /tmp/watch.json
	kill -STOP $pid
	bugs ksm-uffd-wp >/dev/null 2>&1
	bugs $bug >/dev/null 2>&1
	kill -CONT $pid
	kill -INT $pid
	wait $pid
	same not-kept-json "$(number history_not_kept /tmp/watch.json)" 1
	cp /tmp/watch.txt /tmp/said
	says not-kept-text '^ *1 new kinds of violations came while the history of another one was kept: '
	cp /tmp/watch.html /tmp/said
	says not-kept-html '<li>1 new kinds of violations came while the history of another one was kept: '
}

# frozen: after the first violation nothing is noted, and the second one says since when nothing is missing: since now.
frozen() {
	loads freeze=Y
	mmaudit run --json -o /tmp/bug.json -- sh -c "bugs ksm-uffd-wp; sleep 1; bugs $bug" >/dev/null 2>&1
	same freeze-keeps "$(events /tmp/bug.json | grep -c 'ksm entry: .*uffd-wp 1 -> 0')" 1
	grep "^{\"type\":\"violation\".*\"site\":\"$site\"" /tmp/bug.json >/tmp/second.json
	same freeze-ends "$(grep -c '"events":\[\]' /tmp/second.json)" 1
	same freeze-told "$(begins_after /tmp/second.json)" yes
	unloads
}

# begins_after FILE: whether its history begins after its violation.
begins_after() {
	awk '{ v = $0; sub(/.*"time_ns":/, "", v); b = $0; sub(/.*"begins_ns":/, "", b); print (b + 0 >= v + 0 ? "yes" : "no") }' "$1"
}

# uptime_ns: the time now, as events have it.
uptime_ns() { awk '{ printf "%.0f\n", $1 * 1000000000 }' /proc/uptime; }

# begins PID ADDR: when its history begins.
begins() { mmaudit why --json "$1" "$2" | sed 's/.*"begins_ns":\([0-9]*\).*/\1/'; }

# ---- any address ----

# asked NAME WANTED PID ADDR: what it says is one line afterwards, for it is broken between words.
asked() {
	local name=$1 want=$2
	shift 2
	status "$name" "$want" mmaudit why "$@"
	tr -s ' \n' ' ' </tmp/said >/tmp/joined
	mv /tmp/joined /tmp/said
}

place() { sed -n "s/^$1 //p" /tmp/places; }

# Sets pid to a process with all the places.
has_places() {
	rm -f /tmp/places
	places >/tmp/places &
	pid=$!
	until_true grep -q '^ready' /tmp/places
}

ends_places() {
	kill $pid
	wait $pid 2>/dev/null
}

# zombie: the number of a process that has exited, and that its parent never waits for; it is older than the history.
zombie() { cat /tmp/zombie; }

makes_zombie() {
	rm -f /tmp/zombie
	sh -c 'sh -c "exit 0" & echo $! >/tmp/zombie; exec sleep 1000' &
	zombies_parent=$!
	until_true test -s /tmp/zombie
}

addresses() {
	local pid child before
	before=$(uptime_ns)
	has_places
	child=$(place child)

	asked moved 0 $pid "$(place moved)"
	says moved-sound '^SOUND '
	says moved-by-mremap "mremap .*moved here from 0x$(place from)"
	says moved-first-mapped 'anon-fault .*first mapped: writable'
	says moved-protected 'mprotect .*(taken away|writable 1 -> 0)'
	if [ -n "$has_marks" ]; then
		says moved-cleared 'clear-refs .*(taken away|soft-dirty 1 -> 0)'
	else
		data "absent moved-cleared nothing is soft-dirty here"
	fi
	asked child 0 "$child" "$(place moved)"
	says child-copied 'fork .*copied from the parent'
	says child-moved "moved here from 0x$(place from)"
	asked json 0 --json $pid "$(place moved)"
	says json-history '"history":{"begins_ns":[0-9]*,.*"what":"moved here from'
	if [ "$(begins $pid "$(place moved)")" -lt "$before" ]; then pass whole; else fail whole "the history begins after $before"; fi

	asked untouched 0 $pid "$(place untouched)"
	says untouched-said 'nothing is mapped at that address now'
	status narrow 0 mmaudit why $pid "$(place untouched)"
	same narrow-enough "$(awk 'length > 80' /tmp/said)" ''
	asked unmapped 0 $pid "$(place unmapped)"
	says unmapped-said 'no mapping of the process has that address now'
	asked kernel-address 2 $pid ffff888000000000
	says kernel-address-said 'no address of a process but of the kernel'
	asked huge 0 $pid "$(place huge)"
	says huge-said 'a huge page: one entry is for all of it'
	asked hugetlb 0 $pid "$(place hugetlb)"
	says hugetlb-said 'a page of hugetlb: one entry is for all of it'
	asked kernel-thread 2 2 1000
	says kernel-thread-said 'process 2 is a kernel thread'
	asked nobody 2 31000 1000
	says nobody-said 'there is no process 31000'
	asked zombie 2 "$(zombie)" 1000
	says zombie-said 'has no memory any more .a zombie, or it just exits., and nothing is recorded of it'
	asked namespace 2 "$(place inner)" 1000
	says namespace-said "one has that number in a pid namespace of its own: 'mmaudit why [0-9]* 0x1000'"

	ends_places
	asked exited 0 $pid "$(place moved)"
	says exited-said 'the process has exited'
	says exited-history 'moved here from'
}

# The smallest ring has forgotten how it began, and says so.
overwritten() {
	local pid before
	loads history=1 history_mode=all
	before=$(uptime_ns)
	has_places
	if [ "$(begins $pid "$(place moved)")" -gt "$before" ]; then pass overwritten; else fail overwritten "the history begins before $before"; fi
	ends_places
	unloads
}

without_rings() {
	local pid
	loads history=0
	asked without-rings 2 31000 1000
	has_places
	asked none 0 $pid "$(place moved)"
	says none-said 'no history: the module keeps none'
	ends_places
	unloads
}

loads history=1024
bugs_here
choose_bug
not_kept
unloads
frozen
makes_zombie
loads history=8192 history_mode=all
addresses
kill $zombies_parent
unloads
overwritten
without_rings
