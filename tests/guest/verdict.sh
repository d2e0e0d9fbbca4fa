#!/bin/busybox sh
# verdict.sh KERNEL - inside the machine: `mmaudit verdict` says of each known bug what its reproducer says when it is run by hand.
. ./lib.sh
kernel=$1
sh ./guest.sh
has_nobody
reproducers=$(command -v bugs)

# verdict FILE ARGUMENT...: its JSON, a bug a line; sets got and took.
verdict() {
	local file=$1 begun
	shift
	got=0 begun=$(date +%s)
	mmaudit verdict --json --reproducers "$reproducers" "$@" >"$file.json" 2>"$file.talk" </dev/null || got=$?
	took=$(($(date +%s) - begun))
	sed 's/{"bug":/\n&/g' "$file.json" | sed 1d >"$file"
}

# value KEY: of the bug on standard input.
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# here BUG FILE
here() { grep "^{\"bug\":\"$1\"," "$2" | value here; }

# why BUG FILE: as printed if it was not tried.
why() { grep "^{\"bug\":\"$1\"," "$2" | value why; }

# by_hand BUG: what the verdict should be, by what bugs has said of it.
by_hand() {
	awk -v bug="$1" '
		$1 == "bug" && $2 == bug { print $3 == "reproduced:" ? "lost" : "ok" }
		$1 == "skip" && $2 == bug { print "untried" }
		$1 == "absent" && $2 == bug { print "absent" }' /tmp/bugs.out
}

# A race may be met in one run and missed in the other. What loses nothing is a bug.
agree() {
	case $1:$2:$3 in
	*race*:lost:ok | *race*:ok:lost) ;;
	*:lost:bug) ;;
	*) [ "$2" = "$3" ] ;;
	esac
}

# agrees NAME FILE: the verdict in FILE with what was seen by hand.
agrees() {
	local name=$1 file=$2 bug want is bad='' n=0
	for bug in $names; do
		want=$(by_hand "$bug") is=$(here "$bug" "$file")
		n=$((n + 1))
		agree "$bug" "$want" "$is" || bad="$bad $bug:$want:$is:$(why "$bug" "$file")"
	done
	if [ -z "$bad" ] && [ "$n" = "$(wc -l <"$file")" ]; then pass "$name"; else fail "$name" "of $n bugs and $(wc -l <"$file") rows, by hand and by verdict:$bad"; fi
}

# states FILE: how many of each.
states() { value here <"$1" | sort | uniq -c | awk '{ printf "%s %s, ", $2, $1 }'; }

# Whatever of the machine a reproducer may set.
settings() {
	head -n 50 /sys/kernel/mm/ksm/run /sys/kernel/mm/ksm/pages_to_scan /sys/kernel/mm/ksm/sleep_millisecs \
		/sys/kernel/mm/transparent_hugepage/*enabled /sys/kernel/mm/transparent_hugepage/hugepages-*/enabled \
		/sys/kernel/mm/transparent_hugepage/khugepaged/*_sleep_millisecs \
		/sys/kernel/mm/transparent_hugepage/khugepaged/pages_to_scan \
		/sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none /proc/sys/vm/nr_hugepages 2>/dev/null
	cut -f 1 /proc/swaps | cut -d ' ' -f 1 | sort
}

same_settings() {
	settings >/tmp/now
	if cmp -s /tmp/settings /tmp/now; then pass "$1-keeps-settings"; else fail "$1-keeps-settings" "$(diff /tmp/settings /tmp/now | grep '^[+-]' | tr '\n' ' ')"; fi
}

# Everything, without the module: the same as by hand.
everything() {
	verdict /tmp/all --all
	same all-status "$got" 1
	agrees all /tmp/all
	same_settings all
	data "verdict --all on $kernel: $(states /tmp/all)in $took s"
	same all-module "$(sed 's/.*"module":"\([^"]*\)".*/\1/;q' /tmp/all.json)" 'without the module'
	if grep -qE '^mmaudit: --all: swapoff-(softdirty|uffd-wp) switches all swap areas off' /tmp/all.talk; then pass all-told; else fail all-told "$(head -n 2 /tmp/all.talk)"; fi
}

# left_alone: bugs that a verdict without --all must not try here.
left_alone() { sed -n '/"here":"absent"/!s/^{"bug":"\([^"]*\)".*"changes":"[^"].*/\1/p' /tmp/all | grep -vE 'shmem|^$'; }

# race NAME: the bug that is met by a race is met.
race() {
	if [ -n "$has_marks" ]; then
		same "$1-race" "$(here clear-refs-migrate-race "/tmp/$1")" lost
	else
		data "absent $1-race nothing is soft-dirty here"
	fi
}

# Without --all, what changes the machine is not tried, everything else as before.
safe() {
	local bug want bad=''
	verdict /tmp/safe
	same safe-status "$got" 1
	same_settings safe
	for bug in $names; do
		want=$(here "$bug" /tmp/all)
		! left_alone | grep -qx "$bug" || want=untried
		case $bug in *shmem*) [ "$(here "$bug" /tmp/safe)" != untried ] || want=untried ;; esac
		agree "$bug" "$want" "$(here "$bug" /tmp/safe)" || agree "$bug" "$(here "$bug" /tmp/safe)" "$want" || bad="$bad $bug:$want:$(here "$bug" /tmp/safe):$(why "$bug" /tmp/safe)"
	done
	if [ -z "$bad" ]; then pass safe; else fail safe "$bad"; fi
	same safe-ksm "$(here ksm-uffd-wp /tmp/safe)" untried
	race safe
	data "verdict on $kernel: $(states /tmp/safe)in $took s"
}

# KSM that runs anyway is used, and goes on.
ksm_runs() {
	echo 1 >/sys/kernel/mm/ksm/run
	settings >/tmp/settings
	verdict /tmp/ksm --for uffd-wp
	same ksm-here "$(here ksm-uffd-wp /tmp/ksm)" lost
	same_settings ksm
	echo 0 >/sys/kernel/mm/ksm/run
	settings >/tmp/settings
}

# As nobody: what the kernel allows is tried, for the rest it says root. Where nothing is soft-dirty, the bug that nobody can meet takes
# a huge page, so that without --all it is not tried.
nobody() {
	local untried
	got=0
	su nobody -s /bin/sh -c "/test/mmaudit verdict --json $tries --reproducers $reproducers" >/tmp/nobody.json 2>/tmp/nobody.talk </dev/null || got=$?
	sed 's/{"bug":/\n&/g' /tmp/nobody.json | sed 1d >/tmp/nobody
	same nobody-status "$got" 1
	same nobody-bug "$(here "$bug" /tmp/nobody)" lost
	race nobody
	same nobody-uffd "$(here reregister-uffd-wp /tmp/nobody)" "$(here reregister-uffd-wp /tmp/safe)"
	same nobody-ksm "$(grep '"bug":"ksm-uffd-wp"' /tmp/nobody | value why)" 'needs root'
	untried=$(grep -c '"here":"untried"' /tmp/nobody)
	if [ "$untried" -gt "$(grep -c '"here":"untried"' /tmp/safe)" ]; then pass nobody-untried; else fail nobody-untried "$untried"; fi
	data "verdict on $kernel as nobody: $(states /tmp/nobody)"
}

# One that hangs, in a test build, is ended, and the others are tried.
hangs() {
	local reproducers
	reproducers=$(command -v bugs-hang)
	verdict /tmp/hang --for uffd-wp --limit 3
	same hang-status "$got" "$(grep -q '"here":"lost"' /tmp/hang && echo 1 || echo 0)"
	same hang-row "$(grep '"bug":"uffdio-copy-wp-readonly"' /tmp/hang | value why)" 'the reproducer failed: timed out, and had to be killed'
	same hang-others "$(here reregister-uffd-wp /tmp/hang)" "$(here reregister-uffd-wp /tmp/safe)"
	if pidof bugs-hang >/tmp/left; then fail hang-ended "$(cat /tmp/left)"; else pass hang-ended; fi
}

# named BUG: the module has reported just what the table says of it, among others perhaps.
named() {
	local line rules site
	line=$(grep "^{\"bug\":\"$1\"," /tmp/loaded)
	rules=$(echo "$line" | sed 's/.*"loses":"[^"]*","rules":\[\([^]]*\)\].*/\1/' | sed 's/,.*//')
	site=$(echo "$line" | sed -n 's/.*"loses":"[^"]*","rules":\[[^]]*\],"site":"\([^"]*\)".*/\1/p')
	[ -n "$rules" ] && [ -n "$site" ] || return 0
	echo "$line" | sed 's/.*"seen":\[//; s/\],"cause".*//' | grep -q "\"rules\":\[[^]]*${rules}[^]]*\],\"site\":\"$site\""
}

# With the module: the same, and each bug that is here has its rule and site.
loaded() {
	local bug bad='' n=0
	loads
	verdict /tmp/loaded --all
	same loaded-status "$got" 1
	agrees loaded /tmp/loaded
	for bug in $(grep -E '"here":"(lost|bug)"' /tmp/loaded | sed 's/^{"bug":"\([^"]*\)".*/\1/'); do
		n=$((n + 1))
		named "$bug" || bad="$bad $bug"
	done
	if [ -z "$bad" ] && [ "$n" -gt 5 ]; then
		pass loaded-named
	else
		fail loaded-named "of $n:$bad"
		for bug in $bad; do grep "^{\"bug\":\"$bug\"," /tmp/loaded | sed 's/,"cause".*//' >&3; done
	fi
	same loaded-silent "$(grep '"here":"ok"' /tmp/loaded | grep -v '"seen":\[\]' | grep -v race | cut -c 1-120)" ''
	mmaudit verdict --reproducers "$reproducers" --for "$uses" >/tmp/text 2>/dev/null </dev/null
	sed -n '/^LOST: /,/^$/p' /tmp/text | head -n 12 >&3
	echo panic >/sys/module/mmaudit/parameters/action
	status panic-status 3 mmaudit verdict --reproducers "$reproducers"
	says panic-says 'action=panic, so a bug that is found would stop this machine'
	unloads
}

metrics() {
	status metrics-status 1 mmaudit verdict --for "$uses" --reproducers "$reproducers" --prometheus=/tmp/verdict.prom
	same metrics-lost "$(grep -c '^mmaudit_verdict{.*} 1$' /tmp/verdict.prom)" \
		"$(sed -n 's/^mmaudit_verdict_bugs{here="lost"} //p' /tmp/verdict.prom)"
	same metrics-kernel "$(sed -n 's/^mmaudit_verdict_info{kernel="\(.*\)"} 1$/\1/p' /tmp/verdict.prom)" "$(uname -r)"
}

choose_bug
if [ -n "$has_marks" ]; then uses=soft-dirty tries=''; else uses=uffd-wp tries=--all; fi
names=$(bugs --list | grep -v '^[[:space:]]')
settings >/tmp/settings
bugs --all >/tmp/bugs.out 2>&1
everything
safe
ksm_runs
nobody
hangs
metrics
loaded
