#!/bin/busybox sh
# fleet.sh - inside the machine: the blocks of docs/fleet.md, as they stand there, with Debian's node_exporter and Prometheus.
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
	block 1 verdict
	cp $textfiles/mmaudit-verdict.prom /out/verdict.prom
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
violates
verdicts
ends
all_run
data "$(cut -d . -f 1 /proc/uptime) s of the machine"
