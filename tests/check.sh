#!/bin/bash
# check.sh - `make check`: builds for every audited kernel, lints, and tests on each in virtual machines.
set -eu -o pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"

usage() {
	cat <<END2
usage: check.sh [--kernel NAME]... [--only PROGRAM]... [--cycles N] [SUITE]...

Runs the suites (default: all but kselftest) on the kernels (default: tests/vm/list on):
  unit    rules, decoder, printers, ABI; no kernel
  lint    shellcheck of all scripts
  fuzz    any bytes to the reader for a minute (make fuzz)
  build   the module with W=1 and sparse; any warning is a failure
  harness does the machine harness tell right from wrong (first kernel only)
  legal   every legal path under audit: silence
  sweep   sweeps: silent under stress, exact on planted entries of every rule
  bugs    every known kernel bug under audit: exactly what tests/bugs/expected says
  stress  all operations at once on several threads under audit: silence but for known kernel bugs
  kselftest  (only when named: make check-long) the kernel's own mm selftests under audit: the same, and they end as without it;
             --only PROGRAM runs that one alone, with each of its command lines in tests/kselftest/programs
  cycles  load and unload under fault load: --cycles N times (20 on 6.1 and 6.12, 10 elsewhere)
  wrong   wrong use
  hostile an unprivileged user does its worst beside audits and unloads: nobody waits, nothing is lost uncounted or told falsely
  cost    (6.1 and 6.12) auditing a copying write fault costs no more than 120 % of an empty kretprobe

Prints pass, fail and skip lines and ends with what failed and was skipped, again, and with their counts. Status 0: something passed, nothing failed.
END2
}

# A program that is not there would leave nothing to run, and nothing to fail.
listed() {
	grep -qE "^[0-9/-]+ +$1( |\$)" tests/kselftest/programs || { echo "check.sh: tests/kselftest/programs has no '$1'" >&2; exit 2; }
}

kernels=() suites=() only=() cycles=''
in_machines=(wrong legal sweep bugs stress kselftest cycles hostile cost)
while [ $# -gt 0 ]; do
	case $1 in
	--kernel) kernels+=("${2:?--kernel wants a name}"); shift 2 ;;
	--only) listed "${2:?--only wants a program}"; only+=("$2"); shift 2 ;;
	--cycles) [[ ${2-} =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }; cycles=$2; shift 2 ;;
	-h | --help) usage; exit ;;
	unit | lint | fuzz | build | harness | legal | sweep | bugs | stress | kselftest | cycles | wrong | hostile | cost) suites+=("$1"); shift ;;
	*) usage >&2; exit 2 ;;
	esac
done
[ ${#kernels[@]} -gt 0 ] || mapfile -t kernels < <(tests/vm/list on)
[ ${#suites[@]} -gt 0 ] || suites=(unit lint fuzz build harness legal sweep bugs stress cycles wrong hostile cost)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A suite that dies must not pass for one that had nothing to say. Prefixes its verdicts; its own total is ours to make.
run_suite() {
	local name=$1 of=$work/$1 got
	shift
	echo lost >"$of.status"
	set +e
	(
		set -e
		# shellcheck disable=SC2064	# named now: where it runs, run_suite's variables may be gone
		trap "echo \$? >'$of.status'" EXIT
		"$@"
	) 2>"$of.talk" >"$of.said"
	set -e
	got=$(cat "$of.status")
	sed -E -e "s/^(pass|fail|skip) /&$name-/" -e '/^[0-9]+ passed, [0-9]+ failed/d' "$of.said"
	grep -qE '^(pass|fail|skip) ' "$of.said" || got="$got, and it said nothing"
	[ "$got" != 0 ] || ! grep -q '^fail ' "$of.said" || got=1
	[ "$got" != 0 ] || return 0
	if ! grep -q '^fail ' "$of.said"; then
		echo "fail $name-ends status $got: $(tail -n 1 "$of.talk")"
	fi
	tail -n 40 "$of.talk" >&2
}

# Said in one piece, for others may be at work beside it.
suite() {
	run_suite "$@" >"$work/$1.lines"
	flock "$work" cat "$work/$1.lines"
}

# --- no kernel ---

scripts() {
	find . \( -path ./.git -o -path ./build \) -prune -o -type f -exec grep -lE -m 1 '^#!.*(sh|bash)$' {} + | sort
	echo ./tests/guest/lib.sh
}

lint() {
	local file dialect
	while read -r file; do
		dialect=()
		if head -n 1 "$file" | grep -q busybox; then
			dialect=(-s dash)
		fi
		if shellcheck -x -P SCRIPTDIR -S warning "${dialect[@]}" "$file" >"$work/lint" 2>&1; then
			echo "pass $file"
		else
			echo "fail $file $(grep -m 1 -o 'SC[0-9]*.*' "$work/lint")"
			cat "$work/lint" >&2
		fi
	done < <(scripts)
}

fuzz() {
	if make -s fuzz >"$work/fuzz" 2>&1; then
		echo "pass reader $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/fuzz") inputs"
	else
		echo "fail reader $(grep -m 1 -E 'ERROR|Assertion|Error|error:' "$work/fuzz")"
		cat "$work/fuzz" >&2
	fi
}

# --- the module ---

# A probe's first comment says since or until which kernel the answer is yes; $2 holds the answers of kernel $1.
cited() {
	local file name word version age bad=''
	for file in module/compat/probes/*.c; do
		name=$(basename "$file" .c)
		[[ " compiler range sane " != *" $name "* ]] || continue
		read -r _ word version _ <"$file"
		version=${version%:} age=until
		if printf '%s\n' "$version" "$1" | sort -V -C; then age=since; fi
		if grep -q "^#define HAVE_${name^^} 1$" "$2"; then
			[ "$word" = "$age" ] || bad+=" $name=yes"
		else
			[[ "$word $age" =~ ^(since until|until since)$ ]] || bad+=" $name=no"
		fi
	done
	if [ -z "$bad" ]; then
		echo "pass probes-as-cited"
	else
		echo "fail probes-as-cited$bad"
	fi
}

# Afresh, for a second build says nothing of what is compiled already. Only lines about our files count.
build() {
	local out=build/check/$1 lines
	rm -rf "$out"
	if ! MMAUDIT_MAKE='C=1 KBUILD_CHECKSRC=1' tests/vm/build "$1" . "$out" . tests/wrong 2>"$work/build"; then
		echo "fail compiles $(grep -m 1 -E 'error|failed' "$work/build")"
		cat "$work/build" >&2
		return
	fi
	if [ ! -e "$out/mmaudit.ko" ] || [ ! -e "$out/mmaudit_wrap.ko" ]; then
		echo "fail compiles no mmaudit.ko or no mmaudit_wrap.ko came of it"
		return
	fi
	echo "pass compiles"
	cited "$1" "$out/module/compat/have.h"
	lines=$(grep -E '(warning|error):' "$work/build" | grep -cE "(^|$top/$out/|[./]/)(module|uapi|tests/wrong)/" || true)
	if [ "$lines" -eq 0 ]; then
		echo "pass no-warnings"
	else
		echo "fail no-warnings $lines lines, the first: $(grep -m 1 -E '(warning|error):' "$work/build")"
		cat "$work/build" >&2
	fi
}

# --- machines ---

# Those of the legal rows' modules, or of the named ones, that kernel $1 has, as options of run.
modules() {
	local dir release name wanted=("${@:2}")
	[ ${#wanted[@]} -gt 0 ] || wanted=(vfat nls_cp437 nls_ascii nls_utf8 brd loop zram nd_e820 nd_pmem lzo-rle lz4_compress lz4hc_compress)
	dir=$(tests/vm/fetch --cached "$1")
	release=$(cat "$dir/release")
	for name in "${wanted[@]}"; do
		if /sbin/modprobe -d "$dir" -S "$release" --show-depends "$name" >/dev/null 2>&1; then
			printf '%s\n' --mod "$name"
		fi
	done
}

# The suite as tests/guest/log.expected names it.
said_by() {
	case $1 in
	wrong-use.sh) echo wrong ;;
	*) basename "$1" .sh ;;
	esac
}

# machine KERNEL SCRIPT OPTION...
machine() {
	local kernel=$1 script=$2 allowed_log
	shift 2
	if [ ! -e "build/check/$kernel/mmaudit.ko" ]; then
		echo "fail boots the module was not built"
		return
	fi
	mapfile -t allowed_log < <(tests/log-allowed.sh "$(said_by "$script")" "$kernel")
	tests/vm/run --kernel "$kernel" --script "tests/guest/$script" --expect-tests "${allowed_log[@]}" --add mmaudit \
		--add tests/guest/lib.sh --add "build/check/$kernel/mmaudit.ko" --add "build/check/$kernel/mmaudit_wrap.ko" "$@"
}

# With all that the rows of legal and bugs want.
full_machine() {
	local mods
	mapfile -t mods < <(modules "$1")
	machine "$@" --numa --append 'memmap=64M!256M' "${mods[@]}" --add tests/kit/guest.sh \
		--add build/tests/legal --add build/tests/bugs --add /sbin/mke2fs:../sbin/mke2fs \
		--add tests/guest/legal.expected --add tests/guest/legal.paths --add tests/bugs/expected:bugs.expected "${last[@]}"
}

# And the README's table of what is seen there must be what the machine reports.
legal() {
	last=(--add build/tests/ia32 -- "$1")
	full_machine "$1" legal.sh --timeout 900 --out "build/check/$1.out"
	if tests/sites.sh --check "$1" >"$work/sites.$1"; then
		echo "pass readme-sites"
	else
		echo "fail readme-sites the README says otherwise, tests/sites.sh --write mends it: $(grep -m 1 '^[<>]' "$work/sites.$1")"
	fi
}
bugs() {
	last=(-- "$1")
	full_machine "$1" bugs.sh --timeout 900 --allow-splat 'BUG: mmaudit: ' | tee "$work/rows.$1"
}

sweep() {
	last=(--add build/tests/together --add build/tests/traced -- "$1" 20)
	full_machine "$1" sweep.sh --timeout 600
	plant "$1" 5-level ''
	plant "$1" 4-level no5lvl
	panics "$1"
}

# action=panic ends the machine, so what it said is on its console: a report, then the panic under the same title.
panics() {
	local got=0 console=$work/panic.$1
	machine "$1" panic.sh --timeout 120 --log "$console" --add build/tests/wrong \
		--add "build/check/$1/tests/wrong/wrong.ko" >"$work/panics.$1" 2>&1 || got=$?
	if [ $got != 125 ]; then
		echo "fail panics status $got: $(tail -n 1 "$work/panics.$1")"
	elif tr -d '\r' <"$console" | sed -E 's/^(\[[^]]*\])+ //' | awk '
		/^BUG: mmaudit: VM_WRITE in sweep$/ { step = 1; next }
		step == 1 && /^CPU: [0-9]+ PID: [0-9]+ Comm: wrong [0-9]/ { step = 2 }
		step == 2 && /^VM_WRITE: writable entry in a mapping without VM_WRITE$/ { step = 3 }
		step == 3 && /^address 0x[0-9a-f]+-0x[0-9a-f]+, 23 entries$/ { step = 4 }
		step == 4 && /^Kernel panic - not syncing: mmaudit: VM_WRITE in sweep$/ { step = 5 }
		END { exit step != 5 }'; then
		echo "pass panics"
	else
		echo "fail panics the console does not say so"
		tail -n 40 "$console" >&2
	fi
}

# plant KERNEL PREFIX WORDS: a gigantic page comes only where the memory is one node.
plant() {
	local mods
	mapfile -t mods < <(modules "$1")
	machine "$1" plant.sh --timeout 300 --mem 3G --append "hugepagesz=1G hugepages=1 $3" "${mods[@]}" \
		--add tests/kit/guest.sh --add /sbin/mke2fs:../sbin/mke2fs \
		--add build/tests/wrong --add "build/check/$1/tests/wrong/wrong.ko" -- "$2"
}

stress() { last=(--add tests/guest/stress.expected -- "$1" 30 1); full_machine "$1" stress.sh --timeout 900; }
# A cycle takes 2 to 6 seconds in an emulated machine; beyond the two kernels most tests are for, fewer will do.
cycles() {
	local n=${cycles:-10}
	[ -n "$cycles" ] || case $1 in 6.1 | 6.12) n=20 ;; esac
	preempted "$1"
	last=(--add build/tests/balance -- "$n")
	full_machine "$1" cycles.sh --timeout $((600 + 8 * n)) "${preemption[@]}"
}

# Where each kernel is most easily interrupted, or as 7.x is by default: sets the options preemption.
# 5.10 and 6.1 keep the model they are built with.
preempted() {
	preemption=()
	case $1 in
	6.12) preemption=(--append preempt=full) ;;
	7.2) preemption=(--append preempt=lazy) ;;
	esac
}

hostile() {
	local mods
	preempted "$1"
	mapfile -t mods < <(modules "$1" fuse)
	machine "$1" hostile.sh --mem 2G --timeout 900 --allow-splat 'BUG: mmaudit: LOST_SOFT_DIRTY in mremap' "${preemption[@]}" \
		"${mods[@]}" --add build/tests/hostile --add build/tests/balance
}

# Their hugetlb tests want 256 MB, their migration tests three processors and two nodes, half of the copy-on-write tests swap,
# those that write by way of ptrace what the tests' config file asks for as PROC_MEM_ALWAYS_FORCE.
kselftest() {
	local programs
	programs=$(tests/kselftest/build "$1")
	machine "$1" kselftest.sh --mem 3G --numa --smp 4 --disk 512M --append 'hugepages=160 proc_mem.force_override=always' \
		--timeout 5400 --out "build/check/$1.kselftest" \
		--add "$programs:programs" --add tests/kselftest/programs:list --add tests/kselftest/expected -- "$1" "${only[@]}"
}

# The module of another kernel, if there are two. A task killed for want of memory shows its stack.
wrong() {
	local other options=() release=none
	for other in "${kernels[@]}"; do
		if [ "$other" != "$1" ] && [ -e "build/check/$other/mmaudit.ko" ]; then
			options=(--add "build/check/$other/mmaudit.ko:other.ko")
			release=$(cat "$(tests/vm/fetch --cached "$other")/release")
			break
		fi
	done
	xz -c "build/check/$1/mmaudit.ko" >"$work/mmaudit.ko.xz.$1"
	machine "$1" wrong-use.sh --timeout 600 --add "$work/mmaudit.ko.xz.$1:mmaudit.ko.xz" --add /sbin/depmod --add build/tests/asleep --add build/tests/contract --add build/tests/balance \
		--add build/tests/wrong --add "build/check/$1/tests/wrong/wrong.ko" --allow-splat 'Call Trace:?$' "${options[@]}" -- "$release"
}

# make bench-check, on the kernels that have targets.
cost() {
	if tests/bench/run --check --kernel "$1" >"$work/cost.$1" 2>&1; then
		echo "pass bounded $(tail -n 1 "$work/cost.$1")"
	else
		echo "fail bounded $(tail -n 1 "$work/cost.$1")"
	fi
}
measured() { [ "$1" = 6.1 ] || [ "$1" = 6.12 ]; }

# What the machines' "row BUG B|ok SEEN" lines say: does a kernel have the bug, and what did mmaudit say of it?
bug_table() {
	local kernel
	for kernel in "${kernels[@]}"; do
		[ ! -s "$work/rows.$kernel" ] || sed -n "s/^row /$kernel /p" "$work/rows.$kernel"
	done | awk -v kernels="${kernels[*]}" '
		!($2 in row) { order[++n] = $2; row[$2] = 1 }
		{ said = $0; sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", said); sub(/;$/, "", said); cell[$2 " " $1] = $3 (said == "-" ? "" : ": " said) }
		END {
			k = split(kernels, ks, " ")
			if (!n) exit
			line = "| bug |"; rule = "|---|"
			for (j = 1; j <= k; j++) { line = line " " ks[j] " |"; rule = rule "---|" }
			print "\nB: the kernel has it, as user space sees; then what mmaudit reported.\n\n" line "\n" rule
			for (i = 1; i <= n; i++) {
				line = "| " order[i] " |"
				for (j = 1; j <= k; j++) { c = cell[order[i] " " ks[j]]; line = line " " (c == "" ? "-" : c) " |" }
				print line
			}
		}'
}

wants() { [[ " ${suites[*]} " == *" $1 "* ]]; }

needs_machines() {
	local name
	for name in harness "${in_machines[@]}"; do
		! wants "$name" || return 0
	done
	return 1
}

everything() {
	local kernel machines=() pid
	suite deps prepare
	if wants unit; then suite unit tests/unit/run.sh; fi
	if wants lint; then suite lint lint; fi
	if wants fuzz; then suite fuzz fuzz & machines+=($!); fi
	for kernel in "${kernels[@]}"; do
		if wants build || [ ! -e "build/check/$kernel/mmaudit.ko" ]; then
			if wants build || needs_machines; then suite "$kernel-build" build "$kernel"; fi
		fi
	done
	if wants harness; then suite harness tests/vm/selftest "${kernels[0]}"; fi
	for kernel in "${kernels[@]}"; do
		while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || true; done
		machines "$kernel" &
		machines+=($!)
	done
	for pid in "${machines[@]}"; do wait "$pid"; done
}

# A machine of two processors, emulated, keeps little more than one of ours busy: a kernel for each of ours.
machines() {
	local name
	for name in "${in_machines[@]}"; do
		if wants "$name" && { [ "$name" != cost ] || measured "$1"; }; then suite "$1-$name" "$name" "$1"; fi
	done
}

prepare() {
	local kernel
	tests/vm/deps build vm lint
	make -s tools tests
	for kernel in "${kernels[@]}"; do
		tests/vm/fetch "$kernel" >/dev/null
	done
	echo "pass made"
}

# In the shell, for awk may hold lines back. What failed is said again at the end: a log's tail may be all that is kept.
passed=0 failed=0 skipped=0 again=()
count() {
	printf '%s\n' "$1"
	case $1 in
	'pass '*) passed=$((passed + 1)) ;;
	'fail '*) failed=$((failed + 1)) again+=("$1") ;;
	'skip '*) skipped=$((skipped + 1)) again+=("$1") ;;
	esac
}
while IFS= read -r line; do
	count "$line"
done < <(everything)
wait $! || count "fail everything-ends status $?: not all suites were run"
bug_table
[ ${#again[@]} -eq 0 ] || printf '%s\n' '' "${again[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
