#!/bin/busybox sh
# newer.sh - inside the machine: a module that was built for a kernel newer than mmaudit knows (ALLOW_UNKNOWN_KERNEL=1). It sees
# what it can prove, and calls nothing complete.
. ./lib.sh
sh ./guest.sh
ko=newer/mmaudit.ko

# Without BTF nobody has checked any prototype, so nothing at all is probed.
status insmod-unchecked 0 insmod $ko
status unchecked-blind 3 mmaudit stat
same unchecked-points "$(mmaudit sites | awk 'point { print $2 } /^POINT/ { point = 1 }' | sort -u)" unchecked
status rmmod-unchecked 0 rmmod mmaudit

status doctor 0 mmaudit doctor --module $ko
says doctor-warns '^warn *module: built for a kernel that mmaudit does not know, newer than Linux 5.10 to '
says doctor-ends 'never completely, because it is newer than mmaudit'
status load 0 mmaudit load --module $ko
says load-sees '^mmaudit: loaded: all [0-9]* sites of this kernel are seen$'
says load-warns '^mmaudit: unknown kernel: .*, and --strict fails$'
same log "$(lines | grep -c '^mmaudit: unknown kernel: this kernel is newer than mmaudit, which knows Linux ')" 1

status stat 0 mmaudit stat
says stat-state '^state *unknown kernel: this kernel is newer'
status stat-json 0 mmaudit stat --json
says stat-json-state '"state":"unknown kernel","reason":"this kernel is newer'

# An audit is never complete, with a status of its own only where that is asked for.
status run 0 mmaudit run -- true
says run-told '^mmaudit: unknown kernel: .*this audit is not complete'
says run-verdict '^mmaudit: verdict incomplete: 0 violations'
status strict 4 mmaudit run --strict -- true
status status-file 0 mmaudit run --status-file /tmp/st -- true
same status-verdict "$(grep verdict /tmp/st)" verdict=incomplete
status run-json 0 mmaudit run --all --json --output /tmp/run.json -- true
same json-incomplete "$(tail -n 1 /tmp/run.json | grep -c '"complete":false.*"verdict":"incomplete"')" 1
same records-say "$(grep '"type":"decision"' /tmp/run.json | grep -cv UNKNOWN_KERNEL)" 0
if grep -q '"type":"decision"' /tmp/run.json; then pass records; else fail records "there is none"; fi
status sweep 0 mmaudit sweep --pid 1
status sweep-strict 4 mmaudit sweep --strict --pid 1

# What it sees it tells, and a recording says so later.
status bug 1 mmaudit record -o /tmp/bug.rec -- bugs clear-refs-pinned-clean
status report 0 mmaudit report /tmp/bug.rec
says report-names 'SOFT_DIRTY'
says report-tells 'unknown kernel'
status unload 0 mmaudit unload
