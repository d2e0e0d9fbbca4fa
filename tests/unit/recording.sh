#!/bin/bash
# recording.sh MMAUDIT MAKE_RECORDING - what the commands that read recordings do with good and bad ones: status, one sentence,
# nothing half-written.
set -eu
mmaudit=$(realpath "$1")
make_recording=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
bad=0

# does STATUS RE COMMAND...: it ends with that, and what it says on stderr is one line that matches; nothing if RE is empty.
does() {
	local want=$1 re=$2 got=0 lines
	shift 2
	"$@" >out 2>said </dev/null || got=$?
	lines=$(wc -l <said)
	if [ "$got" != "$want" ] || { [ -n "$re" ] && ! grep -qE -- "$re" said; } || [ "$lines" -ne "$([ -n "$re" ] && echo 1 || echo 0)" ]; then
		echo "recording.sh: error: $*: status $got, said: $(cat said)"
		bad=1
	fi
}

holds() { grep -qF -- "$1" "${2:-out}" || { echo "recording.sh: error: '$1' is not in: $(cat "${2:-out}")"; bad=1; }; }
gone() { ! ls "$1"* >/dev/null 2>&1 || { echo "recording.sh: error: there is $(ls "$1"*)"; bad=1; }; }

"$make_recording" whole 10 2>/dev/null
head -c 20000 whole >part
head -c 100 whole >early
echo nonsense >foreign
: >empty
{ head -c 12 whole; printf '\3'; tail -c +14 whole; } >newer
mkdir directory

does 0 '' "$mmaudit" report whole
holds 'verdict violations: 11 violations (5123 entries)'
does 0 '' "$mmaudit" report --format text=there whole
holds 'verdict violations: 11 violations' there
[ ! -s out ]
does 0 '' "$mmaudit" report -o there whole
does 0 '' "$mmaudit" report --format json --format text=there whole
[ "$(grep -c '^{"type":"violation"' out)" = 11 ]
holds '"stack":["move_page_tables+0x1b4","move_vma+0x214"'
does 4 'part was cut: it has no end' "$mmaudit" report part
holds 'the recording has no end'
does 4 'early was cut before its first record' "$mmaudit" report early
[ ! -s out ]
does 4 'early was cut' "$mmaudit" report -o never early
gone never
does 2 'foreign: it is no recording' "$mmaudit" report foreign
does 2 'empty: it is no recording' "$mmaudit" report empty
does 2 'newer: it is of an mmaudit with another format' "$mmaudit" report newer
does 2 'none: No such file' "$mmaudit" report none
does 2 'directory: Is a directory' "$mmaudit" report directory
does 2 'cannot write the report none/x' "$mmaudit" report -o none/x whole
does 4 'cannot write the report' "$mmaudit" report -o /dev/full whole
does 4 'cannot write the report' sh -c 'exec "$1" report whole >/dev/full' sh "$mmaudit"
does 0 '' bash -c 'set -o pipefail; trap "" PIPE; "$1" report whole | true' bash "$mmaudit"
does 0 '' sh -c 'cat whole | "$1" report /dev/stdin' sh "$mmaudit"
holds 'verdict violations'

does 4 'cannot write the report /dev/full: No space left' "$mmaudit" report --format json=/dev/full whole

# Messages go into no report if standard error is closed.
"$make_recording" longest 66000 2>/dev/null
"$mmaudit" report --folded=stacks longest 2>&-
! grep mmaudit: stacks || { echo "recording.sh: error: a message is in the report"; bad=1; }
does 4 'cannot write the report' sh -c 'exec "$1" report whole >&-' sh "$mmaudit"

# A closed pipe or a signal leaves nothing behind.
does 0 '' bash -c 'set -o pipefail; "$1" report --ktap --html page whole | true' bash "$mmaudit"
gone page.
mkfifo pipe
"$make_recording" long 300 2>/dev/null
for signal in INT TERM HUP; do
	# Not in the background of this script: that would have it ignore SIGINT.
	env --default-signal timeout --foreground -s $signal 1 "$mmaudit" report --format json=pipe --html never long 3<>pipe || true
	gone never
done

# A recording may come through a pipe, that of standard input is "-", and who waits for a pipe is told.
does 0 '' sh -c 'cat whole | "$1" report -' sh "$mmaudit"
holds 'verdict violations'
does 0 '' sh -c '"$1" report - <whole' sh "$mmaudit"
does 0 'unchanged' sh -c 'cat whole | "$1" replay --changed -' sh "$mmaudit"
does 0 '' sh -c '"$1" known --write from-stdin - <whole' sh "$mmaudit"
holds "NAME KERNEL RULES SITE" from-stdin
does 2 'standard input|it is no recording' sh -c '"$1" report - <&-' sh "$mmaudit"
mkfifo slow
for reader in "report slow" "replay slow" "known --write late slow" "known slow" "report --known slow whole" "doctor --kallsyms slow"; do
	does 124 '^mmaudit: waiting for something to read from slow, which is no regular file$' timeout 3 "$mmaudit" $reader
done
does 0 'waiting for something to read from slow' sh -c '{ sleep 1.5; cat whole; } >slow & exec "$1" report slow' sh "$mmaudit"
holds 'verdict violations'

# What follows a recording is not passed over in silence, and no name of a file reaches the terminal as it is.
does 4 '^mmaudit: - goes on after its end: what follows, another recording perhaps, was not read$' sh -c 'cat whole whole | "$1" report -' sh "$mmaudit"
holds 'verdict violations: 11 violations'
does 2 '^mmaudit: cannot read a\?\[31mb\?c: No such file' "$mmaudit" report $'a\033[31mb\nc'
does 2 '^mmaudit: cannot write the report : No such file' "$mmaudit" report -o "" whole

# A limit of file sizes is told, and leaves nothing.
does 4 '^mmaudit: cannot write the report big: File too large$' bash -c 'ulimit -f 1; exec "$1" report --html big whole' bash "$mmaudit"
gone big
does 4 'cannot write the report .text.: File too large' bash -c 'ulimit -f 1; exec "$1" report whole >all' bash "$mmaudit"
got=0
"$mmaudit" report -o nowhere --html page whole >out 2>said || got=$?
[ "$got" = 2 ] && holds '--output nowhere: each report has a file of its own' said
gone nowhere

does 2 '^mmaudit: /dev/stdin:65537:1: more known findings than mmaudit can take$' \
	bash -c 'yes "a * KSM fork" | timeout 60 "$1" known /dev/stdin' bash "$mmaudit"

# What must be a regular file is refused if it is none.
got=0
timeout 10 "$mmaudit" doctor --btf slow >out 2>said </dev/null || got=$?
[ "$got" = 3 ] && holds 'BTF' && holds 'slow: it is no regular file'
got=0
timeout 10 "$mmaudit" doctor --module slow >out 2>said </dev/null || got=$?
[ "$got" = 3 ] && holds 'slow: this is no kernel module'

# No report takes the recording's own place, by a link neither.
overwrites() {
	local got=0
	"$@" 2>said || got=$?
	if [ "$got" != 2 ] || ! grep -q 'would overwrite' said || ! cmp -s whole own; then
		echo "recording.sh: error: $*: status $got, said: $(cat said)"
		bad=1
		cp whole own
	fi
}
cp whole own
ln -s own link
overwrites "$mmaudit" report -o own own
overwrites "$mmaudit" report --ktap --html link own
overwrites "$mmaudit" known --write own own
for records in own nowhere; do
	overwrites "$mmaudit" watch --output "$records" --report "html=$records"
	overwrites "$mmaudit" record --output "$records" --report "html=$records"
done
overwrites "$mmaudit" run --status-file nowhere --report html=nowhere -- true

# What was found is its owner's, also in the place of a file that all could read; what a link leads to stays as it is.
mode() { [ "$(stat -c %a "$2")" = "$1" ] || { echo "recording.sh: error: $2 has mode $(stat -c %a "$2"), not $1"; bad=1; }; }
umask 022
: >before
: >linked
ln -s linked link-to-it
forms="text json html folded ktap junit kcidb"
! "$mmaudit" --version | grep -q '^protobuf-c *yes' || forms="$forms perfetto"
for form in $forms; do
	does 0 '' "$mmaudit" report --format "$form=of.$form" whole
	mode 600 "of.$form"
done
does 0 '' "$mmaudit" report --ktap -o before --junit link-to-it whole
mode 600 before
mode 644 linked
does 0 '' "$mmaudit" known --write of.known whole
mode 644 of.known
does 2 'cannot write the report pipe: it is a pipe that nobody reads' "$mmaudit" report -o pipe whole

# Two reports cannot have one file, and what is in the way is named.
does 2 'cannot write the report twice: twice.[0-9]+.tmp is in the way' "$mmaudit" report --html twice --junit twice whole
gone twice

# The forms that have an option of their own.
does 0 '' "$mmaudit" report --html page whole
holds '<strong>violations</strong> 11 violations (5123 entries)' page
holds '</html>' page
does 4 'part was cut: it has no end' "$mmaudit" report --html page part
holds '<li>the recording has no end' page
does 4 'early was cut' "$mmaudit" report --html never early
gone never
does 2 'foreign: it is no recording' "$mmaudit" report --html never foreign
gone never
does 4 'cannot write the report' "$mmaudit" report --html /dev/full whole
does 2 'cannot write the report none/x' "$mmaudit" report --html none/x whole
does 0 '' "$mmaudit" report --folded=stacks --html page whole
awk '{ n += $NF } END { exit n != 11 }' stacks || { echo "recording.sh: error: folded: $(cat stacks)"; bad=1; }
does 0 '' "$mmaudit" report --folded whole
cmp out stacks
if "$mmaudit" --version | grep -q '^protobuf-c *yes'; then
	does 0 '' "$mmaudit" report --perfetto=trace whole
	[ -s trace ]
	does 0 '' "$mmaudit" report --perfetto whole
	cmp out trace
	does 4 'cannot write the report' "$mmaudit" report --perfetto=/dev/full whole
	does 0 '' bash -c 'set -o pipefail; trap "" PIPE; "$1" report --perfetto whole | true' bash "$mmaudit"
else
	! "$mmaudit" report --perfetto=trace whole 2>said
	holds "report 'perfetto' is not built into this mmaudit" said
	gone trace
fi

"$make_recording" sound 10 sound 2>/dev/null
"$make_recording" one 0 2>one.said
holds 'recorded 1 record in one:' one.said
does 0 ' 1 violation and ' "$mmaudit" replay one
does 0 '' "$mmaudit" report one
holds 'CMD      exited with 1'
does 0 '^mmaudit: unchanged: 11 violations and 0 sound decisions judged again: 11 same, 0 gone, 0 new' "$mmaudit" replay whole
[ "$(grep -c '^same LOST_SOFT_DIRTY at ' out)" = 10 ]
holds 'same ANON_EXCL,KSM at sweep  ksm\x1buser[172]  addr 0x7f0000000000-0x7f0000003000  +2.000 s'
does 0 unchanged "$mmaudit" replay --changed whole
[ ! -s out ]
does 1 'changed: 11 violations .* 1 same, 10 gone, 0 new' "$mmaudit" replay --changed sound
holds 'gone LOST_SOFT_DIRTY at mremap  bugs[171]  addr 0x7f1c4a200000-0x7f1c4a400000  +0.500 s'
! grep -q 'unknown kernel' said || bad=1
# One of arm64, whose entries have other bits, is read here like any other; so is each of its two codings.
"$make_recording" arm64 10 arm64 2>/dev/null
"$make_recording" arm64-old 10 arm64-old 2>/dev/null
does 0 '^mmaudit: unchanged: 11 violations and 0 sound decisions judged again: 11 same, 0 gone, 0 new; 0 write faults' "$mmaudit" replay arm64
[ "$(grep -c '^same LOST_UFFD_WP at ' out)" = 10 ]
! grep -q SOFT_DIRTY out || { echo "recording.sh: error: a rule was applied that arm64 has not"; bad=1; }
does 0 '' "$mmaudit" report arm64
holds 'kernel   6.1.0-sample aarch64 on sample'
holds '  was      present -        rdonly user accessed -     uffd-wp shared ng pxn uxn'
holds '  now      present writable -      user accessed dirty -       shared ng pxn uxn'
holds '  folio    pfn 0x12345, '
does 0 '' "$mmaudit" report arm64-old
holds '  was      present -        rdonly user accessed -     shared ng pxn uxn'
does 0 '' "$mmaudit" report --format json arm64
holds '"machine":"aarch64"'
holds '"old_bits":["present","user","accessed","rdonly","shared","pxn","uxn","uffd-wp","ng"]'
holds '"new_bits":["present","writable","user","accessed","dirty","shared","pxn","uxn","ng"]'
does 0 '' "$mmaudit" report --format html arm64
holds '"frames":["0x12345","0x12345"]'
holds '["dirty",0,1]'
does 0 '' "$mmaudit" report --format kcidb arm64
holds '"architecture":"aarch64"'
does 0 '' "$mmaudit" report whole
holds 'kernel   6.1.0-sample x86_64 on sample'
does 0 '' "$mmaudit" report --format kcidb whole
holds '"architecture":"x86_64"'

# Of a kernel that is newer than mmaudit nobody says a thing without that.
"$make_recording" newer 2 newer 2>/dev/null
"$mmaudit" replay newer >out 2>said || bad=1
holds 'unknown kernel: the recorded one was newer' said
does 0 '' "$mmaudit" report newer
[ "$(grep -c '^  kernel   newer than mmaudit and may decide otherwise, so this may be no bug' out)" = 3 ] ||
	{ echo "recording.sh: error: not each violation of an unknown kernel says so"; bad=1; }
for form in text mail ktap junit kcidb json html; do
	"$mmaudit" report --format $form newer 2>&1 | grep -qiE 'unknown kernel' || { echo "recording.sh: error: form $form does not tell of an unknown kernel"; bad=1; }
	! "$mmaudit" report --format $form whole 2>&1 | grep -qiE 'unknown kernel' || { echo "recording.sh: error: form $form tells of one where there is none"; bad=1; }
done
"$mmaudit" replay part >out 2>said && bad=1
holds 'part was cut: it has no end' said
holds 'unchanged' said
does 4 'early was cut before its first record' "$mmaudit" replay early
does 2 'foreign: it is no recording' "$mmaudit" replay foreign
does 2 'none: No such file' "$mmaudit" replay none
sh -c 'exec "$1" replay sound >/dev/full' sh "$mmaudit" 2>said && bad=1
holds 'cannot write to standard output: No space left on device' said

got=0
"$mmaudit" report 2>said || got=$?
[ "$got" = 2 ] && holds 'one recording is wanted' said
got=0
"$mmaudit" report --format nonsense whole 2>said || got=$?
[ "$got" = 2 ] && holds "no report is called 'nonsense'" said
exit $bad
