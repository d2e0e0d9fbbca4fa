#!/bin/busybox sh
# cycles.sh N - inside the machine: loads and unloads N times while threads fault, migrate, fork and swap.
. ./lib.sh
cycles=$1
sh ./guest.sh

# Ends with the file "done"; a lie in memory is a failure.
load_on_memory() {
	while [ ! -e /tmp/done ]; do
		legal --stress 5 --threads 2 >/tmp/stress 2>&1
		grep -q '^fail' /tmp/stress && { cp /tmp/stress /tmp/broken; return; }
	done
}

cycle() {
	local i=1
	while [ "$i" -le "$cycles" ]; do
		mmaudit load >/tmp/load 2>&1 || { fail cycles "load $i: $(tail -n 2 /tmp/load | tr '\n' ' ')"; return; }
		mmaudit unload 2>/tmp/load || { fail cycles "unload $i: $(tail -n 1 /tmp/load)"; return; }
		i=$((i + 1))
	done
	pass cycles
}

load_on_memory &
cycle
touch /tmp/done
wait
if [ -e /tmp/broken ]; then
	fail memory "$(head -n 1 /tmp/broken)"
else
	pass memory
fi
if [ -e /dev/mmaudit ] || grep -q '^mmaudit ' /proc/modules; then
	fail nothing-left "the module or its device is still there"
else
	pass nothing-left
fi
