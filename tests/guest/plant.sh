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

loads
if insmod wrong.ko 2>/tmp/insmod; then
	{ wrong; echo $? >/tmp/status; } | named "$prefix"
	[ "$(cat /tmp/status)" -le 1 ] || fail "$prefix-ends" "wrong ended with $(cat /tmp/status)"
	all_granted
	rmmod wrong || fail rmmod "wrong.ko stays"
else
	fail insmod "$(cat /tmp/insmod)"
fi
unloads
