#!/bin/bash
# doctor.sh MMAUDIT MAKE_BTF - `mmaudit doctor` about another kernel, by made-up files of it: what it makes of them, and that it
# looks at nothing else.
set -eu
mmaudit=$(realpath "$1") make_btf=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
status=0

bad() { echo "error: $*"; status=1; }

# doctor NAME STATUS ARGUMENT...: so it ends. What it tells is in `out`, what it says in `said`.
doctor() {
	local want=$2 got=0
	name=$1
	shift 2
	"$mmaudit" doctor "$@" >out 2>said </dev/null || got=$?
	[ "$got" = "$want" ] || bad "$name: status $got, not $want: $(cat said)"
}

has() { grep -qE -- "$1" out || bad "$name: no line has '$1': $(grep -m 3 -E "${2-.}" out)"; }
lacks() { ! grep -E -- "$1" out || bad "$name: a line has '$1'"; }
says() { grep -qE -- "$1" said || bad "$name: does not say '$1' but: $(cat said)"; }

# module FILE RELEASE [MACHINE]: built for it, of a kernel without site uffd-move. Only .modinfo is read.
module() {
	local words='reads=PROT - vm_area_struct ulong|reads=FAULT vm_area_struct ulong uint =uint|reads=WP_FAULT vm_fault =uint'
	words+='|reads=UPGRADE vm_area_struct ulong pte_t pte_t int|reads=UPGRADE_PMD vm_area_struct ulong pmd_t pmd_t int'
	words+='|reads=KSM_WP vm_area_struct folio pte_t'
	printf 'const char info[] __attribute__((section(".modinfo"))) = "name=mmaudit\\0vermagic=%s SMP mod_unload %s\\0not_here=%s\\0%s";\n' \
		"$2" "${3:-}" "$(printf '%015d1' 0)" "${words//|/\\0}" >module.c
	"${CC:-gcc}" -c -o "$1" module.c
}

mkdir m
module m/mmaudit.ko 9.9-made
"$make_btf" btf <<'END'
change_protection long mmu_gather vm_area_struct ulong ulong ulong
handle_mm_fault uint vm_area_struct ulong uint pt_regs
do_wp_page uint vm_fault
END
printf 'CONFIG_%s=y\n' 64BIT X86_64 MODULES KPROBES KRETPROBES KALLSYMS PROC_FS SIGNALFD DEBUG_INFO_BTF KSM >config
cat >kallsyms <<'END'
ffffffff81000000 T register_kprobe
ffffffff81000010 T change_protection
ffffffff81000020 T handle_mm_fault
ffffffff81000030 t do_wp_page
ffffffff81000040 d some_data
END
all=(--release 9.9-made --module m/mmaudit.ko --config config --btf btf --kallsyms kallsyms)

# Nothing of this machine, which has other symbols, and perhaps no modules at all.
doctor all-there 0 "${all[@]}"
has '^ok +kernel: 9.9-made, by its files'
has '^ok +module: built for 9.9-made$'
has '^ok +kallsyms: 5 symbols$'
has '^ok +prot: change_protection\(\)$' prot
has '^ok +wp_fault: do_wp_page\(\)$' wp_fault
has '^ok +wp_copy: no wp_page_copy\(\) in this kernel' wp_copy
has '^ok +uffd-move: not in this kernel' uffd-move
has '^warn +mremap: will not be seen' mremap
lacks '^[a-z]+ +(mmaudit.off|privilege|modules|signature|blacklist|kptr_restrict|state):'
lacks '^(unknown|fail)'
says '^mmaudit: kernel 9.9-made can be audited: 1[0-9] of that kernel.s 28 sites would be seen; not migration, '

has '^ok +machine: x86_64$'

# A site that judges only beside other points, which tell of what may rightly be so.
{ cat kallsyms; printf 'ffffffff810000%x0 t %s\n' 5 zap_page_range_single 6 try_to_unmap_one 7 try_to_migrate_one; } >needed
doctor needed-away 0 "${all[@]}" --kallsyms needed
has '^warn +zap: will not be seen' zap
lacks '^warn +unmap: will not be seen'
printf 'ffffffff81000080 t unuse_pte_range\n' >>needed
doctor needed-there 0 "${all[@]}" --kallsyms needed
lacks '^warn +zap: will not be seen'

# One of arm64, judged wherever this runs: names that stand in for a symbol, and options that it does not have.
module m/arm64.ko 9.9-made aarch64
"$make_btf" btf.arm64 <<'END'
change_protection long mmu_gather vm_area_struct ulong ulong ulong
handle_mm_fault uint vm_area_struct ulong uint pt_regs
do_wp_page uint vm_fault
__ptep_set_access_flags int vm_area_struct ulong pte_t pte_t int
write_protect_page int vm_area_struct folio pte_t
END
printf 'CONFIG_%s=y\n' 64BIT ARM64 ARM64_4K_PAGES MODULES KPROBES KRETPROBES KALLSYMS PROC_FS SIGNALFD DEBUG_INFO_BTF KSM >config.arm64
sed 's/^ffffffff/ffff8000/' kallsyms >kallsyms.arm64
cat >>kallsyms.arm64 <<'END'
ffff800081000050 T __ptep_set_access_flags
ffff800081000060 t write_protect_page.constprop.0
ffff800081000070 T __arm64_sys_read
END
arm64=(--release 9.9-made --module m/arm64.ko --config config.arm64 --btf btf.arm64 --kallsyms kallsyms.arm64)
doctor arm64 0 "${arm64[@]}"
has '^ok +machine: aarch64$'
has '^ok +upgrade: __ptep_set_access_flags\(\), in place of ptep_set_access_flags\(\)$' upgrade
has '^ok +upgrade_pmd: as upgrade: one function does both here$' upgrade_pmd
has '^ok +ksm_wp: write_protect_page.constprop.0\(\), in place of write_protect_page\(\)$' ksm_wp
has '^ok +config: aarch64 does not offer CONFIG_MEM_SOFT_DIRTY: rules SOFT_DIRTY and LOST_SOFT_DIRTY do not exist$'
lacks '(no ptep_set_access_flags|no write_protect_page|CONFIG_X86_64)'
lacks '^(unknown|fail)'
for site in wp-reuse wp-reuse-pmd ksm; do lacks "^[a-z]+ +$site: "; done
says '^mmaudit: kernel 9.9-made can be audited: '
sed 's/__ptep_set_access_flags$/&_anysz/' kallsyms.arm64 >kallsyms.anysz
doctor arm64-anysz 0 "${arm64[@]}" --kallsyms kallsyms.anysz
has '^ok +upgrade: __ptep_set_access_flags_anysz\(\), in place of ptep_set_access_flags\(\), prototype not checked' upgrade
doctor arm64-no-symbols 3 "${arm64[@]:0:8}"
has '^unknown +upgrade: .*, as BTF has it' upgrade
has '^unknown +upgrade_pmd: as upgrade' upgrade_pmd
has '^ok +machine: aarch64$'
"$make_btf" btf.other <<'END'
__ptep_set_access_flags int ulong ulong pte_t pte_t int
END
doctor arm64-prototype 0 --release 9.9-made --module m/arm64.ko --btf btf.other --kallsyms kallsyms.arm64
has '^warn +upgrade: .*argument 1 is long unsigned int, not vm_area_struct; it is not probed' upgrade
has '^warn +upgrade_pmd: as upgrade' upgrade_pmd
doctor arm64-by-symbols 3 --kallsyms kallsyms.arm64
has '^ok +machine: aarch64$'
grep -v 4K_PAGES config.arm64 >config.16k
doctor arm64-16k 3 "${arm64[@]}" --config config.16k
has '^fail +config: no CONFIG_ARM64_4K_PAGES, .*pages are larger than the 4 KiB'
# No file may be of another machine than the rest.
doctor arm64-module 3 "${all[@]}" --module m/arm64.ko
has '^fail +machine: this configuration is of x86_64, and the kernel is of aarch64$'
doctor arm64-symbols 3 "${all[@]}" --kallsyms kallsyms.arm64
has '^fail +machine: these symbols are of aarch64, and the kernel is of x86_64$'
grep -v X86_64 config >config.riscv
doctor no-machine 3 --release 9.9-made --config config.riscv
has '^fail +config: no CONFIG_X86_64, .*page tables are others'
has '^unknown +machine: neither a module'

# What is not given is unknown, and never ok.
doctor nothing-given 3 --release 9.9-made
for what in module kallsyms config BTF fault mprotect; do
	has "^unknown +$what:"
	lacks "^ok +$what:"
done
says '^mmaudit: whether kernel 9.9-made can be audited is not known: .*; [0-9]+ things are not known'
doctor no-release 3 --kallsyms kallsyms
has '^unknown +kernel: another'
says '^mmaudit: whether that kernel can be audited is not known'
doctor no-config 0 "${all[@]:0:4}" "${all[@]:6}"
has '^unknown +config: not given'
says '; 1 thing is not known'
doctor no-btf 0 "${all[@]:0:6}" --kallsyms kallsyms
has '^unknown +wp_fault: do_wp_page\(\), prototype not checked' wp_fault
has '^ok +fault: handle_mm_fault\(\)$' fault
doctor no-symbols 3 "${all[@]:0:8}"
has '^unknown +prot: change_protection\(\), as BTF has it' prot
lacks '^ok +(prot|fault|wp_fault):'
doctor no-module 3 --btf btf --kallsyms kallsyms
has '^unknown +fault: .*no module says what it reads' fault
has '^unknown +uffd-move: not known whether' uffd-move

# Each file may say no.
module m/mmaudit.ko 9.8-made
doctor other-release 3 "${all[@]}"
has '^fail +module: built for 9.8-made, but the kernel is 9.9-made'
says '^mmaudit: kernel 9.9-made cannot be audited: 1 check failed'
module m/mmaudit.ko 9.9-made
grep -v KRETPROBES config >config.no
doctor config-says-no 3 "${all[@]}" --config config.no
has '^fail +config: no CONFIG_KRETPROBES, and mmaudit cannot do without: the return of a function cannot be probed$'
{ grep -v MODULES config; echo CONFIG_MMAUDIT=y; } >config.built-in
doctor built-in 0 "${all[@]}" --config config.built-in
lacks CONFIG_MODULES
gzip -k config
doctor config-compressed 3 "${all[@]}" --config config.gz
has '^fail +config: there is no CONFIG_ line in config.gz'
echo 'ffffffffffffffff B The real System.map is in the linux-image-dbg package' >stub
doctor stub 3 "${all[@]}" --kallsyms stub
has '^fail +kallsyms: cannot read stub: there is no function in it'
grep -v register_kprobe kallsyms >no-kprobes
doctor no-kprobes 3 "${all[@]}" --kallsyms no-kprobes
has '^fail +kprobes: this kernel has none'
"$make_btf" btf.new <<'END'
change_protection long mmu_gather ulong ulong ulong
handle_mm_fault uint vm_area_struct ulong uint pt_regs
END
doctor prototypes-differ 0 "${all[@]}" --btf btf.new
has '^warn +prot: change_protection\(\) of this kernel: argument 2 is long unsigned int, not vm_area_struct; it is not probed' prot
has '^warn +wp_fault: do_wp_page\(\) of this kernel: is not in its BTF' wp_fault
has '^warn +mprotect: will not be seen' mprotect
doctor no-such-files 3 "${all[@]}" --config none --kallsyms none --btf none
has '^fail +config: cannot read none: No such file'
has '^fail +kallsyms: cannot read none: No such file'
has '^fail +BTF: none:'

# Files that somebody made to mislead: endless ones end, and a terminal does not obey what they say.
for file in /dev/zero /dev/urandom; do
	for option in config kallsyms; do
		got=0
		timeout 60 "$mmaudit" doctor --release 9.9-made --$option $file >out 2>said </dev/null || got=$?
		name="$option of $file"
		[ $got = 3 ] || bad "$name: status $got"
		has "^fail +$option: " $option
	done
done
got=0
yes | timeout 60 "$mmaudit" doctor --release 9.9-made --kallsyms - >out 2>said || got=$?
[ $got = 3 ] || bad "an endless pipe: status $got"
"$make_btf" btf.esc <<'END'
change_protection long mmu_gather made ulong ulong ulong
END
sed -i 's/made/\x1b[2J/' btf.esc
printf 'ffffffff81000050 t wp_page_copy.isra.\033[2J\n' | cat kallsyms - >kallsyms.esc
"$make_btf" btf.loop <<'END'
change_protection long mmu_gather loop ulong ulong ulong
END
got=0
timeout 60 "$mmaudit" doctor "${all[@]}" --btf btf.loop >out 2>said </dev/null || got=$?
[ $got = 0 ] || bad "a type that is itself: status $got"
doctor escapes 3 --release $'9.9\033[2J' --module m/mmaudit.ko --btf btf.esc --kallsyms kallsyms.esc
has 'argument 2 is [a-z ]*\?\[2' prot
has 'only wp_page_copy.isra.\?\[2J' wp_copy
! grep -q $'\033' out said || bad 'a terminal would obey: escapes'

# JSON has the same lines, and the answer at the end.
same_in_json() {
	doctor "$@"
	sed 's/^\([a-z]*\) *\([^:]*\):.*/\1 \2/' out >lines
	cp said said.text
	doctor "$@" --json
	sed -n 's/^{"type":"check","level":"\([a-z]*\)","what":"\([^"]*\)","text":"[^"]*"}$/\1 \2/p' out | diff lines - || bad "$name: JSON has other checks"
	[ "$(wc -l <out)" = "$(($(wc -l <lines) + 1))" ] || bad "$name: JSON has other lines"
	diff said.text said || bad "$name: JSON has another answer"
	tail -n 1 out | grep -qF "\"text\":\"$(sed 's/^mmaudit: //' said)\"" || bad "$name: the end has not the answer"
}
same_in_json json-can 0 "${all[@]}"
has '"type":"end",.*"kernel":"9.9-made","other":true,"audited":"can","sites_seen":\[.*"mprotect"' end
has '"sites_unseen":\[.*"mremap".*\],"sites_unknown":\[\],"failures":0' end
same_in_json json-not-known 3 --release 9.9-made
has '"audited":"unknown","sites_seen":\[\],' end
same_in_json json-cannot 3 "${all[@]}" --kallsyms stub
has '"audited":"cannot",.*"failures":1,' end

# Of this machine it is told whatever it is.
"$mmaudit" doctor >out 2>said || true
name=here
has '^[a-z]+ +privilege:'
has '^[a-z]+ +state:'
says '^mmaudit: (this machine|whether this machine) '
exit $status
