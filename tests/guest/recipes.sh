#!/bin/busybox sh
# recipes.sh KERNEL - inside the machine: the blocks of docs/ci.md, as they stand there. Each is run by a function here, or nothing
# passes.
. ./lib.sh
kernel=$1
known=/usr/local/share/mmaudit/known/$kernel
begun=$(cut -d . -f 1 /proc/uptime)

# block STATUS NAME: as a user would paste it into a shell that ends at the first error; what it says is kept in /tmp/said.
block() {
	echo "$2" >>/tmp/run
	status "$2" "$1" sh -e "/test/blocks/$2.sh"
	cp /tmp/said "/out/$2" 2>/dev/null
}

# has NAME FILE RE: a line of FILE matches.
has() { if grep -qE -- "$3" "$2"; then pass "$1"; else fail "$1" "no '$3' in $2: $(tail -n 3 "$2" 2>&1 | cut -c 1-200 | tr '\n' '|')"; fi; }

# audited NAME: its status file says that nothing was lost or new, and that the tests passed. What it missed is shown.
audited() {
	has "$1-verdict" "audit/$2.status" '^verdict=(clean|known)$'
	has "$1-status" "audit/$2.status" '^exit_status=0$'
	has "$1-command" "audit/$2.status" '^command_status=0$'
	has "$1-junit" "audit/$2.xml" '<testsuites? .*failures="0"'
	data "$1: $(head -n 1 "audit/$2.status"), $(grep -c '<testcase' "audit/$2.xml") cases, $(ls -l "audit/$2.rec" | awk '{ print $5 }') bytes"
}

selftests() {
	mkdir -p /opt/kselftest
	ln -s /test/programs /opt/kselftest/mm
	block 0 kselftest
	audited kselftest mm
	same kselftest-tests "$(grep -c '^ok [0-9]* madv_populate$\|^ok [0-9]* mkdirty$\|^ok [0-9]* soft-dirty$' /tmp/said)" 3
	has kselftest-ktap audit/mm.ktap '^ok [0-9]+ '
	if grep '^not ok' audit/mm.ktap >/tmp/bad; then fail kselftest-cases "$(head -n 3 /tmp/bad | tr '\n' '|')"; else pass kselftest-cases; fi
}

reports() {
	block 0 reports
	has reports-text /tmp/said '^verdict (clean|known)'
	has reports-page audit/mm.html '</html>'
	has reports-kcidb audit/mm.kcidb.json '"tests"'
}

# Of a recording that has something: without, the file would be empty.
findings_known() {
	status known-recorded 1 mmaudit record -o audit/mm.rec -- bugs mremap-table-softdirty
	block 0 known
	has known-written audit/mine 'LOST_SOFT_DIRTY[[:space:]]+mremap'
	has known-verdict /tmp/said '^verdict known'
}

# What is new fails with the number of the recipe, beside what is known.
new() {
	local file=audit/new.status
	sed '/LOST_SOFT_DIRTY  *mremap/d' "$known" >/tmp/less
	sed -e "s,^known=.*,known=/tmp/less," -e 's,-- \./run_vmtests.*,-- bugs mremap-table-softdirty,' /test/blocks/kselftest.sh >/tmp/new.sh
	status new 101 sh -e /tmp/new.sh
	sed -i 's,^known=.*,'"known=$known,"  /tmp/new.sh
	status not-new 0 sh -e /tmp/new.sh
	same not-new-verdict "$(head -n 1 audit/mm.status)" verdict=known
}

taint() {
	block 0 taint
	same taint-kernel "$(sed -n 1p /tmp/said)" 12288
	same taint-module "$(sed -n 2p /tmp/said)" OE
}

# The report of a known bug in the kernel log, as a fuzzer reads it.
fuzzer() {
	unloads
	block 0 fuzz-load
	dmesg -c >/dev/null
	bugs mremap-table-softdirty >/dev/null 2>&1
	until_true sh -c 'dmesg | grep -q "</TASK>"'
	lines >/tmp/report
	sed 's/^/  /' /tmp/report >&3
	if awk '
		/^BUG: mmaudit: LOST_SOFT_DIRTY in mremap$/ { step = 1; next }
		step == 1 && /^CPU: [0-9]+ PID: [0-9]+ Comm: bugs [0-9]/ { step = 2 }
		step == 2 && /^LOST_SOFT_DIRTY: / { step = 3 }
		step == 3 && /^address 0x[0-9a-f]+-0x[0-9a-f]+, 512 entries$/ { step = 4 }
		step == 4 && /^Call Trace:$/ { step = 5 }
		step == 5 && /^ [a-z_.0-9]*(move|mremap)[a-z_.0-9]*\+0x[0-9a-f]+\/0x[0-9a-f]+$/ { step = 6 }
		step == 6 && /^ <\/TASK>$/ { step = 7 }
		END { exit step != 7 }' /tmp/report; then pass fuzz-report; else fail fuzz-report "$(tr '\n' '|' </tmp/report | cut -c 1-600)"; fi
	same fuzz-one-title "$(grep -c '^BUG: ' /tmp/report)" 1
	block 0 titles
	has titles-this /tmp/said "^$(grep -m 1 '^BUG: ' /tmp/report)\$"
	block 0 action
	same action-set "$(tail -n 1 /tmp/said)" log
}

# stress-ng itself ends with 2 if one of its stressors did not get to anything in its second, as on a busy machine.
stress() {
	local got=0
	echo stress-ng >>/tmp/run
	sh -e /test/blocks/stress-ng.sh >/out/stress-ng 2>&1 </dev/null || got=$?
	case $got in
	0 | 2) pass stress-ng ;;
	*) fail stress-ng "status $got: $(tail -n 3 /out/stress-ng | tr '\n' ' ')" ;;
	esac
	has stress-ng-verdict audit/stress.status '^verdict=(clean|known)$'
	has stress-ng-command audit/stress.status "^command_status=$got\$"
	has stress-ng-ran /out/stress-ng 'dispatching hogs: .*1 mremap'
	has stress-ng-junit audit/stress.xml '<testsuites? .*failures="0"'
	mmaudit report --known "$known" audit/stress.rec | grep -A 30 '^ *violations' | head -n 30 >&3
}

# What processors keep on lists of their own is free, too.
free_kb() {
	awk '$1 == "MemFree:" { kb += $2 } $1 == "count:" { kb += 4 * $2 } END { print kb }' /proc/meminfo /proc/zoneinfo
}

# about NAME KIB: what is free fell by that, or some MiB more for the module and the command.
about() {
	local fell=$((before - $(free_kb)))
	data "memory: $1: $fell KiB"
	if [ "$fell" -gt $(($2 - 4096)) ] && [ "$fell" -lt $(($2 + 16384)) ]; then pass "memory-$1"; else fail "memory-$1" "$fell KiB, not $2"; fi
}

memory() {
	local before size watch
	unloads
	echo 3 >/proc/sys/vm/drop_caches
	before=$(free_kb)
	status memory-load 0 mmaudit load ring_kb=16384
	about loaded 32768
	mmaudit watch >/dev/null 2>/tmp/watch &
	watch=$!
	until_true grep -q auditing /tmp/watch
	about audited 65536
	kill $watch
	wait $watch
	size=$(awk '$1 == "mmaudit" { print $2 }' /proc/modules)
	if [ "$size" -gt 400000 ] && [ "$size" -lt 600000 ]; then pass memory-module; else fail memory-module "$size"; fi
	data "memory: the module $size bytes"
	unloads
	block 0 small
	same small-ring "$(cat /sys/module/mmaudit/parameters/ring_kb)" 64
	block 0 unload
	block 0 idle
	same idle-armed "$(cat /sys/module/mmaudit/parameters/armed)" N
	block 0 unload
	if there mmaudit; then fail gone "it is still there"; else pass gone; fi
	same taint-stays "$(cat /proc/sys/kernel/tainted)" 12288
}

# Each block has been run, but those of the machine that panics.
all_run() {
	local left
	left=$(for file in /test/blocks/*.sh; do basename "$file" .sh; done | grep -vxF -f /tmp/run | grep -vx panic-load | tr '\n' ' ')
	same every-block "$left" ''
}

mkdir -p /tmp/job && cd /tmp/job || exit 1
block 0 load
taint
selftests
reports
new
findings_known
stress
fuzzer
memory
all_run
data "$kernel: $(($(cut -d . -f 1 /proc/uptime) - begun)) s of the machine"
