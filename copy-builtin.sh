#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# copy-builtin.sh - puts mmaudit into a kernel's sources, for kernels without modules.
set -eu
top=$(cd "$(dirname "$0")" && pwd)

usage() {
	cat <<-END
		usage: copy-builtin.sh KERNELTREE

		Copies the module's sources to KERNELTREE/mm/mmaudit, where CONFIG_MMAUDIT builds them into the kernel, and names
		them in mm/Kconfig and mm/Makefile. A second call replaces what has changed. git -C KERNELTREE checkout mm && rm -r
		KERNELTREE/mm/mmaudit takes all back.
	END
}

die() {
	echo "copy-builtin.sh: $*" >&2
	exit 2
}

# The file $1 gets the line $3, if it has no word of mmaudit yet. It goes before its last line that is $2, or to its end. It is
# written whole, or not at all, and keeps its mode. awk would take a tree called a=b for an assignment, so it is not told the name.
name_in() {
	! grep -q mmaudit <"$1" || return 0
	cp -p "$1" "$1.new"
	mark=$2 line=$3 awk '
		{ text[++n] = $0; if (ENVIRON["mark"] != "" && $0 == ENVIRON["mark"]) at = n }
		END {
			for (i = 1; i <= n; i++) { if (i == at) print ENVIRON["line"] "\n"; print text[i] }
			if (!at) print "\n" ENVIRON["line"]
		}' <"$1" >"$1.new"
	mv "$1.new" "$1"
}

# What is the same keeps its time, or make would compile it again.
put() { cmp -s "$1" "$2" || cp "$1" "$2"; }

# What is made while building is no source.
list() { (cd "$1" && ! [ -d module ] || find module uapi \( -name '*.[ch]' -o -name probe.sh \) ! -name have.h ! -name '*.mod.c'); }

# In the kernel's own tree $(src) is relative to the tree before 6.13, and all is built in.
kbuild() {
	echo "# Made by mmaudit's copy-builtin.sh from its Kbuild."
	# shellcheck disable=SC2016	# for make
	echo 'mmaudit-src := $(if $(filter $(srctree)/%,$(src)),$(src),$(srctree)/$(src))'
	# shellcheck disable=SC2016
	sed -e 's/^obj-m := /obj-$(CONFIG_MMAUDIT) += /' -e 's/\$(src)/$(mmaudit-src)/g' -e 's/KBUILD_CFLAGS_MODULE/KBUILD_CFLAGS_KERNEL/' "$top/Kbuild"
}

case ${1-} in
-h | --help) usage; exit ;;
'') usage >&2; exit 2 ;;
esac
tree=$1
for file in Makefile mm/Kconfig mm/Makefile arch/x86/Kconfig; do
	[ -e "$tree/$file" ] || die "$tree is no kernel source tree: it has no $file"
done
[ -w "$tree/mm" ] || die "$tree/mm cannot be written"
to=$tree/mm/mmaudit
[ ! -L "$to" ] || die "$to is a link, and what it leads to would be written over: remove it"
mkdir -p "$to"
list "$top" | while read -r file; do
	mkdir -p "$to/${file%/*}"
	put "$top/$file" "$to/$file"
done
list "$to" | while read -r file; do
	[ -e "$top/$file" ] || rm "$to/$file"
done
kbuild >"$to/.new"
put "$to/.new" "$to/Makefile"
rm "$to/.new"
put "$top/Kconfig" "$to/Kconfig"
name_in "$tree/mm/Kconfig" endmenu 'source "mm/mmaudit/Kconfig"'
# shellcheck disable=SC2016	# for make
name_in "$tree/mm/Makefile" '' 'obj-$(CONFIG_MMAUDIT) += mmaudit/'
echo "copy-builtin.sh: mmaudit is in $tree/mm/mmaudit: set CONFIG_MMAUDIT=y and build" >&2
