#!/bin/busybox sh
# checkpoint.sh DIR rewritten|fresh|both [ksm] - CRIU dumps remember.c in three steps, each only what was written since the one
# before, and restores it; the program then says whether its memory is right. With ksm, ksmd runs after each time it has written.
. ./lib.sh
dir=$1 what=$2 ksm=$3
said=$dir/said

# shown COMMAND...: a transcript of it: the command, what CRIU complains of, the status.
shown() {
	local got=0
	echo "# $*"
	"$@" || got=$?
	grep -h Error "$dir"/*/log
	rm -f "$dir"/*/log
	echo "# status $got"
	return "$got"
}

merged() { [ "$(cat /sys/kernel/mm/ksm/pages_sharing)" -ge "$1" ]; }

# let_ksmd_merge PAGES: at least so many; those that a step writes are 128, of which one is kept.
let_ksmd_merge() {
	echo 1 >/sys/kernel/mm/ksm/run
	until_true merged "$1"
	echo "ksmd: $(cat /sys/kernel/mm/ksm/pages_sharing) pages merged"
	echo 0 >/sys/kernel/mm/ksm/run
}

step() {
	kill -USR1 "$pid"
	until_true grep -qx "step $1" "$said"
	[ -z "$ksm" ] || let_ksmd_merge $((127 * $1))
}

ended() { [ ! -e "/proc/$pid" ]; }

dump() {
	shown criu pre-dump --tree "$pid" --track-mem --images-dir "$dir/1" --log-file log || return
	step 1
	shown criu pre-dump --tree "$pid" --track-mem --images-dir "$dir/2" --prev-images-dir ../1 --log-file log || return
	step 2
	shown criu dump --tree "$pid" --track-mem --images-dir "$dir/3" --prev-images-dir ../2 --log-file log
}

restore() {
	ls -l "$dir"/*/pages-1.img
	shown criu restore --restore-detached --images-dir "$dir/3" --log-file log || return
	kill -USR2 "$pid"
	until_true grep -q '^checked' "$said"
	grep -E '^(wrong|checked)' "$said"
}

echo 2 >/sys/kernel/mm/ksm/run	# forgets what ended processes had merged
mkdir -p "$dir/1" "$dir/2" "$dir/3"
: >"$said"
remember "$what" "$said"
until_true grep -q '^pid' "$said"
pid=$(sed -n 's/^pid //p' "$said")
if dump; then restore; else kill -9 "$pid"; fi
until_true ended
