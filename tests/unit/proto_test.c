// SPDX-License-Identifier: GPL-2.0
/* proto_test.c - tools/proto.c against BTF made here: prototypes as kernels have had them, and as they must not be. */
#include <bpf/btf.h>
#include <stddef.h>

#include "check.h"
#include "proto.h"

/* Types every prototype below is made of. */
static struct btf *btf;
static int t_ulong, t_uint, t_int, t_long, t_uchar, t_bool, t_enum, t_fault;
static int p_vma, p_cvma, p_vmf, p_void, p_folio, p_page, p_tlb, p_move, p_moved, p_fwd, prot, pte, p_pte, wide;
static int p_ulong, p_long;

/* struct pagetable_move_control, its new vma at that offset. */
static int move_control(__u32 at)
{
	int id = btf__add_struct(btf, "pagetable_move_control", 48);

	btf__add_field(btf, "old", p_vma, at ? 0 : 64, 0);
	btf__add_field(btf, "new", p_vma, at * 8, 0);
	btf__add_field(btf, "len_in", t_ulong, 320, 0);
	return btf__add_ptr(btf, id);
}

static void make_types(void)
{
	btf = btf__new_empty();
	t_ulong = btf__add_int(btf, "long unsigned int", 8, 0);
	t_long = btf__add_int(btf, "long int", 8, BTF_INT_SIGNED);
	p_ulong = btf__add_ptr(btf, btf__add_const(btf, t_ulong));
	p_long = btf__add_ptr(btf, t_long);
	t_uint = btf__add_int(btf, "unsigned int", 4, 0);
	t_int = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	t_uchar = btf__add_int(btf, "unsigned char", 1, 0);
	t_bool = btf__add_int(btf, "_Bool", 1, BTF_INT_BOOL);
	t_enum = btf__add_enum(btf, "ttu_flags", 4);
	t_fault = btf__add_typedef(btf, "vm_fault_t", t_uint);
	p_vma = btf__add_ptr(btf, btf__add_struct(btf, "vm_area_struct", 8));
	p_cvma = btf__add_ptr(btf, btf__add_const(btf, btf__add_fwd(btf, "vm_area_struct", BTF_FWD_STRUCT)));
	p_vmf = btf__add_ptr(btf, btf__add_struct(btf, "vm_fault", 8));
	p_folio = btf__add_ptr(btf, btf__add_struct(btf, "folio", 8));
	p_void = btf__add_ptr(btf, 0);
	pte = btf__add_typedef(btf, "pte_t", btf__add_struct(btf, "", 8));
	p_pte = btf__add_ptr(btf, pte);
	p_page = btf__add_ptr(btf, btf__add_struct(btf, "page", 8));
	p_tlb = btf__add_ptr(btf, btf__add_struct(btf, "mmu_gather", 8));
	prot = btf__add_typedef(btf, "pgprot_t", btf__add_struct(btf, "pgprot", 8));
	p_move = move_control(8);
	p_moved = move_control(0);
	p_fwd = btf__add_ptr(btf, btf__add_fwd(btf, "pagetable_move_control", BTF_FWD_STRUCT));
	wide = btf__add_typedef(btf, "pte_t", btf__add_struct(btf, "", 16));
}

#define MAX_ARGS	6

static void add_function(const char *name, int ret, const int *args)
{
	int proto = btf__add_func_proto(btf, ret);

	for (int i = 0; i < MAX_ARGS && args[i]; i++)
		btf__add_func_param(btf, "a", args[i]);
	btf__add_func(btf, name, BTF_FUNC_GLOBAL, proto);
}

static const char *const words[] = { "same", "differs", "unknown" };

static void expect(const char *name, const char *arguments, enum proto_answer want)
{
	char why[200] = "";
	enum proto_answer got = proto_check(btf, name, arguments, why, sizeof(why));

	check(got == want && (got == PROTO_DIFFERS) == !!why[0], name, "%s, not %s: %s",
	      words[got], words[want], why);
}

#define ROW(name, ret, arguments, want, ...)				\
	do {								\
		add_function(name, ret, (int[MAX_ARGS]){ __VA_ARGS__ });	\
		expect(name, arguments, want);				\
	} while (0)

#define CAN_CHANGE	"vm_area_struct ulong pte_t =bool"
#define UPGRADE		"vm_area_struct ulong pte_t pte_t int"

static void test_same(void)
{
	ROW("can_change", t_bool, CAN_CHANGE, PROTO_SAME, p_vma, t_ulong, pte);
	ROW("forward-const-struct", t_bool, CAN_CHANGE, PROTO_SAME, p_cvma, t_ulong, pte);
	ROW("entry-by-pointer", t_int, UPGRADE, PROTO_SAME, p_vma, t_ulong, p_pte, pte, t_int);
	ROW("typedef-return", t_fault, "vm_fault =uint", PROTO_SAME, p_vmf);
	ROW("enum-for-uint", t_enum, "uint =uint", PROTO_SAME, t_enum);
	ROW("more-arguments", t_long, "vm_area_struct ulong", PROTO_SAME, p_vma, t_ulong, t_ulong, t_uint);
	ROW("not-read", 0, "- vm_area_struct ulong -", PROTO_SAME, p_folio, p_vma, t_ulong, p_void);
	ROW("ulong-pointer", t_int, "vm_area_struct ulong*", PROTO_SAME, p_vma, p_ulong);
	ROW("return-not-read", 0, "vm_fault", PROTO_SAME, p_vmf);
}

static void test_differs(void)
{
	ROW("argument-inserted", t_bool, CAN_CHANGE, PROTO_DIFFERS, p_vmf, p_vma, t_ulong, pte);
	ROW("argument-dropped", t_bool, CAN_CHANGE, PROTO_DIFFERS, p_vma, pte);
	ROW("too-few", t_bool, CAN_CHANGE, PROTO_DIFFERS, p_vma, t_ulong);
	ROW("not-read-but-there", 0, "vm_fault -", PROTO_DIFFERS, p_vmf);
	ROW("other-struct", t_fault, "vm_fault =uint", PROTO_DIFFERS, p_folio);
	ROW("void-pointer", t_fault, "vm_fault =uint", PROTO_DIFFERS, p_void);
	ROW("integer-for-struct", t_fault, "vm_fault =uint", PROTO_DIFFERS, t_ulong);
	ROW("uint-for-ulong", t_bool, CAN_CHANGE, PROTO_DIFFERS, p_vma, t_uint, pte);
	ROW("long-for-ulong", t_bool, CAN_CHANGE, PROTO_DIFFERS, p_vma, t_long, pte);
	ROW("int-for-bool", t_int, CAN_CHANGE, PROTO_DIFFERS, p_vma, t_ulong, pte);
	ROW("char-for-bool", t_uchar, CAN_CHANGE, PROTO_DIFFERS, p_vma, t_ulong, pte);
	ROW("void-return", 0, "vm_fault =uint", PROTO_DIFFERS, p_vmf);
	ROW("ulong-for-entry", t_bool, CAN_CHANGE, PROTO_DIFFERS, p_vma, t_ulong, t_ulong);
	ROW("long-for-ulong-pointer", t_int, "vm_area_struct ulong*", PROTO_DIFFERS, p_vma, p_long);
	ROW("ulong-for-its-pointer", t_int, "vm_area_struct ulong*", PROTO_DIFFERS, p_vma, t_ulong);
	ROW("wide-entry", t_bool, CAN_CHANGE, PROTO_DIFFERS, p_vma, t_ulong, wide);
}

/* compat.h's words for one kernel against the prototypes of all: none fits another's. */
static void test_kernels(void)
{
	static const char old[] = "vm_area_struct ulong ulong - ulong";
	static const char gather[] = "mmu_gather vm_area_struct ulong ulong - ulong";
	static const char now[] = "mmu_gather vm_area_struct ulong ulong ulong";

	ROW("change-5.10", t_ulong, old, PROTO_SAME, p_vma, t_ulong, t_ulong, prot, t_ulong);
	expect("change-5.10", gather, PROTO_DIFFERS);
	expect("change-5.10", now, PROTO_DIFFERS);
	ROW("change-6.1", t_ulong, gather, PROTO_SAME, p_tlb, p_vma, t_ulong, t_ulong, prot, t_ulong);
	expect("change-6.1", old, PROTO_DIFFERS);
	expect("change-6.1", now, PROTO_DIFFERS);
	ROW("change-6.12", t_long, now, PROTO_SAME, p_tlb, p_vma, t_ulong, t_ulong, t_ulong);
	expect("change-6.12", old, PROTO_DIFFERS);
	expect("change-6.12", gather, PROTO_DIFFERS);
	ROW("migrate-5.10", t_bool, "page vm_area_struct ulong -", PROTO_SAME, p_page, p_vma, t_ulong, p_void);
	expect("migrate-5.10", "folio vm_area_struct ulong -", PROTO_DIFFERS);
}

static void test_members(void)
{
	ROW("member", t_ulong, "pagetable_move_control.new@8.len_in@40", PROTO_SAME, p_move);
	ROW("member-elsewhere", t_ulong, "pagetable_move_control.new@8.len_in@40", PROTO_DIFFERS, p_moved);
	ROW("member-gone", t_ulong, "pagetable_move_control.new@8.length@40", PROTO_DIFFERS, p_move);
	ROW("member-of-unknown", t_ulong, "pagetable_move_control.new@8", PROTO_DIFFERS, p_fwd);
	ROW("member-garbled", t_ulong, "pagetable_move_control.new@8.len_in", PROTO_DIFFERS, p_move);
	ROW("member-of-other", t_ulong, "pagetable_move_control.new@8", PROTO_DIFFERS, p_vma);
}

/* What libbpf of Debian 12 lets pass: a member whose name is nowhere, and a typedef of itself. */
static void test_forged(void)
{
	const int id = btf__add_struct(btf, "forged", 16);
	int nameless, loop;

	btf__add_field(btf, "member", t_ulong, 0, 0);
	nameless = btf__add_ptr(btf, id);
	loop = btf__add_typedef(btf, "loop", btf__type_cnt(btf));
	ROW("loop", t_ulong, "ulong", PROTO_DIFFERS, loop);
	add_function("nameless", t_ulong, (int[MAX_ARGS]){ nameless });
	btf_members(btf__type_by_id(btf, id))->name_off = 0x7fffffff;
	expect("nameless", "forged.member@0", PROTO_DIFFERS);
}

int main(void)
{
	make_types();
	test_same();
	test_differs();
	test_kernels();
	test_members();
	test_forged();
	expect("no-such-function", CAN_CHANGE, PROTO_UNKNOWN);
	btf__free(btf);
	return check_done();
}
