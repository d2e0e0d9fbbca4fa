#!/bin/busybox sh
# kselftest.sh KERNEL - inside the machine: the kernel's own mm selftests, first unaudited, then audited.
. ./lib.sh
kernel=$1
huge=/mnt/huge
export LD_LIBRARY_PATH=/test/programs
trap '' TERM	# a program signals its group at its end

set_up() {
	mkdir -p "$huge" /dev/shm /sys/kernel/debug
	mount -t hugetlbfs none "$huge"
	mount -t tmpfs shm /dev/shm
	grep -q debugfs /proc/mounts || mount -t debugfs debugfs /sys/kernel/debug
}

# What a program killed by its timeout leaves running; it would slow down the next ones.
end_orphans() {
	local exe
	for exe in /proc/[0-9]*/exe; do
		case $(readlink "$exe") in
		/test/programs/*) kill -9 "$(echo "$exe" | cut -d / -f 3)" ;;
		esac
	done
}

# The tests change these, and do not always clean up when they are killed.
settle() {
	end_orphans
	rm -rf "${huge:?}"/* /dev/shm/*
	echo 0 >/proc/sys/kernel/numa_balancing
	echo 0 >/sys/kernel/mm/ksm/run
	echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
	echo never >/sys/kernel/mm/transparent_hugepage/shmem_enabled
	echo 1 >/proc/sys/vm/unprivileged_userfaultfd
	echo 1 >/proc/sys/vm/compact_memory
	echo 160 >/proc/sys/vm/nr_hugepages
} 2>/dev/null

# each FUNCTION: with the seconds, a name and the command of each program that was built.
each() {
	local seconds program args
	while read -r seconds program args <&4; do
		case $seconds in '' | '#'*) continue ;; esac
		if [ ! -x "programs/$program" ]; then
			[ "$1" = plain ] && data "absent: $program"
			continue
		fi
		settle
		args=$(echo "$args" | sed "s,@,$huge,")
		# shellcheck disable=SC2086	# words
		(cd programs && "$1" "$seconds" "$(name_of "$program" $args)" "./$program" $args)
	done 4<list
}

name_of() { echo "$*" | sed "s,$huge/[^ ]*,,; s/ *\$//; s/ /_/g"; }

now() { cut -d . -f 1 /proc/uptime; }

# plain SECONDS NAME COMMAND...: leaves the status of NAME.
plain() {
	local got=0 name=$2 begin
	begin=$(now)
	timeout -s KILL "$1" sh -c 'shift 2; exec "$@"' - "$@" >"/tmp/plain/$name.out" 2>&1 </dev/null || got=$?
	echo "$got" >"/tmp/plain/$name"
	echo $(($(now) - begin)) >"/tmp/plain/$name.seconds"
}

# run_audited SECONDS NAME COMMAND...: the same, with records in /tmp/audited/NAME.json.
run_audited() {
	local got=0 name=$2
	mmaudit run --json --error-exitcode 0 --output "/tmp/audited/$name.json" -- \
		timeout -s KILL "$1" sh -c 'shift 2; exec "$@"' - "$@" >"/tmp/audited/$name.out" 2>"/tmp/audited/$name.talk" \
		</dev/null || got=$?
	echo "$got" >>"/tmp/audited/$name"
}

# It ends as it did without the module, or well. What fails by luck gets three tries.
transparent() {
	local try=1
	while ! grep -qxF -e 0 -f "/tmp/plain/$2" "/tmp/audited/$2"; do
		[ "$try" -lt 3 ] || return 1
		try=$((try + 1))
		run_audited "$@"
	done
}

judge() {
	findings "$name" "$kernel" /test/expected "$1" || evidence "$1"
	whole "$1" || fail "$name-complete" "$(tail -n 1 "$1")"
}

audited() {
	local name=$2 begin
	begin=$(now)
	run_audited "$@"
	data "$name: status $(tail -n 1 "/tmp/audited/$name"), $(($(now) - begin)) s," \
		"alone $(cat "/tmp/plain/$name"), $(cat "/tmp/plain/$name.seconds") s;" \
		"$(number grants "/tmp/audited/$name.json") grants seen: $(tail -n 1 "/tmp/audited/$name.out" | tr -d '\r' | cut -c 1-80)"
	judge "/tmp/audited/$name.json"
	if transparent "$@"; then
		pass "$name-transparent"
	else
		fail "$name-transparent" "ended with $(tail -n 1 "/tmp/audited/$name"), without the module with $(cat "/tmp/plain/$name")"
	fi
}

set_up
mkdir -p /tmp/plain /tmp/audited
each plain
loads
each audited
settle
unloads
cp -r /tmp/plain /tmp/audited /out/
