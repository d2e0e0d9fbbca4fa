#!/bin/bash
# options.sh MMAUDIT PAGE - --help, the man page and the shell completion know the options that MMAUDIT takes, and no others;
# and --help is as wide as the terminal.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
page=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$(realpath "$1")" "$work/mmaudit"
PATH=$work:$PATH
# shellcheck source=../../tools/completion/mmaudit
. "$top/tools/completion/mmaudit"

status=0
words() { tr -s ' \t' '\n' <<<"$1" | sed '/^$/d' | sort -u; }

# same NAME WANTED GOT: words, in any order.
same() {
	local wanted got
	wanted=$(words "$2")
	got=$(words "$3")
	[ "$wanted" != "$got" ] || return 0
	echo "error: $1: $(diff <(echo "$wanted") <(echo "$got") | grep '^[<>]' | tr '\n' ' ')"
	status=1
}

# What getopt_long() takes: it lists them for a word that may be any of them.
taken() {
	echo --help
	mmaudit "$1" --= 2>&1 | grep -oE "'--[a-z-]+'" | tr -d "'" || true
}

# What the completion offers for the last of these words.
offered() {
	COMP_WORDS=(mmaudit "$@")
	COMP_CWORD=$#
	_mmaudit
	printf '%s\n' "${COMPREPLY[@]}"
}

# Options that stand as a tag of their own in the page.
in_page() { sed -n '/^\.TP$/{n;s/^\\fB\\-[a-z]\\fR, //;s/^\\fB\(\\-\\-[a-z\\-]*\)\\fR.*/\1/p;}' "$page" | sed 's/\\//g'; }

commands='load unload doctor sites watch run sweep stat explain record report replay top known verdict why vm'
same 'commands offered' "$commands help --help --version" "$(offered '')"
for command in $commands; do
	options=$(taken "$command")
	same "help of $command" "$options" "--help $(mmaudit "$command" --help | grep -oE '^  (-[a-z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+')"
	same "offered of $command" "$options" "$(offered "$command" --)"
	! mmaudit "$command" --help | grep -n ' $' || { echo "error: --help of $command has blanks at the end of a line"; status=1; }
	all+="$options "
done
same 'man page' "${all//--help/}" "$(in_page)"
same 'rules offered' "$(mmaudit explain --list | sed -n '/^rules:/{n;p;}')" "$(offered run --rule '')"
same 'modes of history offered' 'off tracked audited all' "$(offered run --history-mode '')"
same 'parameters offered' "$(mmaudit load --help | grep -oE '^  [a-z_]+=')" "$(offered load '' | grep '=$')"

# On a terminal lines are as long as it is wide; in a pipe no terminal matters.
on_terminal() { script -qec "stty cols 50; mmaudit run --help" /dev/null </dev/null | tr -d '\r'; }
same 'longest line on 50 columns' yes "$(on_terminal | awk '{ if (length > max) max = length } END { print (max > 40 && max <= 50 ? "yes" : max) }')"
same 'words on 50 columns' "$(mmaudit run --help)" "$(on_terminal)"
# Each name that is listed can be explained, in lines as wide as the terminal.
names=$(mmaudit explain --list | sed -n 's/^  //p')
# shellcheck disable=SC2086	# several names
mmaudit explain $names >"$work/explained" || { echo "error: a name that is listed is not explained"; status=1; }
for known in 'known bugs .*ksm-uffd-wp' 'severity *data: ' 'reported as *LOST_UFFD_WP at ksm' 'what helps *[^ ]'; do
	grep -q "^  $known" "$work/explained" || { echo "error: explain does not say '$known'"; status=1; }
done
narrow() { script -qec "stty cols 50; mmaudit $*" /dev/null </dev/null | tr -d '\r'; }
for names in '--list' 'LOST_UFFD_WP ksm can_change REUSE KSM PAGE_DIRTY ksm-uffd-wp'; do
	same "longest line of explain $names" yes "$(narrow explain "$names" | awk '{ if (length > max) max = length } END { print (max > 40 && max <= 50 ? "yes" : max) }')"
	# shellcheck disable=SC2086	# several names
	same "words of explain $names" "$(mmaudit explain $names)" "$(narrow explain "$names")"
done
# doctor ends in what it found.
narrow doctor >"$work/doctor"
[ -z "$(grep -v '^mmaudit: ' "$work/doctor" | awk 'length > 50' | grep -v '^ *[^ ]*$')" ] || { echo "error: a line of doctor is wider than the terminal"; status=1; }
# What is no address or no process is refused before the device is asked.
for addr in '' ' 10' $'\n10' +10 -10 0x 0x0x1 10g 10000000000000000 ffffffff81000000; do
	same "status of why 1 '$addr'" 2 "$(mmaudit why -- 1 "$addr" >/dev/null 2>&1 || echo $?)"
done
for pid in '' 0 -1 +1 ' 1' 1x 2147483648 18446744073709551617; do
	same "status of why '$pid' 1000" 2 "$(mmaudit why -- "$pid" 1000 >/dev/null 2>&1 || echo $?)"
done
mmaudit doctor 2>&1 | tail -n 1 | grep -qE '^mmaudit: (this machine (can|cannot) be audited: |whether this machine can be audited )' || { echo "error: doctor does not end in an answer"; status=1; }
[ "$(COLUMNS=50 mmaudit run --help)" = "$(mmaudit run --help)" ] || { echo "error: COLUMNS changes what goes to a pipe"; status=1; }
exit $status
