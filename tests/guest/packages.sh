#!/bin/sh
# packages.sh - inside a Debian machine that had nothing of ours: the packages, by its own apt, dkms, udev and systemd.
# shellcheck shell=dash
. ./lib.sh
# gcc by ccache, which has seen these sources: tests/packages/install.
export SYSTEMD_COLORS=0 SYSTEMD_URLIFY=0 LANG=C DEBIAN_FRONTEND=noninteractive DEBIAN_KERNEL_USE_CCACHE=1 CCACHE_DIR=/var/cache/ccache
here=$PWD
bug=mremap-table-softdirty other_bug=uffd-unwp-softdirty
reproducers=/usr/libexec/mmaudit/reproducers
textfiles=/var/lib/prometheus/node-exporter
updates=/lib/modules/$(uname -r)/updates/dkms

usleep() { sleep 0.2; }

# true_that NAME COMMAND...: it succeeds.
true_that() {
	local name=$1
	shift
	if "$@" >/tmp/that 2>&1; then
		pass "$name"
	else
		fail "$name" "$*: $(tail -n 3 /tmp/that | tr '\n' ' ')"
		return 1
	fi
}

# shows COMMAND...: on the console, as a user sees it.
shows() { printf '\n# %s\n' "$*" && "$@"; }

gone() { ! there "$1"; }
# For a second or two after mmaudit, ftrace still has its hooks.
wrap_out() { ! there mmaudit_wrap || rmmod mmaudit_wrap; }
parameter() { same "$1-$2" "$(cat "/sys/module/mmaudit/parameters/$2")" "$3"; }
main_pid() { systemctl show --property MainPID --value mmaudit; }
# in_journal RULE: the service has told of it since it was started, with all of the record.
in_journal() {
	journalctl --quiet --no-pager --output cat --output-fields RECORD "_SYSTEMD_INVOCATION_ID=$(systemctl show --property InvocationID --value mmaudit)" \
		"RULE=$1" | grep -q "^{\"type\":\"violation\".*\"$1\""
}
took() { data "took: $1, $(($(cut -d . -f 1 /proc/uptime) - $2)) s of the machine"; }

# offers DIRECTORY: what is there comes into the only source of apt that the machine has.
offers() {
	cp "$1"/*.deb /srv/repository/
	(cd /srv/repository && dpkg-scanpackages --multiversion . >Packages 2>/dev/null)
	status "apt-reads-$1" 0 apt-get -q update
}

# dkms_has NAME VERSION: that one, and no other.
dkms_has() {
	same "$1" "$(dkms status mmaudit)" "mmaudit/$2, $(uname -r), $(uname -m): installed"
}

# What apt did before this machine was booted.
installed() {
	dkms_has dkms-built 0.1.1
	same module-version "$(modinfo -F version mmaudit)" 0.1.1
	same softdep "$(modinfo -F softdep mmaudit)" 'pre: mmaudit_wrap'
	same man-pages "$(ls /usr/share/man/man[478]/mmaudit* | wc -l)" 3
	true_that user getent passwd mmaudit
	true_that group getent group mmaudit
	status doctor 0 mmaudit doctor
	grep -E 'module:|signature:|wrap:' /tmp/said >&3
	says doctor-signed "^ok +signature: signed by 'DKMS module signing key'"
}

# since_boot UNIT: when it was up, in ms.
since_boot() { echo $(($(systemctl show --property ActiveEnterTimestampMonotonic --value "$1") / 1000)); }

# The service was enabled before this machine was booted. A program broke a rule before the machine was half up.
boot() {
	same boot-audits "$(systemctl is-active mmaudit)" active
	data "boot: mmaudit.service audits after $(since_boot mmaudit) ms, sysinit.target is reached after $(since_boot sysinit.target), multi-user.target after $(since_boot multi-user.target)"
	true_that boot-journal in_journal LOST_SOFT_DIRTY
	shows grep -E '^Setting up mmaudit|^Building module|^mmaudit.*\.ko:|DKMS: install' /root/apt.log
	shows systemctl --no-pager --lines 0 status mmaudit
	shows journalctl --no-pager --unit mmaudit
	parameter boot-command-line ring_kb 128
	true_that boot-metrics systemctl is-active mmaudit-metrics.timer
	true_that boot-journal-stays test -d "/var/log/journal/$(cat /etc/machine-id)"
	# The other machine that is audited from now on is by hand.
	status boot-off 0 systemctl disable --now mmaudit mmaudit-metrics.timer
	true_that boot-off-unloads gone mmaudit
	true_that boot-off-wrap until_true wrap_out
}

# The command line of this machine has mmaudit.ring_kb=128.
parameters() {
	echo 'options mmaudit action=log armed=N ring_kb=64' >/etc/modprobe.d/test.conf
	status load 0 mmaudit load armed=Y
	parameter command-line ring_kb 128
	parameter modprobe-d action log
	parameter load armed Y
	true_that wrap-first there mmaudit_wrap
	unloads
	status modprobe 0 modprobe mmaudit
	true_that softdep-heeded there mmaudit_wrap
	parameter modprobe-command-line ring_kb 128
	parameter modprobe-modprobe-d armed N
	modprobe -r mmaudit
	true_that modprobe-out gone mmaudit
	true_that modprobe-out-wrap until_true wrap_out
	rm /etc/modprobe.d/test.conf
}

# as_nobody GROUP ,+CAPABILITY|'' COMMAND...
as_nobody() {
	local group=$1 cap=$2
	shift 2
	setpriv --reuid nobody --regid "$group" --clear-groups --bounding-set "-all$cap" --inh-caps "-all$cap" --ambient-caps "-all$cap" "$@"
}

device() {
	status load-again 0 mmaudit load
	udevadm settle
	same device "$(stat -c '%U %G %a' /dev/mmaudit)" 'root mmaudit 660'
	status member-with-capability 0 as_nobody mmaudit ,+sys_admin mmaudit stat
	status member-without 3 as_nobody mmaudit ,+sys_ptrace mmaudit stat
	status stranger-with-capability 3 as_nobody nogroup ,+sys_admin mmaudit stat
	status member-root-of-its-own 3 as_nobody mmaudit '' unshare --user --map-root-user mmaudit stat
	says member-root-told 'CAP_SYS_ADMIN'
}

violation() {
	status finds 1 mmaudit run -- $reproducers $bug
	says finds-it "^VIOLATION LOST_SOFT_DIRTY at mremap"
	status finds-known 0 mmaudit run --known "/usr/share/mmaudit/known/$(uname -r | grep -o '^[0-9]*\.[0-9]*')" -- $reproducers $bug
}

service() {
	unloads
	status service-starts 0 systemctl enable --now mmaudit
	true_that service-active systemctl is-active mmaudit || systemctl status --no-pager -l mmaudit >&3
	true_that service-loads until_true there mmaudit
	true_that service-audits until_true sh -c 'journalctl -o cat -u mmaudit | grep -q "^auditing "'
	same service-is-no-root "$(awk '$1 == "Uid:" { print ($2 == 0) }' "/proc/$(main_pid)/status")" 0
	$reproducers $bug >/dev/null 2>&1
	true_that service-journal until_true in_journal LOST_SOFT_DIRTY
	true_that service-catalog sh -c 'journalctl --no-pager -x RULE=LOST_SOFT_DIRTY | grep -q "The kernel broke rule LOST_SOFT_DIRTY at mremap"'
	stranger_in_journal
	metrics
}

# Who may not audit may write to the journal, with the same fields but not in the name of the service.
stranger_in_journal() {
	printf '%s\n' RULE=ANON_EXCL 'RECORD={"type":"violation","rules":["ANON_EXCL"]}' MESSAGE=forged SYSLOG_IDENTIFIER=mmaudit |
		as_nobody nogroup '' logger --journald
	true_that forged-is-there until_true sh -c 'journalctl --quiet -o cat RULE=ANON_EXCL | grep -q forged'
	if in_journal ANON_EXCL; then fail forged-is-told; else pass forged-is-told; fi
	same forged-by-docs "$(journalctl --quiet -o cat RULE=ANON_EXCL _SYSTEMD_UNIT=mmaudit.service)" ''
}

# Debian's directory is root's, but that above it belongs to a service, which may put another directory in its place.
metrics() {
	# No node_exporter is installed: each minute the timer finds no directory, and nothing fails.
	status metrics-nowhere 0 systemctl start mmaudit-metrics
	same metrics-nowhere-skipped "$(systemctl show -P ConditionResult mmaudit-metrics)$(systemctl is-failed mmaudit-metrics | sed 's/^/ /')" 'no inactive'
	if [ -e $textfiles ]; then fail metrics-nowhere-left "$(ls -ld $textfiles)"; else pass metrics-nowhere-left; fi
	mkdir -p $textfiles
	true_that metrics systemctl start mmaudit-metrics
	true_that metrics-tell grep -qx 'mmaudit_broken_total{rule="LOST_SOFT_DIRTY",site="mremap"} [1-9][0-9]*' $textfiles/mmaudit.prom
	chown nobody ${textfiles%/*}
	echo precious >/root/precious
	setpriv --reuid nobody --clear-groups sh -c "cd ${textfiles%/*} && mv node-exporter away && mkdir node-exporter && ln -s /root/precious node-exporter/mmaudit.prom"
	true_that metrics-trap systemctl start mmaudit-metrics
	same metrics-trap-root "$(cat /root/precious)" precious
	true_that metrics-trap-replaced grep -q '^mmaudit_loaded 1' $textfiles/mmaudit.prom
	rm -r ${textfiles%/*}/away
}

has_begin() { journalctl --quiet --no-pager --namespace mmaudit -o cat | grep -q '^auditing '; }

# As docs/packages.md has it, but for the size: each violation in a journal of its own that grows no further.
bound() {
	local own began tries=0
	own=/var/log/journal/$(cat /etc/machine-id).mmaudit
	mkdir -p /etc/systemd/system/mmaudit.service.d
	cp page/mmaudit.service /etc/systemd/system/mmaudit.service.d/override.conf
	sed 's/^SystemMaxUse=256M$/SystemMaxUse=1M/' page/journald.conf >/etc/systemd/journald@mmaudit.conf
	true_that bound-page grep -qx SystemMaxUse=1M /etc/systemd/journald@mmaudit.conf
	systemctl daemon-reload
	status bound-restarts 0 systemctl restart mmaudit
	began=$(cut -d . -f 1 /proc/uptime)
	true_that bound-begins until_true has_begin
	while [ $tries -lt 1500 ] && has_begin; do
		for _ in 1 2 3 4 5 6 7 8 9 10; do $reproducers $bug; done >/dev/null 2>&1
		tries=$((tries + 10))
	done
	took bound "$began"
	data "bound: $tries violations, $(journalctl --quiet --namespace mmaudit -o cat RULE=LOST_SOFT_DIRTY | wc -l) kept in $(du -sk "$own" | cut -f 1) KB"
	true_that bound-drops-the-oldest test $tries -lt 1500
	true_that bound-holds test "$(du -sk "$own" | cut -f 1)" -le 2048
	rm -r /etc/systemd/system/mmaudit.service.d /etc/systemd/journald@mmaudit.conf
	systemctl daemon-reload
	status bound-ends 0 systemctl restart mmaudit
	systemctl stop 'systemd-journald@mmaudit.*'
	rm -r "$own"
}

# A kernel that dkms has built nothing for: the service fails, once, and says why.
nothing_to_load() {
	status none-stops 0 systemctl stop mmaudit
	true_that none-unloads until_true gone mmaudit
	mkdir /root/away && mv "$updates"/mmaudit*.ko* /root/away/ && depmod
	status none-fails 1 systemctl start mmaudit
	# Longer than RestartSec=.
	sleep 8
	same none-tried-once "$(systemctl show --property NRestarts --value mmaudit) $(systemctl is-active mmaudit)" '0 failed'
	shows systemctl --no-pager --lines 0 status mmaudit
	shows journalctl --no-pager --unit mmaudit --lines 20
	journalctl --quiet --no-pager -o cat --unit mmaudit --lines 20 >/tmp/said
	says none-told "no mmaudit\.ko next to this program, .*dkms autoinstall -k $(uname -r)"
	mv /root/away/* "$updates/" && depmod && rmdir /root/away
	status none-again 0 systemctl start mmaudit
}

# of_before UNIT: as if it had been another one in the version that is installed.
of_before() {
	sed -i 's/^Description=.*/Description=of before/' "/lib/systemd/system/$1"
	systemctl daemon-reload
}

# Two audits run: the service's, and one by hand.
upgrade() {
	local began service watch
	mmaudit watch --json >/tmp/watch 2>/tmp/watch.said </dev/null 3>&- &
	watch=$!
	until_true grep -q auditing /tmp/watch.said
	service=$(main_pid)
	true_that upgrade-service-runs test "$service" -gt 0
	of_before mmaudit.service
	began=$(cut -d . -f 1 /proc/uptime)
	offers new
	status upgrades 0 apt-get -y upgrade
	says upgrade-tells 'the module in the kernel is still that of before'
	shows grep -E 'mmaudit|DKMS' /tmp/said
	took upgrade "$began"
	data "ccache: $(ccache --show-stats | xargs)"
	dkms_has upgrade-built 0.1.2
	same upgrade-command "$(mmaudit --version | sed -n '1s/ (.*//p')" 'mmaudit 0.1.2'
	same upgrade-service-goes-on "$(main_pid)" "$service"
	same upgrade-module-stays "$(cat /sys/module/mmaudit/version)" 0.1.1
	same upgrade-unit "$(systemctl show --property Description --value mmaudit)" 'Audit of page table entries, of all tasks'
	status upgrade-doctor 0 mmaudit doctor
	says upgrade-doctor-tells '^warn +state: the module in the kernel is 0\.1\.1, that on disk 0\.1\.2'
	$reproducers $bug $other_bug >/dev/null 2>&1
	true_that upgrade-service-sees until_true in_journal SOFT_DIRTY
	true_that upgrade-watch-sees until_true grep -q LOST_SOFT_DIRTY /tmp/watch
	kill $watch
	wait $watch
	same upgrade-watch-ends $? 1
	true_that upgrade-watch-complete grep -q '^{"type":"end".*"complete":true' /tmp/watch
	status service-again 0 systemctl restart mmaudit
	true_that service-loads-new until_true grep -qx 0.1.2 /sys/module/mmaudit/version
	true_that service-on systemctl is-active mmaudit
}

# The command goes while somebody audits, the sources when nobody does any more.
remove() {
	rm -f /tmp/watch.said
	mkdir /root/kept && cp /usr/sbin/mmaudit "$updates"/mmaudit*.ko* /root/kept/
	mmaudit watch >/tmp/watch 2>/tmp/watch.said </dev/null 3>&- &
	watch=$!
	until_true grep -q auditing /tmp/watch.said
	status remove-command 0 apt-get -y remove mmaudit
	shows grep -E 'mmaudit|DKMS' /tmp/said
	says remove-names-reader "a reader has /dev/mmaudit open .*$watch"
	true_that remove-metrics test ! -e $textfiles/mmaudit.prom
	same remove-stops-service "$(systemctl is-active mmaudit)" inactive
	true_that remove-audit-goes-on kill -0 $watch
	kill $watch
	wait $watch
	status remove-sources 0 apt-get -y remove mmaudit-dkms
	shows grep -E 'mmaudit|DKMS' /tmp/said
	true_that remove-unloads gone mmaudit
	true_that remove-unloads-wrap until_true gone mmaudit_wrap
	same remove-dkms "$(dkms status mmaudit)" ''
	same remove-modules "$(find /lib/modules -name 'mmaudit*')" ''
	true_that remove-device test ! -e /dev/mmaudit
}

# What is there now, was not before the packages came, and belongs to no package: but what this test has put there, what systemd and
# apt keep for themselves, and the key of dkms.
left_over() {
	find / -xdev \( -path /root -o -path /srv -o -path /tmp -o -path /run -o -path /var/cache -o -path /var/log -o -path /var/lib/dpkg \) -prune -o -print |
		sort | comm -13 /root/before - | owned_by_none |
		grep -vE '^/etc/systemd/system/(.*/)?((early|test|serial-getty@ttyS0)\.service|apt-daily(-upgrade)?\.timer)$|^/var/lib/(prometheus|apt/lists|systemd/(random-seed|timers)|dkms/mok\.)'
}
# Lists of dpkg name what is in /usr/lib as in /lib.
owned_by_none() {
	cat /var/lib/dpkg/info/*.list | sed -E 's,^/(s?bin|lib(32|64|x32)?)/,/usr&,' | sort -u >/tmp/owned
	comm -23 - /tmp/owned
}

purge() {
	status purge 0 apt-get -y purge mmaudit mmaudit-dkms
	same purge-packages "$(dpkg-query -W -f '${Package} ${Status}\n' 'mmaudit*' 2>/dev/null | grep -v not-installed)" ''
	mv /root/kept /srv/
	same purge-files "$(find / -xdev \( -path "$here" -o -path /srv -o -path /var/cache/apt \) -prune -o -name '*mmaudit*' -print | tr '\n' ' ')" ''
	same purge-all "$(left_over | tr '\n' ' ')" ''
	true_that purge-catalog sh -c '! journalctl --list-catalog | grep -i mmaudit'
	true_that purge-user-stays getent passwd mmaudit
}

# Of no return: the kernel takes signed modules only, and does not know the key of dkms.
signing() {
	echo Y >/sys/module/module/parameters/sig_enforce
	status enforced 3 /srv/kept/mmaudit load --module "$(echo /srv/kept/mmaudit.ko*)"
	says enforced-next "signature: signed by 'DKMS module signing key', .*mokutil --import /var/lib/dkms/mok.pub"
	sed 's/^/enforced: /' /tmp/said >&3
}

data "booted: $(cut -d ' ' -f 1 /proc/uptime) s, $(systemctl is-system-running)"
installed
boot
parameters
device
violation
service
bound
nothing_to_load
upgrade
remove
purge
signing
