#!/bin/busybox sh
# crash.sh - inside a machine that must not outlive it: docs/ci.md's action=panic, and a known bug whose alarm is proof.
. ./lib.sh
status panic-load 0 sh -e /test/blocks/panic-load.sh
bugs clear-refs-pinned-clean >/tmp/said 2>&1
sleep 1
fail crash "the machine goes on: $(cat /tmp/said)"
