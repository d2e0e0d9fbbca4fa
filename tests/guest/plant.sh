#!/bin/busybox sh
# plant.sh PREFIX - inside the machine: a planted wrong entry of every rule and level is found by a sweep, exactly, every time.
. ./lib.sh
prefix=$1	# of the names of its tests
sh ./guest.sh
loads
if insmod wrong.ko 2>/tmp/insmod; then
	wrong | sed "s/^\([a-z]*\) /\1 $prefix-/" >&3
	rmmod wrong || fail rmmod "wrong.ko stays"
else
	fail insmod "$(cat /tmp/insmod)"
fi
unloads
