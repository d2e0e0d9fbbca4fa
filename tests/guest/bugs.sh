#!/bin/busybox sh
# bugs.sh - inside the machine: every known kernel bug under audit, against the lines of bugs.expected that are of the kernel
# that runs here.
. ./lib.sh
sh ./guest.sh

# expected BUG: "RULES SITE [racy [ALSO]]" or "silent".
expected() { awk -v bug="$1" '$1 == bug { line = $3 " " $4 " " $5 " " $6 } END { print line ? line : "silent" }' /tmp/bugs.here; }

# seen_in FILE: sets seen to "RULES SITE" of each kind of violation in the records, or to nothing.
seen_in() { seen=$(violations "$1" | sed 's/^[0-9]* //' | sort | tr '\n' ';'); }

silent() {
	if [ -z "$seen" ]; then
		pass "$bug"
	else
		fail "$bug" "expected silence, saw $seen ($said)"
		evidence /tmp/bug.json
	fi
}

# named RULES SITE: exactly that must have been seen. The first such bug is also used by logs(), except a race, which may not
# happen again, and a sweep's finding, which sweeps() tests.
named() {
	case $bug-$2 in *race* | *-sweep) ;; *) [ -z "$seen" ] || [ -n "$reported" ] || { reported=$bug; reported_as=${seen%%;*}; } ;; esac
	if [ "$seen" = "$(echo "$1" | sed "s/+/ $2;/g") $2;" ] || { [ "$2" = - ] && [ "${seen%% *}" = "$1" ]; }; then
		pass "$bug"
	elif [ -z "$seen" ] && mmaudit sites | grep -qE "^$2 .*(not seen|seen in part)"; then
		data "absent $bug the site $2 is not seen, or not everywhere"
	else
		fail "$bug" "expected $1 at $2, saw ${seen:-nothing} ($said)"
		evidence /tmp/bug.json
	fi
}

judge() {
	# shellcheck disable=SC2046	# words
	set -- $(expected "$bug")
	case $said in
	*"not reproduced"*) data "row $bug ok ${seen:--}" ;;
	*) data "row $bug B ${seen:--}" ;;
	esac
	# the same bug, seen from its other side only or from both
	[ -z "${4:-}" ] || seen=$(echo "$seen" | sed "s/$1 $4;/$1 $2;/" | tr ';' '\n' | sort -u | sed '/^$/d; s/$/;/' | tr -d '\n')
	case $1:$3:$seen:$said in
	silent:*) silent ;;
	*:racy::*"not reproduced"*) skip "$bug" "the race was not met" ;;
	*) named "$1" "$2" ;;
	esac
}

# A bug that no grant shows is found by a sweep of the memory that it leaves.
sweep_for() {
	case $(expected "$1") in *" sweep "*) echo --sweep ;; esac
}

audit() {
	local got=0
	# shellcheck disable=SC2046	# an option or none
	mmaudit run $(sweep_for "$bug") --json --output /tmp/bug.json -- bugs "$bug" >/tmp/bug.out 2>/tmp/bug.talk || got=$?
	said=$(tail -n 1 /tmp/bug.out)
	case $said in
	skip* | absent*) skip "$bug" "${said#* * }"; return ;;
	bug*) ;;
	*) fail "$bug" "status $got: $said $(tail -n 1 /tmp/bug.talk)"; return ;;
	esac
	if [ "$got" -gt 1 ] || ! whole /tmp/bug.json; then
		fail "$bug" "the audit failed: status $got: $(tail -n 2 /tmp/bug.talk | tr '\n' ' ')"
		return
	fi
	seen_in /tmp/bug.json
	judge
}

# The kernel log must hold a line about a reported bug (the module is loaded with action=log), and a report under action=warn.
logs() {
	[ -n "$reported" ] || { skip log "no bug here to report"; return; }
	if dmesg | grep -q "mmaudit: ${reported_as%% *} in ${reported_as##* }: "; then
		pass log
	else
		fail log "$reported: no line in the kernel log"
	fi
	echo warn >/sys/module/mmaudit/parameters/action
	quiet_log	# or this one is among those that are not told
	mmaudit run -- bugs "$reported" >/dev/null 2>&1
	if until_true log_has "BUG: mmaudit: ${reported_as%% *} in ${reported_as##* }"; then
		pass warn
	else
		fail warn "$reported: no BUG: line in the kernel log"
	fi
}

log_has() { lines | grep -qE "$1"; }

# One call of the kernel is one record, however many entries it changes; the counters count entries.
ranges() {
	local before
	[ -n "$has_marks" ] || { data "absent range-record no bug here changes 512 entries at a time"; return; }
	before=$(counter violations)
	mmaudit run --json --output /tmp/range.json -- bugs mremap-table-softdirty >/dev/null 2>/tmp/talk
	same range-record "$(sed -n 's/^{"type":"violation".*"count":\([0-9]*\),.*/\1/p' /tmp/range.json | tr '\n' ' ')" "512 "
	same range-totals "$(number violations /tmp/range.json) of $(number entries /tmp/range.json)" "1 of 512"
	same range-counter "$(($(counter violations) - before))" 512
}

# flood ACTION RE: each of many such calls in a row is one record; the log has few lines that match RE.
flood() {
	local calls
	echo "$1" >/sys/module/mmaudit/parameters/action
	quiet_log
	mmaudit run --json --output /tmp/flood.json -- bugs --flood 8 >/tmp/flood 2>&1
	calls=$(awk '$1 == "flood" { print $2 }' /tmp/flood)
	same "flood-$1-records" "$(violations /tmp/flood.json)" "$calls $rule $site"
	told "flood-$1" "$2" "$calls"
}

# A finding of a sweep at exit is counted and logged.
sweeps() {
	local before
	if [ "$(expected "$left")" = silent ] || ! bugs --only-needs "$left" | grep -q 'nothing is missing'; then
		data "absent sweep-told no bug here that leaves one"
		return
	fi
	before=$(counter findings)
	quiet_log
	mmaudit run --sweep --json --output /tmp/sweep.json -- bugs "$left" >/dev/null 2>&1
	[ "$(number violations /tmp/sweep.json)" -ge 1 ] || { fail sweep-told "the sweep found nothing: $(tail -n 1 /tmp/sweep.json)"; return; }
	same sweep-counted "$(($(counter findings) - before))" "$(number entries /tmp/sweep.json)"
	same sweep-told "$(lines | grep -cE "^mmaudit: $left_rule in sweep: bugs\[[0-9]+\] 0x[0-9a-f]+-0x[0-9a-f]+, [0-9]+ entr(y|ies)$")" \
		"$(number violations /tmp/sweep.json)"
}

# Under action=panic an alarm that is no proof stops nothing. Its report has the format that the parsers of fuzzers know, and
# shows the task that did it, not a thread of the module.
reports() {
	echo panic >/sys/module/mmaudit/parameters/action
	dmesg -c >/dev/null
	mmaudit run -- bugs "$bug" >/dev/null 2>&1
	until_true log_has '^ </TASK>'
	lines >/tmp/report
	same report-title "$(grep -c "^BUG: mmaudit: $rule in $site\$" /tmp/report)" 1
	same report-task "$(grep -cE '^CPU: [0-9]+ PID: [0-9]+ Comm: bugs [0-9]' /tmp/report)" 1
	same report-rule "$(grep -c "^$rule: $told_as" /tmp/report)" 1
	same report-range "$(grep -cE "^address 0x[0-9a-f]+-0x[0-9a-f]+, $entries\$" /tmp/report)" 1
	same report-entry "$(grep -cE '^entry 0x[0-9a-f]+ -> 0x[0-9a-f]+$|^entry 0x[0-9a-f]+, what' /tmp/report)" 1
	sed -n '/^Call Trace:$/,/^ <\/TASK>/p' /tmp/report >/tmp/trace
	if grep -qE "^ [a-z_0-9.]*($caller)[a-z_0-9.]*\+0x[0-9a-f]+/0x[0-9a-f]+\$" /tmp/trace && ! grep -q kthread /tmp/trace; then
		pass report-stack
	else
		fail report-stack "$(tr '\n' ' ' </tmp/report)"
	fi
}

# has NAME FILE RE: a line of the file matches.
has() {
	if grep -qE -- "$3" "$2"; then
		pass "$1"
	else
		fail "$1" "no '$3' in: $(tail -n 5 "$2" 2>&1 | tr '\n' ' ')"
	fi
}

# With the file of this kernel in known/ a bug makes no audit fail; with one that lacks it, it does. The forms say the same.
known_findings() {
	status known-passes 0 mmaudit run --known known.findings --report ktap=/tmp/known.ktap --junit /tmp/known.xml -- bugs $bug
	says known-told "^KNOWN $rule at $site "
	says known-verdict 'verdict (known: clean but for 1 known|incomplete: 0 violations, 1 known, .*); the command exited with 0, mmaudit exits with 0$'
	says known-absent '^mmaudit: known and did not come, [0-9]+ of [0-9]+: .*ksm-uffd-wp'
	has known-ktap /tmp/known.ktap "^    ok [0-9]+ $site # XFAIL 1 known\$"
	has known-junit /tmp/known.xml "<skipped message=\"1 known\">$rule at $site"
	grep -v "^$bug " known.findings >/tmp/lacking
	status known-lacks 1 mmaudit run --known /tmp/lacking --ktap -- bugs $bug
	says known-lacks-told "^ +not ok [0-9]+ $site\$"
	says known-lacks-verdict "verdict violations: 1 violation( \($entries\))?; "
	status known-is-wrong 2 mmaudit run --known lib.sh -- bugs $bug
}

expected_here bugs.expected >/tmp/bugs.here || fail expected "bugs.expected: status $?"
loads
reported=
for bug in $(bugs --list | grep -v '^[[:space:]]'); do
	audit
done
logs
choose_bug
if [ -n "$has_marks" ]; then
	told_as='entry rewritten' left=vma-merge-softdirty left_rule=SOFT_DIRTY
else
	told_as='' left=reregister-uffd-wp left_rule=STRAY_UFFD_WP
fi
reports
flood log "^mmaudit: $rule in $site: bugs"
sweeps
flood warn "^BUG: mmaudit: $rule in $site\$"
ranges
known_findings
unloads
