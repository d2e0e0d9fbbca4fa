#!/bin/busybox sh
# plant.sh PREFIX - inside the machine: a planted wrong entry of every rule and level is found by a sweep, exactly, every time.
. ./lib.sh
prefix=$1	# of the names of its tests
sh ./guest.sh

# What wrong says, each name with our prefix $1.
named() { sed "s/^\([a-z]*\) /\1 $1-/" >&3; }

# granted ROW "COUNT RULES SITE": under audit, exactly that is seen when it is made; "": nothing.
granted() {
	local got said
	said=$(mmaudit run --json --output /tmp/granted -- wrong "$1" 2>/tmp/talk)
	case $said in
	"pass $1") ;;
	"fail $1 "* | "skip $1 "* | "absent $1 "*) echo "$said" | named "$prefix-granted"; return ;;
	*) fail "$prefix-granted-$1" "said '$said': $(tail -n 1 /tmp/talk)"; return ;;
	esac
	got=$(violations /tmp/granted | sort | tr '\n' ';')
	if [ "$got" = "${2:+$2;}" ] && whole /tmp/granted; then
		pass "$prefix-granted-$1"
	else
		fail "$prefix-granted-$1" "saw '$got', not '$2': $(tail -n 1 /tmp/talk)"
		evidence /tmp/granted
	fi
}

# Wrong where a driver maps it, and sound.
all_granted() {
	granted insert-page "1 UFFD_WP insert"
	granted insert-pages "23 UFFD_WP insert"
	granted insert-pages-busy "2 UFFD_WP insert"
	granted insert-all "23 UFFD_WP insert"
	granted insert-pfns "23 UFFD_WP insert"
	granted insert-page-sound ""
	granted insert-pages-sound ""
	granted insert-pfns-sound ""
	granted device-exclusive ""
	granted device-exclusive-read-only ""
	granted device-exclusive-wrong "23 VM_WRITE,VMA_PROT device-exclusive"
}

# There is a suspect that is not judged yet.
waits() { mmaudit stat | awk '{ n[$1] = $2 } END { exit n["suspects"] <= n["confirmed"] + n["cleared"] + n["suspects_lost"] }'; }

let_go() { dmesg | grep -q 'wrong: lets go'; }

# What was left to be judged later keeps the module until it is.
unloads_waiting() {
	wrong hold >/tmp/hold 2>&1 &
	holder=$!
	if until_true waits && ! let_go; then
		pass "$prefix-suspect-waits"
	else
		fail "$prefix-suspect-waits" "$(mmaudit stat | tr '\n' ' ') $(cat /tmp/hold)"
	fi
	unloads
	if let_go; then
		pass "$prefix-unload-waits"
	else
		fail "$prefix-unload-waits" "the module went while a suspect's mmap_lock was held"
	fi
	wait "$holder" || fail "$prefix-hold" "status $?: $(cat /tmp/hold)"
}

loads
if insmod wrong.ko 2>/tmp/insmod; then
	{ wrong; echo $? >/tmp/status; } | named "$prefix"
	[ "$(cat /tmp/status)" -le 1 ] || fail "$prefix-ends" "wrong ended with $(cat /tmp/status)"
	all_granted
	unloads_waiting
	rmmod wrong || fail rmmod "wrong.ko stays"
else
	fail insmod "$(cat /tmp/insmod)"
fi
