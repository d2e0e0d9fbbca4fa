#!/bin/busybox sh
# fleet.sh - inside the machine: the blocks of docs/fleet.md, as they stand there, with Debian's node_exporter, Prometheus,
# journald, journal-upload and journal-remote.
. ./lib.sh
textfiles=/var/lib/prometheus/node-exporter
mkdir -p $textfiles /etc/prometheus

# block STATUS NAME: as a user would paste it into a shell that ends at the first error; what it says is kept in /tmp/said.
block() {
	echo "$2" >>/tmp/run
	status "$2" "$1" sh -e "/test/blocks/$2.sh"
}

# daemon NAME: a block that goes on; sets pid.
daemon() {
	echo "$1" >>/tmp/run
	rm -f "/out/$1.log"
	sh -e "/test/blocks/$1.sh" >"/out/$1.log" 2>&1 </dev/null 3>&- &
	pid=$!
}

# stop PID: of a daemon; what the shell waits for is its child. Returns its status.
stop() {
	local child
	read -r child _ <"/proc/$1/task/$1/children"
	kill "$child"
	wait "$1"
}

# gets PORT PATH RE: a line of that page matches.
gets() { curl -s -f -m 5 -o /tmp/page "http://127.0.0.1:$1/$2" && grep -qE -- "$3" /tmp/page; }

# waits NAME PORT PATH RE: at most two minutes, for a rule is looked at each 15 seconds.
waits() {
	if until_true gets "$2" "$3" "$4" || until_true gets "$2" "$3" "$4" || until_true gets "$2" "$3" "$4"; then
		pass "$1"
	else
		fail "$1" "no '$4' but: $(head -c 300 /tmp/page | tr '\n' '|')"
	fi
}

# firing: what Prometheus says of the alerts, one a line.
firing() { curl -s -m 20 http://127.0.0.1:9090/api/v1/alerts | sed 's/{"labels"/\n&/g' | grep '"state":"firing"'; }

starts() {
	daemon node-exporter
	waits node-exporter-tells 9100 metrics '^mmaudit_loaded 1$'
	gets 9100 metrics '^node_textfile_scrape_error 0$' && pass node-exporter-reads || fail node-exporter-reads "$(grep scrape_error /tmp/page)"
	block 0 config
	daemon prometheus
	waits prometheus-has 9090 'api/v1/query?query=mmaudit_loaded' '"value":\[[0-9.]+,"1"\]'
	waits prometheus-rules 9090 api/v1/rules '"name":"MmauditViolation".*"lastEvaluation":"20'
}

# journald without systemd: the files that systemd would have made for it, and the daemon alone.
journald() {
	mkdir -p /run/systemd/journal /run/log/journal /var/log/journal/remote /var/lib/systemd/journal-upload /var/lib/systemd/catalog
	tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
	status no-journal 2 mmaudit watch --journal
	says no-journal-said 'does systemd-journald run'
	rm -f /out/journald.log
	/lib/systemd/systemd-journald >/out/journald.log 2>&1 </dev/null 3>&- &
	if until_true test -S /run/systemd/journal/socket; then pass journald; else fail journald "$(cat /out/journald.log)"; fi
	block 0 catalog
}

# entries MATCH...: how many the journal has.
entries() { journalctl --no-pager -q -o cat --output-fields=MESSAGE "$@" | grep -c .; }

begins() {
	daemon watch
	watch=$pid
	until_true has_entry MESSAGE_ID=c94f0d27e1b84a6e9d3572b8a610f3f0 && pass journal-begun || fail journal-begun "$(cat /out/watch.log)"
	same journal-nothing "$(entries SYSLOG_IDENTIFIER=mmaudit PRIORITY=3)" 0
}

has_entry() { [ "$(entries "$@")" -gt 0 ]; }

# field NAME FIELD WANTED: of the violation in the journal.
field() { same "journal-$1" "$(journalctl --no-pager -q -o cat --output-fields="$1" RULE=LOST_SOFT_DIRTY | head -n 1)" "$2"; }

# What the violation is in the journal of this machine, and in that of the other.
journals() {
	if until_true has_entry RULE=LOST_SOFT_DIRTY SITE=mremap; then pass journal-has; else fail journal-has "$(cat /out/watch.log)"; fi
	field KERNEL "$(uname -r)"
	field BOOT_ID "$(cat /proc/sys/kernel/random/boot_id)"
	field TASK bugs
	field PRIORITY 3
	journalctl --no-pager -q -o cat --output-fields=RECORD RULE=LOST_SOFT_DIRTY >/tmp/records
	same journal-record "$(violations /tmp/records | sed 's/^[0-9]* //')" 'LOST_SOFT_DIRTY mremap'
	block 0 look
	says journal-line 'mmaudit\[[0-9]+\]: VIOLATION LOST_SOFT_DIRTY at mremap by bugs\[[0-9]+\]'
	says journal-catalog '^[^ ]+ Subject: The kernel broke rule LOST_SOFT_DIRTY at mremap$'
	says journal-report '^  task     bugs\['
	data "$(grep -m 1 'VIOLATION LOST' /tmp/said)"
}

collects() {
	daemon remote
	remote=$pid
	daemon upload
	upload=$pid
	until_true remote_has && pass collected || fail collected "$(cat /out/upload.log /out/remote.log | tail -n 3)"
	block 0 ask
	says collected-line 'VIOLATION LOST_SOFT_DIRTY at mremap by bugs\['
	same collected-boot "$(journalctl --no-pager -q --directory=/var/log/journal/remote -o cat --output-fields=BOOT_ID RULE=LOST_SOFT_DIRTY | sort -u)" \
		"$(cat /proc/sys/kernel/random/boot_id)"
	stop "$upload"
	stop "$remote"
}

remote_has() { journalctl --no-pager -q --directory=/var/log/journal/remote RULE=LOST_SOFT_DIRTY 2>/dev/null | grep -q VIOLATION; }

# The audit's end is an entry, too.
watch_ends() {
	stop "$watch"
	same watch-status $? 1
	until_true has_entry VERDICT=violations && pass journal-ended || fail journal-ended "$(cat /out/watch.log)"
	journalctl --no-pager -q -o cat --output-fields=MESSAGE VERDICT=violations >/tmp/said
	says journal-sum '^LOST_SOFT_DIRTY at mremap: [0-9]+ times?, [0-9]+ entries$'
}

# A known bug of this kernel.
violates() {
	status violates 1 mmaudit run -- bugs mremap-table-softdirty
	block 0 metrics
	cp $textfiles/mmaudit.prom /out/after.prom
	same rows "$(grep '^mmaudit_broken_total' $textfiles/mmaudit.prom | sed 's/ .*//')" \
		'mmaudit_broken_total{rule="LOST_SOFT_DIRTY",site="mremap"}'
	same sum "$(sed -n 's/^mmaudit_broken_total.* //p' $textfiles/mmaudit.prom)" "$(counter violations)"
	waits alert-fires 9090 api/v1/alerts '"alertname":"MmauditViolation"[^{]*"rule":"LOST_SOFT_DIRTY"[^{]*"site":"mremap".*"state":"firing"'
	data "$(firing | grep -o '"summary":"[^"]*"')"
}


verdicts() {
	watch_ends
	block 1 verdict
	cp $textfiles/mmaudit-verdict.prom /out/verdict.prom
	mmaudit stat --prometheus >/tmp/found
	found=$(sed -n 's/^mmaudit_broken_total{.*site="sweep"} //p' /tmp/found | awk '{ n += $1 } END { print n + 0 }')
	if [ "$found" -gt 0 ] && [ "$found" -ge "$(counter findings)" ]; then pass sweeps-rules; else fail sweeps-rules "$found, not $(counter findings)"; fi
	waits verdict-fires 9090 api/v1/alerts '"alertname":"MmauditKernelLosesData","bug":"mremap-table-softdirty"'
}

# Nothing of what was there when the module was goes on to be told.
ends() {
	unloads
	block 3 metrics
	waits unloaded 9090 api/v1/alerts '"alertname":"MmauditNotLoaded"[^{]*'
	waits forgotten 9100 metrics '^mmaudit_loaded 0$'
	same no-rows "$(grep -c '^mmaudit_broken_total' /tmp/page)" 0
}

all_run() {
	local left
	left=$(for file in /test/blocks/*.sh; do basename "$file" .sh; done | grep -vxF -f /tmp/run | tr '\n' ' ')
	same every-block "$left" ''
}

loads
block 0 metrics
cp $textfiles/mmaudit.prom /out/before.prom
same nothing-broken "$(grep -c '^mmaudit_broken_total' $textfiles/mmaudit.prom)" 0
starts
same nothing-fires "$(firing | grep -v MmauditSiteUnseen)" ''
journald
begins
violates
journals
collects
verdicts
ends
all_run
data "$(cut -d . -f 1 /proc/uptime) s of the machine"
