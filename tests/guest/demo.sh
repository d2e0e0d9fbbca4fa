#!/bin/busybox sh
# demo.sh EXPECTED - inside the machine: audits a known kernel bug; all it prints is for the user's eyes.
exec >&3 2>&3
want=$1

show() {
	echo "# $*"
	"$@"
}

show mmaudit load || { echo "demo: cannot load"; exit 1; }
echo
# Through a pipe, so that a record arrives in one piece, not line by line between what bugs prints.
{
	show mmaudit run -- bugs uffd-unwp-softdirty
	echo $? >/tmp/status
} 2>&1 | cat
got=$(cat /tmp/status)
echo "# exit status $got"
mmaudit unload || exit 1
[ "$got" = "$want" ] || { echo "demo: mmaudit run ended with status $got, not $want"; exit 1; }
