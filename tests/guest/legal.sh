#!/bin/busybox sh
# legal.sh KERNEL - inside the machine: every legal path under audit; no violation but those of legal.expected.
. ./lib.sh
kernel=$1
sh ./guest.sh

# decided SITE|SITE ADDRESS: the records show a decision of one of the sites about the address.
decided() { grep -E "\"site\":\"($1)\"" /tmp/ia32.json | grep -q "\"addr\":\"$2\""; }

# 32-bit tasks: no violation, and decisions that name their addresses.
ia32() {
	local word name sites address
	if [ ! -e /proc/sys/abi/vsyscall32 ] || grep -qE 'ia32_emulation=(0|n|off|false)' /proc/cmdline; then
		skip ia32 "no 32-bit tasks (CONFIG_IA32_EMULATION)"
		return
	fi
	status ia32-silence 0 mmaudit run --all --json --output /tmp/ia32.json -- ia32
	[ -z "$(violations /tmp/ia32.json)" ] || evidence /tmp/ia32.json
	grep -q '^pass' /tmp/said || fail ia32 "it said nothing"
	while read -r word name sites address; do
		case $word in
		pass) pass "ia32-$name" ;;
		fail) fail "ia32-$name" "$sites $address" ;;
		decided)
			if decided "$sites" "$address"; then
				pass "ia32-$name-decided"
			else
				fail "ia32-$name-decided" "no record of $sites at $address"
			fi ;;
		esac
	done </tmp/said
}

# mprotect() to read-only and back makes two records of the huge entry, in whatever parts the module walks the range.
huge_once() {
	local n
	mmaudit run --all --json --output /tmp/once.json -- legal thp-mprotect >/tmp/said 2>/tmp/talk
	n=$(grep '"site":"mprotect"' /tmp/once.json | grep -c '"level":"PMD"')
	if grep -q '^skip thp-mprotect' /tmp/said; then
		skip huge-once "$(head -n 1 /tmp/said)"
	elif ! grep -q '^pass thp-mprotect' /tmp/said; then
		fail huge-once "$(head -n 1 /tmp/said)"
	elif [ "$n" -eq 2 ]; then
		pass huge-once
	else
		fail huge-once "$n records, not 2"
	fi
}

# told ROW OPTION...: writes all decisions about one row to /tmp/ROW.json.
told() {
	local row=$1
	shift
	mmaudit run --all "$@" --json --output "/tmp/$row.json" -- legal "$row" >/tmp/said 2>/tmp/talk
}

# at_site SITE ROW: the number of these at SITE.
at_site() { grep -c "\"site\":\"$1\"" "/tmp/$2.json"; }

# reached SITE ROW: within three tries, for an entry whose lock is taken is judged later and has a record only if it is wrong.
# Only records of that site are asked for: the 12,288 first touches of the row compaction would fill the ring before it comes there.
reached() {
	for _ in 1 2 3; do
		told "$2" --site "$1"
		n=$(at_site "$1" "$2")
		rm "/tmp/$2.json"
		[ "$n" -gt "$without" ] && return 0
		grep -q "^pass $2" /tmp/said || return 1
	done
	return 1
}

# Each row of legal.paths must reach the probe of its site.
paths() {
	local row site but n without in_part there
	told vfork-write
	while read -r row site but <&4; do
		[ "$row" != '#' ] && [ "$but" != "$kernel" ] || continue
		if grep -q "^$site  *not seen" /out/sites; then
			data "absent path-$row-$site not seen here"
			continue
		fi
		in_part=$(grep "^$site .* seen in part$" /out/sites)
		without=$(at_site "$site" vfork-write)
		there=1
		if grep -q "^$site  *not in this kernel" /out/sites; then	# no audit takes such a site
			there=''
			legal "$row" >/tmp/said 2>/tmp/talk
		fi
		if [ -n "$there" ] && reached "$site" "$row"; then
			pass "path-$row-$site"
		elif grep -q "^absent $row" /tmp/said; then
			data "absent path-$row-$site $(head -n 1 /tmp/said)"
		elif grep -q "^skip $row" /tmp/said; then
			skip "path-$row-$site" "$(head -n 1 /tmp/said)"
		elif [ -n "$in_part" ]; then
			data "absent path-$row-$site seen in part here"
		else
			fail "path-$row-$site" "$n records, $without without it: $(head -n 1 /tmp/said)"
		fi
	done 4<legal.paths
}

# A fault on one page of a large folio maps the others, too; their records say that they were found writable.
neighbours() {
	local row site n
	while read -r row site; do
		told "$row"
		n=$(grep "\"site\":\"$site\"" "/tmp/$row.json" | grep -c '"verdict":"WRITABLE"')
		rm "/tmp/$row.json"
		if grep -q "^absent $row" /tmp/said; then
			data "absent neighbours-$site $(head -n 1 /tmp/said)"
		elif grep -q "^skip $row" /tmp/said; then
			skip "neighbours-$site" "$(head -n 1 /tmp/said)"
		elif [ "$n" -ge 15 ]; then
			pass "neighbours-$site"
		else
			fail "neighbours-$site" "$n records, not 15: $(head -n 1 /tmp/said)"
		fi
	done <<-END
		mthp-fault anon-fault
		mthp-swap swap-in
		numa-hint-mthp numa
	END
}

# unreachable SITE: none of the rows that reach this site can run here, because the kernel lacks what they need.
unreachable() {
	local row site but none=1
	while read -r row site but; do
		[ "$site" = "$1" ] || continue
		none=0
		legal "$row" | grep -qE '^(skip|absent) ' || return 1
	done <legal.paths
	return "$none"
}

# What mmaudit says a write fault would do with an entry of each class is what the fault then did; and each thing that it may
# do was met, or the classes prove nothing. The table of tests/would is printed.
compared() {
	local all='REUSE COPY MKWRITE SEGV' what missed=''
	grep -qE '^uffd-wp +not in this kernel' /out/sites || all="$all UFFD"	# arm64 before 6.10 has no such mark
	[ ! -e /proc/sys/kernel/numa_balancing ] || all="$all NUMA"	# PREEMPT_RT excludes it
	would >/out/would 2>/tmp/talk || fail would "status $?: $(tail -n 2 /tmp/talk | tr '\n' ' ')"
	cat /out/would >&3
	for what in $all; do
		awk -v what="$what" '$1 == "pass" && $3 == what && $4 == what { found = 1 } END { exit !found }' /out/would ||
			missed="$missed$what "
	done
	same would-all "$missed" ''
	# a few have none: what userfaultfd or a SIGSEGV stops, what is split first, and do_huge_zero_wp_pmd() of 7.2
	if [ "$(awk '$1 == "pass" && $5 ~ /^[A-Z_]+$/' /out/would | wc -l)" -ge 40 ]; then
		pass would-recorded
	else
		fail would-recorded "fewer than 40 of these faults have a record"
	fi
}

# No legal grant is one that a write fault would not have given; of what was left read-only, something was asked about.
compares() {
	same none-refused "$(mmaudit stat | awk '$1 == "SITE" { on = 1; next } on && $3 + 0' | tr '\n' ';')" ''
	if [ "$(mmaudit stat | awk '$1 == "SITE" { on = 1; next } on { sum += $4 } END { print sum + 0 }')" -gt 0 ]; then
		pass denials-compared
	else
		fail denials-compared "no denial was asked about"
	fi
	mmaudit stat | sed -n '/^SITE/,$p' >&3
}

loads
mmaudit run --json --output /tmp/legal.json -- legal --all >&3 2>/tmp/talk
got=$?
[ "$got" -le 1 ] || fail audit "status $got: $(tail -n 2 /tmp/talk | tr '\n' ' ')"
silence silence "$kernel" /tmp/legal.json
is_whole complete /tmp/legal.json
if [ "$(number grants /tmp/legal.json)" -gt 0 ] 2>/dev/null; then
	pass looked
else
	fail looked "no grant was looked at"
fi
ia32
huge_once
mmaudit sites >/out/sites || fail sites "status $?"
cat /out/sites >&3
# Two sites need not decide here: only wrong.ko gives pages to a device (plant.sh), and unmap counts only what is wrong.
idle=$(awk '/^SITE /{ on = 1; next } !NF { on = 0 } on && $2 != "not" && !/ seen in part$/ && $1 !~ /^(device-exclusive|unmap)$/ && $3 + $4 == 0 { printf "%s ", $1 }' /out/sites)
missed=''
for site in $idle; do
	if unreachable "$site"; then
		skip "decided-$site" "no row that comes by there can be run here"
	else
		missed="$missed$site "
	fi
done
if [ -z "$missed" ]; then
	pass all-sites-decided
else
	fail all-sites-decided "no row reaches $missed"
fi
paths
neighbours
compared
compares
unloads
