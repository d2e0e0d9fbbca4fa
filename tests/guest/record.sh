#!/bin/busybox sh
# record.sh KERNEL - inside the machine: an audit in a file: recorded, told after the module is gone, judged again; cut short in
# every way that a machine has.
. ./lib.sh
sh ./guest.sh
choose_bug
[ $nr = 1 ] && counted='' || counted=" \\($entries\\)"

# has NAME FILE RE: a line of FILE matches.
has() { if grep -qE -- "$3" "$2"; then pass "$1"; else fail "$1" "no '$3' in: $(head -c 600 "$2" | tr '\n' '|')"; fi; }
lacks() { if grep -qE -- "$3" "$2"; then fail "$1" "$(grep -E -- "$3" "$2" | head -n 2 | tr '\n' '|')"; else pass "$1"; fi; }

# recorded NAME: /tmp/bug.rec, told, has the bug as `mmaudit run` names it.
recorded() {
	status "$1-told" 0 mmaudit report -o /tmp/told /tmp/bug.rec
	has "$1-rule" /tmp/told "^ +1 +$nr .* s  $rule \[$group\]\$"
	has "$1-site" /tmp/told "^ +1 +$nr .* s  $site\$"
	has "$1-caller" /tmp/told "^ +1 +$nr .* s  [a-z_0-9.]+\+0x[0-9a-f]+\$"
	has "$1-task" /tmp/told "^ +1 +$nr .* s  bugs\[[0-9]+\]\$"
	has "$1-stack" /tmp/told "^    [a-z_]*($caller)[a-z_]*\+0x[0-9a-f]+/0x[0-9a-f]+\$"
	has "$1-not-seen" /tmp/told '^  (nothing|site [a-z-]+ was not seen: .*)$'
	lacks "$1-nothing-lost" /tmp/told '^  [0-9]+ [a-z]|no end|did not see all'
	has "$1-whole" /tmp/told "^verdict violations: 1 violation$counted\$"
	status "$1-forms" 0 mmaudit report --html /tmp/page --perfetto=/tmp/trace --folded=/tmp/stacks /tmp/bug.rec
	has "$1-page" /tmp/page "<tr data-kind=\"0\"><td data-label=\"rule\">.*$rule</span>.*>$site</td>.*>$nr</td>"
	has "$1-folded" /tmp/stacks "^bugs;.*($caller).*;${rule}_at_$site 1\$"
	has "$1-trace" /tmp/trace "$rule at $site"
	status "$1-replay" 0 mmaudit replay /tmp/bug.rec
	has "$1-same" /tmp/said "^same $rule at $site  bugs"
}

status no-module 3 mmaudit record -o /tmp/none -- true
status no-module-no-file 1 ls /tmp/none /tmp/none.*.tmp

loads
status bug 1 mmaudit record -o /tmp/bug.rec -- bugs $bug
says bug-table "^ +1 +$nr .* $rule  $site  "
says bug-said 'recorded [0-9]+ records? in /tmp/bug.rec'
recorded before
status cmd-status 7 mmaudit record -o /tmp/seven -- sh -c 'exit 7'
has cmd-status-told /tmp/seven MMAUDIT
status cmd-not-there 127 mmaudit record -o /tmp/none -- /none
status cmd-not-there-no-file 1 ls /tmp/none

# Every decision of many legal paths, judged again here, is what the module made of it.
mmaudit record --all --sweep=1 -o /tmp/all.rec -- legal --all >/tmp/legal.out 2>/tmp/talk
mmaudit replay /tmp/all.rec >/tmp/replayed 2>/tmp/said
tail -n 1 /tmp/said | sed 's/^mmaudit: /replay of legal: /' >&3
lacks all-new /tmp/replayed '^new '
lacks all-gone /tmp/replayed '^gone '
lacks all-fault /tmp/replayed '^fault '
if [ "$(sed -n 's/.* and \([0-9]*\) sound decisions.*/\1/p' /tmp/said)" -gt 10000 ]; then pass all-many; else fail all-many "$(cat /tmp/said)"; fi
awk '{ print $1, $2, $3, $4, $5, $6 }' /tmp/replayed | grep -v '^same' | sed 's/  .*//' | sort | uniq -c | head -n 20 >&3
ls -l /tmp/all.rec | awk '{ print "all.rec", $5, "bytes" }' >&3

# A recording of all tasks ends by a signal, and is whole.
# A job in the background empties its file when it gets to it: without rm, what the one before said is taken for this one's.
rm /tmp/talk
mmaudit record -o /tmp/bug.rec 2>/tmp/talk &
recorder=$!
until_true grep -q auditing /tmp/talk
bugs $bug >/dev/null 2>&1
kill -INT $recorder
wait $recorder
same interrupted-status $? 1
recorded interrupted

# Killed, it leaves what it has, which can be told.
mmaudit record -o /tmp/killed -- sh -c "bugs $bug; sleep 1; kill -KILL \$PPID; sleep 1" >/dev/null 2>&1
status killed-no-file 1 ls /tmp/killed
status killed-told 4 sh -c 'mmaudit report /tmp/killed.*.tmp'
says killed-said 'was cut: it has no end'
says killed-bug "s  $rule \[$group\]\$"

# A disk that is full keeps what is whole.
mkdir -p /tmp/small
mount -t tmpfs -o size=64k none /tmp/small
status full 4 mmaudit record --all --status-file /tmp/st -o /tmp/small/rec -- legal --all
says full-said 'cannot write the records: No space left on device'
says full-kept '/tmp/small/rec has what was recorded until then, and no end'
status full-told 4 mmaudit report /tmp/small/rec
says full-cut 'was cut: it has no end'
has full-status /tmp/st '^exit_status=4$'
umount /tmp/small

# Reports of run and watch, by the same table.
status run-report 1 mmaudit run --report text=/tmp/told -- bugs $bug
has run-report-file /tmp/told "^verdict violations: 1 violation$counted\$"
has run-report-records /tmp/said "^VIOLATION $rule at $site"
mmaudit run --report text -- bugs $bug >/tmp/told 2>/tmp/talk
has run-report-stdout /tmp/told "^verdict violations: 1 violation$counted\$"
same run-report-alone "$(grep -c '^VIOLATION ' /tmp/told)" 1
status run-report-full 1 mmaudit run --report text=/dev/full -- bugs $bug
says run-report-full-said 'cannot write the report /dev/full: No space left on device'
status run-report-full-clean 4 mmaudit run --report text=/dev/full -- true
status run-report-nowhere 2 mmaudit run --report text=/none/x -- true

# top, on a terminal of 100 columns, while the bug happens; and where there is none.
status top-no-terminal 2 mmaudit top
says top-no-terminal-said 'top wants a terminal'
status top-unknown-terminal 2 script -qec 'TERM=none mmaudit top' /dev/null
says top-unknown-terminal-said "the terminal 'none' is not known here"
export TERM=vt100 TERMINFO=/test/terminfo
export bug
status record-terminal 0 script -qec 'mmaudit record -o /tmp/seen & sleep 3; bugs $bug; bugs $bug; sleep 2; bugs $bug; kill -INT $!; wait' /tmp/seen.said
has record-terminal-progress /tmp/seen.said 'mmaudit: recording: [0-9]+ records, [1-3] violations'
has record-terminal-verdict /tmp/seen.said 'mmaudit: verdict violations: 3 violations'
(while [ ! -e /tmp/top.over ]; do bugs $bug; done >/dev/null 2>&1) &
status top 0 script -qec 'stty rows 50 cols 100; mmaudit top --count 4' /tmp/top
status top-narrow 0 script -qec 'stty rows 24 cols 80; mmaudit top --count 1' /tmp/narrow
touch /tmp/top.over
wait
has top-narrow-whole /tmp/narrow 'SITE +GRANTS/s +DENIALS/s +WRONG/s +MISSED/s +GRANTS +DENIALS +WRONG'
has top-narrow-lost /tmp/narrow 'records here; since load 0 hits .* sweeps'

# What is said after a key that the terminal shows begins a line.
rm -f /tmp/key
{ until_true grep -q auditing /tmp/key; printf '\003'; sleep 2; } | script -qefc 'mmaudit watch' /tmp/key >/dev/null
same key-ends $? 0
has key-own-line /tmp/key '^mmaudit: audited all tasks'
tr '\033' '\n' </tmp/top >/tmp/top.lines
has top-head /tmp/top.lines "mmaudit top: $(uname -r | sed s,+,.,g), every 1 s"
has top-site /tmp/top.lines "$site +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[1-9]"
has top-kind /tmp/top.lines "$rule  $site  [a-z_0-9.]+\+0x"
grep -aoE "$site  .*" /tmp/top.lines | head -n 1 | sed 's/^/top: /' >&3

unloads
recorded after
