# shellcheck shell=dash
# lib.sh - what the scripts that run inside a test machine share: verdicts on descriptor 3, and reading records.

pass() { echo "pass $1" >&3; }
fail() { echo "fail $*" >&3; }
skip() { echo "skip $*" >&3; }
data() { echo "$*" >&3; }

# Prints the parameter that says that prototypes are checked, on kernels built by tests/mutants: they have no BTF, and their
# sources are those that mmaudit knows.
vouch() { [ -e /sys/kernel/btf/vmlinux ] || echo checked=Y; }

# loads OPTION...: loads the module, or ends the script with a failure.
loads() {
	# shellcheck disable=SC2046	# a word or none
	mmaudit load "$@" $(vouch) >/tmp/load 2>&1 && return
	fail load "$(tr '\n' ' ' </tmp/load)"
	exit 0
}

# What copy-builtin.sh put into the kernel stays, and that is what is said; nothing but it is asked what it sees.
stays_built_in() {
	status unload 3 mmaudit unload
	says unload-told 'mmaudit is built into this kernel and stays'
	status doctor 0 mmaudit doctor
	says doctor-asks 'this machine can be audited: .* sites .*would be seen'
}

unloads() {
	if [ ! -e /proc/modules ]; then
		stays_built_in
	elif mmaudit unload 2>/tmp/unload; then
		pass unload
	else
		fail unload "$(cat /tmp/unload)"
	fi
}

# status NAME WANTED COMMAND...: it must end with that status; what it says is kept in /tmp/said.
status() {
	local name=$1 want=$2 got=0
	shift 2
	"$@" >/tmp/said 2>&1 </dev/null || got=$?
	if [ "$got" = "$want" ]; then
		pass "$name"
	else
		fail "$name" "status $got, not $want: $(tail -n 3 /tmp/said | tr '\n' ' ')"
	fi
}

# says NAME RE: a line of the last command that status ran matches.
says() {
	if grep -qE -- "$2" /tmp/said; then
		pass "$1"
	else
		fail "$1" "did not say '$2' but: $(tail -n 3 /tmp/said | tr '\n' ' ')"
	fi
}

# until_true COMMAND...: waits, at most about half a minute.
until_true() {
	local tries=0
	while ! "$@" 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 150 ] || return 1
		usleep 200000
	done
}

# preempted_as_told: the kernel's preemption is what preempt= of its command line asks for, if it is there.
preempted_as_told() {
	local want has
	want=$(sed -n 's/.*\<preempt=\([a-z]*\).*/\1/p' /proc/cmdline)
	[ -n "$want" ] || return 0
	has=$(cat /sys/kernel/debug/sched/preempt)
	case $has in
	*"($want)"*) pass "preempt-$want" ;;
	*) fail "preempt-$want" "$has" ;;
	esac
}

# Adds a user without any right.
has_nobody() { echo 'nobody:x:65534:65534:nobody:/tmp:/bin/sh' >>/etc/passwd; }

has_debugfs() { grep -q ' /sys/kernel/debug ' /proc/mounts || mount -t debugfs debugfs /sys/kernel/debug; }

# there MODULE: it is loaded, or not yet completely unloaded.
there() { grep -q "^$1 " /proc/modules; }

# violations FILE: "COUNT RULES SITE" of each kind of violation in a file of JSON records.
violations() {
	awk '
		index($0, "{\"type\":\"violation\"") != 1 { next }
		{
			rules = $0; sub(/.*"rules":\[/, "", rules); sub(/\].*/, "", rules); gsub(/"/, "", rules)
			site = $0; sub(/.*"site":"/, "", site); sub(/".*/, "", site)
			seen[rules " " site]++
		}
		END { for (v in seen) print seen[v], v }' "$1"
}

# same NAME GOT WANTED
same() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "'$2', not '$3'"; fi; }

# counter NAME: its value in mmaudit stat.
counter() { mmaudit stat | awk -v name="$1" '$1 == name { print $2 }'; }

# lines: the kernel log without times and callers. quiet_log: empties it, after the time in which the module would withhold lines.
lines() { dmesg | sed -E 's/^\[[^]]*\](\[ *[TC][0-9]+\])? //'; }
quiet_log() { sleep 6; dmesg -c >/dev/null; }

# told NAME RE NUMBER: the log accounts for NUMBER violations: some have a line that matches RE, the rest is counted in a line.
told() {
	local lines more
	sleep 6
	lines=$(lines | grep -cE "$2")
	more=$(lines | sed -n 's/^mmaudit: \([0-9]*\) more violations not told here.*/\1/p' | awk '{ sum += $1 } END { print sum + 0 }')
	same "$1-all" "$((lines + more))" "$3"
	if [ "$lines" -ge 1 ] && [ "$lines" -le 30 ]; then
		pass "$1-limited"
	else
		fail "$1-limited" "$lines of $3 violations told"
	fi
	data "log $1: $lines of $3 violations told, $(lines | wc -l) lines"
}

# number KEY FILE: the first value of KEY in the last record.
number() { tail -n 1 "$2" | awk -v k="\"$1\":" '{ i = index($0, k); if (i) { s = substr($0, i + length(k)); sub(/[^0-9].*/, "", s); print s } }'; }

# whole FILE: its last record says that the audit missed nothing, and counts as many violations as the file has.
whole() {
	tail -n 1 "$1" | grep -q '^{"type":"end".*"complete":true' || return 1
	[ "$(violations "$1" | awk '{ sum += $1 } END { print sum + 0 }')" = "$(number violations "$1")" ]
}

# is_whole NAME FILE: its audit missed nothing.
is_whole() { if whole "$2"; then pass "$1"; else fail "$1" "$(tail -n 1 "$2")"; fi; }

# silence NAME KERNEL FILE: the records in FILE have no violation but those that legal.expected lists for KERNEL or *.
silence() {
	local count rules site unknown=0
	violations "$3" >/tmp/kinds
	while read -r count rules site; do
		if awk -v k="$2" -v r="$rules" -v s="$site" \
			'($1 == k || $1 == "*") && $2 == r && $3 == s { found = 1 } END { exit !found }' legal.expected; then
			data "known: $rules at $site, $count times"
			continue
		fi
		unknown=$((unknown + 1))
		fail "$1-$rules-$site" "$count violations where none may be"
	done </tmp/kinds
	if [ "$unknown" -gt 0 ]; then evidence "$3"; else pass "$1"; fi
}

# expected_here EXPECTED: its lines, in the format of --known, that are of the kernel that runs here.
expected_here() { mmaudit known --kernel "$(uname -r)" "$1"; }

# findings NAME EXPECTED FILE: the records in FILE have no violation but those that EXPECTED lists for NAME on this kernel. One
# that is not racy must be there.
findings() {
	local bad
	violations "$3" >/tmp/kinds
	expected_here "$2" >/tmp/expected || { fail "$1" "$2: status $?"; return 1; }
	bad=$(awk -v name="$1" -v expected=/tmp/expected '
		FILENAME == expected {
			if ($1 == name)
				known[$3 " " $4] = $5 == "racy" ? "may" : "must"
			next
		}
		{ kind = $2 " " $3; seen[kind] = 1; if (!(kind in known)) print "unknown:", $0 }
		END { for (kind in known) if (known[kind] == "must" && !(kind in seen)) print "missing:", kind }' /tmp/expected /tmp/kinds)
	if [ -n "$bad" ]; then
		fail "$1" "$(echo "$bad" | tr '\n' ';')"
		return 1
	fi
	sed "s/^/known: $1: /" /tmp/kinds >&3
	pass "$1"
}

# There is a suspect that is not judged yet.
waits() {
	mmaudit stat | awk '{ n[$1] = $2 }
		END { exit n["suspects"] <= n["confirmed"] + n["cleared"] + n["suspects_lost"] + n["skipped"] }'
}

# evidence FILE: prints the first two records of each kind of violation.
evidence() {
	awk 'index($0, "{\"type\":\"violation\"") == 1 {
		kind = $0; sub(/.*"rules":/, "", kind); sub(/].*/, "", kind)
		site = $0; sub(/.*"site":"/, "", site); sub(/".*/, "", site)
		if (seen[kind site]++ < 2) print "  " $0 }' "$1" >&3
}

# Sets bug to one that is met whenever it is asked for; has_marks if something can be soft-dirty here; and what is said of the bug: rule,
# what its group loses, site, how many entries, in number and in words, and what the stack of who does it has. Where nothing is
# soft-dirty it is a bug of which a record has one entry.
# shellcheck disable=SC2034	# for who calls it
choose_bug() {
	if bugs --only-needs mremap-table-softdirty | grep -q 'nothing is missing'; then
		has_marks=1 bug=mremap-table-softdirty rule=LOST_SOFT_DIRTY group=data site=mremap
		nr=512 entries='512 entries' caller='mremap|move_vma'
	else
		has_marks='' bug=vmsplice-hugetlb rule=PIPED group=isolation site=hugetlb-fault
		nr=1 entries='1 entry' caller='hugetlb|handle_mm_fault'
	fi
}
