#!/bin/bash
# vm.sh MMAUDIT - what `mmaudit vm` says of kernels that it cannot take, on made-up trees; and what it makes of the end of a
# machine, with a QEMU that only says what one would say.
set -eu
mmaudit=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export MMAUDIT_CACHE=$work/cache MMAUDIT_ACCEL=tcg
bad=0 path=$PATH

wrong() {
	echo "vm.sh: error: $*"
	bad=1
}

# says STATUS SENTENCE ARGUMENT...: mmaudit vm ends so, its sentence is the last but one or the last of its lines.
says() {
	local want=$1 sentence=$2 got=0
	shift 2
	PATH=$path "$mmaudit" vm --output "$work/out" "$@" >stdout 2>said </dev/null || got=$?
	[ "$got" = "$want" ] || wrong "status $got, not $want: mmaudit vm $*: $(cat said)"
	grep -qxF "mmaudit vm: $sentence" said || wrong "not '$sentence' but '$(cat said)': mmaudit vm $*"
}
# The same, and it says nothing else.
refuses() {
	says 2 "$@"
	[ "$(wc -l <said)" = 1 ] || wrong "more than a sentence: $(cat said)"
}

# image FILE RELEASE: has what a bzImage is known by, and is longer than a pipe holds.
image() {
	{
		head -c 514 /dev/zero
		printf 'HdrS'
		head -c 8 /dev/zero
		printf '\0\1'			# the release is at 512 + 256
		head -c 240 /dev/zero
		printf '%s (builder@host) #1 SMP\0' "$2"
		head -c 200000 /dev/zero
	} >"$1"
}

# A tree that is configured and built.
tree() {
	rm -rf tree
	mkdir -p tree/arch/x86/boot tree/include/generated tree/scripts/mod
	image tree/arch/x86/boot/bzImage 6.9.0-made
	echo '#define UTS_RELEASE "6.9.0-made"' >tree/include/generated/utsrelease.h
	printf 'CONFIG_X86_64=y\n' >tree/.config
	grep '^CONFIG' "$top/mmaudit.config" >>tree/.config
	touch tree/Module.symvers tree/modules.order
	# The module's build: what is made of it is not looked at here.
	printf 'modules:\n\t@touch $(M)/mmaudit.ko $(M)/mmaudit_wrap.ko\n' >tree/Makefile
	printf '#!/bin/sh\n' | install -m 755 /dev/stdin tree/scripts/mod/modpost
}

takes='(--kernel takes a kernel build tree, a bzImage, or a directory with vmlinuz, release and headers)'

# --- kernels ---

refuses "no such kernel: none $takes" --kernel none -- true
refuses "$work is no kernel build tree $takes" --kernel . -- true
mkdir -p tree/arch/x86
touch tree/Makefile
refuses "$work/tree is not configured: run make defconfig there, scripts/kconfig/merge_config.sh with what 'mmaudit vm --config' prints, and make" --kernel tree -- true
tree && rm tree/arch/x86/boot/bzImage
refuses "$work/tree is not built: there is no arch/x86/boot/bzImage; run make there" --kernel tree -- true
tree && rm tree/Module.symvers
refuses "$work/tree is a tree without modules: it has no Module.symvers; run make modules there" --kernel tree -- true
tree && rm tree/scripts/mod/modpost
refuses "$work/tree is a tree without modules: it has no scripts/mod/modpost; run make modules_prepare there" --kernel tree -- true
tree && rm tree/include/generated/utsrelease.h
refuses "$work/tree is not built: it has no include/generated/utsrelease.h; run make modules_prepare there" --kernel tree -- true
tree
sed -i s/made/other/ tree/include/generated/utsrelease.h
refuses "$work/tree was built as 6.9.0-other, but $work/tree/arch/x86/boot/bzImage is 6.9.0-made: name the build of this image by --headers" --kernel tree/arch/x86/boot/bzImage -- true

tree
image some-name 6.9.0-made
refuses "found no headers for kernel 6.9.0-made, the one in $work/some-name: /lib/modules/6.9.0-made/build is no directory; name them by --headers" --kernel some-name -- true
refuses "found no headers for kernel 6.9.0-made, the one in $work/some-name: $work/none is no directory; name them by --headers" --kernel some-name --headers "$work/none" -- true
echo text >no-image
refuses "$work/no-image is no bzImage of x86, and no Image of arm64 $takes" --kernel no-image -- true
cp /bin/true vmlinux
refuses "$work/vmlinux is a vmlinux, which cannot be booted: name arch/x86/boot/bzImage or arch/arm64/boot/Image of the same build" --kernel vmlinux -- true
mkdir laid
image laid/vmlinuz 6.9.0-made
echo 6.9.0-made >laid/release
refuses "found no headers for kernel 6.9.0-made: $work/laid/headers is no directory" --kernel laid -- true
echo text >laid/vmlinuz
refuses "$work/laid/vmlinuz is no bzImage, and no Image of arm64" --kernel laid -- true

# Of another architecture than this machine's: a tree, and an image with its headers.
here=amd64 other=arm64
[ "$(uname -m)" != aarch64 ] || { here=arm64 other=amd64; }
other_image() {
	case $other in
	amd64) image "$1" 6.9.0-made ;;
	arm64) { head -c 56 /dev/zero; printf 'ARMd'; head -c 200000 /dev/zero; printf 'Linux version 6.9.0-made (builder@host)\n'; } >"$1" ;;
	esac
}
is_of_other="kernel 6.9.0-made is of $other and this machine of $here: an audit of it takes a machine of $other"
tree
case $other in
amd64) boot=arch/x86/boot/bzImage ;;
arm64) boot=arch/arm64/boot/Image; sed -i 's/CONFIG_X86_64/CONFIG_ARM64/' tree/.config; mkdir -p tree/arch/arm64/boot ;;
esac
other_image "tree/$boot"
refuses "$is_of_other" --kernel tree -- true
other_image some-name
refuses "$is_of_other" --kernel some-name --headers tree -- true
rm "tree/$boot"
refuses "$work/tree is not built: there is no $boot; run make there" --kernel tree -- true

# --- configuration: a sentence for each option, and what to do ---

for option in $(grep -A 1 -E '^# (must|vm):' "$top/mmaudit.config" | sed -n 's/^\(CONFIG_[^=]*\)=y/\1/p'); do
	tree
	sed -i "/^$option=/d" tree/.config
	why=$(grep -B 1 "^$option=" "$top/mmaudit.config" | sed -n 's/^# [a-z]*: //p')
	says 2 "kernel 6.9.0-made has no $option: $why" --kernel tree -- true
	grep -qxF "mmaudit vm: change this in $work/tree/.config and build again: mmaudit vm --config prints all that is wanted" said || wrong "not what to do but $(cat said)"
	"$mmaudit" vm --kernel tree --config >stdout 2>said || wrong "--config failed: $(cat said)"
	grep -qxF "$option=y" stdout || wrong "--config --kernel does not print $option"
done
tree
sed -i 's/^CONFIG_SERIAL_8250=y/CONFIG_SERIAL_8250=m/' tree/.config
says 2 'kernel 6.9.0-made has no CONFIG_SERIAL_8250: without it the verdict cannot be sent' --kernel tree -- true
tree
[ -z "$("$mmaudit" vm --kernel tree --config)" ] || wrong "--config prints what is there"
"$mmaudit" vm --config | diff - "$top/mmaudit.config" >&2 || wrong "mmaudit.config is not what tools/kconfig.c says: make mmaudit.config"

# --- what is called ---

refuses 'no such program: ./none' --kernel tree -- ./none
touch plain
refuses './plain is no program: it is a directory, or not executable' --kernel tree -- ./plain
refuses "no such program: none-at-all; it is neither in PATH here, nor a command of busybox, nor added by --add" --kernel tree -- none-at-all
refuses 'no such file to add: nothing' --kernel tree --add tree:here --add nothing:there -- true
out=$work/plain/out
refuses "cannot make the directory $out: Not a directory" --kernel tree --output "$out" -- true
printf 'modules:\n\t@echo "range.c:3:2: error: #error mmaudit is for Linux 5.10 to 7.3" >&2; exit 1\n' >tree/Makefile
says 2 "the modules cannot be built for kernel 6.9.0-made: mmaudit is for Linux 5.10 to 7.3 (all of it is in $work/out/build.log)" --kernel tree -- true
grep -q 'range.c:3:2' out/build.log || wrong 'build.log has not what the build said'
printf 'modules:\n\t@echo "mmaudit: cannot be built for Linux 6.9.0-made: its compiler is away" >&2; exit 1\n' >tree/Makefile
says 2 "the modules cannot be built for kernel 6.9.0-made: its compiler is away (all of it is in $work/out/build.log)" --kernel tree -- true
printf 'modules:\n\t@echo "modpost: it is undefined" >&2; exit 1\n' >tree/Makefile
says 2 "the modules cannot be built for kernel 6.9.0-made: modpost: it is undefined (all of it is in $work/out/build.log)" --kernel tree -- true
printf 'modules:\n\t@echo "error: asked for: $(ALLOW_UNKNOWN_KERNEL)" >&2; exit 1\n' >tree/Makefile
ALLOW_UNKNOWN_KERNEL=1 says 2 "the modules cannot be built for kernel 6.9.0-made: asked for: 1 (all of it is in $work/out/build.log)" --kernel tree -- true
tree

# --- the machine ---

mkdir few
for program in bash dd dirname readlink realpath mktemp rm od tr cat grep awk sed head tail env; do ln -s "$(type -P "$program")" few/; done
path=$work/few
refuses 'this is lacking: apt-get install qemu-system-x86 busybox-static cpio make libc-bin' --kernel tree -- true

# qemu LINES END: a QEMU whose machine says LINES, leaves what is in from/, and ends with that status.
mkdir bin from
qemu() {
	cat >bin/qemu-system-x86_64 <<-END
		#!/bin/bash
		for word; do
			case \$word in
			file:*out.tar.gz) tar -C "$work/from" -czf "\${word#file:}" . ;;
			file:*) cat "$work/console" >"\${word#file:}" ;;
			esac
		done
		printf '%s\n' init $1
		exit $2
	END
	chmod 755 bin/qemu-system-x86_64
}
# verdict VERDICT STATUS: what the guest leaves.
verdict() {
	printf 'verdict=%s\nviolations=0\nexit_status=%s\ncommand_status=0\ncommand_signal=\n' "$1" "$2" >from/status
	echo recording >from/audit.rec
}
told="on kernel 6.9.0-made; recording, console and status are in $work/out"
echo '[    1.000000] a line' >console
path=$work/bin:$PATH

verdict clean 0
qemu "'o data' 'e talk' 'e mmaudit: recorded 1 record in /out/audit.rec: more' 'exit 0'" 0
says 0 "verdict clean $told" --kernel tree -- true
[ "$(cat stdout)" = data ] || wrong "stdout has '$(cat stdout)'"
grep -qx talk said || wrong 'what the command says on stderr is lost'
grep -qx "mmaudit: recorded 1 record in $work/out/audit.rec: more" said || wrong 'the recording is said to be where only the machine has it'
for file in audit.rec status console; do [ -s "out/$file" ] || wrong "no $file came back"; done
verdict violations 1
qemu "'exit 1'" 0
says 1 "verdict violations $told" --kernel tree -- true
[ "$(wc -l <said)" = 2 ] || wrong "a violation is told with '$(cat said)'"
verdict clean 123
qemu "'exit 123'" 0
says 123 "verdict clean $told" --kernel tree -- true
! grep -q complained said || wrong 'a status of 123 is taken for a complaint'
verdict clean 0
qemu "'exit 0'" 0
echo '[    2.000000] BUG: KASAN: at nowhere' >>console
says 123 "verdict clean $told" --kernel tree -- true
grep -q 'BUG: KASAN: at nowhere' said || wrong 'the complaint is not shown'
grep -qx 'mmaudit vm: the kernel complained:' said || wrong 'it is not said who complained'

# What lay there from the last time is not taken for this one's.
rm from/*
qemu "'e mmaudit: no' 'exit 3'" 0
says 3 "no verdict on kernel 6.9.0-made: it was not audited; its console is in $work/out/console" --kernel tree -- true
[ ! -e out/audit.rec ] && [ ! -e out/status ] || wrong 'an old recording is left'
qemu "'o begun'" 0
says 125 "no verdict on kernel 6.9.0-made: its console is in $work/out/console" --kernel tree -- true
grep -q '^mmaudit vm: kernel 6.9.0-made was lost before the script ended' said || wrong 'it is not said what became of the machine'
qemu "" 124
says 124 "no verdict on kernel 6.9.0-made: its console is in $work/out/console" --kernel tree --timeout 7 -- true
grep -q '^mmaudit vm: kernel 6.9.0-made gave no verdict within 7 s' said || wrong 'it is not said how long the machine had'
says 2 'no such file to add: none' --kernel tree --add none -- true

# --- what is hostile, or not there: never status 1, which is that of a violation ---

verdict clean 0
echo '[    1.000000] a line' >console
qemu "'exit 0'" 0
(unset MMAUDIT_CACHE XDG_CACHE_HOME HOME && refuses 'found no place to keep the modules that it builds: set MMAUDIT_CACHE to a directory, or HOME' --kernel tree -- true; exit $bad) || bad=1
(unset MMAUDIT_CACHE XDG_CACHE_HOME HOME && "$mmaudit" vm --kernel tree --config >/dev/null) || wrong 'without HOME --config fails'
MMAUDIT_CACHE=/dev/null says 2 'cannot keep the modules that it builds in /dev/null/vm: set MMAUDIT_CACHE to a directory that can be written' --kernel tree -- true
TMPDIR=/dev/null says 2 'cannot make a directory in /dev/null' --kernel tree -- true
if [ "$(id -u)" = 0 ]; then
	mkdir -p theirs/vm && chown 65534 theirs/vm
	MMAUDIT_CACHE=$work/theirs refuses "$work/theirs/vm belongs to another user, who could change what is built there: set MMAUDIT_CACHE to a directory of your own" --kernel tree -- true
fi
rm -rf out && mkdir -p out/status
says 2 "cannot write to $work/out: what lies there cannot be removed" --kernel tree -- true
rm -rf out && mkdir -p out/.new
says 4 "cannot write $work/out/console" --kernel tree -- true
rm -rf out && mkdir out
echo theirs >victim
ln -s "$work/victim" out/.new
says 0 "verdict clean $told" --kernel tree -- true
[ "$(cat victim)" = theirs ] || wrong 'what a link leads to was written'
[ -f out/console ] && [ ! -L out/console ] || wrong 'a link is what came back'
rm from/audit.rec
ln -s "$work/victim" from/audit.rec
printf 'verdict=\033[31mclean\nexit_status=0\n' >from/status
says 0 "verdict 31mclean $told" --kernel tree -- true
[ ! -e out/audit.rec ] || wrong 'the machine has read a file of this one'
rm from/audit.rec
printf '[    3.000000] BUG: \033[2J\n' >>console
verdict clean 0
says 123 "verdict clean $told" --kernel tree -- true
! grep -q $'\033' said || wrong 'the terminal obeys the kernel'
# Beside a directory of sources in /tmp, anybody may make a libexec.
mkdir -p beside/sources/tools beside/libexec/mmaudit/vm
cp "$mmaudit" beside/sources/
cp -r "$top/tools/vm" beside/sources/tools/
printf '#!/bin/sh\necho theirs\n' >beside/libexec/mmaudit/vm/vm
chmod 755 beside/libexec/mmaudit/vm/vm
! beside/sources/mmaudit vm --kernel none -- true 2>&1 | grep -q theirs || wrong 'what lies beside the sources was run'
mkfifo pipe
refuses "$work/pipe is no file that could be a kernel $takes" --kernel pipe -- true
head -c 518 tree/arch/x86/boot/bzImage >shortened
refuses "$work/shortened is cut or damaged: it does not say which kernel it is" --kernel shortened -- true

# --- a kernel without modules ---

copies() {
	local want=$1 sentence=$2 got=0
	shift 2
	"$top/copy-builtin.sh" "$@" 2>said || got=$?
	[ "$got" = "$want" ] || wrong "copy-builtin.sh $*: status $got, not $want"
	grep -qxF "copy-builtin.sh: $sentence" said || wrong "copy-builtin.sh $*: not '$sentence' but '$(cat said)'"
}
copies 2 'none is no kernel source tree: it has no Makefile' none
mkdir -p source/mm source/arch/x86
touch source/Makefile source/arch/x86/Kconfig
copies 2 'source is no kernel source tree: it has no mm/Kconfig' source
printf 'menu "Memory Management options"\nmenu "Inner"\nendmenu # Inner\nconfig SWAP\nendmenu\n' >source/mm/Kconfig
echo 'obj-y += memory.o' >source/mm/Makefile
there='mmaudit is in source/mm/mmaudit: set CONFIG_MMAUDIT=y and build'
copies 0 "$there" source
touch -d 2001-01-01 source/mm/mmaudit/Makefile source/mm/mmaudit/module/*.c
echo old >source/mm/mmaudit/module/rule.h
touch source/mm/mmaudit/module/vanished.c source/mm/mmaudit/module/main.o
copies 0 "$there" source
cmp -s source/mm/mmaudit/module/rule.h "$top/module/rule.h" || wrong 'an old file stays'
[ ! -e source/mm/mmaudit/module/vanished.c ] && [ -e source/mm/mmaudit/module/main.o ] || wrong 'what has vanished stays, or an object went'
[ -z "$(find source/mm/mmaudit -name '*.c' -newermt 2001-02-01 -path '*/module/[a-z_]*.c' ! -path '*/compat/*' ! -path '*/arch/*')" ] || wrong 'what is the same is copied again'
[ "$(grep -c . source/mm/Kconfig)" = 6 ] && [ "$(tail -n 1 source/mm/Kconfig)" = endmenu ] && grep -qx 'source "mm/mmaudit/Kconfig"' source/mm/Kconfig ||
	wrong "mm/Kconfig is $(cat source/mm/Kconfig)"
[ "$(grep -c mmaudit source/mm/Makefile)" = 1 ] && [ "$(head -n 1 source/mm/Makefile)" = 'obj-y += memory.o' ] ||
	wrong "mm/Makefile is $(cat source/mm/Makefile)"
chmod 640 source/mm/Kconfig
sed -i '/mmaudit/d' source/mm/Kconfig source/mm/Makefile
cp -r source linux=6.9
copies 0 "${there/source/linux=6.9}" linux=6.9
grep -qx 'config SWAP' linux=6.9/mm/Kconfig && grep -q memory.o linux=6.9/mm/Makefile || wrong "linux=6.9 has lost its mm/Kconfig or mm/Makefile"
[ "$(stat -c %a linux=6.9/mm/Kconfig)" = 640 ] || wrong 'mm/Kconfig has another mode'
mv linux=6.9/mm/mmaudit mine
ln -s "$work/mine" linux=6.9/mm/mmaudit
copies 2 'linux=6.9/mm/mmaudit is a link, and what it leads to would be written over: remove it' linux=6.9
grep -oE 'module/[a-z_/]*\.o|[a-z_/]*\.o' "$top/Kbuild" | sed 's,.*module/,,;s/o$/c/' | sort -u | while read -r file; do
	case $file in mmaudit.c | mmaudit_wrap.c) continue ;; esac
	[ -e "source/mm/mmaudit/module/$file" ] || echo "$file is not copied"
done >missing
[ ! -s missing ] || wrong "$(cat missing)"
! grep -E 'obj-m|\$\(src\)[^,/)]' source/mm/mmaudit/Makefile || wrong 'the copy is built as a module'

# A kernel that it is built into needs no modules, and gets its parameters from its command line.
tree && rm tree/Module.symvers tree/scripts/mod/modpost tree/Makefile
touch tree/Makefile
sed -i 's/^CONFIG_MODULES=y/CONFIG_MMAUDIT=y/' tree/.config
verdict clean 0
echo '[    1.000000] a line' >console
qemu "'exit 0'" 0
sed -i 's/^for word; do/echo "$*" >words\n&/' bin/qemu-system-x86_64
says 0 "verdict clean $told" --kernel tree --load action=warn -- true
grep -q 'mmaudit.action=warn' words || wrong 'a parameter is not on the command line'
! grep -q building said || wrong 'modules are built for a kernel without modules'
exit $bad
