#!/bin/bash
# check-long.sh - `make check-long`: every test there is. The other parts run even if one fails.
set -eu -o pipefail
cd "$(dirname "$0")/.."

# One row a part, in the order they run: its name, what runs it, what it does.
table='
check     |tests/check.sh|make check
fuzz      |make fuzz FUZZ="${FUZZ:--runs=10000000}"|any bytes to the readers of records and of recordings: 10 million times each, or as FUZZ says (-max_total_time=60)
mutate    |tests/unit/mutate.sh|one mutant of the pure headers of module/ for each operator: their tests notice
cycles    |tests/check.sh --kernel 6.12 --cycles "${CYCLES:-1000}" build cycles|1000 loads and unloads, or CYCLES, on 6.12 under load
debug     |tests/mutants/debug --calls "${CALLS:-1000000}"|a 6.12 with every check on; the device is called 1000000 times, or CALLS
debug-7.2 |tests/mutants/debug --kernel 7.2 wrong bugs sweep legal stress cycles|the suites on a preemptible 7.2 with every check on
kcsan     |tests/mutants/debug --kcsan|the 6.12, told of data races
without   |without|6.12 without transparent huge pages, and without all of mm that can be left out; 6.12 and 7.2 without one thing each: it compiles
rt        |tests/mutants/debug --rt|a 6.12 with PREEMPT_RT and every check of locks and of sleeping
clang     |tests/mutants/debug --clang|a 6.12 built by clang, with kCFI and with FineIBT
builtin   |tests/mutants/builtin|a 6.12 without modules that mmaudit is built into: the suite bugs, and mmaudit vm on its build tree
mutants   |tests/mutants/run|6.1, 6.12, 6.12-arm64 and 7.2 with their checks switched off one by one
bound     |tests/bench/run --bound --kernel 6.12|no handler runs longer than it may, on 6.12
rest      |tests/check.sh --rest|the suites of make check on the kernels that it leaves out
arm64     |arm64|6.1, 7.2 and 7.3 of arm64; 6.1 by the suites that do without uffd-wp
kernels   |kernels|other kernels of Debian, which tests/vm/kernels has on request
packages  |tests/check.sh --kernel 6.1 packages|the Debian packages on a Debian machine
kselftest |tests/check.sh --kernel 6.1 --kernel 6.12 --kernel 7.2 build kselftest|the mm selftests of 6.1, 6.12 and 7.2 under audit
'
rows() { sed -E -e '/^$/d' -e 's/ *\|/|/' <<<"$table"; }
names() { rows | cut -d '|' -f 1; }

usage() {
	cat <<END
usage: check-long.sh [PART]...

Runs the parts (default: all), and says at the end of each how long it took, and of all once more. Status 1 if one failed.
$(rows | awk -F '|' '{ printf "  %-10s %s\n", $1, $3 }')
END
}

without() {
	local failed=0
	tests/mutants/debug --nothp || failed=1
	tests/mutants/debug --without || failed=1
	tests/mutants/compile 6.12 || failed=1
	tests/mutants/compile 7.2 || failed=1
	return "$failed"
}

arm64() {
	local failed=0
	tests/check.sh --kernel 6.1-arm64 build legal bugs cycles || failed=1
	tests/check.sh --kernel 7.2-arm64 --kernel 7.3-arm64 build wrong legal sweep bugs stress cycles || failed=1
	return "$failed"
}

kernels() {
	local options
	mapfile -t options < <(tests/vm/list request | sed '/-arm64$/d; s/^/--kernel\n/')
	tests/check.sh "${options[@]}" build legal sweep bugs
}

case ${1-} in -h | --help) usage; exit ;; esac
# shellcheck disable=SC2046	# words
[ $# -gt 0 ] || set -- $(names)
for name in "$@"; do
	names | grep -qxF -e "$name" || { usage >&2; exit 2; }
done

ended=() failed=0
for name in "$@"; do
	echo "=== $name ==="
	began=$SECONDS status=0
	(eval "$(rows | awk -F '|' -v name="$name" '$1 == name { print $2 }')") || status=$?
	word=pass
	[ "$status" -eq 0 ] || word=fail failed=1
	ended+=("$word $name took $((SECONDS - began)) s, status $status")
	echo "${ended[-1]}"
done
printf '%s\n' '' "${ended[@]}"
exit "$failed"
