#!/bin/sh
# layers.sh - does tests/layers see what it is there for? Small trees with one mistake each.
set -eu
layers=$(cd "$(dirname "$0")/.." && pwd)/layers
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# A sound tree: low is used by two files of one row, these by high; a name of theirs in a comment, in a string, as a member or
# as a variable of their own is no use.
plant()
{
	rm -rf "$tree/module" "$tree/tools"
	mkdir -p "$tree/module/sub" "$tree/tools"
	cat >"$tree/CONTRIBUTING.md" <<-'END'
		### module/
		| files | what |
		|---|---|
		| `high` | on top |
		| `left` `right` | beside each other |
		| `low` `sub/*` | below |
		### tools/
		| `one` | alone, with `two` in its text |
	END
	cd "$tree/module"
	echo '#include "left.h"
		int high(void) { return left() + extra; }' >high.c
	echo 'int left(void);' >left.h
	echo '#include "left.h"
		#include "right.h"
		#include "sub/deep.h"
		int left(void) { return right(0) + deep; }' >left.c
	echo 'int right(int high);	/* high() calls left() */' >right.h
	echo '#include "low.h"
		int right(int unused) { struct { int high; } s = { 0 }; return low_sum("high()") + s.high; }' >right.c
	echo 'int low_sum(const char *s); extern int extra;' >low.h
	echo '#include "low.h"
		int extra = 1;
		static int left;
		int low_sum(const char *s) { return *s + left; }' >low.c
	echo 'enum { deep };' >sub/deep.h
	echo 'int main(void) { return 0; }' >../tools/one.c
	cd "$tree"
}

# says STATUS SENTENCE: that it ends with, and a line with that.
says()
{
	got=0
	"$layers" "$tree" >"$tree/said" || got=$?
	if [ $got != "$1" ] || ! grep -qF "$2" "$tree/said"; then
		echo "layers.sh: error: status $got and not '$2' but:"
		cat "$tree/said"
		exit 1
	fi
}

plant
says 0 'pass layers-module 5 files in 3 rows, 5 looks, all down'
echo '#include "high.h"' >>module/low.c
touch module/high.h
says 1 'fail layers-module low looks up at high: module/low.c includes high.h'
plant
echo 'int high(void);
	int again(void) { return high(); }' >>module/low.c
says 1 'fail layers-module low looks up at high: module/low.c uses high'
plant
echo '#define AGAIN() high()' >>module/low.h
says 1 'fail layers-module low looks up at high: module/low.h uses high'
plant
echo '#include "left.h"' >>module/right.h
says 1 'fail layers-module circle: module/left.c includes right.h; module/right.h includes left.h'
plant
echo 'extern int (*const call)(void); int (*const call)(void) = left;' >>module/right.c
says 1 'fail layers-module circle: module/left.c includes right.h; module/right.c uses left'
plant
touch module/new.c
says 1 'fail layers-module new stands in no row'
plant
rm module/sub/deep.h
says 1 'fail layers-module CONTRIBUTING.md names sub/*, which is no file'
plant
sed -i '/tools/d' CONTRIBUTING.md
says 1 "fail layers-tools CONTRIBUTING.md has no table"
