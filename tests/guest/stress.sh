#!/bin/busybox sh
# stress.sh KERNEL SECONDS SEED... - inside the machine: everything at once under audit, for SECONDS with each seed,
# once without what kernels are known to have bugs in, then with all of it.
. ./lib.sh
kernel=$1 seconds=$2
shift 2
sh ./guest.sh

# audit NAME OPTION...: memory must hold what was written to it, and the audit be silent but for known kernel bugs.
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

# A huge page of shared memory that reclaim takes has 512 marks to lose at once.
loads ring_kb=4096
for seed in "$@"; do
	audit plain --without vfat --seed "$seed"
	audit all --softdirty --seed "$seed"
done
unloads
