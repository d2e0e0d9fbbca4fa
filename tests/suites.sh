# shellcheck shell=bash
# suites.sh - the table of suites of check.sh, and the functions that it names.

# One row a suite, in the order they run. check.sh makes usage, options and running from it.
#   suite      its name; each line that it prints begins with it
#   where      here: the function of that name, no kernel.  build: the same, for each kernel, before any machine.
#              first: the function, for the first kernel.
#              each: the function, for each kernel.  machine: tests/guest/SUITE.sh in a machine of each kernel, then the
#              function and_SUITE, if there is one
#   kernels    the kernels that it is for; *: all; (KERNEL): only with --rest, or if the suite is named
#   time       of the machine, in seconds; n is the number of cycles
#   memory     of the machine; -: the default of tests/vm/run
#   with       what the machine has besides mmaudit: what the function with_WORD says, or a file of tests/ if there is a
#              slash, or else a program of build/tests
#   arguments  of the script: @ is the kernel, @WORD what the function arg_WORD says
#   what it does, for --help; "by name: " if it runs only when it is named
# tests/guest/log.expected says what a suite may write to the kernel log and which complaints of the kernel it causes,
# tests/guest/absent.expected which of its tests may be absent on which kernel.
# shellcheck disable=SC2034	# check.sh reads it
table='
suite     |where   |kernels |time    |memory |with                                                  |arguments |what it does
unit      |here    |        |        |       |                                                      |          |rules, decoder, printers, ABI; no kernel
lint      |here    |        |        |       |                                                      |          |shellcheck of all scripts; files of module/ and tools/ look only down (tests/layers); no name of an architecture outside of module/arch
forms     |here    |        |        |       |                                                      |          |reports for pipelines: the kernel'"'"'s parser of KTAP, a schema of JUnit and one of KCIDB take them
reports   |here    |        |        |       |                                                      |          |mmaudit report --html in headless Chromium, which is looked at and pressed; --perfetto decoded again
deb       |here    |        |        |       |                                                      |          |the packages: lintian is silent, they have what they should have, dkms takes the kernels of the module; rpmbuild builds the same, and rpm installs and removes it
fuzz      |here    |        |        |       |                                                      |          |any bytes to the readers of records and of recordings, for a minute each (make fuzz)
build     |build   |*       |        |       |                                                      |          |the module with W=1, and by sparse for 6.12 (with --rest for each); any warning is a failure
harness   |first   |        |        |       |                                                      |          |does the machine harness tell right from wrong (first kernel only)
wrong     |machine |5.10 6.12-arm64 7.3 (6.1) (6.12) (7.2) (7.2-arm64) (7.3-arm64)|1800    |-      |asleep contract balance wrong wrong_ko installed other|@other    |wrong use
legal     |machine |*       |1200    |-      |rows 32-bit would out                                  |@         |every legal path under audit: silence
sweep     |machine |5.10 6.12-arm64 7.3 (6.1) (6.12) (7.2) (7.2-arm64) (7.3-arm64)|1200    |-      |rows together traced guest/mappings.awk              |@ 20      |sweeps: silent under stress, exact on planted entries of every rule
bugs      |machine |*       |1200    |-      |rows                                                  |          |every known kernel bug under audit: exactly what tests/bugs/expected says
record    |machine |6.12-arm64 (5.10) (6.1) (6.12) (7.2) (7.3)|1800    |2G     |rows terminal                                             |          |an audit in a file: recorded, told after the module is gone, judged again; cut short in every way that a machine has
history   |machine |6.12-arm64 7.3 (5.10) (6.1) (6.12) (7.2)|900     |-      |rows events                                           |          |the history has what happens to entries and mappings: each kind of event, each mode, rings of any size, what is kept of a violation
verdict   |machine |6.12-arm64 7.3 (6.1)|1500    |-      |rows bugs-hang                                        |@         |what mmaudit verdict says of a kernel is what its bugs say: with and without the module, as nobody, beside one that hangs
why       |machine |6.12-arm64 7.3 (5.10) (6.1) (6.12) (7.2)|900     |-      |rows places guest/why.expected                        |@         |which event the violations of each bug blame; mmaudit why of any address
stress    |machine |*       |900     |-      |rows guest/stress.expected                            |30 1      |all operations at once on several threads under audit: silence but for known kernel bugs
kselftest |machine |*       |5400    |3G     |selftests kselftest/expected                          |@ @only   |by name: the kernel'"'"'s own mm selftests under audit: the same, and they end as without it; --only PROGRAM runs that one alone, with each of its command lines in tests/kselftest/programs
cycles    |machine |6.1 6.12-arm64 7.3 (5.10) (6.12) (7.2) (6.1-arm64) (7.2-arm64) (7.3-arm64)|600+8*n |-      |rows preemption balance                               |@cycles   |load and unload under fault load: --cycles N times (10)
hostile   |machine |5.10 6.12-arm64 7.3 (6.1) (6.12) (7.2)|1800    |2G     |fuse preemption hostile legal balance                 |          |an unprivileged user does its worst beside audits and unloads: nobody waits, nothing is lost uncounted or told falsely
newer     |machine |7.3     |300   |-      |newer bugs kit/guest.sh                               |          |a module built for a kernel that mmaudit does not know: sees what BTF proves, and no audit of it is complete
vendor    |machine |6.1     |600   |-      |rows would vendor                                     |          |modules built by headers of other versions: what the kernel does is tried, and its version is no proof
recipes   |machine |6.12 (7.3)|900    |2G     |recipes                                               |@         |the commands of docs/ci.md as they stand there: selftests, stress-ng and a known bug under audit, memory, taint; mmaudit.off keeps the module out
clients   |machine |6.12 (6.1) (7.3)|300   |2G     |clients                                               |          |CRIU (6.1 and 6.12) and QEMU, without and with KSM: right and silent, or what they lose is named
vm        |each    |6.12    |        |       |                                                      |          |mmaudit vm as its users call it, on a bzImage under any name
fleet     |machine |6.12    |900     |2G     |fleet                                                 |          |docs/fleet.md as it stands there: Debian'"'"'s node_exporter and Prometheus tell of a violation, an alert fires; journald has it, and hands it to another machine'"'"'s journal
trace     |machine |6.12-arm64 7.3 (5.10) (6.12)|900|2G     |rows trace wrong_ko                                   |          |the tracepoints: trace-cmd, perf and tracefs read them beside the kernel'"'"'s own; nothing while off, no harm by stress and unload, nothing for a stranger
packages  |each    |6.1     |        |       |                                                      |          |by name: the packages on a Debian machine with systemd: installed by its apt, built by its dkms, audited from boot on, switched off, upgraded under an audit, removed
cost      |each    |6.12 6.12-arm64 (6.1)|        |       |                                                      |          |auditing a copying write fault costs no more than 120 % of an empty kretprobe
notes     |each    |6.12    |        |       |                                                      |          |the history adds no more to an audit, in each mode, than it may
'

# What a kernel is tried with that tests/vm/kernels calls brief.
brief='build legal bugs'

# has_suite KERNEL SUITE: it is run there; of the kernels in briefly, which nobody has named, only what is brief.
has_suite() { [[ " ${briefly[*]} " != *" $1 "* || " $brief " == *" $2 "* ]]; }

# version KERNEL: what the files of expectations call it, 6.12 for 6.12-full.
version() { echo "${1%%-*}"; }

# made KERNEL: the directory that mmaudit and build/ are in, as tests/vm/programs makes them for the kernel's architecture.
made() { case $(arch_of "$1") in amd64) echo . ;; *) echo "build/$(arch_of "$1")" ;; esac; }

# debian KERNEL FILE: where that file of Debian is, for that architecture.
debian() { case $(arch_of "$1") in amd64) echo "$2" ;; *) echo "$(tests/vm/root "$(arch_of "$1")")$2" ;; esac; }

# --- functions of the table: on this machine ---

unit() { tests/unit/run.sh; }

reports() { tests/reports/run; }

deb() { tests/packages/check; }

scripts() {
	find . \( -path ./.git -o -path ./build \) -prune -o -type f -exec grep -lE -m 1 '^#!.*(sh|bash)$' {} + | sort
	echo ./tests/guest/lib.sh
}

lint() {
	local file dialect
	while read -r file; do
		dialect=()
		if head -n 1 "$file" | grep -q busybox; then
			dialect=(-s dash)
		fi
		if shellcheck -x -P SCRIPTDIR -S warning "${dialect[@]}" "$file" >"$work/lint" 2>&1; then
			echo "pass $file"
		else
			echo "fail $file $(grep -m 1 -o 'SC[0-9]*.*' "$work/lint")"
			cat "$work/lint" >&2
		fi
	done < <(scripts)
	tests/layers
	arch_names
}

# Only module/arch may use names that only one architecture has.
arch_names() {
	if grep -rnE --include='*.[ch]' --exclude-dir=arch '\<(_PAGE_[A-Z]|native_[a-z]|__va\(|PTE_PFN_MASK|X86_|cpu_feature_|pgtable_l5|PTE_(VALID|RDONLY|AF|NG|CONT|U?XN|USER)\>|CONT_PTES)|regs->|<asm/' \
		module >"$work/lint"; then
		echo "fail arch-names $(head -n 1 "$work/lint")"
		cat "$work/lint" >&2
	else
		echo "pass arch-names"
	fi
}

forms() { tests/forms/run; }

fuzz() {
	if make -s fuzz >"$work/fuzz" 2>&1; then
		echo "pass readers $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/fuzz" | paste -sd+) inputs"
	else
		echo "fail readers $(grep -m 1 -E 'ERROR|Assertion|Error|error:' "$work/fuzz")"
		cat "$work/fuzz" >&2
	fi
}

harness() { tests/vm/selftest "$1"; }

vm() {
	local dir
	dir=$(tests/vm/fetch --cached "$1")
	cp "$dir/vmlinuz" "$work/any-name.$1"
	tests/vm/user clean --kernel "$work/any-name.$1" --headers "$dir/headers"
}

packages() { tests/packages/run "$1"; }

# make bench-check.
cost() {
	if tests/bench/run --check --modules "build/check/$1" --kernel "$1" >"$work/cost.$1" 2>&1; then
		echo "pass bounded $(tail -n 1 "$work/cost.$1")"
	else
		echo "fail bounded $(tail -n 1 "$work/cost.$1")"
	fi
}

# What the history costs: tests/bench/history.awk has the bounds.
notes() {
	if tests/bench/run --history --modules "build/check/$1" --kernel "$1" >"$work/notes.$1" 2>&1; then
		echo "pass bounded"
	else
		echo "fail bounded $(grep -m 1 -E ' \* |not measured|^fail' "$work/notes.$1")"
	fi
	cat "$work/notes.$1" >&2
}

# The first comment of a compat probe says since or until which kernel the answer is yes; $2 has the answers of kernel $1.
cited() {
	local file name word version age bad=''
	for file in module/compat/probes/*.c; do
		name=$(basename "$file" .c)
		[[ " compiler range sane page_size " != *" $name "* ]] || continue
		read -r _ word version _ <"$file"
		version=${version%:} age=until
		if printf '%s\n' "$version" "$(version "$1")" | sort -V -C; then age=since; fi
		if grep -q "^#define HAVE_${name^^} 1$" "$2"; then
			[ "$word" = "$age" ] || bad+=" $name=yes"
		else
			[[ "$word $age" =~ ^(since until|until since)$ ]] || bad+=" $name=no"
		fi
	done
	if [ -z "$bad" ]; then
		echo "pass probes-as-cited"
	else
		echo "fail probes-as-cited$bad"
	fi
}

# The build starts from nothing, for a second build prints no warnings of what is compiled already. Only lines about our files count.
build() {
	local out=build/check/$1 lines sparse=''
	rm -rf "$out"
	# It takes as long as the compiler, and what it finds it finds with nearly any headers.
	[ -z "$rest" ] && [ "$1" != 6.12 ] || sparse='C=1 KBUILD_CHECKSRC=1'
	if ! MMAUDIT_MAKE=$sparse tests/vm/build "$1" . "$out" . tests/wrong 2>"$work/build.$1"; then
		echo "fail compiles $(grep -m 1 -E 'error|failed' "$work/build.$1")"
		cat "$work/build.$1" >&2
		return
	fi
	if [ ! -e "$out/mmaudit.ko" ] || [ ! -e "$out/mmaudit_wrap.ko" ]; then
		echo "fail compiles no mmaudit.ko or no mmaudit_wrap.ko came of it"
		return
	fi
	echo "pass compiles"
	cited "$1" "$out/module/compat/have.h"
	[ -z "$rest" ] || [ "$1" != 6.12 ] || without_arch "$1"
	lines=$(grep -E '(warning|error):' "$work/build.$1" | grep -cE "(^|$top/$out/|[./]/)(module|uapi|tests/wrong)/" || true)
	if [ "$lines" -eq 0 ]; then
		echo "pass no-warnings"
	else
		echo "fail no-warnings $lines lines, the first: $(grep -m 1 -E '(warning|error):' "$work/build.$1")"
		cat "$work/build.$1" >&2
	fi
}

# The module compiles with module/arch/none.h, which has every name that an architecture must offer and no others.
without_arch() {
	if MMAUDIT_MAKE='KCFLAGS=-DMMA_ARCH_NONE' tests/vm/build "$1" . build/check/none >"$work/none" 2>&1 && [ ! -s "$work/none" ]; then
		echo "pass compiles-without-arch"
	else
		echo "fail compiles-without-arch $(grep -m 1 -E 'error|warning|failed' "$work/none")"
		cat "$work/none" >&2
	fi
}

# modules KERNEL [NAME]...: options of run for those of the named modules, or of those the rows need, that the kernel has.
modules() {
	local dir release name wanted=("${@:2}")
	[ ${#wanted[@]} -gt 0 ] || wanted=(ext4 crc32c_generic vfat nls_cp437 nls_ascii nls_utf8 brd loop zram nd_e820 nd_pmem lzo-rle lz4_compress lz4hc_compress)
	dir=$(tests/vm/fetch --cached "$1")
	release=$(cat "$dir/release")
	for name in "${wanted[@]}"; do
		if /sbin/modprobe -d "$dir" -S "$release" --show-depends "$name" >/dev/null 2>&1; then
			printf '%s\n' --mod "$name"
		fi
	done
}

# --- what a machine has, and what its script is told ---

# What the rows of legal and bugs need.
with_rows() {
	local made
	made=$(made "$1")
	printf '%s\n' --numa
	with_dax "$1"
	modules "$1"
	printf -- '--add\n%s\n' tests/kit/guest.sh "$made/build/tests/legal" "$made/build/tests/bugs" "$(debian "$1" /sbin/mke2fs):../sbin/mke2fs" \
		tests/guest/legal.expected tests/guest/legal.paths tests/bugs/expected:bugs.expected \
		"known/$(version "$1"):known.findings"
}

# Memory that is a disk: only x86 takes some from the command line.
with_dax() { [ "$(arch_of "$1")" != amd64 ] || printf '%s\n' --append 'memmap=64M!256M'; }

# A 32-bit task of x86: the rows of arm64 say that they skip it.
with_32-bit() { [ "$(arch_of "$1")" != amd64 ] || printf '%s\n' --add build/tests/ia32; }

with_out() { printf '%s\n' --out "build/check/$1.out"; }
# For what wants a terminal.
with_terminal() {
	printf -- '--add\n%s\n' "$(debian "$1" /usr/bin/script)" "$(debian "$1" /bin/stty)" /lib/terminfo/v/vt100:terminfo/v/vt100
}

# The programs of Debian, which tests/vm/deps installs here, and ours. QEMU looks for its own
# module beside itself, and wants a file that guest.bin never asks for.
with_clients() {
	local name
	tests/vm/deps clients >&2
	modules "$1" nf_tables unix_diag tcp_diag udp_diag af_packet_diag netlink_diag
	printf '%s\n' --out "build/check/$1.clients"
	for name in /usr/bin/qemu-system-x86_64 /usr/lib/x86_64-linux-gnu/qemu/accel-tcg-x86_64.so; do
		printf '%s\n' --add "$name:$name"
	done
	for name in build/tests/remember build/tests/differ build/tests/guest.bin tests/clients/checkpoint.sh \
		tests/clients/snapshot.sh tests/clients/expected /usr/sbin/criu /usr/share/qemu/kvmvapic.bin; do
		printf '%s\n' --add "$name"
	done
}

# The blocks of docs/ci.md, and what they call. The library of the selftests is beside them; mkdirty writes by way of
# /proc/PID/mem, which 7.3 does not allow by itself.
with_recipes() {
	local programs
	tests/vm/deps recipes >&2
	programs=$(tests/kselftest/build "$1")
	rm -rf "$work/blocks.$1" && mkdir "$work/blocks.$1"
	tests/recipes/blocks docs/ci.md "$work/blocks.$1" >&2
	with_blocks "$1"
	printf '%s\n' --append proc_mem.force_override=always --out "build/check/$1.recipes" --add "$programs:programs" --add "known/$1:/usr/local/share/mmaudit/known/$1" \
		--add "$(tests/vm/fetch --source --cached "$1")/tools/testing/selftests/mm/run_vmtests.sh:programs/run_vmtests.sh" \
		--add /bin/bash:/bin/bash --add /usr/bin/stress-ng:/usr/bin/stress-ng
}
with_blocks() { printf '%s\n' --add "$work/blocks.$1:blocks" --add "$(made "$1")/build/tests/bugs"; }

# The module, built by headers that say they are of the version after the last one that is known.
with_newer() {
	local dir=build/check/$1.newer
	tests/vm/as-newer "$1" "$(next_version)" "$dir.kernel"
	MMAUDIT_MAKE=ALLOW_UNKNOWN_KERNEL=1 tests/vm/build "$dir.kernel" . "$dir" >&2
	printf '%s\n' --add "$dir/mmaudit.ko:newer/mmaudit.ko" --add "$dir/mmaudit_wrap.ko:newer/mmaudit_wrap.ko"
}
next_version() { sed -n 's/^#define MMA_UNKNOWN_KERNEL.*KERNEL_VERSION(\([0-9]*\), \([0-9]*\),.*/\1.\2/p' module/compat/known.h; }

# Modules of a 6.1, built by headers that say they are of a 6.2, which does more, and of a 6.1.2, which does less.
with_vendor() {
	local version dir
	for version in 6.2 6.1.2; do
		dir=build/check/$1.as-$version
		tests/vm/as-newer "$1" "$version" "$dir.kernel"
		tests/vm/build "$dir.kernel" . "$dir" >&2
		printf '%s\n' --add "$dir/mmaudit.ko:as-$version/mmaudit.ko" --add "$dir/mmaudit_wrap.ko:as-$version/mmaudit_wrap.ko"
	done
}

# Debian's programs of docs/fleet.md, its blocks, and what make install would put there.
with_fleet() {
	local name
	tests/vm/deps fleet >&2
	rm -rf "$work/fleet" && mkdir "$work/fleet"
	tests/recipes/blocks docs/fleet.md "$work/fleet" >&2
	printf '%s\n' --out "build/check/$1.fleet" --add "$work/fleet:blocks" --add build/tests/bugs --add build/reproducers \
		--add packaging/fleet:/usr/local/share/mmaudit/fleet --add /usr/bin/curl:/usr/bin/curl --add /usr/bin/prometheus:/usr/bin/prometheus \
		--add /usr/bin/prometheus-node-exporter:/usr/bin/prometheus-node-exporter --add /usr/bin/journalctl:/usr/bin/journalctl \
		--add build/mmaudit.catalog:/usr/local/lib/systemd/catalog/mmaudit.catalog
	for name in journald journal-remote journal-upload; do
		printf '%s\n' --add "/lib/systemd/systemd-$name:/lib/systemd/systemd-$name"
	done
}

# The programs of Debian that read tracepoints.
with_trace() {
	local made name
	made=$(made "$1")
	[ "$made" != . ] || tests/vm/deps trace >&2
	printf -- '--add\n%s\n' "$made/build/tests/wrong" "$made/build/tests/hold"
	for name in trace-cmd perf; do printf '%s\n' --add "$(debian "$1" "/usr/bin/$name"):/usr/bin/$name"; done
}

with_fuse() { modules "$1" fuse; }
with_wrong_ko() { printf '%s\n' --add "build/check/$1/tests/wrong/wrong.ko"; }

# The module as it may be installed: compressed, and in the index that depmod makes.
with_installed() {
	xz -c "build/check/$1/mmaudit.ko" >"$work/mmaudit.ko.xz.$1"
	printf -- '--add\n%s\n' "$work/mmaudit.ko.xz.$1:mmaudit.ko.xz" "$(debian "$1" /sbin/depmod)"
}

# Where each kernel is most easily interrupted, or as 7.x is by default. 5.10, 6.1 and those of arm64 keep the model they are built with.
with_preemption() {
	grep -qx CONFIG_PREEMPT_DYNAMIC=y "$(tests/vm/fetch --cached "$1")/config" || return 0
	case $(version "$1") in
	6.12) printf '%s\n' --append preempt=full ;;
	7.2) printf '%s\n' --append preempt=lazy ;;
	esac
}

# The module of another kernel of the same architecture, if there are two.
other() {
	local kernel
	for kernel in "${kernels[@]}"; do
		if [ "$kernel" != "$1" ] && [ "$(arch_of "$kernel")" = "$(arch_of "$1")" ] && [ -e "build/check/$kernel/mmaudit.ko" ]; then
			echo "$kernel"
			return
		fi
	done
}
with_other() { other "$1" | sed 's,.*,--add\nbuild/check/&/mmaudit.ko:other.ko,'; }
arg_other() { [ -n "$(other "$1")" ] && cat "$(tests/vm/fetch --cached "$(other "$1")")/release" || echo none; }

# A cycle takes 2 to 6 seconds in an emulated machine.
arg_cycles() { echo "${cycles:-10}"; }

# The hugetlb tests of the kernel want 256 MB, its migration tests three processors and two nodes, half of its copy-on-write
# tests swap, those that write by way of ptrace what the tests' config file asks for as PROC_MEM_ALWAYS_FORCE.
with_selftests() {
	local programs
	programs=$(tests/kselftest/build "$1")
	printf '%s\n' --numa --smp 4 --disk 512M --append 'hugepages=160 proc_mem.force_override=always' \
		--out "build/check/$1.kselftest" --add "$programs:programs" --add tests/kselftest/programs:list
}
arg_only() { [ ${#only[@]} -eq 0 ] || printf '%s\n' "${only[@]}"; }

# --- after the machine of a suite ---

# What docs/sites.md says is seen there must be what the machine reports.
and_legal() {
	if tests/sites.sh --check "$1" >"$work/sites.$1"; then
		echo "pass sites-page"
	else
		echo "fail sites-page docs/sites.md says otherwise, tests/sites.sh --write mends it: $(grep -m 1 '^[<>]' "$work/sites.$1")"
	fi
}

and_sweep() {
	plant "$1" 5-level
	case $(arch_of "$1") in
	amd64) plant "$1" 4-level --append no5lvl ;;
	arm64) plant "$1" 4-level --cpu cortex-a72 ;;	# whose entries have no dirty bit that the processor sets, either
	esac
	panics "$1"
}

# action=panic ends the machine, so what it said is on its console: a report, then the panic under the same title.
panics() {
	local got=0 console=$work/panic.$1
	machine "$1" panic --timeout 120 --log "$console" --add "$(made "$1")/build/tests/wrong" \
		--add "build/check/$1/tests/wrong/wrong.ko" >"$work/panics.$1" 2>&1 || got=$?
	if [ $got != 125 ]; then
		echo "fail panics status $got: $(tail -n 1 "$work/panics.$1")"
	elif tr -d '\r' <"$console" | sed -E 's/^(\[[^]]*\])+ //' | awk '
		/^BUG: mmaudit: VM_WRITE in sweep$/ { step = 1; next }
		step == 1 && /^CPU: [0-9]+ PID: [0-9]+ Comm: wrong [0-9]/ { step = 2 }
		step == 2 && /^VM_WRITE: writable entry in a mapping without VM_WRITE$/ { step = 3 }
		step == 3 && /^address 0x[0-9a-f]+-0x[0-9a-f]+, 23 entries$/ { step = 4 }
		step == 4 && /^Kernel panic - not syncing: mmaudit: VM_WRITE in sweep$/ { step = 5 }
		END { exit step != 5 }'; then
		echo "pass panics"
	else
		echo "fail panics the console does not say so"
		tail -n 40 "$console" >&2
	fi
}

# Prometheus' own judge of the metrics that the machine wrote, and of the alerts.
and_fleet() {
	local name
	for name in before after verdict; do
		checked "metrics-$name" promtool check metrics <"build/check/$1.fleet/$name.prom"
	done
	checked alerts promtool check rules packaging/fleet/mmaudit-alerts.yml
	checked alerts-fire promtool test rules tests/fleet/alerts.yml
	mkdir "$work/units" && cp packaging/systemd/*.timer packaging/systemd/*.service "$work/units"
	sed -i "s,^ExecStart=mmaudit ,ExecStart=$top/mmaudit ," "$work"/units/*	# nobody has installed it here
	checked units systemd-analyze --man=no verify "$work"/units/*
	checked dashboard python3 -m json.tool packaging/fleet/mmaudit-dashboard.json
}

# checked NAME COMMAND...: it ends well.
checked() {
	if "${@:2}" >"$work/checked" 2>&1; then echo "pass $1"; else echo "fail $1 $(tail -n 3 "$work/checked" | tr '\n' ' ')"; fi
}

# Machines that docs/ci.md switches mmaudit off in, and that a bug stops.
and_recipes() {
	local words
	mapfile -t words < <(with_blocks "$1")
	machine "$1" off --append "$(xargs <"$work/blocks.$1/append")" --add /sbin/depmod:/sbin/depmod
	crashes "$1" "${words[@]}"
}

crashes() {
	local got=0 console=$work/crash.$1
	machine "$1" crash --timeout 200 --log "$console" "${@:2}" >"$work/crashes.$1" 2>&1 || got=$?
	if [ $got != 125 ] || ! grep -q '^pass panic-load' "$work/crashes.$1"; then
		echo "fail crashes status $got: $(tail -n 1 "$work/crashes.$1")"
	elif tr -d '\r' <"$console" | sed -E 's/^(\[[^]]*\])+ //' | awk '
		/^BUG: mmaudit: SOFT_DIRTY in clear-refs$/ { step = 1; next }
		step == 1 && /^CPU: [0-9]+ PID: [0-9]+ Comm: bugs [0-9]/ { step = 2 }
		step == 2 && /^Call Trace:$/ { step = 3 }
		step == 3 && /^Kernel panic - not syncing: mmaudit: SOFT_DIRTY in clear-refs$/ { step = 4 }
		END { exit step != 4 }'; then
		echo "pass crashes"
	else
		echo "fail crashes the console does not say so"
		tail -n 40 "$console" >&2
	fi
}

# plant KERNEL PREFIX OPTION...: a gigantic page comes only where the memory is one node.
plant() {
	local words
	mapfile -t words < <(modules "$1"; with_dax "$1")
	machine "$1" plant --timeout 300 --mem 3G --append 'hugepagesz=1G hugepages=1' "${words[@]}" "${@:3}" \
		--add tests/kit/guest.sh --add "$(debian "$1" /sbin/mke2fs):../sbin/mke2fs" \
		--add "$(made "$1")/build/tests/wrong" --add "build/check/$1/tests/wrong/wrong.ko" -- "$2"
}
