#!/bin/bash
# demo.sh - `make demo`: mmaudit sees a kernel bug on 6.1, live, and sees on 6.12 that it is gone.
set -eu -o pipefail
cd "$(dirname "$0")/.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

die() { echo "demo: $1" >&2; exit 1; }

prepare() {
	tests/vm/deps build vm >&2
	make -s tools tests
	tests/vm/fetch "$1" >/dev/null
	tests/vm/build "$1" . "build/$1"
	[ -e "build/$1/mmaudit.ko" ] && [ -e "build/$1/mmaudit_wrap.ko" ] || die "building for $1 left no mmaudit.ko or no mmaudit_wrap.ko"
}

# boots KERNEL STATUS: what the guest shows, as it comes.
boots() {
	echo
	echo "=== Linux $(cat "$(tests/vm/fetch --cached "$1")/release"), in a virtual machine ==="
	tests/vm/run --kernel "$1" --script tests/guest/demo.sh --add mmaudit --add build/tests/bugs \
		--add "build/$1/mmaudit.ko" --add "build/$1/mmaudit_wrap.ko" --timeout 90 \
		--allow-log 'mmaudit: SOFT_DIRTY in uffd-unwp: ' -- "$2" | tee "$said" ||
		die "on $1 the machine did not do what it should (the lines above say why)"
}

shows() { grep -qE -- "$1" "$said" || die "no line with '$1' on $2"; }
hides() { ! grep -qE -- "$1" "$said" || die "a line with '$1' on $2"; }

for kernel in 6.1 6.12; do
	prepare "$kernel"
done

boots 6.1 1
shows '^VIOLATION .*SOFT_DIRTY.* at uffd-unwp ' 6.1
shows '^bug uffd-unwp-softdirty reproduced' 6.1

boots 6.12 0
hides '^VIOLATION' 6.12
shows '^bug uffd-unwp-softdirty not reproduced' 6.12
shows '^mmaudit: audited .* sites( of this kernel)?: 0 violations' 6.12
shows '^mmaudit: looked at [1-9][0-9]* grants' 6.12

echo
echo "As it should be: 6.1 grants the write bit of an entry that soft-dirty tracking had protected, and mmaudit says where;"
echo "6.12 does not, and mmaudit looked."
