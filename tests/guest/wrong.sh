#!/bin/busybox sh
# wrong.sh OTHER - inside the machine: what goes wrong in users' hands. OTHER is the kernel other.ko was built for.
. ./lib.sh
other=$(echo "$1" | sed "s/[.+]/\\\\&/g")	# as a regular expression

no_module() {
	status no-module-run 3 mmaudit run -- true
	says no-module-hint 'mmaudit load'
	status no-module-exitcode 43 mmaudit run --error-exitcode blind=43 --status-file /tmp/st -- true
	status no-module-statusfile 0 grep -q '^verdict=blind$' /tmp/st
	status no-module-sites 3 mmaudit sites
	status no-module-stat 3 mmaudit stat
	status no-module-unload 3 mmaudit unload
}

usage() {
	status no-command 2 mmaudit
	status unknown-command 2 mmaudit frobnicate
	status unknown-option 2 mmaudit run --frobnicate -- true
	status unknown-rule 2 mmaudit run --rule NONSENSE -- true
	says unknown-rule-hint 'explain --list'
	status unknown-site 2 mmaudit watch --site nonsense
	status run-nothing 2 mmaudit run
	status watch-word 2 mmaudit watch true
	status unknown-point 2 mmaudit load --force-off nonsense
	status load-off-param 2 mmaudit load off=fault
	status unknown-param 2 mmaudit load frobnicate=1
	status explain-unknown 2 mmaudit explain NONSENSE
}

wrong_module() {
	if [ ! -e other.ko ]; then
		skip other-kernel "there is only one kernel to test with"
		return
	fi
	status other-kernel 3 mmaudit load --module other.ko
	says other-kernel-named "$other"
	echo nonsense >/tmp/nonsense.ko
	status not-a-module 3 mmaudit load --module /tmp/nonsense.ko
	status missing-module 3 mmaudit load --module /tmp/missing.ko
}

twice() {
	status load 0 mmaudit load
	status load-twice 3 mmaudit load
	says load-twice-hint 'unload'
}

# with_param NAME VALUE: `load` takes it, and the kernel has it.
with_param() {
	status "load-$1-$2" 0 mmaudit load "$1=$2"
	same "$1-is-$2" "$(cat "/sys/module/mmaudit/parameters/$1" 2>&1)" "$2"
	status "unload-$1-$2" 0 mmaudit unload
}

# option NAME VALUE: parameter NAME of the loaded module is that.
option() { is "$1-is-$2" "$2" "$(cat "/sys/module/mmaudit/parameters/$1")"; }

# modprobe.d is heeded as by modprobe, and the command line comes after it.
configured() {
	local conf=/etc/modprobe.d/mmaudit.conf
	mkdir -p /etc/modprobe.d
	echo 'options mmaudit armed=N off=ksm_wp checked=N' >$conf
	status load-configured 0 mmaudit load --force-off migrate
	option armed N
	option checked N
	option off ksm_wp,migrate
	status unload-configured 0 mmaudit unload
	status load-over-configured 0 mmaudit load armed=Y
	option armed Y
	status unload-over-configured 0 mmaudit unload
	echo 'blacklist mmaudit' >$conf
	status load-blacklisted 3 mmaudit load
	says load-blacklisted-told 'blacklist: .*remove it there'
	echo 'install mmaudit /bin/busybox false' >$conf
	status load-install-fails 3 mmaudit load
	says load-install-told "'install mmaudit /bin/busybox false', and that failed"
	echo 'softdep mmaudit pre: wrong' >$conf
	installed
	rm $conf
}

# The module as a distribution has it: where depmod lists it, with what a softdep asks for; and compressed.
installed() {
	local extra
	extra=/lib/modules/$(uname -r)/extra
	mkdir -p "$extra" away
	cp mmaudit.ko mmaudit_wrap.ko wrong.ko "$extra"
	mv mmaudit.ko away
	./depmod
	status load-installed 0 mmaudit load
	status load-softdep 0 grep -q '^wrong ' /proc/modules
	status unload-installed 0 mmaudit unload
	rmmod wrong
	status doctor-installed 0 mmaudit doctor
	says doctor-installed-told "^ok *module: .*/extra/mmaudit.ko"
	rm -r "$extra"
	./depmod
	status load-nowhere 3 mmaudit load
	says load-nowhere-told 'no mmaudit.ko next to this program.*make KVER='
	mkdir -p /var/lib/dkms/mmaudit
	release=$(uname -r | sed 's/[.+]/[&]/g')
	status load-not-by-dkms 3 mmaudit load
	says load-not-by-dkms-told "no mmaudit.ko next to this program.*linux-headers-$release.*dkms autoinstall -k $release"
	rmdir /var/lib/dkms/mmaudit
	status load-compressed 0 mmaudit load --module mmaudit.ko.xz
	status unload-compressed 0 mmaudit unload
	mv away/mmaudit.ko .
}

# Each parameter that the documents name, also those with a callback.
parameters() {
	local action
	for action in none log warn panic; do
		with_param action "$action"
	done
	with_param armed N
	with_param ring_kb 64
	with_param wrap N
	status load-both 0 mmaudit load action=warn armed=N
	status run-both 0 mmaudit run -- true
	status unload-both 0 mmaudit unload
	status load-action-wrong 3 mmaudit load action=shout
	says load-action-wrong-told 'parameter'
	status load-half-a-name 2 mmaudit load arm=N
}

statuses() {
	status run-clean 0 mmaudit run -- true
	says run-clean-told 'audited process [0-9]+ .* 0 violations'
	status run-status-passed-on 7 mmaudit run -- sh -c 'exit 7'
	status run-missing 127 mmaudit run -- /no/such/command
	status run-not-executable 126 mmaudit run -- /etc/passwd
	# shellcheck disable=SC2016	# the inner shell's own pid
	status run-killed 137 mmaudit run -- sh -c 'kill -9 $$'
	# shellcheck disable=SC2016
	status run-terminated 143 mmaudit run -- sh -c 'kill -15 $$'
	status watch-no-process 2 mmaudit watch --pid 2000000000
	status output-unwritable 2 mmaudit run --output /no/such/file -- true
	status output-full 4 mmaudit run --all --output /dev/full -- true
	mkfifo /tmp/pipe
	status output-no-reader 2 timeout 60 mmaudit run --output /tmp/pipe -- true
	says output-no-reader-said '^mmaudit: cannot write /tmp/pipe: it is a pipe that nobody reads$'
	echo before >/tmp/readable
	mmaudit run --all --output /tmp/readable --report ktap=/tmp/readable.ktap --status-file /tmp/readable.st -- true 2>/tmp/talk
	modes output-mode "600 600 644" /tmp/readable /tmp/readable.ktap /tmp/readable.st
	if grep -q '^before' /tmp/readable; then fail output-anew; else pass output-anew; fi
}

# Milliseconds of so many seconds are more than poll() takes: it must not sweep again at once.
sweep_seldom() {
	mmaudit sweep --pid 1 --every 4294968 --json --output /tmp/seldom 2>/tmp/talk &
	until_true grep -q '"type":"start"' /tmp/seldom
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do usleep 200000; done
	kill -INT $!
	wait $!
	holds sweep-seldom /tmp/seldom '"processes":1,'
}

# modes NAME MODES FILE...: they have these.
modes() {
	local name=$1 want=$2 got
	shift 2
	# shellcheck disable=SC2312
	got=$(stat -c %a "$@" | xargs)
	if [ "$got" = "$want" ]; then pass "$name"; else fail "$name" "$got"; fi
}

# The promises of uapi/mmaudit.h.
promises() { contract >&3 || fail contract-ends "status $?"; }

# holds NAME FILE RE: a line of the file matches.
holds() {
	if grep -qE -- "$3" "$2"; then
		pass "$1"
	else
		fail "$1" "no '$3' in: $(tail -n 5 "$2" 2>&1 | cut -c 1-300 | tr '\n' ' ')"
	fi
}

# lacks NAME FILE RE: the file is there and no line of it matches.
lacks() {
	if [ -e "$2" ] && ! grep -qE -- "$3" "$2"; then
		pass "$1"
	else
		fail "$1" "$(grep -m 1 -E -- "$3" "$2" 2>&1)"
	fi
}

is_absent() {
	if [ -e "$2" ]; then fail "$1" "$2 is there"; else pass "$1"; fi
}

# A narrowed audit says so everywhere, so that nobody takes it for a whole one.
tells_itself() {
	local full='"filter":\{"rules":null,"sites":null\},"narrowed":false' time='[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}\.[0-9]{3}Z'
	status narrowed 0 mmaudit run --rule soft-dirty --site mprotect -- true
	says narrowed-start 'auditing process .* for violations of rule SOFT_DIRTY at site mprotect$'
	says narrowed-end ' 0 violations of rule SOFT_DIRTY at site mprotect; all else was not audited$'
	says narrowed-verdict 'verdict narrowed: 0 violations of rule SOFT_DIRTY at site mprotect; all else was not audited'
	status json 0 mmaudit run --json --output /tmp/whole.json -- true
	says json-verdict 'verdict (clean|incomplete): 0 violations'
	holds json-whole /tmp/whole.json "^\{\"type\":\"start\".*$full"
	holds json-whole-end /tmp/whole.json "^\{\"type\":\"end\".*$full.*\"started\":\"$time\",\"ended\":\"$time\""
	holds json-command /tmp/whole.json '"command_line":\["mmaudit","run","--json","--output","/tmp/whole.json","--","true"\]'
	holds json-boot /tmp/whole.json "\"host\":\"$(hostname | sed 's/[()]/\\&/g')\",\"boot_id\":\"$(cat /proc/sys/kernel/random/boot_id)\""
	holds json-kernel /tmp/whole.json "\"kernel\":\"$(uname -r | sed 's/[.+]/\\&/g')\""
	status json-narrowed 0 mmaudit run --json --output /tmp/some.json --rule KSM --site fork -- true
	says json-narrowed-verdict 'verdict narrowed: 0 violations of rule KSM at site fork; all else was not audited'
	holds json-narrowed-start /tmp/some.json '^\{"type":"start".*"narrowed":true,"rules":\["KSM"\],"sites":\["fork"\]'
	holds json-narrowed-end /tmp/some.json '^\{"type":"end".*"narrowed":true,"rules":\["KSM"\],"sites":\["fork"\].*"verdict":"narrowed"\}$'
	status sweep-narrowed 0 mmaudit sweep --pid $$ --rule KSM
	says sweep-narrowed-told '0 violations of rule KSM; all else was not judged$'
}

# A script can tell the command's status from mmaudit's.
two_statuses() {
	status cmd-ends-with-1 1 mmaudit run --status-file /tmp/st -- sh -c 'exit 1'
	says cmd-ends-with-1-told 'verdict (clean|incomplete): .*; the command exited with 1, mmaudit exits with 1$'
	same statusfile-1 "$(grep status /tmp/st | tr '\n' ' ')$(grep signal /tmp/st)" "exit_status=1 command_status=1 command_signal="
	status violation-1 1 mmaudit run --status-file /tmp/st -- wrong insert-page
	says violation-1-told 'verdict violations: 1 violation.*; the command exited with 0, mmaudit exits with 1$'
	same statusfile-violation "$(tr '\n' ' ' </tmp/st | sed 's/ $//')" "verdict=violations violations=1 exit_status=1 command_status=0 command_signal="
	# shellcheck disable=SC2016	# the inner shell's own pid
	status statusfile-killed 137 mmaudit run --json --output /tmp/st.json --status-file /tmp/st -- sh -c 'kill -9 $$'
	holds statusfile-signal /tmp/st '^command_signal=9$'
	says json-both 'the command was ended by signal 9 \(Killed\), mmaudit exits with 137$'
	holds json-both-statuses /tmp/st.json '^\{"type":"end".*"status":137,"signal":9,"exit":137,"verdict":"(clean|incomplete)"\}$'
	status not-run 127 mmaudit run --status-file /tmp/st -- /no/such/command
	same statusfile-not-run "$(tr '\n' ' ' </tmp/st | sed 's/ $//')" "verdict=not-run violations=0 exit_status=127 command_status= command_signal="
	status statusfile-usage-run 2 mmaudit run --frobnicate --status-file /tmp/st -- true
	holds statusfile-usage /tmp/st '^verdict=usage$'

	status exitcode-violation 99 mmaudit run --error-exitcode 99 -- wrong insert-page
	status exitcode-by-name 98 mmaudit run --error-exitcode violation=98,lost=44 -- wrong insert-page
	status exitcode-usage 42 mmaudit run --frobnicate --error-exitcode usage=42 -- true
	status exitcode-lost 44 mmaudit run --error-exitcode lost=44,blind=43 --all --output /dev/full -- true
	status exitcode-not-of-cmd 3 mmaudit run --error-exitcode blind=43 -- sh -c 'exit 3'
	status exitcode-nonsense 2 mmaudit run --error-exitcode frob=3 -- true
	status exitcode-too-big 2 mmaudit run --error-exitcode lost=256 -- true
	status exitcode-half 2 mmaudit run --error-exitcode lost=4x -- true
}

# A status file is never half written or old, and a device is not replaced by a file.
status_files() {
	rm -f /tmp/ran
	status statusfile-unwritable 2 mmaudit run --status-file /no/such/file -- touch /tmp/ran
	says statusfile-unwritable-told 'cannot write the status file /no/such/file: '
	is_absent statusfile-unwritable-not-run /tmp/ran
	status statusfile-full 4 mmaudit run --status-file /dev/full -- true
	says statusfile-full-told 'cannot write the status file /dev/full: No space left'
	says statusfile-full-status 'so mmaudit exits with 4$'
	status statusfile-full-violation 1 mmaudit run --status-file /dev/full -- wrong insert-page
	status statusfile-device 0 mmaudit run --status-file /dev/null -- true
	status statusfile-device-stays 0 test -c /dev/null
	echo old >/tmp/st
	status statusfile-old-goes 0 mmaudit run --status-file /tmp/st -- test ! -e /tmp/st
	mkdir -p /tmp/small
	mount -t tmpfs -o size=16k none /tmp/small
	status statusfile-no-room 4 mmaudit run --status-file /tmp/small/st -- sh -c 'dd if=/dev/zero of=/tmp/small/fill bs=4k 2>/dev/null; true'
	rm -f /tmp/small/fill
	same statusfile-nothing-half "$(ls /tmp/small)" ""
	umount /tmp/small
	status statusfile-help 0 mmaudit run --status-file /tmp/st.help --help
	same statusfile-help-leaves-none "$(ls /tmp/st.help* 2>/dev/null)" ""
	# An audit goes on when the reader of its output has gone, and says its verdict once.
	sh -c '{ mmaudit run --all --status-file /tmp/st -- sh -c "exit 5" 2>/tmp/said; echo $? >/tmp/got; } | true'
	same closed-pipe-status "$(cat /tmp/got) $(grep -c 'verdict' /tmp/said)" "5 1"
	holds closed-pipe-statusfile /tmp/st '^exit_status=5$'
}

# refused SITE: how many grants of it a write fault would not have given; nothing if it has none to compare.
refused() { mmaudit stat | awk -v site="$1" '$1 == "SITE" { on = 1 } on && $1 == site { print $3 }'; }

# An entry that userfaultfd protects was made writable: a write fault would have stopped the writer. Before 5.19 that is not
# counted, and grants of the self-test never are.
refuses() {
	local before
	before=$(refused insert)
	status refused-run 1 mmaudit run -- wrong insert-page
	if [ "$(uname -r | cut -d. -f1)" -ge 6 ]; then
		same refused-counted "$(($(refused insert) - ${before:-0}))" 1
		status refused-json 0 mmaudit stat --json
		says refused-json-site '"site":"insert","grants":[0-9]+,"grants_refused":[1-9]'
	fi
	same refused-nowhere-else "$(mmaudit stat | awk '$1 == "SITE" { on = 1 } on && $1 != "insert" && $3 + 0' | tr '\n' ';')" ''
}

# The first violation of a rule, site and caller is printed; all are counted.
kinds() {
	local thrice='wrong insert-page; wrong insert-page; wrong insert-page'
	status kinds-run 1 mmaudit run --output /tmp/kinds -- sh -c "$thrice"
	same kinds-told-once "$(grep -c '^VIOLATION ' /tmp/kinds)" 1
	holds kinds-table /tmp/kinds '^ +3 +3 +\+[0-9.]+ s +\+[0-9.]+ s  UFFD_WP,PRIVATE_FILE,VMA_PROT  insert  '
	says kinds-counted 'verdict violations: 3 violations'
	status kinds-every-run 1 mmaudit run --every --output /tmp/kinds -- sh -c "$thrice"
	same kinds-every "$(grep -c '^VIOLATION ' /tmp/kinds)" 3
	status kinds-json-run 1 mmaudit run --json --output /tmp/kinds -- sh -c "$thrice"
	same kinds-json "$(grep -c '^{"type":"violation"' /tmp/kinds)" 3
	holds kinds-json-table /tmp/kinds '^\{"type":"end".*"table":\[\{"rules":\["UFFD_WP","PRIVATE_FILE","VMA_PROT"\],"site":"insert","caller":"[^"]+","violations":3,"entries":3,'
}

# Processes that outlive CMD are named; --wait follows them.
left_behind() {
	local whole=0 waiter
	if mmaudit sites | grep -qE 'not seen|seen in part'; then whole=4; fi
	status strict-run $whole mmaudit run --strict -- true
	# shellcheck disable=SC2016	# of the inner shell
	status left-run 0 mmaudit run -- sh -c 'sleep 100 & echo $! >/tmp/left'
	says left-named "1 still runs, no longer followed: pid $(cat /tmp/left) \\(sleep\\)"
	says left-verdict 'verdict incomplete: 0 violations'
	# shellcheck disable=SC2016
	status left-json-run 0 mmaudit run --json --output /tmp/left.json -- sh -c 'sleep 100 & echo $! >>/tmp/left'
	holds left-json /tmp/left.json "\"left\":1,\"left_processes\":\\[\\{\"pid\":$(tail -n 1 /tmp/left),\"comm\":\"sleep\"\\}\\]"
	# shellcheck disable=SC2016
	status left-strict 4 mmaudit run --strict -- sh -c 'sleep 100 & echo $! >>/tmp/left'
	xargs kill </tmp/left

	rm -f /tmp/late
	status wait-run $whole mmaudit run --strict --wait -- sh -c '(usleep 300000; sh -c "usleep 300000; true" & usleep 900000; sh -c "usleep 300000; touch /tmp/late" &) & true'
	same wait-followed "$([ -e /tmp/late ] && echo there)" there
	lacks wait-none-left /tmp/said 'still run'
	# Each forks the next one and ends, so that a list of all processes soon has none of them.
	# shellcheck disable=SC2016
	status wait-relay $whole mmaudit run --strict --wait -- sh -c 'relay() { if [ "$1" = 0 ]; then echo end >/tmp/relay; else relay $(($1 - 1)) & fi; }; relay 150'
	same wait-relay-end "$(cat /tmp/relay 2>&1)" end
	status left-violates 0 mmaudit run -- sh -c '(usleep 800000; wrong insert-page >/tmp/late) &'
	until_true grep -q pass /tmp/late
	status wait-violates 1 mmaudit run --wait -- sh -c '(usleep 800000; wrong insert-page) &'
	mmaudit run --wait -- sh -c 'sleep 100 &' >/tmp/waiting 2>&1 &
	waiter=$!
	until_true grep -q auditing /tmp/waiting
	sleep 2
	status wait-still-there 0 kill -0 $waiter
	kill -INT $waiter
	wait $waiter
	same wait-interrupted $? 0
	holds wait-interrupted-told /tmp/waiting '1 still runs, no longer followed: pid [0-9]+ \(sleep\)'
	sed -n 's/.*no longer followed: pid \([0-9]*\).*/\1/p' /tmp/waiting | xargs kill
}

# A watch includes the children that are already there, and theirs.
takes_in() {
	local parent watcher got
	rm -f /tmp/go
	sh -c '(sh -c "until [ -e /tmp/go ]; do usleep 100000; done; wrong insert-page; sleep 2" & wait) & wait' >/dev/null 2>&1 &
	parent=$!
	usleep 500000
	timeout 60 mmaudit watch --pid $parent --descendants --count 1 --output /tmp/taken >/tmp/talk 2>&1 &
	watcher=$!
	until_true grep -q auditing /tmp/talk
	holds watch-takes-in /tmp/talk "auditing process $parent and its descendants \([2-9] of them there already\) "
	touch /tmp/go
	wait $watcher
	got=$?
	same watch-descendants $got 1
	holds watch-descendants-seen /tmp/taken '^VIOLATION UFFD_WP,PRIVATE_FILE,VMA_PROT at insert '
	wait $parent
}

# wrong.ko plants the violations.
audits() {
	insmod wrong.ko || fail insmod-wrong "status $?"
	tells_itself
	two_statuses
	status_files
	refuses
	kinds
	left_behind
	takes_in
	rmmod wrong || fail rmmod-wrong "wrong.ko stays"
}

# A site without a probe is named, and can be required; a site that this kernel does not have is no hole.
coverage() {
	rm -f /tmp/ran
	status unload-before-coverage 0 mmaudit unload
	status load-told-run 0 mmaudit load
	says load-told '^mmaudit: loaded: (all [0-9]+ sites of this kernel are seen|[0-9]+ of this kernel.s [0-9]+ sites are seen; not )'
	lacks load-no-absent /tmp/said 'point .* absent'
	says load-told-last 'loaded: '
	status unload-told 0 mmaudit unload
	status load-verbose 0 mmaudit load -v
	says load-verbose-absent 'point .* absent'
	status unload-verbose 0 mmaudit unload
	status load-hole-run 0 mmaudit load --force-off migrate
	says load-hole 'loaded: [0-9]+ of this kernel.s [0-9]+ sites are seen; not .*migration'
	status hole-run 0 mmaudit run -- true
	says hole-told 'not audited: migration '
	says hole-verdict 'verdict incomplete: 0 violations'
	says hole-where 'auditing .* at only [0-9]+ of this kernel.s [0-9]+ sites'
	status hole-strict 4 mmaudit run --strict -- true
	status hole-required 3 mmaudit run --require-sites fork,migration -- touch /tmp/ran
	says hole-required-told 'no probe sees migration'
	status hole-required-all 3 mmaudit run --require-sites all -- touch /tmp/ran
	is_absent hole-required-not-run /tmp/ran
	status required-seen 0 mmaudit run --require-sites fork,wp-reuse -- true
	status required-watch 3 mmaudit watch --require-sites migration
	status required-nonsense 2 mmaudit run --require-sites fork,nonsense -- true
	status unload-hole 0 mmaudit unload
	status load-whole 0 mmaudit load
	if ! mmaudit sites | grep -qE 'not seen|seen in part'; then
		status required-all 0 mmaudit run --require-sites all --strict -- true
		says required-all-told 'at all [0-9]+ sites of this kernel: 0 violations'
	fi
}

# An unprivileged user may neither load the module nor use the device.
as_nobody() {
	has_nobody
	# shellcheck disable=SC2016	# for the shell of nobody
	status not-root-run 3 su nobody -c '/test/mmaudit run -- true'
	says not-root-told 'ermission denied|ermitted'
	status not-root-load 3 su nobody -c '/test/mmaudit load'
	status not-root-unload 3 su nobody -c '/test/mmaudit unload'
	# A readable device is still nothing without CAP_SYS_ADMIN.
	chmod 444 /dev/mmaudit
	status no-capability 3 su nobody -c '/test/mmaudit run -- true'
	chmod 400 /dev/mmaudit
	# Neither is a descriptor of it that root has opened.
	exec 9</dev/mmaudit
	status passed-on 1 su nobody -c 'dd bs=65536 count=1 <&9'
	says passed-on-told 'not permitted'
	exec 9<&-
}

# Root of a namespace is an unprivileged user.
in_namespaces() {
	if [ ! -e /proc/self/ns/user ]; then
		skip namespaces "this kernel has none"
		return
	fi
	status user-namespace 3 unshare -U -r mmaudit run -- true
	says user-namespace-told 'initial user namespace'
	status pid-namespace 3 unshare -p -f mmaudit run -- true
	says pid-namespace-told 'pid namespace'
}

watching() { grep -q 'auditing all tasks' "$1"; }

readers() {
	mmaudit watch >/tmp/one 2>&1 &
	one=$!
	mmaudit watch >/tmp/two 2>&1 &
	two=$!
	if until_true watching /tmp/one && until_true watching /tmp/two; then
		pass two-readers
	else
		fail two-readers "$(cat /tmp/one /tmp/two)"
	fi
	status unload-busy 3 mmaudit unload
	says unload-busy-told "a reader has .*$one"
	kill -9 "$one"
	kill -INT "$two"
	wait "$one" 2>/dev/null
	wait "$two"
	got=$?
	if [ "$got" -le 1 ] && grep -q '^mmaudit: audited all tasks' /tmp/two; then
		pass watch-interrupted
	else
		fail watch-interrupted "status $got: $(tail -n 1 /tmp/two)"
	fi
	status unload-after-killed-reader 0 mmaudit unload
	status load-again 0 mmaudit load
}

faults() {
	local i=0
	while [ "$i" -lt "$1" ]; do
		/bin/busybox true
		i=$((i + 1))
	done
}

# A CPU tells of what it lost before its next record, so there must be one.
told_of_lost() {
	faults 4
	grep -q '^{"type":"lost"' /tmp/slow.json
}

# A reader that does not read loses records, and says how many.
slow_reader() {
	mmaudit watch --all --json --strict --output /tmp/slow.json 2>/tmp/slow &
	slow=$!
	until_true test -s /tmp/slow.json
	kill -STOP "$slow"
	faults 1500
	kill -CONT "$slow"
	until_true told_of_lost
	kill -INT "$slow"
	wait "$slow"
	got=$?
	if [ "$(number lost /tmp/slow.json)" -gt 0 ] 2>/dev/null; then
		pass ring-full-counted
	else
		fail ring-full-counted "$(tail -n 1 /tmp/slow.json)"
	fi
	if grep -q '^{"type":"lost"' /tmp/slow.json; then
		pass ring-full-told
	else
		fail ring-full-told "no record says so"
	fi
	if [ "$got" = 4 ] || { [ "$got" = 1 ] && grep -q '"type":"violation"' /tmp/slow.json; }; then
		pass strict
	else
		fail strict "status $got, not 4"
	fi
}

# balances NAME STATUS COMMAND...: balance ends with it; prints what it counted.
balances() {
	status "$@"
	grep -h '^balance:' /tmp/said >&3
}

# Every record is accounted for: when it is read at once or never, in the smallest ring, on a processor that comes and goes,
# and when the audited process is killed for want of memory.
accounts() {
	balances balance-reader 0 balance sh -c "$some_faults"
	balances balance-never-reads 0 balance --never --sweep sh -c "$some_faults"
	balances balance-oom 0 balance --sweep --killed sh -c "$oom"
	says balance-oom-killed 'status 0x(8900|9):'
	balances balance-hotplug 0 balance sh -c "$hotplug"
	status balance-hotplug-back 0 grep -q '^0-1$' /sys/devices/system/cpu/online
	status unload-accounts 0 mmaudit unload
	status load-smallest 0 mmaudit load ring_kb=0
	balances balance-smallest 0 balance sh -c "$some_faults"
	balances balance-smallest-never 0 balance --never sh -c "$some_faults"
	says balance-smallest-lost ' lost [1-9]'
}

# Without its main probe the self-test fails, and a blind audit must not look clean.
blind() {
	status unload 0 mmaudit unload
	status load-blind 3 mmaudit load --force-off fault
	says load-blind-told 'blind'
	status run-blind 3 mmaudit run -- true
	status sites-blind 3 mmaudit sites
	status unload-blind 0 mmaudit unload
}

# doctor and sites agree on what this kernel does not have.
not_here() {
	local site
	mmaudit doctor >/tmp/doctor 2>&1
	mmaudit sites | awk '/not in this kernel/ { print $1 }' >/tmp/not_here
	while read -r site; do
		grep -q "^ok *$site: not in this kernel" /tmp/doctor || { fail not-here "doctor: $(grep "$site:" /tmp/doctor)"; return; }
	done </tmp/not_here
	data "not in this kernel: $(tr '\n' ' ' </tmp/not_here)"
	pass not-here
}

# of_points FILE: what doctor found of points and sites, which it tells last.
of_points() { sed '1,/ BTF:/d' "$1" | grep -v ' state:'; }

# By copies of this kernel's files doctor finds of its points and sites what it finds here, and what the module then says; it
# tells nothing of this machine. A kernel without them is not known.
by_files() {
	cat /proc/kallsyms >/tmp/kallsyms
	cat /sys/kernel/btf/vmlinux >/tmp/btf
	mmaudit doctor >/tmp/doctor.here 2>&1
	status by-files 0 mmaudit doctor --release "$(uname -r)" --module mmaudit.ko --btf /tmp/btf --kallsyms /tmp/kallsyms
	cp /tmp/said /tmp/doctor.files
	same by-files-alike "$(of_points /tmp/doctor.files | grep -v '^mmaudit: ')" "$(of_points /tmp/doctor.here | grep -v '^mmaudit: ')"
	same by-files-alone "$(grep -cE '^[a-z]+ +(privilege|mmaudit.off|modules|signature|state):' /tmp/doctor.files)" 0
	same by-files-module "$(sed -nE "s/^mmaudit: kernel .*: (all [0-9]+|[0-9]+ of that kernel's [0-9]+) sites .*/\1/p" /tmp/doctor.files)" \
		"$(mmaudit sites | awk '/^$/ { exit } NR > 1 && !/not in this kernel/ { n++; if (!/ not seen /) seen++ }
			END { print (seen == n ? "all " n : seen " of that kernel\047s " n) }')"
	status by-no-files 3 mmaudit doctor --release 9.9-none
	says by-no-files-told '^mmaudit: whether kernel 9.9-none can be audited is not known'
	rm /tmp/kallsyms /tmp/btf
}

# What is tried of the kernel is what its version has; nothing that can be tried is taken from the version.
kernel_tried() {
	local notify='KERN_UFFD_NOTIFY' unshare='KERN_SHARED_FIRST, KERN_UNSHARE_FILE' large='KERN_LARGE_COPY'
	status stat-tried 0 mmaudit stat
	case $(uname -r) in
	5.*) says tried "^tried  *not $notify$" ;;
	6.1.*) says tried "^tried  *$notify; not $unshare$" ;;
	*) says tried "^tried  *$notify, $unshare$" ;;
	esac
	case $(uname -r) in
	5.*) says by-headers '^by headers *KERN_SOFT_DIRTY; not KERN_UFFD_RESETS, KERN_EXCL, KERN_UNSHARE_FILE$' ;;
	6.*-arm64) says by-headers '^by headers *KERN_EXCL; not KERN_SOFT_DIRTY$' ;;
	*-arm64) says by-headers "^by headers *KERN_EXCL; not KERN_SOFT_DIRTY, $large$" ;;
	6.*) says by-headers '^by headers *KERN_EXCL, KERN_SOFT_DIRTY$' ;;
	*) says by-headers "^by headers *KERN_EXCL, KERN_SOFT_DIRTY; not $large$" ;;
	esac
	case $(uname -r) in
	5.*) says by-version "^by version *not KERN_SHARED_FIRST, $large$" ;;
	6.1.*) says by-version "^by version *KERN_UFFD_RESETS; not $large$" ;;
	6.*) says by-version "^by version *KERN_UFFD_RESETS, $large$" ;;
	*) says by-version '^by version *KERN_UFFD_RESETS$' ;;
	esac
}

kprobes=/sys/kernel/debug/kprobes/enabled

# Probes that are switched off see nothing. An audit is blind if they were off at its begin, at its end or in between.
# The module looks once a second. A machine that stood still for seconds passes a long sleep without such a look, but
# only one of many short ones.
rest='i=0; while [ $i -lt 40 ]; do usleep 100000; i=$((i + 1)); done'
switched_off() {
	has_debugfs
	status kprobes-on 0 mmaudit run -- sh -c 'sleep 2'
	echo 0 >"$kprobes"
	status kprobes-off-before 3 mmaudit run -- true
	says kprobes-off-before-told 'blind: kprobes are off: .*echo 1 >'
	status kprobes-off-sites 3 mmaudit sites
	echo 1 >"$kprobes"
	status kprobes-on-again 0 mmaudit run -- true
	status kprobes-off-from-within 3 mmaudit run -- sh -c "echo 0 >$kprobes"
	says kprobes-off-from-within-told 'blind: kprobes are off'
	says kprobes-off-verdict 'verdict blind: 0 violations, but mmaudit did not see all it should; the command exited with 0, mmaudit exits with 3$'
	echo 1 >"$kprobes"
	status kprobes-off-in-the-middle 3 mmaudit run -- sh -c "echo 0 >$kprobes; $rest; echo 1 >$kprobes"
	says kprobes-off-in-the-middle-told 'blind: for about [1-9] s: kprobes are off'
	status kprobes-off-watch 3 mmaudit_watch_off
	status kprobes-on-at-last 0 mmaudit run -- sh -c 'sleep 2'
	ftrace_off
}

# A watch stays blind when another audit ends without being blind.
mmaudit_watch_off() {
	local got=0
	mmaudit watch >/tmp/watch 2>&1 &
	until_true watching /tmp/watch
	echo 0 >"$kprobes"
	sh -c "$rest"
	echo 1 >"$kprobes"
	mmaudit run -- true || return 1
	kill -INT $!
	wait $! || got=$?
	cat /tmp/watch
	return "$got"
}

# Where the module has ftrace callbacks of its own, ftrace cannot be switched off.
ftrace_off() {
	local traced
	mmaudit sites >/tmp/points
	holds sites-idle /tmp/points '^[a-z_]+ +idle .*  armed (while|where) '
	same sites-idle-all "$(awk '$2 == "idle" && !/  (armed (while|where)|there is nothing) / { print $1 }' /tmp/points)" ''
	traced=$(awk '$3 == "ftrace"' /tmp/points | wc -l)
	if [ "$traced" -gt 0 ]; then
		status ftrace-stays 1 sh -c 'echo 0 >/proc/sys/kernel/ftrace_enabled'
		status ftrace-stays-on 0 grep -q 1 /proc/sys/kernel/ftrace_enabled
		return
	fi
	status ftrace-off 3 mmaudit run -- sh -c 'echo 0 >/proc/sys/kernel/ftrace_enabled'
	says ftrace-off-told 'blind: ftrace is off: .*sysctl kernel.ftrace_enabled=1'
	echo 1 >/proc/sys/kernel/ftrace_enabled
	status ftrace-on-again 0 mmaudit run -- true
}

# A module loaded while kprobes are off is blind, and sees as soon as they are on.
loaded_off() {
	status unload-for-off 0 mmaudit unload
	echo 0 >"$kprobes"
	status load-kprobes-off 3 mmaudit load
	says load-kprobes-off-told 'kprobes: switched off'
	status insmod-kprobes-off 0 insmod mmaudit.ko checked=Y
	status insmod-kprobes-off-said 0 sh -c 'dmesg | grep -q "mmaudit: blind: kprobes are off"'
	echo 1 >"$kprobes"
	status insmod-kprobes-on 0 mmaudit run -- true
}

# insmod does not check the prototypes of static functions, so points at these stay off.
unchecked() {
	status unload-for-unchecked 0 mmaudit unload
	status insmod-unchecked 0 insmod mmaudit.ko
	status unchecked-sites 0 mmaudit sites
	says unchecked-told '^mremap +unchecked .*.mmaudit load. does it'
	says unchecked-site 'mremap +not seen'
	says unchecked-shown '^fault +on '
	status unchecked-unload 0 mmaudit unload
	# shellcheck disable=SC2046	# a word or none
	status load-checked 0 mmaudit load $(vouch)
	status checked-sites 0 mmaudit sites
	says checked-point '^mremap +on '
	status unload-checked 0 mmaudit unload
	status load-no-vouch 0 mmaudit load checked=N
	status no-vouch-sites 0 mmaudit sites
	says no-vouch-point '^mremap +unchecked '
	status unload-no-vouch 0 mmaudit unload
	status load-after-unchecked 0 mmaudit load
}

# shellcheck disable=SC2034,SC2016	# for shells of their own
some_faults='i=0; while [ $i -lt 200 ]; do /bin/busybox true; i=$((i + 1)); done'
# dd wants 64 MB in a group of 8 MB: it is killed, and the rest of its memory is swept.
oom='mkdir -p /sys/fs/cgroup/small && echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	echo 8M >/sys/fs/cgroup/small/memory.max && echo 0 >/sys/fs/cgroup/small/memory.swap.max
	echo $$ >/sys/fs/cgroup/small/cgroup.procs && exec dd if=/dev/zero of=/dev/null bs=64M count=1'
hotplug="cpu=/sys/devices/system/cpu/cpu1/online; for i in 1 2 3; do
	echo 0 >\$cpu || exit; $some_faults; echo 1 >\$cpu || exit; $some_faults; done"

# Lockdown cannot be taken back, so this is the last test.
locked_down() {
	mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
	if [ ! -e /sys/kernel/security/lockdown ]; then
		skip lockdown "this kernel has none"
		return
	fi
	status load-before-lockdown 0 mmaudit load
	exec 9</dev/mmaudit
	echo confidentiality >/sys/kernel/security/lockdown
	status lockdown-run 3 mmaudit run -- true
	says lockdown-run-told 'lockdown'
	status lockdown-read 1 sh -c 'dd bs=65536 count=1 <&9'
	exec 9<&-
	status unload-locked-down 0 mmaudit unload
	status load-locked-down 3 mmaudit load
	says load-locked-down-told 'locked down|lockdown'
}

gone() {
	if there mmaudit || there mmaudit_wrap; then
		fail "$1" "still there: $(grep '^mmaudit' /proc/modules | tr '\n' ' ')"
	else
		pass "$1"
	fi
}

# hooked NAME HOW: point fault is hooked by HOW.
hooked() {
	same "$1" "$(mmaudit sites | awk '$1 == "fault" { print $3 }')" "$2"
}

# Starts process $sleeper, whose page fault nobody answers.
fall_asleep() {
	asleep >/tmp/asleep 2>&1 &
	sleeper=$!
	until_true grep -q '^asleep' /tmp/asleep || fail asleep "$(cat /tmp/asleep)"
}

# wake NAME SIGNAL STATUS: ends the sleeper; at TERM it answers its fault.
wake() {
	local got
	kill "-$2" "$sleeper"
	wait "$sleeper" 2>/dev/null
	got=$?
	if [ "$got" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "status $got, not $3: $(cat /tmp/asleep)"
	fi
}

# The module without mmaudit_wrap, and a fault that sleeps inside of a hooked function.
alone() {
	status insmod-alone 0 insmod mmaudit.ko
	status alone-sees 0 mmaudit run -- true
	says alone-told 'verdict incomplete: 0 violations'
	hooked alone-hook kretprobe
	fall_asleep
	status alone-unload-asleep 0 timeout 30 mmaudit unload
	gone alone-gone
	wake alone-woken TERM 0
	mv mmaudit_wrap.ko /tmp
	status load-no-wrap 0 mmaudit load
	says load-no-wrap-told 'no .*mmaudit_wrap.ko .*kretprobes'
	mv /tmp/mmaudit_wrap.ko .
	status unload-no-wrap 0 mmaudit unload
}

# Before Linux 5.16 ftrace cannot do what mmaudit_wrap needs.
wrap_refused() {
	status load-wrap-refused 0 mmaudit load
	says wrap-refused-told 'cannot load .*mmaudit_wrap.ko: .*kretprobes'
	hooked wrap-refused-hook kretprobe
	status unload-wrap-refused 0 mmaudit unload
	gone wrap-refused-gone
}

# stays NAME: mmaudit goes at once, mmaudit_wrap not before the fault has ended.
stays() {
	status "$1" 0 timeout 30 mmaudit unload
	says "$1-told" 'mmaudit_wrap stays: '
	if ! there mmaudit && there mmaudit_wrap; then
		pass "$1-alone"
	else
		fail "$1-alone" "$(grep '^mmaudit' /proc/modules | tr '\n' ' ')"
	fi
}

wrapped() {
	status load-wrap 0 mmaudit load
	hooked wrap-hook wrap
	status rmmod-wrap-in-use 1 rmmod mmaudit_wrap
	fall_asleep
	stays unload-asleep
	status rmmod-wrap-asleep 1 rmmod mmaudit_wrap
	# The fault that began under one load ends under the next.
	status load-over-asleep 0 mmaudit load
	hooked load-over-asleep-hook wrap
	wake answered TERM 0
	status run-after-answer 0 mmaudit run -- true
	status unload-answered 0 mmaudit unload
	gone answered-gone

	status load-wrap-again 0 mmaudit load
	fall_asleep
	stays unload-asleep-again
	wake killed KILL 137
	status unload-killed 0 mmaudit unload
	gone killed-gone

	status load-wrap-off 0 mmaudit load wrap=N
	hooked wrap-off-hook kretprobe
	status unload-wrap-off 0 mmaudit unload
	gone wrap-off-gone
}

no_module
usage
wrong_module
parameters
configured
twice
statuses
sweep_seldom
promises
audits
coverage
not_here
by_files
kernel_tried
as_nobody
in_namespaces
readers
slow_reader
switched_off
loaded_off
unchecked
accounts
blind
alone
case $(uname -r) in
5.*) wrap_refused ;;
*) wrapped ;;
esac
locked_down
