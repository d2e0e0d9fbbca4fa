#!/bin/bash
# log-allowed.sh SUITE KERNEL - prints what tests/guest/log.expected lists as --allow-log and --allow-splat options of tests/vm/run,
# one word a line.
set -eu -o pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
suite=$1 kernel=$2

# lines FILE: those that are of this kernel, in the format of --known: NAME KERNEL RULES SITE.
lines() {
	case $1 in
	*/legal.expected) awk -v kernel="$kernel" '$1 == kernel || $1 == "*" { print "legal", $0 }' "$1" ;;
	*) ./mmaudit known --kernel "$kernel" "$1" ;;
	esac
}

# told FILE: the log lines of the violations in a file of expectations. A line about "A,B" or "A+B" names one of the rules; site
# "-" is any; the word after "racy" is one more site.
told() {
	lines "$1" | awk -v at=3 '
		{
			rules = $at; gsub(/[,+]/, "|", rules)
			site = $(at + 1)
			print "mmaudit: (" rules ") in " (site == "-" ? "[a-z-]+" : site) ": "
			if ($(at + 2) == "racy" && $(at + 3) ~ /^[a-z-]+$/)
				print "mmaudit: (" rules ") in " $(at + 3) ": "
		}' | sort -u
}

allow() { sed "s/^/--allow-$1\n/"; }

while read -r name on kind what; do
	[ "$name" = "$suite" ] && [[ $on = "$kernel" || $on = '*' ]] || continue
	case $kind in
	file) { told "$what"; echo 'mmaudit: [0-9]+ more violations not told here'; } | allow log ;;
	line) allow log <<<"$what" ;;
	splat) allow splat <<<"$what" ;;
	*) echo "log-allowed.sh: tests/guest/log.expected: neither file, line nor splat but '$kind'" >&2; exit 2 ;;
	esac
done < <(grep -v '^#' tests/guest/log.expected)
