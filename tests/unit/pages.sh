#!/bin/bash
# pages.sh - the man pages: man has nothing to warn of, each is what its name says, each rule has an entry, and `make install`
# puts each where man looks for it.
set -eu
cd "$(dirname "$0")/../.."
bad=0

wrong() {
	echo "pages.sh: error: $*"
	bad=1
}

pages='build/mmaudit.8 build/mmaudit.4 build/mmaudit-rules.7'

for page in $pages; do
	name=$(basename "$page")
	if command -v man >/dev/null; then
		said=$(MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
		[ -z "$said" ] || wrong "$page: $said"
		wide=$(MANWIDTH=80 LC_ALL=C.UTF-8 man -E ascii -l "$page" 2>/dev/null | sed 's/.\x08//g' | awk 'length > 80')
		[ -z "$wide" ] || wrong "$page: wider than 80 columns: $wide"
	fi
	[ "$(sed -n 's/^\.TH \([^ ]*\) \([0-9]\) .*/\1.\2/p' "$page" | tr '[:upper:]' '[:lower:]')" = "$name" ] || wrong "$page: .TH is another's"
	[ -z "$(awk 'length > 200' "$page")" ] || wrong "$page: a line is too long"
	! grep -n '^@\|[^[:print:][:space:]]' "$page" || wrong "$page: that is not filled in"
	make -n install KVER=none DESTDIR=/d 2>/dev/null | grep -qF "install -D -m 644 $page \"/d/usr/local/share/man/man${name##*.}/$name\"" ||
		wrong "make install does not install $name"
	make -n uninstall KVER=none DESTDIR=/d | grep -qF "\"/d/usr/local/share/man/man${name##*.}/$name\"" ||
		wrong "make uninstall leaves $name"
done

# Without kmod nothing is installed, and that is what is said.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
recipe=$(make -n install KVER=none DESTDIR="$work" | grep -m 1 'modinfo >' || true)
said=$(env PATH="$work" /bin/sh -c "$recipe" 2>&1 || true)
[ "$said" = 'make: this is lacking: apt-get install kmod' ] || wrong "make install without kmod says '$said'"

# What a user put beside ours stays.
mkdir -p "$work/usr/local/share/mmaudit/known" "$work/usr/local/libexec/mmaudit" "$work/usr/local/sbin"
touch "$work/usr/local/share/mmaudit/known/7.3" "$work/usr/local/libexec/mmaudit/reproducers" "$work/usr/local/sbin/other"
make -s uninstall KVER=none DESTDIR="$work"
[ "$(find "$work" -name '*mmaudit*' -o -name other)" = "$work/usr/local/sbin/other" ] || wrong "make uninstall leaves $(find "$work")"

for rule in $(./mmaudit explain --list | sed -n '/^rules:/{n;p;}'); do
	grep -qxF ".B $rule" build/mmaudit-rules.7 || wrong "mmaudit-rules(7) lacks $rule"
done
exit $bad
