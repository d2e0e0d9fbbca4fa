#!/bin/bash
# check.sh - `make check`: builds for every audited kernel, lints, and tests on each in virtual machines.
set -eu -o pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
# shellcheck source=vm/table
. tests/vm/table
# shellcheck source=suites.sh
. tests/suites.sh

# rows: the rows of the table without blanks beside the bars.
rows() { sed -E -e 1,2d -e '/^$/d' -e 's/ *\| */|/g' <<<"$table"; }
names() { rows | cut -d '|' -f 1; }
by_name() { rows | grep '|by name: ' | cut -d '|' -f 1; }

usage() {
	cat <<END2
usage: check.sh [--kernel NAME]... [--only PROGRAM]... [--cycles N] [--rest] [SUITE]...

Runs the suites (default: all but $(by_name | xargs)) on the kernels (default: tests/vm/list on, and of $(tests/vm/list brief | xargs)
only $brief):
$(rows | awk -F '|' '{ printf "  %-9s %s%s\n", $1, $3 == "*" || $3 == "" ? "" : "(" $3 ") ", $8 }')

With --rest only what is left out otherwise: each suite on the kernels that stand in brackets.

Prints pass, fail and skip lines and ends with what was skipped and what failed, again, and with their counts. Status 0: something passed, nothing failed.
END2
}

# A program that is not in the list is refused: nothing would be run, and so nothing would fail.
listed() {
	grep -qE "^[0-9/-]+ +$1( |\$)" tests/kselftest/programs || { echo "check.sh: tests/kselftest/programs has no '$1'" >&2; exit 2; }
}

kernels=() suites=() only=() cycles='' rest=''
while [ $# -gt 0 ]; do
	case $1 in
	--kernel) kernels+=("${2:?--kernel wants a name}"); shift 2 ;;
	--only) listed "${2:?--only wants a program}"; only+=("$2"); shift 2 ;;
	--cycles) [[ ${2-} =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }; cycles=$2; shift 2 ;;
	--rest) rest=1; shift ;;
	-h | --help) usage; exit ;;
	*) names | grep -qxF -e "$1" || { usage >&2; exit 2; }; suites+=("$1"); shift ;;
	esac
done
briefly=() kernels_named=${kernels[*]}
if [ ${#kernels[@]} -eq 0 ]; then
	[ -n "$rest" ] || mapfile -t briefly < <(tests/vm/list brief)
	mapfile -t kernels < <(tests/vm/list on)
	kernels+=("${briefly[@]}")
fi
named=${suites[*]} asked=''
[ -z "$kernels_named" ] || asked=$named
[ ${#suites[@]} -gt 0 ] || mapfile -t suites < <(names | grep -vxF -e "$(by_name)")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck disable=SC2053	# patterns
# absences NAME FILE: a row says absent if the kernel lacks what it needs. Each such row must be listed for its kernels: else a
# row could be absent on all kernels and nobody would notice.
absences() {
	local row suite kernels patterns pattern kernel=${1%-*} version arch
	version=$(version "$kernel") arch=$(arch_of "$kernel")
	while read -r _ row _; do
		while read -r suite kernels patterns; do
			[[ "${1##*-}" = "$suite" && ,$kernels, == *,@($version|$kernel|$arch|\*),* ]] || continue
			for pattern in $patterns; do
				[[ $row != $pattern ]] || continue 3
			done
		done <tests/guest/absent.expected
		echo "fail $1-$row is absent, and tests/guest/absent.expected does not say that it may be"
	done < <(grep '^absent ' "$2")
}

# run_suite NAME COMMAND...: prefixes its verdicts with NAME and drops its own total. A suite that dies without a fail line,
# or says nothing, has failed.
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
	absences "$name" "$of.said"
	grep -qE '^(pass|fail|skip) ' "$of.said" || got="$got, and it said nothing"
	[ "$got" != 0 ] || ! grep -q '^fail ' "$of.said" || got=1
	[ "$got" != 0 ] || return 0
	if ! grep -q '^fail ' "$of.said"; then
		echo "fail $name-ends status $got: $(tail -n 1 "$of.talk")"
	fi
	tail -n 40 "$of.talk" >&2
}

# Prints the lines of a suite in one piece, because other suites run at the same time, and how long it took beside them and
# of a processor.
suite() {
	local began=$SECONDS
	(
		run_suite "$@"
		times >"$work/$1.times"
		echo "took $1 $((SECONDS - began)) s, $(of_processor "$work/$1.times")"
	) >"$work/$1.lines"
	flock "$work" cat "$work/$1.lines"
}

# of_processor FILE: seconds that the children of the shell which wrote FILE by times have taken, user and system.
of_processor() { awk -F '[ms ]+' 'NR == 2 { printf "%.0f s of a processor", $1 * 60 + $2 + $3 * 60 + $4 }' "$1"; }

# machine KERNEL SCRIPT OPTION... [-- ARGUMENT...]: SCRIPT of tests/guest, without its .sh.
machine() {
	local kernel=$1 script=$2 allowed_log
	shift 2
	if [ ! -e "build/check/$kernel/mmaudit.ko" ]; then
		echo "fail boots the module was not built"
		return
	fi
	mapfile -t allowed_log < <(tests/log-allowed.sh "$script" "$(version "$kernel")")
	tests/vm/run --kernel "$kernel" --script "tests/guest/$script.sh" --expect-tests "${allowed_log[@]}" --add "$(made "$kernel")/mmaudit" \
		--add tests/guest/lib.sh --add "build/check/$kernel/mmaudit.ko" --add "build/check/$kernel/mmaudit_wrap.ko" "$@"
}

# in_machine KERNEL SUITE TIME MEMORY WITH ARGUMENTS, of the table.
in_machine() {
	local kernel=$1 suite=$2 word words options arguments=()
	options=(--timeout "$((${3/n/$(arg_cycles "$kernel")}))")
	[ "$4" = - ] || options+=(--mem "$4")
	for word in $5; do
		words=$(with "$word" "$kernel")
		[ -z "$words" ] || mapfile -t -O ${#options[@]} options <<<"$words"
	done
	for word in $6; do
		case $word in
		@) words=$(version "$kernel") ;;
		@*) words=$("arg_${word#@}" "$kernel") ;;
		*) words=$word ;;
		esac
		[ -z "$words" ] || mapfile -t -O ${#arguments[@]} arguments <<<"$words"
	done
	machine "$kernel" "$suite" "${options[@]}" -- "${arguments[@]}"
	# Not with ||, which would hide a machine that fails there.
	if [ "$(type -t "and_$suite")" = function ]; then "and_$suite" "$kernel"; fi
}

# with WORD KERNEL: options of tests/vm/run, one a line.
with() {
	case $1 in
	*/*) printf '%s\n' --add "tests/$1" ;;
	*) if [ "$(type -t "with_$1")" = function ]; then "with_$1" "$2"; else printf '%s\n' --add "$(made "$2")/build/tests/$1"; fi ;;
	esac
}

# --- all of it ---

# Prints a table from the "row BUG B|ok SEEN" lines of the machines: whether a kernel has the bug, and what mmaudit reported.
bug_table() {
	local kernel
	for kernel in "${kernels[@]}"; do
		[ ! -s "$work/$kernel-bugs.said" ] || sed -n "s/^row /$kernel /p" "$work/$kernel-bugs.said"
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

# has_suites KERNEL WHERE: some of those that were asked for and are run there.
has_suites() {
	local name
	while IFS='|' read -r name _; do
		! has_suite "$1" "$name" || return 0
	done < <(wanted "$2")
	return 1
}

# wanted RE: the rows of the table that were asked for and whose column "where" matches RE.
wanted() {
	local row
	while read -r row; do
		! wants "${row%%|*}" || echo "$row"
	done < <(rows | grep -E "^[^|]*\|($1)\|" || true)
}

# Builds the module also if only machines were asked for and it is not there.
builds() {
	local kernel
	for kernel in "${kernels[@]}"; do
		if has_suites "$kernel" build || { [ ! -e "build/check/$kernel/mmaudit.ko" ] && has_suites "$kernel" 'first|machine|each'; }; then
			beside suite "$kernel-build" build "$kernel"
		fi
	done
}

# is_for KERNEL KERNELS: whether a suite is run there whose column "kernels" is KERNELS. One that is named is run on other kernels
# of a version that it is for, too; on another architecture only if the column says so.
is_for() {
	[[ $2 != *"($1)"* ]] || { [ -n "$named$rest" ]; return; }
	[ -z "$rest" ] || return 1
	[[ $2 != '*' && " $2 " != *" $1 "* ]] || return 0
	[ -n "$named" ] && [ "$(arch_of "$1")" = amd64 ] && [[ " ${2//[()]/} " == *" $(version "$1") "* ]]
}

machines() {
	local name where on time memory with arguments
	while IFS='|' read -r name where on time memory with arguments _ <&5; do
		has_suite "$1" "$name" || continue
		if ! is_for "$1" "$on"; then
			[ -z "$asked" ] || echo "skip $1-$name tests/suites.sh does not have it for this kernel"
			continue
		fi
		case $where in
		each) beside suite "$1-$name" "$name" "$1" ;;
		machine) beside suite "$1-$name" in_machine "$1" "$name" "$time" "$memory" "$with" "$arguments" ;;
		esac
	done 5< <(wanted 'machine|each')
}

# beside COMMAND...: runs it in the background as soon as a processor has nothing to do. An emulated machine with two keeps little
# more than one of these busy.
beside() {
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || true; done
	"$@" &
	background+=($!)
}

# ended PID...: waits for what beside has begun.
ended() {
	local pid
	for pid in "$@"; do wait "$pid"; done
}

everything() {
	local kernel name background=() built
	suite deps prepare
	builds
	built=("${background[@]}") background=()
	[ -n "$rest" ] || for name in $(wanted here | cut -d '|' -f 1); do beside suite "$name" "$name"; done
	ended "${built[@]}"
	[ -n "$rest" ] || for name in $(wanted first | cut -d '|' -f 1); do beside suite "$name" "$name" "${kernels[0]}"; done
	for kernel in "${kernels[@]}"; do machines "$kernel"; done
	ended "${background[@]}"
}

prepare() {
	local kernel
	tests/vm/deps build vm lint
	make -s tools tests
	for kernel in "${kernels[@]}"; do
		tests/vm/fetch "$kernel" >/dev/null
		[ "$(made "$kernel")" = . ] || tests/vm/programs "$kernel" >/dev/null
	done
	echo "pass made"
}

# In the shell, because awk may hold lines back. What failed is printed again, last: a log's tail may be all that is kept.
passed=0 failed=0 skipped=0 skips=() fails=()
count() {
	printf '%s\n' "$1"
	case $1 in
	'pass '*) passed=$((passed + 1)) ;;
	'fail '*) failed=$((failed + 1)) fails+=("$1") ;;
	'skip '*) skipped=$((skipped + 1)) skips+=("$1") ;;
	esac
}
while IFS= read -r line; do
	count "$line"
done < <(everything)
wait $! || count "fail everything-ends status $?: not all suites were run"
bug_table
[ $((skipped + failed)) -eq 0 ] || printf '%s\n' '' "${skips[@]}" "${fails[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
