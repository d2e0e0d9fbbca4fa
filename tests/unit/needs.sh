#!/bin/bash
# needs.sh - `make` on a machine without anything says in one sentence all that is lacking, before it builds; with everything
# there, it lacks nothing.
set -eu
cd "$(dirname "$0")/../.."
bad=0

# says TARGET WANTED ARGUMENT...: make TARGET fails, and that line is all that make itself does not add.
says() {
	local target=$1 wanted=$2 said
	shift 2
	if said=$(env -u MAKEFLAGS -u MAKELEVEL make "$target" "$@" 2>&1); then
		echo "needs.sh: error: make $target $* did not fail"
		bad=1
	fi
	said=$(grep -v '^make: \*\*\*' <<<"$said" || true)
	[ "$said" = "$wanted" ] || { echo "needs.sh: error: make $target $* said '$said', not '$wanted'"; bad=1; }
}

none='CC=no-such-cc PKG_CONFIG=no-such-pkg-config'
lacks='gcc libc6-dev libbpf-dev libjson-c-dev libkmod-dev pkg-config'
# shellcheck disable=SC2086	# several arguments
{
	says all "make: this is lacking: apt-get install linux-headers-6.9 $lacks (for a kernel that is not Debian's: give its build as KDIR=; without headers, 'make tools' makes all but the module)" \
		$none KVER=6.9 KDIR=/nonexistent
	says all "make: this is lacking: apt-get install $lacks" $none KDIR=.
	says libraries "make: this is lacking: apt-get install $lacks" $none
}
env -u MAKEFLAGS -u MAKELEVEL make -s needs KDIR=. CC="${CC:-gcc}" || { echo "needs.sh: error: make lacks what is there"; bad=1; }
exit $bad
