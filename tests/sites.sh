#!/bin/bash
# sites.sh - the table of sites by kernels in docs/sites.md, from what the machines of the legal suite reported.
set -eu -o pipefail
cd "$(dirname "$0")/.."

usage() {
	cat <<END
usage: sites.sh [--write | --check KERNEL]

Prints as Markdown which probes see each site on each kernel, from build/check/KERNEL.out/sites,
which \`tests/check.sh legal\` leaves there. --write puts it into docs/sites.md; --check compares
its column of KERNEL with the report and names what differs; of another kernel of a version (6.12-full, 6.12-rt) that has none
the column of the version, without the sites and points that this kernel does not have. Those of arm64 have columns.
END
}

page=docs/sites.md
begin='<!-- sites: made by tests/sites.sh --write -->' end='<!-- /sites -->'

# "SITE<tab>POINTS" of one report.
report() { awk '/^SITE /{ on = 1; next } !NF { on = 0 } on { print $1 "\t" ($2 != "not" ? $2 : $3 == "seen" ? "not seen" : "not in this kernel") }' "build/check/$1.out/sites"; }

table() {
	local kernels=() kernel
	for kernel in $(tests/vm/list on) $(tests/vm/list request | grep -e -arm64); do
		[ ! -s "build/check/$kernel.out/sites" ] || kernels+=("$kernel")
	done
	[ ${#kernels[@]} -gt 0 ] || { echo "sites.sh: no reports: run tests/check.sh legal first" >&2; exit 1; }
	printf '| site |%s\n' "$(printf ' %s |' "${kernels[@]}")"
	printf '|---|%s\n' "$(printf -- '---|%.0s' "${kernels[@]}")"
	for kernel in "${kernels[@]}"; do report "$kernel" | sed "s/^/$kernel\t/"; done |
		awk -F '\t' -v kernels="${kernels[*]}" '
			!($2 in row) { order[++n] = $2; row[$2] = 1 }
			{ gsub(/,/, ", ", $3); cell[$2 " " $1] = $3 }
			END {
				k = split(kernels, ks, " ")
				for (i = 1; i <= n; i++) {
					line = "| " order[i] " |"
					for (j = 1; j <= k; j++) line = line " " cell[order[i] " " ks[j]] " |"
					print line
				}
			}'
}

written() { awk -v b="$begin" -v e="$end" '$0 == e { on = 0 } on { print } $0 == b { on = 1 }' "$page"; }

write() {
	local new
	new=$(mktemp)
	table >"$new"
	awk -v b="$begin" -v e="$end" -v f="$new" '
		$0 == e { on = 0 }
		!on { print }
		$0 == b { on = 1; while ((getline line < f) > 0) print line }' "$page" >"$new.page"
	cat "$new.page" >"$page"
	rm -f "$new" "$new.page"
}

# The page's column of one kernel, as report prints it.
column() {
	written | awk -F ' *[|] *' -v k="$1" '
		NR == 1 { for (i = 3; i < NF; i++) if ($i == k) c = i; next }
		NR > 2 && c { gsub(/, /, ",", $c); print $2 "\t" $c }'
}

# What another kernel of a version, $1, lacks: "site NAME" and "point NAME".
lacks() {
	[[ $1 == *-* ]] || return 0
	report "$1" | sed -n 's/\(.*\)\tnot in this kernel$/site \1/p'
	awk '/^POINT /{ on = 1; next } !NF { on = 0 } on && $2 == "absent" { print "point " $1 }' "build/check/$1.out/sites"
}

# Without the sites and points that it lacks.
without_lacking() {
	awk -v lacks="$(lacks "$1")" '
		BEGIN { FS = OFS = "\t"; n = split(lacks, l, "\n"); for (i = 1; i <= n; i++) lack[l[i]] = 1 }
		("site " $1) in lack { next }
		{
			n = split($2, points, ","); $2 = ""
			for (i = 1; i <= n; i++) if (!(("point " points[i]) in lack)) $2 = $2 ($2 == "" ? "" : ",") points[i]
			print
		}'
}

check() {
	local of
	of=$(column "$1")
	if [ -n "$of" ]; then
		diff <(echo "$of") <(report "$1")
	else
		diff <(column "${1%%-*}" | without_lacking "$1") <(report "$1" | without_lacking "$1")
	fi
}

case ${1-} in
'') table ;;
--write) write ;;
--check) check "${2:?--check wants a kernel}" ;;
-h | --help) usage ;;
*) usage >&2; exit 2 ;;
esac
