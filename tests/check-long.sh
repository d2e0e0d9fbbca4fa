#!/bin/bash
# check-long.sh - `make check-long`: every test there is. A part that fails keeps no other from being run.
set -eu -o pipefail
cd "$(dirname "$0")/.."

parts='check fuzz mutate cycles debug debug-7.2 kcsan without mutants bound kselftest'

usage() {
	cat <<END
usage: check-long.sh [PART]...

Runs the parts (default: all), and says at the end of each how long it took, and of all once more. Status 1 if one failed.
  check      make check
  fuzz       any bytes to the reader: 10 million times, or as FUZZ says (-max_total_time=60)
  mutate     one mutant of module/rule.h for each operator: the tests of the rules notice
  cycles     1000 loads and unloads, or CYCLES, on 6.12 under load
  debug      a 6.12 with every check on; the device is called 1000000 times, or CALLS
  debug-7.2  the suites on a preemptible 7.2 with every check on
  kcsan      the 6.12, told of data races
  without    6.12 without transparent huge pages, and without all of mm that can be left out; 6.12 and 7.2 without one
             thing each: it compiles
  mutants    6.1, 6.12 and 7.2 with their checks switched off one by one
  bound      no handler runs longer than it may, on 6.12
  kselftest  the mm selftests of 6.1, 6.12 and 7.2 under audit
END
}

run_check() { tests/check.sh; }
run_fuzz() { make fuzz FUZZ="${FUZZ:--runs=10000000}"; }
run_mutate() { tests/unit/mutate.sh; }
run_cycles() { tests/check.sh --kernel 6.12 --cycles "${CYCLES:-1000}" build cycles; }
run_debug() { tests/mutants/debug --calls "${CALLS:-1000000}"; }
run_debug-7.2() { tests/mutants/debug --kernel 7.2 wrong bugs sweep legal stress cycles; }
run_kcsan() { tests/mutants/debug --kcsan; }
run_without() {
	local failed=0
	tests/mutants/debug --nothp || failed=1
	tests/mutants/debug --without || failed=1
	tests/mutants/compile 6.12 || failed=1
	tests/mutants/compile 7.2 || failed=1
	return "$failed"
}
run_mutants() { tests/mutants/run; }
run_bound() { tests/bench/run --bound --kernel 6.12; }
run_kselftest() { tests/check.sh --kernel 6.1 --kernel 6.12 --kernel 7.2 build kselftest; }

case ${1-} in -h | --help) usage; exit ;; esac
# shellcheck disable=SC2086	# words
[ $# -gt 0 ] || set -- $parts
for name in "$@"; do
	[[ " $parts " == *" $name "* ]] || { usage >&2; exit 2; }
done

ended=() failed=0
for name in "$@"; do
	echo "=== $name ==="
	began=$SECONDS status=0
	( "run_$name" ) || status=$?
	word=pass
	[ "$status" -eq 0 ] || word=fail failed=1
	ended+=("$word $name took $((SECONDS - began)) s, status $status")
	echo "${ended[-1]}"
done
printf '%s\n' '' "${ended[@]}"
exit "$failed"
