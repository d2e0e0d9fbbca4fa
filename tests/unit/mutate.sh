#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mutate.sh [-v] [HEADER...] - does breaking the pure headers of module/ break their tests?
#
# Makes one copy of a header for every operator, fact, constant and answer in its
# functions, each with that one thing changed, and builds the header's tests against
# it, one of which must fail. A survivor of all is a failure unless mutants.equivalent
# says why it changes nothing. -v names the killed ones too.

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
verbose=
[ "$1" = -v ] && verbose=1 && shift

# header, and the tests that notice, the fastest first
targets="
rule.h rule_test rule_oracle
sieve_bits.h rule_oracle
batch.h batch_test
place.h place_test
levels.h levels_test
answer.h answer_test
finding.h decode_test
"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# mutants_of HEADER: one line a mutant: header, number, line number, what was done, to what; the changed line is in a file.
mutants_of()
{
	awk -v OFS='\t' -v work="$work" -v header="$1" '
	function mutant(what, at, len, new,	file, text) {
		file = work "/" header "." ++n
		print substr($0, 1, at - 1) new substr($0, at + len) >file
		close(file)
		text = $0
		gsub(/[ \t]+/, " ", text)
		print header, n, NR, what, substr(text, 2)
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
	/^static (inline|__always_inline)/ { code = 1 }
	!code || /^[ \t]*(\/\*|\*)/ || /^(static (inline|__always_inline)|\{|\}|#|$)/ { next }
	{
		every("&&", "||", "&&->||")
		every("[|][|]", "&&", "||->&&")
		every("==", "!=", "==->!=")
		every("!=", "==", "!=->==")
		every(" > ", " >= ", ">->>=")
		every(" > ", " < ", ">-><")
		every(" < ", " <= ", "<-><=")
		every(" < ", " > ", "<->>")
		every(" & ", " | ", "&->|")
		every(" [|] ", " & ", "|->&")
		every("[|]=", "=", "|=->=")
		every("[+][+][];]", "", "++->", 2)
		every(" - 1", "", "-1->")
		every(" [?] ", " || 1 ? ", "?->first")
		every(" [?] ", " && 0 ? ", "?->second")
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
' "$top/module/$1"
}

targets=$(echo "$targets" | grep .)
[ $# -eq 0 ] || targets=$(for name; do echo "$targets" | grep "^$name "; done)
echo "$targets" | while read -r header tests; do
	mutants_of "$header" | sed "s/^/$tests\t/"
done >"$work/mutants"

# judge N: what became of mutant N, one line.
cat >"$work/judge" <<'JUDGE'
set -f
tab='	'
row=$(sed -n "$1p" "$work/mutants")
IFS=$tab read -r tests header nr line what <<END
$row
END
dir=$work/m$1
mkdir "$dir"
sed -e "${line}r $work/$header.$nr" -e "${line}d" "$top/module/$header" >"$dir/$header"
by=
if cmp -s "$dir/$header" "$top/module/$header"; then
	by=unchanged
else
	for test in $tests; do
		sources=$here/$test.c
		[ "$test" != decode_test ] || sources="$sources $top/tools/decode.c"
		if ! cc -O2 -w -I"$dir" -I"$top/module" -I"$top/uapi" -I"$top/tools" -I"$here" -o "$dir/$test" $sources 2>"$dir/err"; then
			by=uncompiled
			break
		fi
		timeout 900 "$dir/$test" first >"$dir/out" 2>&1
		case $? in
		0) continue ;;
		1 | 139) by=$test ;;	# it fails, or crashes
		*) by=unended ;;	# not judged: too slow a machine
		esac
		break
	done
fi
rm -rf "$dir"
printf '%s\t%s\t%s\t%s\n' "$header" "$line" "$what" "${by:-survived}"
JUDGE

export work top here
total=$(wc -l <"$work/mutants")
seq "$total" | xargs -P "$(nproc)" -n 1 sh "$work/judge" >"$work/score"
sort -k 1,1 -k 2,2n "$work/score" >"$work/sorted"

awk -F '\t' -v verbose="$verbose" -v total="$total" -v targets="$targets" '
	FILENAME ~ /mutants.equivalent$/ {
		if ($0 !~ /^#/ && NF >= 4 && index(targets, $1 " ")) reason[$1 FS $2 FS $3] = $4
		next
	}
	{
		done++
		of[$1]++
		key = $1 FS $3 FS $4
		name = $1 ":" $2 ": " $3 ": " $4
	}
	$5 == "survived" && key in reason {
		equivalent[$1]++; used[key] = 1
		if (verbose) print "equivalent " name " (" reason[key] ")"
		next
	}
	$5 !~ /_(test|oracle)$/ {
		bad++; print "fail mutant-" $5 " " name
		next
	}
	{
		killed[$1 FS $5]++
		if (verbose) print "pass killed by " $5 " " name
	}
	function count_killed(header, tests,	n, i, name, text) {
		n = split(tests, name, " ")
		for (i = 1; i <= n; i++)
			text = text ", " killed[header FS name[i]] + 0 " killed by " name[i]
		return text
	}
	END {
		for (key in reason)
			if (!(key in used)) {
				bad++
				print "fail mutants.equivalent names no survivor: " key
			}
		n = split(targets, row, "\n")
		for (i = 1; i <= n; i++) {
			header = row[i]
			sub(/ .*/, "", header)
			printf "%s: %d mutants%s, %d equivalent\n", header, of[header],
			       count_killed(header, substr(row[i], length(header) + 2)), equivalent[header]
			few += of[header] < 10
		}
		printf "%d mutants, %d failures\n", done, bad
		exit bad || done != total || few || !n
	}
' "$here/mutants.equivalent" "$work/sorted"
