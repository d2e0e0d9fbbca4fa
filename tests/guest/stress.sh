#!/bin/busybox sh
# stress.sh SECONDS SEED... - inside the machine: everything at once under audit, for SECONDS with each seed,
# once without the operations in which kernels have known bugs, then with all.
. ./lib.sh
seconds=$1
shift
sh ./guest.sh

# audit_once NAME OPTION...: memory holds what was written to it, and the audit shows no violation but known kernel bugs.
audit_once() {
	local name=$1 got=0
	shift
	mmaudit run --json --output /tmp/stress.json -- legal --stress "$seconds" "$@" >/tmp/stress.out 2>/tmp/talk || got=$?
	data "$name: $(tr '\n' ',' </tmp/stress.out)"
	data "$name: $(tail -n 1 /tmp/talk)"
	if ! grep -q '^pass stress' /tmp/stress.out || [ "$got" -gt 1 ]; then
		fail "$name-memory" "status $got: $(tail -n 1 /tmp/stress.out) $(tail -n 1 /tmp/talk)"
		return 1
	fi
	pass "$name-memory"
	findings "$name" stress.expected /tmp/stress.json || evidence /tmp/stress.json
	return 0
}

# has_overflowed FILE: its audit lost suspects, and nothing else.
has_overflowed() {
	[ "$(number suspects_lost "$1")" -gt 0 ] && [ "$(number lost "$1")" = 0 ] && [ "$(number missed "$1")" = 0 ]
}

# audit NAME OPTION...: and the audit missed nothing. The table of suspects overflows, and that is counted, if the worker or
# who holds mmap_lock gets no processor for seconds, as an emulator may have it. Such an audit runs again, at most twice.
audit() {
	for _ in 1 2 3; do
		audit_once "$@" || return
		has_overflowed /tmp/stress.json || break
		data "$1: $(number suspects_lost /tmp/stress.json) suspects lost"
	done
	is_whole "$1-complete" /tmp/stress.json
}

# Reclaim of a huge page of shared memory loses 512 marks at once, so the ring is larger.
loads ring_kb=4096
for seed in "$@"; do
	audit plain --without vfat --seed "$seed"
	audit all --softdirty --seed "$seed"
done
unloads
