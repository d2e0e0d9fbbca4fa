#!/bin/busybox sh
# kselftest.sh KERNEL [PROGRAM]... - inside the machine: the kernel's own mm selftests, or some, first unaudited, then audited.
. ./lib.sh
kernel=$1
shift
only=$*
huge=/mnt/huge
export LD_LIBRARY_PATH=/test/programs
trap '' TERM	# a program signals its group at its end

set_up() {
	mkdir -p "$huge" /dev/shm /sys/kernel/debug
	mount -t hugetlbfs none "$huge"
	ln -s "$huge" programs/huge	# where 6.1's hugepage-mmap looks for it
	mount -t tmpfs shm /dev/shm
	has_debugfs
	mkswap /dev/vda >/dev/null && swapon /dev/vda
}

# Ends what a program killed by its timeout has left running: it would slow down the next ones.
end_orphans() {
	local exe
	for exe in /proc/[0-9]*/exe; do
		case $(readlink "$exe") in
		/test/programs/*) kill -9 "$(echo "$exe" | cut -d / -f 3)" ;;
		esac
	done
}

# settle PAGES: resets what the tests change and do not put back when they are killed.
settle() {
	end_orphans
	rm -rf "${huge:?}"/* /dev/shm/*
	echo 0 >/proc/sys/kernel/numa_balancing
	echo 0 >/sys/kernel/mm/ksm/run
	echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
	echo never >/sys/kernel/mm/transparent_hugepage/shmem_enabled
	echo 1 >/proc/sys/vm/unprivileged_userfaultfd
	echo 1 >/proc/sys/vm/compact_memory
	echo "$1" >/proc/sys/vm/nr_hugepages
} 2>/dev/null

wanted() {
	[ -z "$only" ] && return
	case " $only " in *" $1 "*) ;; *) return 1 ;; esac
}

# Each program the kernel's Makefile names is run, or left out for a reason, or was not built; no other outcome.
accounted() {
	local program
	for program in $(cat programs/all); do
		wanted "$program" || continue
		if ! grep -qE "^[0-9/-]+ +$program( |\$)" list; then
			fail "$program-listed" "tests/kselftest/programs does not tell of it"
		elif grep -q "^- $program " list; then
			skip "$program" "$(sed -n "s/^- $program *//p" list)"
		elif [ ! -x "programs/$program" ]; then
			skip "$program" "not built: $(grep -m 1 "^$program.*error: " programs/build.log)"
		fi
	done
}

# each FUNCTION: calls it with the seconds, a name and the command of each program that was built.
each() {
	local seconds program args pages
	while read -r seconds program args <&4; do
		case $seconds in '' | '#'* | -) continue ;; esac
		wanted "$program" && [ -x "programs/$program" ] || continue
		pages=160
		case $seconds in */*) pages=${seconds#*/} seconds=${seconds%/*} ;; esac
		settle "$pages"
		args=$(echo "$args" | sed "s,@,$huge,")
		# shellcheck disable=SC2086	# words
		(cd programs && "$1" "$seconds" "$(name_of "$program" $args)" "./$program" $args)
	done 4<list
}

name_of() { echo "$*" | sed "s,$huge/[^ ]*,,; s/ *\$//; s/ /_/g"; }

now() { cut -d . -f 1 /proc/uptime; }

# plain SECONDS NAME COMMAND...: runs it without audit; its status is left in /tmp/plain/NAME.
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

# One program's records: no violation that is not expected, and nothing lost.
judge() {
	findings "$1" /test/expected "/tmp/audited/$1.json" || evidence "/tmp/audited/$1.json"
	whole "/tmp/audited/$1.json" || fail "$1-complete" "$(tail -n 1 "/tmp/audited/$1.json")"
}

# It must end as it did without the module, or with 0. A program that fails by chance gets three tries, and each is judged.
transparent() {
	local try=1
	while ! grep -qxF -e 0 -f "/tmp/plain/$2" "/tmp/audited/$2"; do
		[ "$try" -lt 3 ] || return 1
		try=$((try + 1))
		run_audited "$@"
		judge "$2"
	done
}

# A program that skips itself (4, KSFT_SKIP) or is killed by its timeout without audit proves nothing when it ends so under audit.
# khugepaged of 6.1 and 6.12 ends with the number of its failures.
compare() {
	local name=$2 alone
	alone=$(cat "/tmp/plain/$name")
	case $name-$alone in
	khugepaged*-4) ;;
	*-4) skip "$name-transparent" "skips itself: $(said "/tmp/plain/$name.out")"; return ;;
	*-137) skip "$name-transparent" "does not end in $1 s, alone neither"; return ;;
	esac
	if transparent "$@"; then
		pass "$name-transparent"
	else
		fail "$name-transparent" "ended with $(tail -n 1 "/tmp/audited/$name"), without the module with $alone"
	fi
}

said() { grep -v '^# Planned' "$1" | tail -n 1 | tr -d '\r' | cut -c 1-80; }

audited() {
	local name=$2 begin
	begin=$(now)
	run_audited "$@"
	data "$name: status $(cat "/tmp/audited/$name"), $(($(now) - begin)) s," \
		"alone $(cat "/tmp/plain/$name"), $(cat "/tmp/plain/$name.seconds") s;" \
		"$(number grants "/tmp/audited/$name.json") grants seen: $(said "/tmp/audited/$name.out")"
	judge "$name"
	compare "$@"
	tail -n 1 "/tmp/audited/$name" >>/tmp/ends
}

summary() {
	data "$kernel: $(wc -l </tmp/ends) programs ended with" \
		"$(sort -n /tmp/ends | uniq -c | awk '{ printf "%s%d: %d", sep, $2, $1; sep = ", " }');" \
		"$(cat /tmp/audited/*.json | grep -c '^{"type":"violation"') violations; $(now) s since boot"
}

set_up
mkdir -p /tmp/plain /tmp/audited
accounted
each plain
loads
each audited
settle 160
unloads
summary
cp -r /tmp/plain /tmp/audited /out/
