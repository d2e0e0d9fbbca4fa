#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mutate.sh [-v] - does breaking module/rule.h break its tests?
#
# Makes one copy of rule.h for every operator, fact, constant and answer in its
# functions, each with that one thing changed, and builds rule_test against it,
# which must fail, or else rule_oracle, which takes a hundred times as long. A
# survivor of both is a failure unless mutants.equivalent says why it changes
# nothing. -v names the killed ones too.

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
verbose=
[ "$1" = -v ] && verbose=1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# One line a mutant: line number TAB what was done TAB to what; the changed line is in a file.
awk -v OFS='\t' -v work="$work" '
	function mutant(what, at, len, new,	file, text) {
		file = work "/" ++n ".line"
		print substr($0, 1, at - 1) new substr($0, at + len) >file
		close(file)
		text = $0
		gsub(/[ \t]+/, " ", text)
		print NR, what, substr(text, 2)
	}
	# Every place re matches, or the first len characters of it, replaced.
	function every(re, new, what, len,	at, rest, i) {
		at = 0
		rest = $0
		for (i = 1; match(rest, re); i++) {
			mutant(what "#" i, at + RSTART, len ? len : RLENGTH, new)
			at += RSTART + RLENGTH - 1
			rest = substr($0, at + 1)
		}
	}
	# A word that starts like prefix, replaced by another answer of its kind.
	function answer(prefix, this, that,	at, rest, word) {
		at = 0
		rest = $0
		while (match(rest, prefix "[A-Z_]+")) {
			word = substr(rest, RSTART, RLENGTH)
			mutant(word "->" (word == this ? that : this), at + RSTART, RLENGTH,
			       word == this ? that : this)
			at += RSTART + RLENGTH - 1
			rest = substr($0, at + 1)
		}
	}
	/^static inline int mma_all/ { code = 1 }
	!code || /^[ \t]*(\/\*|\*)/ || /^(static inline|\{|\}|#|$)/ { next }
	{
		every("&&", "||", "&&->||")
		every("[|][|]", "&&", "||->&&")
		every("==", "!=", "==->!=")
		every(" > ", " >= ", ">->>=")
		every(" > ", " < ", ">-><")
		every("![(a-z]", "", "!->", 1)
		every("return 0;", "return 1;", "return 0->1")
		every("return 1;", "return 0;", "return 1->0")
		every(" 3 ", " 2 ", "3->2")
		every(" 3 ", " 4 ", "3->4")
		every(" 1 ", " 2 ", "1->2")
		every(" 1 ", " 0 ", "1->0")
		every("MMA_F_[A-Z_]+", "0ULL", "fact->none")
		every("1U << MMA_RULE_[A-Z_]+", "0", "rule->none")
		every("~0U", "0U", "~0U->0U")
		every("~needs_mm", "~0U", "~needs_mm->~0U")
		every("[+] cache", "", "cache->")
		every("[+] !.f & MMA_F_PAGE_LRU.", "", "lru->")
		answer("MMA_FAULT_", "MMA_FAULT_COPY", "MMA_FAULT_NOP")
		answer("MMA_REASON_", "MMA_REASON_KEPT", "MMA_REASON_NONE")
	}
' "$top/module/rule.h" >"$work/mutants"

# judge N: what became of mutant N, one line.
cat >"$work/judge" <<'JUDGE'
set -f
row=$(sed -n "$1p" "$work/mutants")
dir=$work/m$1
mkdir "$dir"
line=${row%%	*}
sed -e "${line}r $work/$1.line" -e "${line}d" "$top/module/rule.h" >"$dir/rule.h"
by=
if cmp -s "$dir/rule.h" "$top/module/rule.h"; then
	by=unchanged
else
	for test in rule_test rule_oracle; do
		if ! cc -O2 -w -I"$dir" -I"$top/module" -I"$top/uapi" -I"$here" -o "$dir/$test" "$here/$test.c" 2>"$dir/err"; then
			by=uncompiled
			break
		fi
		timeout 900 "$dir/$test" >"$dir/out" 2>&1
		case $? in
		0) continue ;;
		1) by=$test ;;
		*) by=unended ;;	# not judged: too slow a machine, or a crash
		esac
		break
	done
fi
rm -rf "$dir"
printf '%s\t%s\n' "$row" "${by:-survived}"
JUDGE

export work top here
total=$(wc -l <"$work/mutants")
seq "$total" | xargs -P "$(nproc)" -n 1 sh "$work/judge" >"$work/score"
sort -n "$work/score" >"$work/sorted"

awk -F '\t' -v verbose="$verbose" -v total="$total" '
	FILENAME ~ /mutants.equivalent$/ {
		if ($0 !~ /^#/ && NF >= 3) reason[$1 FS $2] = $3
		next
	}
	{
		done++
		key = $2 FS $3
		name = "line " $1 ": " $2 ": " $3
	}
	$4 == "survived" && key in reason {
		equivalent++; used[key] = 1
		if (verbose) print "equivalent " name " (" reason[key] ")"
		next
	}
	$4 !~ /^rule_/ {
		bad++; print "fail mutant-" $4 " " name
		next
	}
	{
		killed[$4]++
		if (verbose) print "pass killed by " $4 " " name
	}
	END {
		for (key in reason)
			if (!(key in used)) {
				bad++
				print "fail mutants.equivalent names no survivor: " key
			}
		printf "%d mutants: %d killed by rule_test, %d of the others by rule_oracle, %d equivalent, %d failures\n", \
			done, killed["rule_test"], killed["rule_oracle"], equivalent, bad
		exit bad || done != total || done < 25
	}
' "$here/mutants.equivalent" "$work/sorted"
