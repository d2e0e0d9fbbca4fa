#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# run.sh [PROGRAM...] - builds and runs the tests that need no kernel: tests/unit and tests/abi.
#
# Streams a "pass NAME", "fail NAME why" or "skip NAME why" line for each check
# and ends with "N passed, N failed, N skipped". Exit status: 0 only if
# something passed and nothing failed. CC, CXX and CFLAGS are heeded.

top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$top" || exit 1

: "${CC:=gcc}" "${CXX:=g++}" "${CFLAGS:=-O2}"
warn="-Wall -Wextra -Wshadow -Werror"
include="-Iuapi -Imodule -Itools -Ibuild/html -Itests/unit -Itests/abi"

history="tools/print_past.c tools/print_json_past.c tools/past.c tools/tell_past.c tools/follow.c tools/blame.c"
printers="$history tools/print.c tools/print_json.c tools/print_json_told.c tools/jsons.c tools/print_text.c tools/print_violation.c tools/tell.c tools/paths.c tools/style.c tools/lines.c tools/words.c tools/names.c tools/arch.c tools/decode.c tools/symbols.c tools/known.c tools/kinds.c tools/outcome.c tools/origin.c tools/files.c tools/input.c tools/append.c tools/clock.c"
reports="tools/report.c $(echo tools/report_*.c) tools/cases.c tools/losses.c tools/stacks.c $printers"

# program | sources beside its own | pkg-config libraries | arguments
programs="
rule_test | | |
rule_oracle | | |
decode_test | tools/decode.c | |
arch_test | tools/arch.c | |
print_test | $printers | json-c |
recording_test | tools/recorder.c tools/recording.c tools/progress.c tools/report.c tools/wholefile.c $printers | json-c |
rejudge_test | tools/rejudge.c tools/arch.c tools/decode.c | |
rates_test | tools/rates.c | |
follow_test | tools/follow.c tools/blame.c | |
trail_test | tools/follow.c tools/blame.c | |
history_test | tools/ringlog.c tools/slots.c tools/files.c | |
pasts_test | tools/pasts.c tools/ringlog.c tools/slots.c tools/files.c tools/past.c tools/follow.c tools/blame.c tools/decode.c | |
past_test | tools/print_json_past.c tools/jsons.c tools/past.c tools/tell_past.c tools/print_past.c tools/style.c tools/words.c tools/tell.c tools/follow.c tools/blame.c tools/symbols.c tools/names.c tools/arch.c tools/decode.c tools/append.c | json-c |
known_test | tools/known.c tools/input.c tools/kinds.c tools/symbols.c tools/names.c tools/decode.c | |
report_test | $reports | json-c |
cases_test | $reports | json-c |
folded_test | $reports | json-c |
html_test | $reports | json-c |
lines_test | tools/input.c | libdw |
batch_test | | |
events_test | | |
place_test | | |
levels_test | | |
answer_test | | |
journal_test | tools/print_journal.c tools/entry.c tools/recorder.c tools/wholefile.c $printers | json-c | build/mmaudit.catalog
cmdline_test | | |
signing_test | tools/signing.c | |
proto_test | tools/proto.c tools/input.c tools/say.c | libbpf |
kernel_bugs_test | tools/kernel_bugs.c tools/names.c -Itests/kit -Wno-unused-parameter | | tests/bugs/expected
abi_test | | | tests/abi/ids.golden uapi/mmaudit.h
"

# passes NAME COMMAND...: a check that is passed if the command succeeds.
passes()
{
	check=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		echo "pass $check"
	else
		echo "fail $check $(grep -m 1 -e error -e run.sh "$work/out")"
		cat "$work/out"
	fi
}

# compiled WORD...: prints the words, each file of tools/ compiled first, once for all programs that have it.
compiled()
{
	for word; do
		case $word in
		tools/*.c)
			object=$work/$(basename "$word" .c).o
			[ -e "$object" ] || $CC $CFLAGS $warn $include -c -o "$object" "$word" || return
			echo "$object" ;;
		*) echo "$word" ;;
		esac
	done
}

# program NAME SOURCES LIBRARIES ARGUMENTS: build and run one test program.
program()
{
	source=$(echo tests/*/"$1".c)
	flags=
	make -s build/html/page.h build/mmaudit.catalog
	if [ -n "$3" ] && ! flags=$(pkg-config --cflags --libs $3 2>/dev/null); then
		echo "skip $1 no development files of $3"
		return
	fi
	if ! objects=$(compiled $2 2>"$work/out") || ! $CC $CFLAGS $warn $include -o "$work/$1" "$source" $objects $flags >"$work/out" 2>&1; then
		echo "fail $1-builds $(grep -m 1 error "$work/out")"
		cat "$work/out"
		return
	fi
	# Its exit status must agree with its lines: 0 all passed, 1 some failed.
	{ timeout 300 "$work/$1" $4 2>&1; echo "status $?"; } | awk -v name="$1" '
		/^status [0-9]+$/ { status = $2; next }
		/^[0-9]+ passed, [0-9]+ failed/ { told = $1 + $3; next }
		/^pass / { passed++ }
		/^fail / { failed++ }
		{ print; fflush() }
		END {
			if (told != passed + failed || !told || status != (failed > 0))
				print "fail " name "-ends exit status " status " after " \
				      passed + failed " checks"
		}'
}

# A test nobody runs is no test.
all_listed()
{
	for source in tests/unit/*_test.c tests/unit/*_oracle.c tests/abi/*_test.c; do
		echo "$programs" | grep -q "^$(basename "$source" .c) " && continue
		echo "$source is not in run.sh"
		return 1
	done
}

# The headers as others compile them: strict C, C++, clang, 32 bit, BPF.
headers()
{
	echo '#include "layout.h"' >"$work/layout.c"
	cp "$work/layout.c" "$work/layout.cc"
	passes layout-c $CC -std=c11 $warn -Wpadded $include -fsyntax-only "$work/layout.c"
	if command -v "$CXX" >/dev/null; then
		passes layout-c++ $CXX -std=c++17 $warn -Wpadded $include -fsyntax-only "$work/layout.cc"
	else
		echo "skip layout-c++ no $CXX"
	fi
	if command -v clang >/dev/null; then
		passes layout-clang clang $warn -Wpadded $include -fsyntax-only "$work/layout.c"
	else
		echo "skip layout-clang no clang"
	fi
	layout_32
	cat >"$work/bpf.c" <<-END
		typedef unsigned char __u8;
		typedef unsigned short __u16;
		typedef unsigned int __u32;
		typedef int __s32;
		typedef unsigned long long __u64;
		#define __VMLINUX_H__
		#include "mmaudit.h"
		#include "rule.h"
		#include "sites.h"
		__u32 check(__u64 facts) { return mma_check(facts) | mma_final(facts); }
	END
	passes headers-without-libc $CC -ffreestanding -nostdinc $warn -Wno-unused-function -Iuapi -Imodule \
		-fsyntax-only "$work/bpf.c"
}

# Without multilib the 64 bit headers do: the kernel's types are the same.
layout_32()
{
	echo '#include <linux/types.h>' >"$work/types.c"
	multiarch=/usr/include/$($CC -print-multiarch)
	for also in "" "-isystem $multiarch"; do
		if $CC -m32 $also -c -o "$work/types.o" "$work/types.c" 2>/dev/null; then
			passes layout-32bit $CC -m32 $also $warn -Wpadded $include -c \
				-o "$work/layout.o" "$work/layout.c"
			return
		fi
	done
	echo "skip layout-32bit $CC -m32 cannot compile here"
}

# probed RELEASE SAYS [OPTION]: probe.sh, asked about headers of that release only, writes nothing and says that.
probed()
{
	mkdir -p "$work/kernel/linux"
	echo "#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))
		#define LINUX_VERSION_CODE KERNEL_VERSION($(echo "$1" | tr . ,), 0)" >"$work/kernel/linux/version.h"
	! sh module/compat/probe.sh "$work/have.h" "Linux $1" "$CC" -nostdinc -I "$work/kernel" ${3+"$3"} 2>"$work/said" ||
		return 1
	[ ! -e "$work/have.h" ] || return 1
	grep -q "$2" "$work/said" || { sed 's/^/run.sh: /' "$work/said"; return 1; }
}

# That did not build the kernel.
other_compiler()
{
	case $($CC --version) in
	*clang*) echo GCC ;;
	*) echo CLANG ;;
	esac
}

# A kernel outside the range is refused with the range; within, headers that are not whole as what they are.
probes()
{
	known=$(sed -n 's/.*MMA_KNOWN_KERNELS.*"\(.*\)".*/\1/p' module/compat/known.h)
	passes probe-too-old probed 5.9 "error: .*mmaudit is for $known$"
	passes probe-too-new probed 7.4 "mmaudit is for $known; make ALLOW_UNKNOWN_KERNEL=1 builds it"
	passes probe-too-new-allowed probed 7.4 'sane.c' -DMMA_ALLOW_UNKNOWN_KERNEL
	passes probe-too-old-allowed probed 5.9 "mmaudit is for $known" -DMMA_ALLOW_UNKNOWN_KERNEL
	passes probe-rt-too-old probed 5.15 'for PREEMPT_RT kernels from 6.1 on' -DCONFIG_PREEMPT_RT
	passes probe-rt probed 6.1 'sane.c' -DCONFIG_PREEMPT_RT
	passes probe-other-compiler probed 6.12 'not the compiler its kernel was built with' "-DCONFIG_CC_IS_$(other_compiler)"
	passes probe-oldest-not-whole probed 5.10 'sane.c'
	passes probe-newest-not-whole probed 7.3 'sane.c'
}

# By the command itself, which `make tools` builds.
options()
{
	make -s tools CC="$CC" CFLAGS="$CFLAGS" && tests/unit/options.sh ./mmaudit build/mmaudit.8
}

# The commands that read recordings, on made-up ones.
recordings()
{
	flags=$(pkg-config --cflags --libs json-c)
	make -s tools CC="$CC" CFLAGS="$CFLAGS" || return
	$CC $CFLAGS $warn $include -o "$work/make_recording" tests/unit/make_recording.c tools/recorder.c tools/wholefile.c \
		tools/say.c $printers $flags || return
	tests/unit/recording.sh ./mmaudit "$work/make_recording"
}

# Of other kernels, by files of them that are made up.
make_btf()
{
	flags=$(pkg-config --cflags --libs libbpf)
	$CC $CFLAGS $warn -o "$work/make_btf" tests/unit/make_btf.c $flags
}

doctor()
{
	make -s tools CC="$CC" CFLAGS="$CFLAGS" && make_btf && tests/unit/doctor.sh ./mmaudit "$work/make_btf"
}

newkernel()
{
	make_btf && tests/unit/newkernel.sh "$work/make_btf"
}

# docs/findings.md is what its table says.
findings()
{
	$CC $CFLAGS $warn $include -o "$work/findings" tools/man/findings.c tools/kernel_bugs.c || return 1
	"$work/findings" >"$work/findings.md" || return 1
	diff -u docs/findings.md "$work/findings.md" && return
	echo "run.sh: docs/findings.md is not what tools/kernel_bugs.c says: make docs/findings.md"
	return 1
}

# The rules that docs/rules.md tells are those of module/rule.h.
rules()
{
	make -s build/tools/rules CC="$CC" CFLAGS="$CFLAGS" && build/tools/rules docs/rules.md >"$work/rules.md" || return 1
	diff -u docs/rules.md "$work/rules.md" && return
	echo "run.sh: docs/rules.md is not what module/rule.h says: make docs/rules.md"
	return 1
}

# The man pages are well-formed, and what `make install` would install.
pages()
{
	make -s tools CC="$CC" CFLAGS="$CFLAGS" && tests/unit/pages.sh
}

readme()
{
	make -s tools CC="$CC" CFLAGS="$CFLAGS" && tests/unit/readme ./mmaudit
}

verdict()
{
	make -s tools CC="$CC" CFLAGS="$CFLAGS" && tests/unit/verdict.sh ./mmaudit
}

vm()
{
	make -s tools CC="$CC" CFLAGS="$CFLAGS" && tests/unit/vm.sh ./mmaudit
}

# Metrics of a made-up module, and what reads them.
fleet()
{
	flags=$(pkg-config --cflags --libs json-c)
	make -s tools CC="$CC" CFLAGS="$CFLAGS" || return
	$CC $CFLAGS $warn -Wno-unused-parameter $include -o "$work/make_metrics" tests/unit/make_metrics.c tools/stat_prometheus.c tools/counters.c \
		tools/metrics.c tools/say.c $printers $flags || return
	tests/unit/fleet.sh ./mmaudit "$work/make_metrics"
}

everything()
{
	[ $# -gt 0 ] || passes all-tests-are-run all_listed
	[ $# -gt 0 ] || headers
	[ $# -gt 0 ] || probes
	[ $# -gt 0 ] || passes options options
	[ $# -gt 0 ] || passes recordings recordings
	[ $# -gt 0 ] || passes known-findings tests/unit/known.sh ./mmaudit "$work/make_recording"
	[ $# -gt 0 ] || passes syzlang tests/fuzz/syzlang.sh
	[ $# -gt 0 ] || passes layers tests/unit/layers.sh
	[ $# -gt 0 ] || passes findings findings
	[ $# -gt 0 ] || passes rules rules
	[ $# -gt 0 ] || passes man-pages pages
	[ $# -gt 0 ] || passes readme readme
	[ $# -gt 0 ] || passes recipes tests/unit/recipes.sh ./mmaudit
	[ $# -gt 0 ] || passes verdict verdict
	[ $# -gt 0 ] || passes doctor doctor
	[ $# -gt 0 ] || passes newkernel newkernel
	[ $# -gt 0 ] || passes fleet fleet
	[ $# -gt 0 ] || passes needs tests/unit/needs.sh
	[ $# -gt 0 ] || passes kernels tests/unit/kernels.sh
	[ $# -gt 0 ] || passes vm vm
	asked=" $* "
	printf '%s' "$programs" | while IFS='|' read -r name sources libraries arguments; do
		name=$(echo $name)
		[ -n "$name" ] || continue
		case $asked in
		"  " | *" $name "*) program "$name" "$(echo $sources)" "$(echo $libraries)" "$(echo $arguments)" ;;
		esac
	done
}

everything "$@" | awk '
	{ print; fflush() }
	/^pass / { passed++ }
	/^fail / { failed++ }
	/^skip / { skipped++ }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0 || !passed
	}'
