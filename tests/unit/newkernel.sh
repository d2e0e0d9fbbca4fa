#!/bin/bash
# newkernel.sh MAKE_BTF - tests/vm/newkernel on two made-up kernels: each kind of change is told, and nothing else.
set -eu
make_btf=$(realpath "$1")
newkernel=$(realpath "$(dirname "$0")/../vm/newkernel")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
status=0

bad() { echo "error: $*"; status=1; }

# compares NAME STATUS ARGUMENT...: so it ends. What it tells is in `out`, what it says in `said`.
compares() {
	local want=$2 got=0
	name=$1
	shift 2
	"$newkernel" "$@" >out 2>said </dev/null || got=$?
	[ "$got" = "$want" ] || bad "$name: status $got, not $want: $(cat said)"
}
tells() { grep -qxE -- "$1" out || bad "$name: no line '$1' in: $(cat out)"; }
says() { grep -qE -- "$1" said || bad "$name: does not say '$1' but: $(cat said)"; }

# A kernel in DIR: symbols and BTF are on standard input, apart by a line "btf".
kernel() {
	mkdir -p "$1"
	sed '/^btf$/,$d' >all.symbols <all
	awk '{ printf "%016x %s %s\n", 4096 * NR, $1, $2 }' all.symbols >"$1/kallsyms"
	sed '1,/^btf$/d' all | "$make_btf" "$1/btf"
}

cat >all <<'END'
T change_protection
t do_wp_page
t wp_page_copy
t move_page_tables
T exit_mm_release
T __ptep_set_access_flags
T vm_insert_page
btf
change_protection long mmu_gather vm_area_struct ulong
do_wp_page uint vm_fault
struct mmu_gather mm@0 start@16
END
kernel old
kernel same
cat >all <<'END'
T change_protection
t do_wp_page
t do_wp_page
t move_page_tables.isra.0
t move_page_tables.cold
t mm_exit_exec_release
T vm_insert_page
t vm_insert_page.part.0
t vm_insert_page.cold
T __ptep_set_access_flags_anysz
t some_module_function [some]
btf
change_protection long mmu_gather ulong vm_area_struct
do_wp_page uint vm_fault
struct mmu_gather mm@0 start@24
END
kernel new

compares nothing 0 ./old ./same
[ ! -s out ] || bad "nothing: $(cat out)"
says 'nothing changed$'
compares no-sources 1 ./old ./new
tells 'new        exit_exec_mm: mm_exit_exec_release\(\)'
tells 'absent     wp_copy: wp_page_copy\(\)'
tells 'absent     exit_mm: exit_mm_release\(\)'
tells 'absent     mremap: move_page_tables\(\)'
tells 'split      mremap: move_page_tables\(\) into move_page_tables.isra.0'
tells 'split      insert_page: vm_insert_page\(\) into vm_insert_page.part.0'
tells 'twice      wp_fault: do_wp_page\(\): 2 functions, not 1'
tells 'prototype  prot: change_protection\(\): long int \(struct mmu_gather \*, struct vm_area_struct \*, long unsigned int\) -> long int \(struct mmu_gather \*, long unsigned int, struct vm_area_struct \*\)'
tells 'member     mmu_gather.start: at 16 -> 24'
tells 'site       mremap: no point of it is left'
tells 'absent     upgrade: __ptep_set_access_flags\(\)'
tells 'new        upgrade: __ptep_set_access_flags_anysz\(\)'
[ "$(wc -l <out)" = 12 ] || bad "no-sources: $(cat out)"
says ': [0-9]+ functions, 12 changes$'

# Sources say why a function has no symbol. A call and a declaration are no definition.
mkdir -p new/mm new/kernel
cat >new/mm/memory.c <<'END'
static vm_fault_t wp_page_copy(struct vm_fault *vmf)
{
	exit_mm_release(current, NULL);
}
void exit_mm_release(struct task_struct *, struct mm_struct *);
unsigned long
move_page_tables(struct vm_area_struct *vma)
{
END
compares sources 1 ./old ./new
tells 'inlined    wp_copy: wp_page_copy\(\)'
tells 'inlined    mremap: move_page_tables\(\)'
tells 'gone       exit_mm: exit_mm_release\(\)'

# Callers, by a linked program in place of vmlinux, and by symbols that have been moved as KASLR moves them.
# code DIR MOVED: its lines are on standard input.
code() {
	mkdir -p "$1"
	sed 's/^/__attribute__((noinline)) /' >code.c
	"${CC:-gcc}" -O1 -fcf-protection=none -fno-pie -fno-inline -no-pie -nostdlib -static -Wl,-e,0 -Wl,-z,separate-code -Wl,-Ttext=0x401000 \
		-Wl,--defsym=_text=0x401000 -o "$1/vmlinux" code.c
	nm "$1/vmlinux" | awk -v moved="$2" '
		$3 == "_text" { $2 = "T" }
		{ printf "%016x %s %s\n", strtonum_hex($1) + moved, $2, $3 }
		function strtonum_hex(s,   n, i) { for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1; return n }' >"$1/kallsyms"
	cp old/btf "$1/btf"
}
code calls 0 <<'END'
int do_wp_page(volatile int *p) { *p = 1; return *p; }
int handle_pte_fault(volatile int *p) { return do_wp_page(p) + 1; }
int stays(volatile int *p) { return do_wp_page(p) + 2; }
END
code calls.new 1048576 <<'END'
int do_wp_page(volatile int *p) { *p = 1; return *p; }
int handle_pte_fault(volatile int *p) { *p = 1; return *p + 1; }
int stays(volatile int *p) { return do_wp_page(p) + 2; }
int jumps(volatile int *p, int a) { *p = a; return *p ? stays(p) : do_wp_page(p) + 3; }
END
compares callers 1 ./calls ./calls.new
tells 'callers    wp_fault: do_wp_page\(\) not by handle_pte_fault; now by jumps'
[ "$(wc -l <out)" = 1 ] || bad "callers: $(cat out)"
compares callers-alike 0 ./calls ./calls

# What cannot be read is no kernel without changes.
mkdir stub
echo 'ffffffffffffffff B The real System.map is in the linux-image-dbg package' >stub/System.map
cp old/btf stub/btf
compares stub 3 ./old ./stub
says 'no function in it'
compares no-btf 3 ./old ./none
mkdir none
compares nothing-there 3 ./old ./none
says 'neither kallsyms nor System.map'
cp old/kallsyms none
echo nonsense >none/btf
compares no-btf 3 ./old ./none
says 'finds no BTF in it'

# A kernel of the table is asked until it has said all: what a machine left that was lost is not taken for what it has.
mkdir -p top/tests/vm top/module entry
ln -s "$(dirname "$newkernel")/../../module/"{sites.h,compat} top/module/
cp "$newkernel" top/tests/vm/
printf 'six|\nseven|\n' >top/tests/vm/kernels
printf '#!/bin/sh\necho "%s/entry-$2"\n' "$work" | install -m 755 /dev/stdin top/tests/vm/fetch
cat >top/tests/vm/run <<'END_RUN'
#!/bin/sh
for word; do [ "$before" != --out ] || to=$word; before=$word; done
mkdir -p "$to"
head -n 1 old/kallsyms >"$to/kallsyms"
cp old/btf "$to/"
[ -e well ] || exit 124
cp old/kallsyms "$to/"
END_RUN
chmod 755 top/tests/vm/run
mkdir entry-six entry-seven
touch entry-six/vmlinuz entry-seven/vmlinuz
newkernel=$work/top/tests/vm/newkernel
compares lost 3 six ./old
says 'kernel six did not say its symbols and BTF'
touch well
compares asked-again 0 six ./old
compares usage 2
compares usage 2 ./old ./new ./new
compares first-of-all 2 5.10
says "has no kernel '5.10' with one before it"
exit $status
