#!/bin/busybox sh
# snapshot.sh DIR [ksm] - QEMU makes a background snapshot of guest.S while that writes all its memory again, and loads it.
# DIR gets the memory when the snapshot was asked for (asked), what another QEMU finds in the snapshot (loaded), and what both
# QEMUs were told and said (save.log, load.log). With ksm, ksmd runs between asking and writing.
. ./lib.sh
dir=$1 ksm=$2 here=$PWD

fail_with() {
	echo "$1: $(tail -n 3 "$name.err" "$name.log")"
	exit 1
}

# qemu NAME OPTION...: starts one whose monitor is asked by ask() and answers in NAME.log. Its memory is MADV_MERGEABLE by default.
qemu() {
	name=$1
	shift
	mkfifo "$name.in" "$name.out"
	exec 5<>"$name.in"
	cat "$name.out" >>"$name.log" 5>&- &
	qemu-system-x86_64 -L "$here" -bios guest.bin -M isapc -m 8 -accel tcg -nodefaults -no-user-config -display none \
		-chardev "pipe,id=monitor,path=$name" -mon monitor,mode=control -device isa-serial,chardev=line \
		-device isa-debugcon,iobase=0xe9,chardev=said "$@" 5>&- >>"$name.err" 2>&1 &
	until_true grep -q '"QMP"' "$name.log" || fail_with 'QEMU does not start'
	ask qmp_capabilities
}

answers() { grep -cE '^\{"(return|error)"' "$name.log"; }
answered() { [ "$(answers)" -gt "$asked" ]; }

# ask COMMAND [ARGUMENTS]: waits for the answer, which is in the variable answer, too.
ask() {
	asked=$(answers)
	answer="{\"execute\": \"$1\"${2:+, \"arguments\": {$2\}}}"
	echo "$answer" >>"$name.log"
	echo "$answer" >&5
	until_true answered || fail_with "no answer to $1"
	answer=$(grep -E '^\{"(return|error)"' "$name.log" | tail -n 1)
	case $answer in '{"error"'*) fail_with "QEMU refuses $1" ;; esac
}

memory_to() { ask pmemsave "\"val\": 0, \"size\": 8388608, \"filename\": \"$1\""; }

# transferred: all of the snapshot is written, or read.
transferred() {
	ask query-migrate
	case $answer in *'"status": "completed"'*) ;; *) return 1 ;; esac
}

merged() { [ "$(cat /sys/kernel/mm/ksm/pages_sharing)" -ge 1000 ]; }

let_ksmd_merge() {
	echo 1 >/sys/kernel/mm/ksm/run
	until_true merged
	echo "ksmd: $(cat /sys/kernel/mm/ksm/pages_sharing) pages merged"
	echo 0 >/sys/kernel/mm/ksm/run
}

# The guest stands while its memory is saved for comparison; QEMU lets it run when the snapshot has begun. What takes the
# snapshot waits for the file go, so that the guest writes before most of its pages are saved.
save() {
	mkfifo line.in line.out
	exec 6<>line.in
	qemu save -chardev pipe,id=line,path=line -chardev file,id=said,path=said
	until_true grep -q A said
	ask stop
	memory_to asked
	ask migrate-set-capabilities '"capabilities": [{"capability": "background-snapshot", "state": true}]'
	ask migrate '"uri": "exec:until [ -e go ]; do usleep 100000; done; cat >snapshot"'
	until_true grep -q RESUME save.log
	[ -z "$ksm" ] || let_ksmd_merge
	echo again >&6
	sleep 1
	: >go
	until_true grep -q B said
	until_true transferred
	memory_to later
	ask quit
}

load() {
	qemu load -S -chardev null,id=line -chardev null,id=said -incoming 'exec:cat snapshot'
	until_true transferred
	memory_to loaded
	ask quit
}

mkdir -p "$dir" && cd "$dir" || exit 1
echo 2 >/sys/kernel/mm/ksm/run	# forgets what ended processes had merged
save
load
"$here/differ" asked later
"$here/differ" asked loaded
