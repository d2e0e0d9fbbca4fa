# SPDX-License-Identifier: GPL-2.0
# Makefile - builds module and command, tests and installs them. What the module is made of stands in Kbuild.
#
#   make                       the modules for the running kernel (./mmaudit.ko, ./mmaudit_wrap.ko) and the command (./mmaudit)
#   make module KVER=RELEASE   for another kernel whose headers are installed, or KDIR=DIRECTORY of its build
#   make demo                  a known kernel bug seen on 6.1 and its absence on 6.12, in virtual machines
#   make check                 every test
#   make check-long            and all that takes long, named by tests/check-long.sh --help: some hours on two processors
#   make fuzz                  the readers of records and recordings, by libFuzzer, for a minute each or as FUZZ says (-runs=N)
#   make bench                 what it costs, in instructions; bench-check: no more than it may
#   make mutants               does it bite: kernels whose checks are switched off one by one
#   make debug                 does it break: a kernel with every check of its own on
#   make install DESTDIR= PREFIX=/usr/local
#   make install-command       the same without the modules and the units of systemd
#   make install-units         only these, for who makes packages
#   make deb                   Debian packages, into build/deb: the command, and the modules' sources for DKMS
#   make rpm                   the same for rpm, into build/rpm

KVER	?= $(shell uname -r)
KDIR	?= /lib/modules/$(KVER)/build
PREFIX	?= /usr/local
DESTDIR	?=

CFLAGS	?= -O2 -g
PKG_CONFIG ?= pkg-config
WARN	= -Wall -Wextra -Wshadow -Wno-unused-parameter
LIBS	= libbpf json-c libkmod
# Optional: built in where they are found, see tools/built_with.h; `make NCURSES=` builds without.
NCURSES	:= $(shell $(PKG_CONFIG) --exists ncursesw 2>/dev/null && echo ncursesw)
LIBDW	:= $(shell $(PKG_CONFIG) --exists libdw 2>/dev/null && echo libdw)
PROTOBUF_C := $(if $(shell command -v protoc-c 2>/dev/null),$(shell $(PKG_CONFIG) --exists libprotobuf-c 2>/dev/null && echo libprotobuf-c))
LIBSYSTEMD := $(shell $(PKG_CONFIG) --exists libsystemd 2>/dev/null && echo libsystemd)
OPTIONAL = $(NCURSES) $(LIBDW) $(PROTOBUF_C) $(LIBSYSTEMD)
TOOL_CFLAGS = -std=gnu11 $(WARN) -Iuapi -Imodule -Itools -Ibuild/html $(shell $(PKG_CONFIG) --cflags $(LIBS) $(OPTIONAL) 2>/dev/null) \
	$(if $(NCURSES),-DHAVE_NCURSES) $(if $(LIBDW),-DHAVE_LIBDW) $(if $(PROTOBUF_C),-Ibuild/perfetto -DHAVE_PROTOBUF_C) \
	$(if $(LIBSYSTEMD),-DHAVE_LIBSYSTEMD)

OBJS	= $(patsubst tools/%.c,build/tools/%.o,$(wildcard tools/*.c)) $(if $(PROTOBUF_C),build/perfetto/trace.pb-c.o)
PAGES	= build/mmaudit.8 build/mmaudit.4 build/mmaudit-rules.7
TESTS	= build/tests

SBIN	= $(DESTDIR)$(PREFIX)/sbin
LIBEXEC	= $(DESTDIR)$(PREFIX)/libexec/mmaudit
MAN	= $(DESTDIR)$(PREFIX)/share/man
COMPLETION = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
KNOWN	= $(DESTDIR)$(PREFIX)/share/mmaudit/known
SOURCE	= $(DESTDIR)$(PREFIX)/share/mmaudit/source
SOURCES	= Kbuild Kconfig copy-builtin.sh mmaudit.config $(filter-out %/have.h %.mod.c,$(shell find uapi module -name '*.[ch]' -o -name '*.sh'))
FLEET	= $(DESTDIR)$(PREFIX)/share/mmaudit/fleet
CATALOG	= $(DESTDIR)$(PREFIX)/lib/systemd/catalog
UNITS	= $(DESTDIR)$(PREFIX)/lib/systemd/system
SYSUSERS = $(DESTDIR)$(PREFIX)/lib/sysusers.d
UDEV	= $(DESTDIR)$(PREFIX)/lib/udev/rules.d
INCLUDE	= $(DESTDIR)$(PREFIX)/include
EXTRA	= $(DESTDIR)/lib/modules/$(KVER)/extra

.SUFFIXES:
.PHONY: all needs module tools tests demo check check-long bench bench-check unit sparse install install-command install-units deb rpm uninstall clean headers libraries FORCE mutants debug fuzz

all: needs
	@$(MAKE) --no-print-directory module tools

# All that is lacking is named at once, before the module is built, which takes minutes.
HEADERS	= $(if $(wildcard $(KDIR)/Makefile),,linux-headers-$(KVER))
GCC	= $(if $(shell command -v $(firstword $(CC)) 2>/dev/null),,gcc libc6-dev)
LACKS	= $(GCC) $(foreach l,$(LIBS),$(shell $(PKG_CONFIG) --exists $(l) 2>/dev/null || echo lib$(patsubst lib%,%,$(l))-dev)) \
	$(if $(shell command -v $(firstword $(PKG_CONFIG)) 2>/dev/null),,pkg-config)

needs:
	@set -- $(HEADERS) $(LACKS); test $$# = 0 || { \
		echo "make: this is lacking: apt-get install $$*$(if $(HEADERS), (for a kernel that is not Debian's: give its build as KDIR=; without headers, 'make tools' makes all but the module))" >&2; \
		exit 1; }

# ---- module ----

headers:
	@test -e "$(KDIR)/Makefile" || { \
		echo "make: no kernel headers in $(KDIR): apt-get install linux-headers-$(KVER), or give KVER= or KDIR=" >&2; \
		exit 1; }

module: headers
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" W=1 modules

# C=2 checks what is compiled already, too. KBUILD_CHECKSRC keeps it so where the headers of 7.x lack checker-valid.sh.
sparse: headers
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" W=1 C=2 KBUILD_CHECKSRC=2 modules

# ---- command ----

libraries:
	@set -- $(LACKS); test $$# = 0 || { echo "make: this is lacking: apt-get install $$*" >&2; exit 1; }

tools: mmaudit $(PAGES) build/reproducers build/mmaudit.catalog

mmaudit: $(OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJS) $(shell $(PKG_CONFIG) --libs $(LIBS) $(OPTIONAL)) $(LDLIBS)

build/mmaudit.8: mmaudit tools/man/mmaudit.8.in tools/man/fill
	tools/man/fill ./mmaudit tools/man/mmaudit.8.in >$@.new && mv $@.new $@

build/mmaudit.4: tools/man/structs tools/man/mmaudit.4.in uapi/mmaudit.h tools/chunks.h tools/event.h
	@mkdir -p $(@D)
	$^ >$@.new && mv $@.new $@

# Changes with what is left out, and then all is built again.
build/with: FORCE
	@mkdir -p $(@D)
	@echo '$(OPTIONAL)' | cmp -s - $@ || echo '$(OPTIONAL)' >$@

FORCE:

build/tools/%.o: tools/%.c Makefile build/with | libraries
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(TOOL_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The style and the script of the page that report_html.c writes.
build/html/page.h: tools/html/embed tools/html/page.css tools/html/page.js
	@mkdir -p $(@D)
	tools/html/embed $(wordlist 2,3,$^) >$@.new && mv $@.new $@

build/tools/report_html.o: build/html/page.h

# Newer versions of protoc-c say of themselves that they are old: nobody is to read that who builds mmaudit.
build/perfetto/trace.pb-c.c build/perfetto/trace.pb-c.h &: tools/perfetto/trace.proto
	@mkdir -p build/perfetto
	protoc-c --proto_path=$(<D) --c_out=build/perfetto $(<F) 2>build/perfetto/said || { cat build/perfetto/said >&2; exit 1; }

build/perfetto/trace.pb-c.o: build/perfetto/trace.pb-c.c
	$(CC) $(CPPFLAGS) $(TOOL_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

build/tools/report_perfetto.o: $(if $(PROTOBUF_C),build/perfetto/trace.pb-c.h)

-include $(OBJS:.o=.d)

# The page of known kernel bugs, from their table.
docs/findings.md: tools/man/findings.c tools/kernel_bugs.c tools/kernel_bugs.h
	@mkdir -p build/tools
	$(CC) $(TOOL_CFLAGS) $(CFLAGS) -o build/tools/findings $(filter %.c,$^)
	build/tools/findings >$@.new && mv $@.new $@

# What a kernel needs, from the table that doctor checks.
mmaudit.config: tools/kconfig.c mmaudit
	./mmaudit vm --config >$@.new && mv $@.new $@

# The rules, from module/rule.h: the man page, and the table in the page about them.
build/tools/rules: tools/man/rules.c module/rule.h
	@mkdir -p $(@D)
	$(CC) $(TOOL_CFLAGS) $(CFLAGS) -o $@ $<

build/mmaudit-rules.7: build/tools/rules
	$< >$@.new && mv $@.new $@

# What journalctl -x says of each entry of the journal.
build/mmaudit.catalog: tools/man/catalog.c tools/journal_ids.h module/rule.h
	@mkdir -p build/tools
	$(CC) $(TOOL_CFLAGS) $(CFLAGS) -o build/tools/catalog $<
	build/tools/catalog >$@.new && mv $@.new $@

docs/rules.md: build/tools/rules
	$< $@ >build/rules.md.new && mv build/rules.md.new $@

# ---- tests ----

tests: $(addprefix $(TESTS)/,legal would bugs bugs-hang wrong events asleep together traced contract reach dev_fuzz fail_nth balance hostile remember differ)

# Of x86 alone: a 32-bit task, and what a machine of QEMU's starts with.
ifneq ($(filter x86_64-%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
tests: $(TESTS)/ia32 $(TESTS)/guest.bin
endif

# Programs of rows: each is its own files and the kit.
KIT	= $(patsubst tests/kit/%.c,$(TESTS)/kit/%.o,$(wildcard tests/kit/*.c))
ROWS_CFLAGS = $(CFLAGS) -Wall -Wextra -pthread -Itests/kit -Itools

$(TESTS)/kit/%.o: tests/kit/%.c tests/kit/kit.h
	@mkdir -p $(@D)
	$(CC) $(ROWS_CFLAGS) -c -o $@ $<

$(TESTS)/legal: $(wildcard tests/legal/*.[ch])
$(TESTS)/would: $(wildcard tests/would/*.[ch]) uapi/mmaudit.h module/rule.h
$(TESTS)/would: ROWS_CFLAGS += -Iuapi -Imodule
# What `mmaudit verdict` runs is the program of the tests.
build/reproducers: $(TESTS)/bugs
	cp $< $@

$(TESTS)/bugs $(TESTS)/bugs-hang: $(wildcard tests/bugs/*.[ch]) tools/kernel_bugs.c tools/kernel_bugs.h
$(TESTS)/bugs-hang: ROWS_CFLAGS += -DBUGS_HANG='"uffdio-copy-wp-readonly"'
$(TESTS)/hostile: $(wildcard tests/hostile/*.[ch])
$(TESTS)/wrong: tests/wrong/main.c
$(TESTS)/events: $(wildcard tests/history/*.[ch])
$(TESTS)/events: ROWS_CFLAGS += -Iuapi -Imodule
$(TESTS)/reach: $(wildcard tests/mutants/programs/*.[ch])
$(addprefix $(TESTS)/,legal would bugs bugs-hang hostile wrong events reach): $(KIT) tests/kit/kit.h
	$(CC) $(ROWS_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^)

$(addprefix $(TESTS)/,asleep together traced): $(TESTS)/%: tests/wrong/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wall -Wextra -pthread -o $@ $<

tests: $(TESTS)/places

$(TESTS)/places: tests/why/places.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wall -Wextra -o $@ $<

tests: $(TESTS)/hold

$(TESTS)/hold: tests/trace/hold.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wall -Wextra -o $@ $<

$(TESTS)/contract: tests/wrong/contract.c uapi/mmaudit.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -D_GNU_SOURCE -Wall -Wextra -Iuapi -o $@ tests/wrong/contract.c

# Freestanding: no 32-bit headers or libraries are needed.
$(TESTS)/ia32: tests/ia32/ia32.c
	@mkdir -p $(@D)
	$(CC) -m32 -O1 -Wall -Wextra -ffreestanding -fno-pie -fno-stack-protector -nostdlib -static -no-pie -o $@ $<

$(addprefix $(TESTS)/,dev_fuzz fail_nth balance): $(TESTS)/%: tests/fuzz/%.c tests/fuzz/balanced.h uapi/mmaudit.h module/rule.h module/sites.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wall -Wextra -Wno-unused-parameter -Iuapi -Imodule -pthread -o $@ $<

# Writes the report of tests/unit/sample.h in any form. It has its own say() and device_symbol(), so the linker takes only what
# else it needs of the command.
build/tools.a: $(OBJS)
	rm -f $@ && $(AR) rc $@ $^

$(TESTS)/sample: tests/reports/sample.c tests/unit/sample.h build/tools.a
	@mkdir -p $(@D)
	$(CC) $(TOOL_CFLAGS) $(CFLAGS) -Itests/unit -o $@ $< build/tools.a $(shell $(PKG_CONFIG) --libs $(LIBS) $(OPTIONAL)) $(LDLIBS)

$(addprefix $(TESTS)/,remember differ): $(TESTS)/%: tests/clients/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wall -Wextra -o $@ $<

# What a machine starts with, in place of a BIOS.
$(TESTS)/guest.bin: tests/clients/guest.S
	@mkdir -p $(@D)
	$(CC) -m32 -nostdlib -static -no-pie -Wl,--build-id=none,-Ttext=0xf0000,--oformat=binary -o $@ $<

unit:
	tests/unit/run.sh

demo:
	tests/demo.sh

check:
	tests/check.sh

check-long:
	tests/check-long.sh

# What it found worth keeping is kept in build/corpus. Of that corpus.hex is the least that reaches every edge, an input a
# line: -merge=1 -set_cover_merge=1 -use_counters=0 -max_len=512.
FUZZ ?= -max_total_time=60
PRINTERS = $(addprefix tools/,print_past.c print_json_past.c past.c tell_past.c follow.c blame.c arch.c decode.c names.c print.c print_json.c print_json_told.c jsons.c print_text.c print_violation.c tell.c paths.c style.c lines.c words.c symbols.c known.c kinds.c outcome.c origin.c files.c input.c append.c clock.c)
FUZZED	= clang -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover -Iuapi -Imodule -Itools -Ibuild/html
RECORDINGS = $(addprefix tools/,recording.c progress.c rejudge.c cases.c losses.c stacks.c) $(wildcard tools/report*.c)
fuzz: build/html/page.h $(if $(PROTOBUF_C),build/perfetto/trace.pb-c.c)
	tests/vm/deps build fuzz
	@mkdir -p $(TESTS) build/corpus build/recordings
	$(FUZZED) -o $(TESTS)/decode_fuzz tests/fuzz/decode_fuzz.c $(PRINTERS) -ljson-c
	@perl -ne 'chomp; open F, ">build/corpus/kept-$$." or die; print F pack "H*", $$_' tests/fuzz/corpus.hex
	$(TESTS)/decode_fuzz -max_len=4096 $(FUZZ) -verbosity=0 -print_final_stats=1 build/corpus
	$(FUZZED) -o $(TESTS)/recording_fuzz tests/fuzz/recording_fuzz.c $(RECORDINGS) $(PRINTERS) \
		$(if $(PROTOBUF_C),-DHAVE_PROTOBUF_C -Ibuild/perfetto build/perfetto/trace.pb-c.c -lprotobuf-c) -ljson-c
	$(CC) -Iuapi -Imodule -Itools -Itests/unit -o $(TESTS)/make_recording tests/unit/make_recording.c tools/recorder.c \
		tools/wholefile.c tools/say.c $(PRINTERS) -ljson-c
	@$(TESTS)/make_recording build/recordings/made 4 2>/dev/null
	@$(TESTS)/make_recording build/recordings/arm64 4 arm64 2>/dev/null
	$(TESTS)/recording_fuzz -max_len=16384 $(FUZZ) -verbosity=0 -print_final_stats=1 build/recordings

bench:
	tests/bench/run

bench-check:
	tests/bench/run --check

# These build kernels the first time: some 7 minutes each on two processors of their own.
mutants:
	tests/mutants/run --doc docs/mutants.md

debug:
	tests/mutants/debug

# ---- install ----

define INSTALL_COMMAND
	install -D -m 755 mmaudit "$(SBIN)/mmaudit"
	install -D -m 755 build/reproducers "$(LIBEXEC)/reproducers"
	$(foreach f,$(wildcard tools/vm/*),install -D -m $(if $(shell test -x $f && echo x),755,644) $f "$(LIBEXEC)/vm/$(notdir $f)" &&) true
	$(foreach f,$(SOURCES),install -D -m $(if $(filter %.sh,$f),755,644) $f "$(SOURCE)/$f" &&) true
	$(foreach p,$(PAGES),install -D -m 644 $p "$(MAN)/man$(patsubst .%,%,$(suffix $p))/$(notdir $p)" &&) true
	install -D -m 644 tools/completion/mmaudit "$(COMPLETION)/mmaudit"
	install -D -m 644 -t "$(KNOWN)" known/*
	install -D -m 644 -t "$(FLEET)" packaging/fleet/*
	install -D -m 644 build/mmaudit.catalog "$(CATALOG)/mmaudit.catalog"
	install -D -m 644 uapi/mmaudit.h "$(INCLUDE)/mmaudit.h"
endef

# debhelper puts these into a package by itself, with what they need at installation: packaging/deb.
define INSTALL_UNITS
	install -D -m 644 -t "$(UNITS)" packaging/systemd/*.service packaging/systemd/*.timer
	install -D -m 644 packaging/systemd/mmaudit.sysusers "$(SYSUSERS)/mmaudit.conf"
	install -D -m 644 packaging/systemd/mmaudit.udev "$(UDEV)/60-mmaudit.rules"
endef

COMMAND_BUILT = test -x mmaudit $(foreach p,$(PAGES),&& test -e $p) && test -x build/reproducers && test -e build/mmaudit.catalog
NOT_BUILT = { echo "make: nothing built yet: run make first" >&2; exit 1; }

install:
	@$(COMMAND_BUILT) && test -e mmaudit.ko && test -e mmaudit_wrap.ko || $(NOT_BUILT)
	@command -v modinfo >/dev/null || { echo "make: this is lacking: apt-get install kmod" >&2; exit 1; }
	@set -- $$(modinfo -F vermagic ./mmaudit.ko); test "$$1" = "$(KVER)" || { \
		echo "make: mmaudit.ko is for $$1, not $(KVER): make module KVER=$(KVER), or make install KVER=$$1" >&2; \
		exit 1; }
	$(INSTALL_COMMAND)
	$(INSTALL_UNITS)
	install -D -m 644 mmaudit.ko "$(EXTRA)/mmaudit.ko"
	install -D -m 644 mmaudit_wrap.ko "$(EXTRA)/mmaudit_wrap.ko"
	$(if $(DESTDIR),,depmod $(KVER))

install-command:
	@$(COMMAND_BUILT) || $(NOT_BUILT)
	$(INSTALL_COMMAND)

install-units:
	$(INSTALL_UNITS)

# From what git lists here, with its own build.
deb:
	packaging/deb

rpm:
	packaging/rpm/build

uninstall:
	rm -f "$(SBIN)/mmaudit" "$(LIBEXEC)/reproducers" $(foreach p,$(PAGES),"$(MAN)/man$(patsubst .%,%,$(suffix $p))/$(notdir $p)") "$(COMPLETION)/mmaudit" "$(CATALOG)/mmaudit.catalog" \
		"$(UNITS)/mmaudit.service" "$(UNITS)/mmaudit-metrics.service" "$(UNITS)/mmaudit-metrics.timer" "$(SYSUSERS)/mmaudit.conf" "$(UDEV)/60-mmaudit.rules" "$(INCLUDE)/mmaudit.h" "$(EXTRA)/mmaudit.ko" \
		"$(EXTRA)/mmaudit_wrap.ko"
	rm -rf "$(KNOWN)" "$(FLEET)" "$(LIBEXEC)/vm" "$(SOURCE)"
	@for d in "$(LIBEXEC)" "$(dir $(KNOWN))"; do test ! -d "$$d" || rmdir --ignore-fail-on-non-empty "$$d"; done
	$(if $(DESTDIR),,depmod $(KVER))

# By hand, not by the kernel's make: its headers may be gone by now.
clean:
	rm -rf build mmaudit module/compat/have.h Module.symvers modules.order .Module.symvers.cmd .modules.order.cmd
	find . -path ./.git -prune -o \( -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' \
		-o -name '.*.cmd' -o -name '*.o.d' \) -exec rm -f {} +
