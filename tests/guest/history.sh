#!/bin/busybox sh
# history.sh - inside the machine: the history has what happens to entries and mappings, whatever the size of its rings.
. ./lib.sh
sh ./guest.sh

# rows PREFIX [NAME]...
rows() {
	local prefix=$1
	shift
	events "$@" 2>/tmp/events | sed "s/^\([a-z]*\) /\1 $prefix/" >&3
	[ ! -s /tmp/events ] || tail -n 60 /tmp/events >&3
}

default() {
	loads
	rows ''
	unloads
}

# Enough for all that happens, whatever the machine does besides.
largest() {
	loads history=16384
	rows largest- agrees
	unloads
}

# The fewest events that a ring can have.
smallest() {
	loads history=1
	rows smallest- wraps read-while-written refused
	unloads
}

none() {
	loads history=0
	events touch >/tmp/none 2>&1
	if grep -q '^fail touch .*MMA_IOC_HISTORY.*not supported' /tmp/none; then
		pass none
	else
		fail none "$(cat /tmp/none)"
	fi
	unloads
}

# A processor that goes and comes: with its rings, or to get them.
hotplug() {
	local cpu=/sys/devices/system/cpu/cpu1/online
	loads
	echo 0 >$cpu || fail hotplug "CPU 1 stays"
	rows one-cpu- touch migrate
	echo 1 >$cpu
	rows back- second-cpu
	echo 0 >$cpu
	unloads
	loads
	echo 1 >$cpu
	rows new-cpu- second-cpu read-while-written
	unloads
}

# Modes and the size that a user may ask for, and what he may not.
parameters() {
	status unknown-mode 3 mmaudit load history_mode=some
	loads history_mode=all history=16
	same mode "$(cat /sys/module/mmaudit/parameters/history_mode)" all
	echo off >/sys/module/mmaudit/parameters/history_mode
	events touch >/tmp/off 2>&1
	grep -q '^fail touch .*mode 1, not 4' /tmp/off && pass mode-off || fail mode-off "$(cat /tmp/off)"
	echo default >/sys/module/mmaudit/parameters/history_mode
	rows again- touch
	unloads
}

default
largest
smallest
none
hotplug
parameters
