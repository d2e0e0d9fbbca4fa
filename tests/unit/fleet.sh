#!/bin/bash
# fleet.sh MMAUDIT MAKE_METRICS - what a fleet reads: the rows of the metrics, and that dashboard, alerts and docs/fleet.md use
# all of these names and no others.
set -eu
mmaudit=$(realpath "$1") make_metrics=$(realpath "$2")
cd "$(dirname "$0")/../.."
fleet=packaging/fleet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

bad() { echo "fleet.sh: error: $*"; status=1; }

# row FILE ROW: it has that line.
row() { grep -qxF -e "$2" "$work/$1" || bad "$1 has no row $2, but: $(grep -F -e "${2%% *}" "$work/$1" | head -n 3)"; }

# not FILE RE: it has no such line.
not() { ! grep -E -e "$2" "$work/$1" || bad "$1 has that row"; }

metrics() {
	"$make_metrics" >"$work/ok"
	"$make_metrics" none >"$work/none"
	"$make_metrics" blind >"$work/blind"
	"$make_metrics" unknown >"$work/unknown"
	row ok 'mmaudit_loaded 1'
	row ok 'mmaudit_blind 0'
	row ok "mmaudit_info{kernel=\"$(uname -r)\",abi=\"1.6\"} 1"
	row ok 'mmaudit_grants_total 5000000000'
	row ok 'mmaudit_missed_total 3'
	row ok 'mmaudit_broken_total{rule="LOST_SOFT_DIRTY",site="mremap"} 512'
	row ok 'mmaudit_broken_total{rule="LOST_UFFD_WP",site="mremap"} 1'
	row ok 'mmaudit_broken_total{rule="VM_WRITE",site="sweep"} 7'
	[ "$(grep -c '^mmaudit_broken_total' "$work/ok")" = 3 ] || bad "ok: a row of what nothing broke"
	row ok 'mmaudit_site_seen{site="mremap"} 1'
	row ok 'mmaudit_site_seen{site="collapse"} 0'
	not ok '^mmaudit_site_seen.site="uffd-move"'
	row ok 'mmaudit_points{state="unchecked"} 1'
	row blind 'mmaudit_blind 1'
	row ok 'mmaudit_unknown_kernel 0'
	row unknown 'mmaudit_unknown_kernel 1'
	row unknown 'mmaudit_blind 0'
	"$make_metrics" older >"$work/older"
	row older 'mmaudit_broken_total{rule="any",site="mremap"} 513'
	row older 'mmaudit_broken_total{rule="any",site="sweep"} 7'
	[ "$(grep -c '^mmaudit_broken_total' "$work/older")" = 2 ] || bad "older: a rule is told that the module did not tell"
	row none 'mmaudit_loaded 0'
	[ "$(wc -l <"$work/none")" = 3 ] || bad "none: more is told of a module that is not there"
	# Each row belongs to the head before it.
	awk '/^# TYPE/ { name = $3; type = $4; next } /^#/ { next }
		{ split($1, at, "{"); if (at[1] != name || (type == "counter") != (name ~ /_total$/)) { print "row", $0, "below", name, type; exit 1 } }' \
		"$work/ok" || bad "a row stands below another's head"
}

# trap_for_root link|pipe: root writes metrics to a directory that belongs to node_exporter's user. What that one puts in the place
# of the file is replaced, not followed and not waited for.
trap_for_root() {
	local file=$work/$1.prom
	echo precious >"$work/precious"
	if [ "$1" = link ]; then ln -s precious "$file"; else mkfifo "$file"; fi
	timeout 10 "$mmaudit" stat --prometheus="$file" 2>"$work/said" || [ $? = 3 ] || bad "$1: $(cat "$work/said")"
	[ "$(cat "$work/precious")" = precious ] || bad "$1: what it leads to was written"
	[ -f "$file" ] && [ ! -L "$file" ] && cmp "$file" "$work/none" || bad "$1: was not replaced"
}

# Without a module: the file is written all the same, and all may read it; what was there is not kept.
alone() {
	local got=0
	[ ! -e /dev/mmaudit ] || return 0
	echo 'mmaudit_loaded 1' >"$work/there.prom"
	(umask 022; "$mmaudit" stat --prometheus="$work/there.prom" 2>"$work/said") || got=$?
	[ $got = 3 ] && grep -q 'the module is not loaded' "$work/said" || bad "alone: status $got: $(cat "$work/said")"
	cmp "$work/there.prom" "$work/none" || bad "alone: not what it says of no module"
	[ "$(stat -c %a "$work/there.prom")" = 644 ] || bad "alone: not all may read it"
	got=0
	"$mmaudit" stat --prometheus="$work/no/such.prom" 2>"$work/said" || got=$?
	[ $got = 4 ] && grep -q "cannot write the metrics $work/no/such.prom" "$work/said" || bad "unwritten: status $got: $(cat "$work/said")"
	trap_for_root link
	trap_for_root pipe
	[ "$("$mmaudit" stat --prometheus=/dev/stdout 2>/dev/null | cat)" = "$(cat "$work/none")" ] || bad "stdout: not what it says of no module"
	got=0
	"$mmaudit" stat --json --prometheus >/dev/null 2>&1 || got=$?
	[ $got = 2 ] || bad "json and prometheus: status $got"
}

# No journal, or what does not go with it, is told before anything is audited.
journal() {
	local got=0 wanted='built without libsystemd'
	! "$mmaudit" --version | grep -q '^libsystemd *yes' || wanted='cannot write to /run/systemd/journal/socket: No such file'
	if [ ! -e /run/systemd/journal/socket ]; then
		"$mmaudit" watch --journal >"$work/said" 2>&1 || got=$?
		[ $got = 2 ] && grep -q "$wanted" "$work/said" || bad "journal: status $got: $(cat "$work/said")"
	fi
	for wanted in --json --all '--output=x'; do
		got=0
		"$mmaudit" watch --journal "$wanted" >"$work/said" 2>&1 || got=$?
		[ $got = 2 ] && grep -q 'goes with none of' "$work/said" || bad "journal with $wanted: status $got: $(cat "$work/said")"
	done
	make -n install KVER=none DESTDIR=/d 2>/dev/null | grep -qF '"/d/usr/local/lib/systemd/catalog/mmaudit.catalog"' || bad "make install leaves the catalog out"
	make -n uninstall KVER=none DESTDIR=/d | grep -qF '"/d/usr/local/lib/systemd/catalog/mmaudit.catalog"' || bad "make uninstall leaves the catalog"
}

# The fields that docs/fleet.md and the page tell are those that are sent.
fields() {
	grep -o 'entry_add(&\{0,1\}e, "[A-Z_]*"\|add_written(e, "[A-Z_]*"' tools/print_journal.c | grep -o '[A-Z_]\{4,\}' | grep -v SYSLOG | sort -u >"$work/sent"
	sed -n '/^| field /,/^$/p' docs/fleet.md | grep -o '`[A-Z_]\{4,\}`' | tr -d '`' | grep -v '^_' | sort -u >"$work/told-fields"
	same 'fields and docs/fleet.md' sent told-fields
	sed -n '/^\.SH THE JOURNAL/,/^\.SH EXIT/p' tools/man/mmaudit.8.in | grep '^\.BR\{0,1\} [A-Z_]* *[,;.]\{0,1\}$' | awk '{ print $2 }' | sort -u >"$work/page-fields"
	same 'fields and mmaudit(8)' sent page-fields
}

# What is written: by stat, by verdict, and by node_exporter of each file.
written() {
	sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$work/ok"
	sed -n 's/.*metric_head(f, "gauge", "\([a-z_]*\)".*/\1/p' tools/verdict_prometheus.c
}

# used FILE...: names of metrics in expressions, not in labels of alerts (in capitals), files or units.
used() { grep -ohE '\bmmaudit_[a-z_]+' "$@" | sort -u; }

# same NAME WANTED GOT: files of names.
same() { diff "$work/$2" "$work/$3" >"$work/diff" || bad "$1: $(grep '^[<>]' "$work/diff" | tr '\n' ' ')"; }

names() {
	local label
	written | sort -u >"$work/written"
	[ "$(wc -l <"$work/written")" -gt 20 ] || bad "only $(wc -l <"$work/written") metrics were found"
	used "$fleet/mmaudit-dashboard.json" >"$work/drawn"
	same 'metrics and dashboard' written drawn
	used "$fleet/mmaudit-alerts.yml" >"$work/alerts"
	comm -13 "$work/written" "$work/alerts" >"$work/strange"
	[ ! -s "$work/strange" ] || bad "alerts use $(cat "$work/strange")"
	grep '^| `mmaudit' docs/fleet.md | grep -o '`mmaudit_[a-z_]*' | tr -d '`' | sort -u >"$work/told"
	grep -v '^mmaudit_verdict_' "$work/written" >"$work/to-tell"
	same 'metrics and docs/fleet.md' to-tell told
	# Labels that alerts print are labels that rows have; Prometheus adds instance.
	for label in $(grep -o 'labels\.[a-z]*' "$fleet/mmaudit-alerts.yml" | sed 's/.*\.//' | sort -u); do
		[ "$label" = instance ] || grep -qE "[{,]$label=" "$work/ok" || grep -q "metric_label(f, \"$label\"" tools/verdict_prometheus.c ||
			bad "alerts print label $label, which no row has"
	done
	sed -n 's/^  - alert: //p' "$fleet/mmaudit-alerts.yml" | sort >"$work/fires"
	sed -n 's/^| `\(Mmaudit[A-Za-z]*\)`.*/\1/p' docs/fleet.md | sort >"$work/told-alerts"
	same 'alerts and docs/fleet.md' fires told-alerts
}

# What make install brings, uninstall takes away.
installed() {
	local unit
	make -n install KVER=none DESTDIR=/d 2>/dev/null >"$work/install"
	grep -qF '"/d/usr/local/share/mmaudit/fleet" packaging/fleet/*' "$work/install" || bad "make install leaves packaging/fleet out"
	grep -qF '"/d/usr/local/lib/systemd/system" packaging/systemd/*.service packaging/systemd/*.timer' "$work/install" || bad "make install leaves packaging/systemd out"
	make -n uninstall KVER=none DESTDIR=/d >"$work/uninstall"
	for unit in '/share/mmaudit/fleet"' $(cd packaging/systemd && printf '/lib/systemd/system/%s"\n' *.service *.timer); do
		grep -qF "/d/usr/local$unit" "$work/uninstall" || bad "make uninstall leaves $unit"
	done
}

# The service writes where it first looks whether there is such a directory; to that one the page and the package's end go, too.
directory() {
	local file dir
	file=$(sed -n 's/^ExecStart=.* --prometheus=//p' packaging/systemd/mmaudit-metrics.service)
	dir=$(sed -n 's/^ConditionPathIsDirectory=//p' packaging/systemd/mmaudit-metrics.service)
	[ -n "$file" ] && [ "$dir" = "${file%/*}" ] || bad "mmaudit-metrics.service writes $file, and is skipped without '$dir'"
	grep -qF -- "--prometheus=$file" docs/fleet.md || bad "docs/fleet.md has metrics elsewhere than $file"
	grep -qF "rm -f $file" packaging/debian/mmaudit.prerm || bad "the package leaves $file"
}

# The blocks are shell, and their options are those of the command.
blocks() {
	local file word
	mkdir "$work/blocks"
	tests/recipes/blocks docs/fleet.md "$work/blocks" || status=1
	for file in "$work"/blocks/*.sh; do
		bash -n "$file" || bad "$(basename "$file" .sh) is no shell"
	done
	while read -r file word; do
		"$mmaudit" "$file" --help | grep -q -e "$word" || bad "docs/fleet.md: mmaudit $file has no option $word"
	done < <(cat "$work"/blocks/*.sh | sed -n 's/^mmaudit \([a-z]*\)\(.*\)/\1\2/p' | awk '{ for (i = 2; i <= NF; i++) if (sub(/^--/, "--", $i)) { sub(/=.*/, "", $i); print $1, $i } }')
}

metrics
alone
journal
fields
names
installed
directory
blocks
exit $status
