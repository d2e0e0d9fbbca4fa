#!/bin/busybox sh
# clients.sh - inside the machine: CRIU, which rests on soft-dirty, and QEMU's background snapshot, which rests on
# userfaultfd's write protection, under audit. Without KSM they are right and mmaudit is silent; with it they lose data, and
# mmaudit names that.

# CRIU dumps no process whose root is an initramfs, so the rest runs in a tmpfs. Init stays where it is.
leave_initramfs() {
	local dir
	mkdir /new && mount -t tmpfs new /new || exit 1
	for dir in bin sbin usr lib lib64 etc test root; do
		cp -a "/$dir" /new/
	done
	for dir in dev proc sys tmp out; do
		mkdir "/new/$dir"
		mount --rbind "/$dir" "/new/$dir"
	done
	mkdir /new/run
	cd /new && mount --move . / && MOVED=yes exec chroot . "$0" "$@"
}

[ -n "$MOVED" ] || leave_initramfs "$@"
cd /test || exit 1
. ./lib.sh

set_up() {
	local name
	for name in nf_tables unix_diag tcp_diag udp_diag af_packet_diag netlink_diag; do
		modprobe "$name"
	done
	cd /sys/kernel/mm/ksm && echo 0 >run && echo 10 >sleep_millisecs && echo 3000 >pages_to_scan
	cd /test || exit 1
}

# audited NAME COMMAND...: what it says is kept in /out/NAME, and mmaudit names what tests/clients/expected says. The client gets
# no descriptors but 0 to 2, for CRIU would have to dump them.
audited() {
	local name=$1
	shift
	mmaudit run --json --error-exitcode 0 --output "/tmp/$name.json" -- "$@" >"/out/$name" 2>&1 </dev/null 3>&- ||
		fail "$name-ends" "$(tail -n 1 "/out/$name")"
	is_whole "$name-complete" "/tmp/$name.json"
	findings "$name" expected "/tmp/$name.json" || evidence "/tmp/$name.json"
}

# tells NAME WORD RE: a line of it matches.
tells() {
	if grep -E -- "$3" "/out/$1" >/tmp/told; then
		pass "$1-$2"
		data "$1: $(tail -n 1 /tmp/told)"
	else
		fail "$1-$2" "no line '$3' but: $(grep -v '^mmaudit: ' "/out/$1" | tail -n 4 | tr '\n' ' ')"
	fi
}

# loses NAME WORD RE: the same if this kernel has the bug that makes it so; else nothing is lost.
loses() {
	if expected_here expected | grep -q "^$1 "; then
		tells "$@"
	else
		tells "$1" right '^checked: 0 of 1024 pages are wrong'
	fi
}

criu_works() { criu check >/tmp/check 2>&1; }

with_criu() {
	audited criu-both ./checkpoint.sh /tmp/both both
	tells criu-both right '^checked: 0 of 1024 pages are wrong'
	audited criu-fresh-ksm ./checkpoint.sh /tmp/fresh fresh ksm
	loses criu-fresh-ksm refused 'Hole 0x[0-9a-f]+/[0-9]+ not found in parent'
	audited criu-rewritten-ksm ./checkpoint.sh /tmp/rewritten rewritten ksm
	loses criu-rewritten-ksm wrong '^checked: [1-9][0-9]* of 1024 pages are wrong'
}

without_criu() {
	local name
	for name in both fresh-ksm rewritten-ksm; do
		data "absent criu-$name CRIU $(criu --version | sed 's/.*: //;q'): $(grep -m 1 vdso /tmp/check)"
	done
}

with_qemu() {
	audited qemu ./snapshot.sh /tmp/qemu
	tells qemu right '^asked and loaded: 0 of 2048 pages differ'
	audited qemu-ksm ./snapshot.sh /tmp/qemu-ksm ksm
	tells qemu-ksm wrong '^asked and loaded: [1-9][0-9]* of 2048 pages differ'
}

set_up
loads
if criu_works; then with_criu; else without_criu; fi
with_qemu
unloads
