#!/bin/bash
# verdict.sh MMAUDIT - `mmaudit verdict` with reproducers that say what they are told to, hang, or are none: what it makes of them.
set -eu
mmaudit=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
status=0
known=$(grep -c "^			{ \"" "$top/tools/kernel_bugs.c")

bad() { echo "error: $*"; status=1; }

# says NAME STATUS RE ARGUMENT...: so it ends, and a line that it says matches. What it said is in NAME.out.
says() {
	local name=$1 want=$2 re=$3 got=0
	shift 3
	"$mmaudit" verdict "$@" >"$name.out" 2>&1 </dev/null || got=$?
	[ "$got" = "$want" ] || bad "$name: status $got, not $want: $(tail -n 2 "$name.out")"
	grep -qE -- "$re" "$name.out" || bad "$name: no line has '$re': $(tail -n 3 "$name.out")"
}

# here BUG FILE: what JSON says of it.
here() { tr '{' '\n' <"$2" | sed -n "s/^\"bug\":\"$1\",\"here\":\"\([a-z]*\)\".*/\1/p"; }

# reproducers NAME: the last argument is the bug; the rest is on standard input.
reproducers() {
	# shellcheck disable=SC2016	# the script's own
	{ echo '#!/bin/sh'; echo 'for bug; do :; done'; cat; } >"$1"
	chmod +x "$1"
}

# Whether a process still runs that program. [/]: not the pattern itself.
running() { grep -qsz "${work}[/]$1" /proc/[0-9]*/cmdline; }

# lives PID: and is not only waited for.
lives() { [ -e "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status"; }

reproducers none <<'END'
echo "bug $bug not reproduced"
END
reproducers lacking <<'END'
echo "skip $bug it lacks all"
END
reproducers some <<'END'
case "$bug $*" in
ksm-softdirty*) echo "talk before it"; printf 'bug %s reproduced: a \033[31mred\033[0m page\n' "$bug" ;;
reregister-uffd-wp\ *) echo "bug $bug reproduced: a mark" ;;
ksm-uffd-wp*) echo "skip $bug it lacks what it lacks" ;;
rwp-shmem-thp*) echo "absent $bug no such thing" ;;
dax-mkwrite-softdirty*) echo "skip $bug no tracking (CONFIG_WHATEVER)" ;;
swapoff-softdirty*--only-needs*) echo "skip $bug nothing is missing" ;;
*--only-needs*) echo "skip $bug nothing is missing" ;;
mremap-table-softdirty*) kill -9 $$ ;;
mprotect-pinned*) exit 5 ;;
uprobe-softdirty*) head -c 100000 /dev/zero | tr '\0' x ;;
uprobe-uffd-wp*) echo "bug ksm-softdirty reproduced: another's" ;;
uffdio-copy-wp-readonly*) setsid sleep 70 & echo "bug $bug not reproduced" ;;
*) echo "bug $bug not reproduced" ;;
esac
END
sed -i 's/\$bug \$\*/$bug $*/' some
reproducers stubborn <<'END'
[ "$bug" = mprotect-pinned ] || { echo "skip $bug not this one"; exit; }
trap '' TERM INT
while :; do sleep 60; done
END
reproducers odd <<'END'
case $bug in
mprotect-pinned) printf '\0 first\n'; printf 'bug %s reproduced: a \0 page\n' "$bug" ;;
vmsplice-thp) exec >&-; sleep 1; exit 6 ;;
*) echo "bug $bug not reproduced" ;;
esac
END
reproducers flood <<'END'
[ "$bug" = mprotect-pinned ] || { echo "bug $bug not reproduced"; exit; }
setsid timeout 30 yes &
sleep 0.5
END
reproducers all-of-them <<'END'
case "$*" in *--keep-settings* | *--only-needs*) exit 9 ;; esac
echo "bug $bug not reproduced"
END

# This takes half a minute, in which the others are done.
(
	says stubborn 3 'it did not end in 16 seconds' --reproducers "$work/stubborn" --for cow --limit 1
	! running stubborn || bad "stubborn: a process is left"
	exit $status
) &
stubborn=$!

says clean 0 'by 0 of the [0-9]+ that were tried data is lost here' --reproducers "$work/none"
says some 1 '^LOST: ksm-softdirty$' --reproducers "$work/some"
says some-sum 1 "of $known known bugs, by 1 of the " --reproducers "$work/some"
grep -q $'\033' some.out && bad "some: an escape sequence came through"
says json 1 '^\{"type":"verdict"' --json --reproducers "$work/some"
while read -r bug want; do
	[ "$(here "$bug" json.out)" = "$want" ] || bad "json: $bug is '$(here "$bug" json.out)', not $want"
done <<'END'
ksm-softdirty lost
reregister-uffd-wp bug
ksm-uffd-wp untried
rwp-shmem-thp absent
dax-mkwrite-softdirty absent
swapoff-softdirty untried
hugetlb-fork-uffd-wp untried
mremap-table-softdirty untried
mprotect-pinned untried
uprobe-softdirty untried
uprobe-uffd-wp untried
uffdio-copy-wp-readonly ok
vma-merge-softdirty ok
END
grep -q 'ended by signal 9' some.out || bad "some: a reproducer that was killed is not told"
grep -q 'ended with status 5 and said' some.out || bad "some: status 5 is not told"
grep -q '^soft-dirty    LOST by ksm-softdirty' some.out || bad "some: no answer for soft-dirty"
grep -q '^cow           nothing is lost by what was tried' clean.out || bad "clean: no answer for cow"
says answer-untried 0 '^uffd-wp .*; not tried, but such kernels have: ' --reproducers "$work/some" --for uffd-wp
says answer-none-tried 3 '^uffd-wp +not tried, but such kernels have: ' --reproducers "$work/lacking" --for uffd-wp
! grep -q '^cow ' answer-untried.out || bad "answer-untried: an answer that nobody asked for"
says bug-alone 0 '^bug: reregister-uffd-wp \(it is here, and no data is lost by it\)$' --reproducers "$work/some" --for uffd-wp
says answer-none-tried 3 '^uffd-wp +not tried, but such kernels have: ' --reproducers "$work/lacking" --for uffd-wp
says strict 4 'not tried' --reproducers "$work/some" --for uffd-wp --strict
says all 0 "of $known known bugs, by 0 of the $known that" --all --reproducers "$work/all-of-them"
says all-told 0 '^mmaudit: --all: swapoff-softdirty switches all swap areas off' --all --reproducers "$work/all-of-them"
says class 2 "no class 'cows'" --for cow,cows
for class in $(sed -n "s/.*there are //p" class.out | tr -d ,); do
	"$mmaudit" verdict --help | tr '\n' ' ' | grep -qE "[ :]$class(,| )" || bad "--help does not know class $class"
	grep -qE "['[:space:]]${class}['[:space:]]" "$top/tools/completion/mmaudit" || bad "the completion does not know class $class"
done
says no-class 2 'which classes' --for ''
says both 2 'cannot both' --json --prometheus --reproducers "$work/none"
says no-limit 2 'limit' --limit 0 --reproducers "$work/none"
says not-there 3 "cannot execute $work/nothing: No such file" --reproducers "$work/nothing"
head -c 4096 /dev/urandom >foreign
chmod +x foreign
says foreign 3 'cannot execute .*foreign: Exec format error' --reproducers "$work/foreign"
says unreadable 3 'cannot execute /etc/passwd: Permission denied' --reproducers /etc/passwd
touch nothing-in-it
chmod +x nothing-in-it
says cut 3 'cannot execute|none was tried' --reproducers "$work/nothing-in-it"
says metrics 1 '^mmaudit_verdict\{bug="ksm-softdirty",class="soft-dirty"\} 1$' --prometheus --reproducers "$work/some"
grep -q '^mmaudit_verdict{bug="vma-merge-softdirty",class="soft-dirty"} 0$' metrics.out || bad "metrics: no row for what is ok"
grep -q '^mmaudit_verdict{bug="rwp-' metrics.out && bad "metrics: a row for what is absent"
grep -q '^mmaudit_verdict_untried{bug="ksm-uffd-wp",class="uffd-wp",why="it lacks what it lacks"} 1$' metrics.out || bad "metrics: why"
says file 1 '^LOST: ksm-softdirty$' --prometheus=metrics.prom --reproducers "$work/some"
diff <(grep -v time_seconds metrics.out) <(grep -v time_seconds metrics.prom) || bad "file: not what is printed"
echo old >kept.prom
says no-dir 4 'cannot write the metrics nowhere/x.prom' --prometheus=nowhere/x.prom --reproducers "$work/none"
says full-file 4 'cannot write the metrics /dev/full: No space left' --prometheus=/dev/full --reproducers "$work/none"
[ -z "$(ls ./*.tmp 2>/dev/null)" ] || bad "files are left: $(ls ./*.tmp)"
got=0
"$mmaudit" verdict --reproducers "$work/none" >/dev/full 2>full.err || got=$?
[ $got = 4 ] && grep -q 'cannot write to standard output' full.err || bad "full: status $got: $(cat full.err)"
"$mmaudit" verdict --reproducers "$work/none" 2>closed.err | true
[ ! -s closed.err ] || bad "closed pipe: $(cat closed.err)"

# Bytes that are no text, a pipe that is closed early, what writes on after its end, and a parent that ignores how children end.
says odd 1 'a \? page' --reproducers "$work/odd" --for cow
grep -q "ended with status 6 and said ''" odd.out || bad "odd: one that closed its output is not told: $(tail -n 3 odd.out)"
SECONDS=0
says flood 0 "ended with status 0 and said 'y" --reproducers "$work/flood" --for cow
[ $SECONDS -lt 15 ] || bad "flood: it waited $SECONDS seconds for what the reproducer left running"
got=0
env --ignore-signal=CHLD "$mmaudit" verdict --reproducers "$work/some" --for soft-dirty --limit 1 >ignored.out 2>&1 || got=$?
[ $got = 1 ] && grep -q '^LOST: ksm-softdirty$' ignored.out || bad "ignored: status $got: $(tail -n 3 ignored.out)"

# As installed it finds its reproducers, and says so where there are none.
mkdir -p installed/sbin installed/libexec/mmaudit alone
cp "$mmaudit" installed/sbin/mmaudit
cp "$mmaudit" alone/mmaudit
cp some installed/libexec/mmaudit/reproducers
mmaudit=$work/installed/sbin/mmaudit says installed 1 '^LOST: ksm-softdirty$'
mmaudit=$work/alone/mmaudit says alone 3 'found no reproducers'

# One that is interrupted takes its reproducer along.
reproducers waits <<'END'
exec sleep 61
END
"$mmaudit" verdict --for cow --reproducers "$work/waits" >/dev/null 2>&1 &
pid=$!
sleep 1
child=$(cat /proc/$pid/task/$pid/children)
kill -INT $pid 2>/dev/null || kill $pid
kill $pid 2>/dev/null || true
wait $pid 2>/dev/null || true
sleep 0.3
[ -n "$child" ] || bad "interrupt: no reproducer ran"
! lives "${child%% *}" || bad "interrupt: the reproducer lives on"

wait $stubborn || status=1
exit $status
