#!/bin/busybox sh
# why.sh KERNEL - inside the machine: each known bug's violations say which event lost the bit, and `mmaudit why` tells of any address.
. ./lib.sh
kernel=$1
sh ./guest.sh

# ---- who is to blame ----

# sentences FILE: those of the violations in a file of JSON records, each once.
sentences() { grep -o '"sentence":"[^"]*"' "$1" | cut -d '"' -f 4 | sed -E 's/[0-9.]+ (s|ms|us|ns) before/T before/; s/pid [0-9]+/pid N/' | sort | uniq -c | sort -rn; }

# blames BUG SWEEP PATTERN: where the bug is met, the sentence of each of its violations matches.
blames() {
	local bug=$1 sweep='' want=$3
	[ "$2" = - ] || sweep=--sweep
	mmaudit run $sweep --json --history=64 -o /tmp/bug.json -- bugs "$bug" >/tmp/said 2>&1
	sentences /tmp/bug.json >/tmp/sentences
	if grep -q 'not reproduced' /tmp/said; then
		skip "blame-$bug" "it was not met"
	elif [ -s /tmp/sentences ] && ! grep -qvE "$want" /tmp/sentences; then
		pass "blame-$bug"
	else
		fail "blame-$bug" "$(head -n 3 /tmp/sentences | tr '\n' ';') instead of $want ($(tail -n 1 /tmp/said))"
	fi
}

bugs_here() {
	grep -v '^#' why.expected | while read -r bug kernels sweep want; do
		case ",$kernels," in
		*",$kernel,"* | ",*,") blames "$bug" "$sweep" "$want" ;;
		esac
	done
}

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

addresses() {
	local pid child
	rm -f /tmp/places
	places >/tmp/places &
	pid=$!
	until_true grep -q '^ready' /tmp/places
	child=$(place child)

	asked moved 0 $pid "$(place moved)"
	says moved-sound '^SOUND '
	says moved-by-mremap "mremap .*moved here from 0x$(place from)"
	says moved-first-mapped 'anon-fault .*first mapped: writable'
	says moved-cleared 'clear-refs .*(taken away|soft-dirty 1 -> 0)'
	asked child 0 "$child" "$(place moved)"
	says child-copied 'fork .*copied from the parent'
	says child-moved "moved here from 0x$(place from)"
	asked json 0 --json $pid "$(place moved)"
	says json-history '"history":{"begins_ns":[0-9]*,.*"what":"moved here from'

	asked untouched 0 $pid "$(place untouched)"
	says untouched-said 'nothing is mapped at that address now'
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
	asked namespace 2 "$(place inner)" 1000
	says namespace-said "one has that number in a pid namespace of its own: 'mmaudit why [0-9]* 0x1000'"

	kill $pid
	wait $pid 2>/dev/null
	asked exited 0 $pid "$(place moved)"
	says exited-said 'the process has exited'
	says exited-history 'moved here from'
}

loads history=1024
bugs_here
unloads
loads history=1024 history_mode=all
addresses
unloads
loads history=0
asked without-rings 2 31000 1000
rm -f /tmp/places
places >/tmp/places &
pid=$!
until_true grep -q '^ready' /tmp/places
asked none 0 $pid "$(place moved)"
says none-said 'no history: the module keeps none'
kill $pid
unloads
