#!/bin/sh
# packages-off.sh - inside a Debian machine with the packages and the services enabled, whose command line has mmaudit.off.
# shellcheck shell=dash
. ./lib.sh

status enabled 0 systemctl is-enabled mmaudit
same not-started "$(systemctl show --property ActiveState,ConditionResult --value mmaudit | xargs)" 'inactive no'
same none-failed "$(systemctl list-units --failed --plain --no-legend)" ''
if there mmaudit; then fail not-loaded; else pass not-loaded; fi
status load 3 mmaudit load
says load-says "^mmaudit: mmaudit.off: the kernel's command line has it, so the module refuses to be loaded"
status modprobe 1 modprobe mmaudit
# modprobe loads what mmaudit has as softdep, and does not take it out again when mmaudit refuses.
if there mmaudit_wrap; then fail modprobe-wrap "it is loaded"; else pass modprobe-wrap; fi
status start 0 systemctl start mmaudit
same start-nothing "$(systemctl is-active mmaudit)" inactive
if there mmaudit; then fail still-not-loaded; else pass still-not-loaded; fi
textfiles=/var/lib/prometheus/node-exporter
mkdir -p $textfiles
status metrics 0 systemctl start mmaudit-metrics
same metrics-tell "$(grep -v '^#' $textfiles/mmaudit.prom)" 'mmaudit_loaded 0'
