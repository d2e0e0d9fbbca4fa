#!/bin/bash
# known.sh MMAUDIT MAKE_RECORDING - the files of known/ are well-formed, and each says of its kernel what docs/findings.md does,
# no more and no less; `known` and `--known` with good and bad files.
set -eu
mmaudit=$(realpath "$1")
make_recording=$(realpath "$2")
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

wrong() {
	echo "known.sh: error: $*"
	bad=1
}

# ---- known/ and docs/findings.md ----

# The rows of the findings that kernel $1 has: "NAME|what mmaudit says of it|the last release that has it, or nothing", one for
# each name of a row of which it says something.
findings() {
	awk -F '|' -v kernel="$1" '
		$2 ~ /^ bug / { for (i = 3; i <= NF; i++) { gsub(/ /, "", $i); if ($i == kernel) column = i } next }
		column && $2 ~ /^ \[/ && $column ~ /^ *B( to [0-9.]+)? *$/ && $(NF - 1) !~ /^ (nothing|- *$)/ {
			last = $column; gsub(/^ *B( to )?| *$/, "", last)
			names = $2; sub(/^ \[/, "", names); sub(/\].*/, "", names)
			n = split(names, name, /, */)
			for (i = 1; i <= n; i++) print (name[i] ~ /^-/ ? name[1] : "") name[i] "|" $(NF - 1) "|" last
		}' "$top/docs/findings.md"
}

# Whether the words $2, joined by commas or pluses, are all in text $1.
all_in() {
	local word
	for word in ${2//[,+]/ }; do
		[[ " ${1//[,;]/ } " = *" $word "* ]] || return 1
	done
}

# A line's rules and its first site are what its row says.
check_line() {
	local kernel=$1 name=$2 of=$3 rules=$4 site=$5 says last
	IFS='|' read -r _ says last < <(findings "$kernel" | grep "^$name|") || true
	[ "$of" = "$kernel${last:+-$last}" ] || wrong "known/$kernel: $name is of kernel $of, of $kernel${last:+-$last} in docs/findings.md"
	[ -n "$says" ] || { wrong "known/$kernel: $name is no row of docs/findings.md that $kernel has"; return; }
	[[ " $* " = *" racy "* && $site != "${says##* }" ]] && return	# such an entry, seen again
	all_in "$says" "$rules" || wrong "known/$kernel: $name: docs/findings.md says$says, not $rules"
	all_in "$says" "$site" || wrong "known/$kernel: $name: docs/findings.md says$says, not at $site"
}

check_kernel() {
	local kernel=$1 line name
	"$mmaudit" known "$top/known/$kernel" >"$work/out" 2>&1 || wrong "known/$kernel: $(cat "$work/out")"
	while read -r line; do
		# shellcheck disable=SC2086	# words
		check_line "$kernel" ${line%%#*}
	done < <(grep -v '^#' "$top/known/$kernel" | sed 's/link=.*//')
	while IFS='|' read -r name _; do
		grep -q "^$name " "$top/known/$kernel" || wrong "known/$kernel lacks $name, which docs/findings.md says $kernel has"
	done < <(findings "$kernel")
}

# ---- the command ----

# does STATUS RE COMMAND...: it ends with that, and what it says on stderr matches; nothing if RE is empty.
does() {
	local want=$1 re=$2 got=0
	shift 2
	"$@" >out 2>said </dev/null || got=$?
	if [ "$got" != "$want" ] || { [ -n "$re" ] && ! grep -qE -- "$re" said; } || { [ -z "$re" ] && [ -s said ]; }; then
		wrong "$*: status $got, said: $(cat said)"
	fi
}
holds() { grep -qE -- "$1" "${2:-out}" || wrong "'$1' is not in: $(head -n 60 "${2:-out}")"; }
lacks() { ! grep -qE -- "$1" "${2:-out}" || wrong "'$1' is in: $(head -n 60 "${2:-out}")"; }
gone() { ! ls "$1"* >/dev/null 2>&1 || wrong "there is $(ls "$1"*)"; }

commands() {
	"$make_recording" whole 10 2>/dev/null
	head -c 20000 whole >part
	echo 'name 6.1 DRITY ksm' >mistake
	does 2 'mistake:1:10: no rule .DRITY.' "$mmaudit" known mistake
	does 2 'mistake:1:10: no rule .DRITY.' "$mmaudit" report --known mistake whole
	does 2 'none: No such file' "$mmaudit" known none
	does 2 'whole:1:[0-9]+: ' "$mmaudit" known whole
	head -c 5000 /dev/zero | tr '\0' '#' >long
	does 2 'long:1:1: too long a line' "$mmaudit" known long
	does 2 'zero:1:1: not a printable' timeout 20 sh -c 'ulimit -v 400000; exec "$1" known /dev/zero' sh "$mmaudit"
	does 2 'a file of known findings is wanted' "$mmaudit" known
	does 2 'wants one recording' "$mmaudit" known --write made
	does 2 "no release of a kernel: 'six'" "$mmaudit" known --kernel six mistake
	does 2 'prints lines of files' "$mmaudit" known --kernel 6.1 --write made whole
	does 2 'mistake:1:10: no rule' "$mmaudit" known --kernel 6.1 mistake
	printf '%s\n' '# of all' 'here  6.1 DIRTY  ksm # why' 'there 6.12.4-6.12.9 DIRTY ksm' $'all\t* DIRTY,KSM - racy' 'none * silent -' >some
	does 0 '' "$mmaudit" known --kernel 6.1.0-57-amd64 some
	[ "$(cat out)" = "$(printf '%s\n' 'here  6.1 DIRTY  ksm # why' $'all\t* DIRTY,KSM - racy')" ] || wrong "known --kernel: $(cat out)"
	does 0 '' "$mmaudit" known --kernel 6.12.10 some
	lacks '^there '
	does 0 '' "$mmaudit" known --kernel 6.12 some
	holds '^there 6\.12\.4-6\.12\.9 DIRTY ksm$'
	does 2 'mistake: it is no recording' "$mmaudit" known --write made mistake
	gone made
	does 2 'cannot write .* none/made' "$mmaudit" known --write none/made whole
	does 4 'cannot write .* /dev/full' "$mmaudit" known --write /dev/full whole
	does 4 'part was cut' "$mmaudit" known --write partly part
	does 0 '' "$mmaudit" known partly
	does 0 '' "$mmaudit" known --write made whole
	does 0 '' "$mmaudit" known made
	holds '^made: [1-9][0-9]* known findings?, 0 of them racy$'

	# What was written is what there was: all of it is known now.
	does 0 '' "$mmaudit" report --known made --ktap=ktap --junit junit --kcidb=kcidb whole
	holds '# XFAIL [0-9]+ known$' ktap
	lacks 'not ok [0-9]+ (mremap|mmaudit.rules)' ktap
	holds '<skipped message="[0-9]+ known">' junit
	holds '"waived":true' kcidb
	does 0 '' "$mmaudit" report --known made --html page whole
	holds 'known as lost-soft-dirty-mremap: ' page
	does 0 '' "$mmaudit" report --known made whole
	holds '^verdict (known|incomplete): ' out
	holds '^KNOWN ' out
	lacks '^VIOLATION [A-Z_,]+ at ' out
	does 0 '' "$mmaudit" report --known made --format json whole
	holds '^\{"type":"violation".*"known":\{"name":"lost-soft-dirty-mremap",'
	lacks '"known":null'
	does 0 '' "$mmaudit" known --known made --write nothing whole
	does 0 '' "$mmaudit" known nothing
	holds '^nothing: 0 known findings'

	# Of another kernel it is not.
	sed 's/\t6\.1\t/\t6.2\t/' made >other
	does 0 '' "$mmaudit" report --known other --ktap whole
	holds '^ *not ok [0-9]+ mremap$' out

	# What did not come is told.
	echo 'elsewhere * KSM fork # never' >rest
	does 0 '^mmaudit: known and did not come, 1 of [0-9]+: elsewhere$' "$mmaudit" report --known made --known rest whole
}

for file in "$top"/known/*; do
	check_kernel "$(basename "$file")"
done
# The tests' own expectations have the same format.
"$mmaudit" known "$top"/tests/{bugs/expected,kselftest/expected,guest/stress.expected,clients/expected} >"$work/out" 2>&1 || wrong "$(cat "$work/out")"
# A bug that a stable release has mended is of the releases before it, and of later versions.
expects() {
	"$mmaudit" known --kernel "$1" "$top"/{tests/bugs/expected,"known/$2"} | awk '$1 == "ksm-softdirty" { n++ } END { print n + 0 }'
}
for row in '5.10.0-35-amd64 5.10 2' '6.1.0-57-cloud-amd64 6.1 2' '6.12.117+deb12-amd64 6.12 2' '6.12.118+deb13-amd64 6.12 0' '6.12.130 6.12 0' \
	'7.2.13 7.2 2' '7.3.4+deb13-cloud-amd64 7.3 2'; do
	# shellcheck disable=SC2086	# words
	set -- $row
	[ "$(expects "$1" "$2")" = "$3" ] || wrong "ksm-softdirty on $1: $(expects "$1" "$2") lines, not $3"
done
# Of one release, no bug has two lines.
for release in 5.10.262 6.1.192 6.12.117 6.12.118 7.2.12 7.3.4; do
	twice=$("$mmaudit" known --kernel $release "$top/tests/bugs/expected" | awk '{ print $1 }' | sort | uniq -d)
	[ -z "$twice" ] || wrong "tests/bugs/expected has two lines for $release of $twice"
done
cd "$work"
commands
exit $bad
