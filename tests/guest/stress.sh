#!/bin/busybox sh
# stress.sh KERNEL SECONDS SEED... - inside the machine: everything at once under audit, for SECONDS with each seed,
# once without the operations in which kernels have known bugs, then with all.
. ./lib.sh
kernel=$1 seconds=$2
shift 2
sh ./guest.sh

# audit NAME OPTION...: memory holds what was written to it, and the audit shows no violation but known kernel bugs.
audit() {
	local name=$1 got=0
	shift
	mmaudit run --json --output /tmp/stress.json -- legal --stress "$seconds" "$@" >/tmp/stress.out 2>/tmp/talk || got=$?
	data "$name: $(tr '\n' ',' </tmp/stress.out)"
	data "$name: $(tail -n 1 /tmp/talk)"
	if ! grep -q '^pass stress' /tmp/stress.out || [ "$got" -gt 1 ]; then
		fail "$name-memory" "status $got: $(tail -n 1 /tmp/stress.out) $(tail -n 1 /tmp/talk)"
		return
	fi
	pass "$name-memory"
	findings "$name" "$kernel" stress.expected /tmp/stress.json || evidence /tmp/stress.json
	is_whole "$name-complete" /tmp/stress.json
}

# Reclaim of a huge page of shared memory loses 512 marks at once, so the ring is larger.
loads ring_kb=4096
for seed in "$@"; do
	audit plain --without vfat --seed "$seed"
	audit all --softdirty --seed "$seed"
done
unloads
