#!/bin/bash
# kernels.sh - tests/vm/kernels is such that each kernel has expectations, and `make check` runs a brief one in brief.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=../vm/table
. tests/vm/table
# shellcheck source=../suites.sh
. tests/suites.sh
bad=0

wrong() {
	echo "kernels.sh: error: $*"
	bad=1
}

names() { kernel_names "$@" | xargs; }

# What a kernel is expected to do is said of its version, which is tested in full, and whose known findings are there.
is_expected() {
	local of
	of=$(version "$1")
	[[ " $(names on) " = *" $of "* ]] || wrong "$1: its version $of is no kernel that is tested in full"
	[ -e "known/$of" ] || wrong "$1: there is no known/$of"
}

# A name is a directory's and a part of the names of rows, in which blanks and slashes mean something.
is_well_formed() {
	[[ $1 =~ ^[0-9]+\.[0-9]+(-[a-z0-9]+)?$ ]] || wrong "$1 is neither VERSION nor VERSION-WHAT"
	kernel_row "$1"
	# shellcheck disable=SC2154	# set by kernel_row
	[[ " on brief request later " = *" $audited "* ]] || wrong "$1: its column audited is '$audited'"
	[ "$(kernel_names | grep -cxF -e "$1")" -eq 1 ] || wrong "$1 is there twice"
}

# runs KERNEL SUITE yes|no: as check.sh has it by default.
runs() {
	local is=no
	! has_suite "$1" "$2" || is=yes
	[ "$is" = "$3" ] || wrong "$2 is run on $1: $is"
}

for name in $(names); do
	is_well_formed "$name"
	[ "$audited" = later ] || is_expected "$name"
done
for suite in $brief; do
	grep -qE "^$suite +\|(build|machine) +\|\* " <<<"$table" || wrong "$suite, which is brief, is no suite for all kernels"
done
mapfile -t briefly < <(kernel_names brief)
[ ${#briefly[@]} -gt 0 ] || wrong "no kernel is tried in brief"
for name in "${briefly[@]}"; do
	runs "$name" legal yes
	runs "$name" stress no
done
runs 6.12 legal yes
runs 6.12 stress yes
[ "$(version 6.12)/$(version 6.12-full)" = 6.12/6.12 ] || wrong "the version of 6.12-full is $(version 6.12-full)"
exit $bad
