#!/bin/sh
# probe.sh - asks the kernel's headers, by compiling one small file per question, what compat.h wants to know.
#
# usage: probe.sh HEADER RELEASE COMPILER ARGUMENT...
# Writes "#define HAVE_NAME 1" to HEADER for each probes/NAME.c that compiles, and for the others the reason.
set -eu
export LC_ALL=C
header=$1 release=$2
shift 2
probes=$(dirname "$0")/probes
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only what is wrong in itself is a "no"; a warning of the probe's own must never be one.
set -- "$@" -fsyntax-only -Wno-error -Werror=implicit-function-declaration \
	-Werror=incompatible-pointer-types -Werror=int-conversion

# Those that must be yes: $1 with its refusal $2.
insist() {
	name=$1 refusal=$2
	shift 2
	"$@" "$probes/$name.c" 2>"$work/$name.why" && return
	grep -E 'error|fatal' "$work/$name.why" >&2 || cat "$work/$name.why" >&2
	echo "mmaudit: cannot be built for $release: $refusal" >&2
	exit 1
}

# The rest, as many at a time as there are CPUs. Leaves NAME.why, and NAME.yes if it is one.
ask() {
	# shellcheck disable=SC2016	# expanded by the inner shell
	find "$probes" -name '*.c' ! -name compiler.c ! -name range.c ! -name sane.c ! -name page_size.c | sort |
		xargs -P "$(nproc)" -I '{}' sh -c '
			to=$1/$(basename "$2" .c) file=$2; shift 2
			"$@" "$file" 2>"$to.why" && : >"$to.yes" || :' ask "$work" '{}' "$@"
}

answers() {
	echo "/* What probe.sh found out about $release. */"
	for why in "$work"/*.why; do
		name=$(basename "$why" .why)
		have=HAVE_$(echo "$name" | tr '[:lower:]' '[:upper:]')
		if [ -e "$work/$name.yes" ]; then
			echo "#define $have 1"
		else
			echo "/* no $have: $(sed -n 's/.*error: //p' "$why" | head -n 1) */"
		fi
	done
}

command -v "$1" >/dev/null || {
	echo "mmaudit: cannot be built for $release: its compiler, $1, is not installed here" >&2
	exit 1
}
insist compiler "this is not the compiler its kernel was built with, and a module of another may crash it: make without CC=, or with LLVM=1 if the kernel is clang's" "$@"
insist range "see above which are" "$@"
insist sane "not even probes/sane.c compiles: are these headers whole, and is the compiler theirs?" "$@"
insist page_size "see above which may be" "$@"
rm "$work"/*.why
ask "$@"
answers >"$work/header"
mv "$work/header" "$header"
