#!/bin/busybox sh
# plant.sh PREFIX - inside the machine: a planted wrong entry of every rule and level is found by a sweep, exactly, every time.
. ./lib.sh
prefix=$1	# of the names of its tests
sh ./guest.sh

# named PREFIX: passes on what wrong says, with PREFIX before each name.
named() { sed "s/^\([a-z]*\) /\1 $1-/" >&3; }

# granted ROW ENTRIES "COUNT RULES SITE": an audit of the row sees exactly this, in COUNT calls of the kernel; "" is nothing.
granted() {
	local got
	said=$(mmaudit run --json --output /tmp/granted -- wrong "$1" 2>/tmp/talk)
	case $said in
	"pass $1") ;;
	"fail $1 "* | "skip $1 "* | "absent $1 "*) echo "$said" | named "$prefix-granted"; return ;;
	*) fail "$prefix-granted-$1" "said '$said': $(tail -n 1 /tmp/talk)"; return ;;
	esac
	got=$(violations /tmp/granted | sort | tr '\n' ';')
	if [ "$got" = "${3:+$3;}" ] && [ "$(number entries /tmp/granted)" = "$2" ] && whole /tmp/granted; then
		pass "$prefix-granted-$1"
	else
		fail "$prefix-granted-$1" "saw '$got' of $(number entries /tmp/granted) entries, not '$3' of $2: $(tail -n 1 /tmp/talk)"
		evidence /tmp/granted
	fi
}

# Entries that a driver maps, wrong ones and sound ones; those that reclaim puts back, and that writeback cleans.
all_granted() {
	local all=23 dax="23 DIRTY writeback" cleaned=23
	case $(uname -r) in 5.10.*) dax='' cleaned=0 ;; esac	# dax_entry_mkclean() is inlined there: fs/dax.c:804
	case $(uname -r) in 7.*) all=1 ;; esac	# vm_map_pages() calls vm_insert_pages(): mm/memory.c:2623 (7.2), :2261 (6.12)
	granted insert-page 1 "1 UFFD_WP,PRIVATE_FILE,VMA_PROT insert"
	granted insert-pages 23 "1 UFFD_WP,PRIVATE_FILE,VMA_PROT insert"
	granted insert-pages-busy 2 "1 UFFD_WP,PRIVATE_FILE,VMA_PROT insert"
	granted insert-all 23 "$all UFFD_WP,PRIVATE_FILE,VMA_PROT insert"
	granted insert-pfns 23 "1 UFFD_WP,PRIVATE_FILE,VMA_PROT insert"
	granted insert-page-sound 0 ""
	granted insert-pages-sound 0 ""
	granted insert-pfns-sound 0 ""
	granted put-back-sound 0 ""
	granted put-back-sound-marks 0 ""
	granted put-back-shared 23 "23 ANON_EXCL unmap"
	granted put-back-writable 23 "23 VM_WRITE unmap"
	granted put-back-clean 23 "23 LOST_SOFT_DIRTY unmap"
	granted put-back-unwatched 23 "23 LOST_UFFD_WP unmap"
	granted zap-sound 0 ""
	granted zap-lost 23 "1 LOST_UFFD_WP zap"
	granted zap-lost-private 23 "1 LOST_UFFD_WP zap"
	granted zap-lost-hole 23 "1 LOST_UFFD_WP zap"
	granted zap-lost-hugetlb 1 "1 LOST_UFFD_WP zap"
	granted mkclean 23 "23 DIRTY writeback"
	granted dax-sound 0 ""
	granted dax-mkclean $cleaned "$dax"
	granted device-pages 0 ""
	granted device-frames 0 ""
	granted device-exclusive 0 ""
	granted device-exclusive-read-only 0 ""
	granted device-exclusive-wrong 23 "23 VM_WRITE,VMA_PROT device-exclusive"
	granted device-exclusive-flood 512 "512 VM_WRITE,VMA_PROT device-exclusive"
	case $said in pass*) some_stacks ;; esac
}

# Where the kernel holds the lock each entry still has a record, but only the first have a stack.
some_stacks() {
	local without
	without=$(grep -c '"NO_STACK"' /tmp/granted)
	if [ "$without" -gt 0 ] && [ "$without" -le 448 ] && ! grep -m 1 '"violation"' /tmp/granted | grep -q NO_STACK; then
		pass "$prefix-some-stacks"
	else
		fail "$prefix-some-stacks" "$without of 512 records without"
	fi
}

# A sweep of 1536 wrong entries, none beside another: all are counted, and the log has some lines and is not flooded.
all_told() {
	local before
	before=$(counter findings)
	quiet_log
	wrong many | named "$prefix-told"
	same "$prefix-told-counted" "$(($(counter findings) - before))" 1536
	told "$prefix-told" '^mmaudit: ANON_EXCL in sweep: wrong\[' 1536
}

# neither NAME WHAT: mmap_lock is still held, so WHAT did not wait for it.
neither() {
	if dmesg | grep -q 'wrong: lets go'; then
		fail "$1" "$2 only when mmap_lock was let go"
	else
		pass "$1"
	fi
}

# A suspect that cannot be judged yet delays neither the end of a reader (after a second it counts as lost) nor an unload.
unloads_waiting() {
	local holder watch
	mmaudit watch --json --output /tmp/watch 2>/tmp/talk &
	watch=$!
	until_true test -s /tmp/watch
	wrong hold >/tmp/hold 2>&1 &
	holder=$!
	until_true waits || fail "$prefix-suspect-waits" "$(mmaudit stat | tr '\n' ' ') $(cat /tmp/hold)"
	neither "$prefix-suspect-waits" "one was seen to wait"
	kill -INT "$watch"
	wait "$watch"
	neither "$prefix-flush-ends" "the reader ended"
	if [ "$(number suspects_lost /tmp/watch)" = 1 ]; then
		pass "$prefix-suspect-lost"
	else
		fail "$prefix-suspect-lost" "$(tail -n 1 /tmp/watch)"
	fi
	unloads
	neither "$prefix-unload-ends" "the module went"
	wait "$holder" || fail "$prefix-hold" "status $?: $(cat /tmp/hold)"
}

loads
if insmod wrong.ko 2>/tmp/insmod; then
	{ wrong; echo $? >/tmp/status; } | named "$prefix"
	[ "$(cat /tmp/status)" -le 1 ] || fail "$prefix-ends" "wrong ended with $(cat /tmp/status)"
	all_granted
	[ "$(uname -r | cut -d. -f1)" -lt 6 ] || all_told	# PageAnonExclusive (5.19)
	unloads_waiting
	rmmod wrong || fail rmmod "wrong.ko stays"
else
	fail insmod "$(cat /tmp/insmod)"
fi
