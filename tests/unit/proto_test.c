// SPDX-License-Identifier: GPL-2.0
/* proto_test.c - tools/proto.c against BTF made here: prototypes as kernels have had them, and as they must not be. */
#include <bpf/btf.h>
#include <stddef.h>

#include "check.h"
#include "proto.h"

/* Types every prototype below is made of. */
static struct btf *btf;
static int t_ulong, t_uint, t_int, t_long, t_uchar, t_bool, t_enum, t_fault;
static int p_vma, p_cvma, p_vmf, p_void, p_folio, pte, p_pte, wide;

static void make_types(void)
{
	btf = btf__new_empty();
	t_ulong = btf__add_int(btf, "long unsigned int", 8, 0);
	t_long = btf__add_int(btf, "long int", 8, BTF_INT_SIGNED);
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
	ROW("wide-entry", t_bool, CAN_CHANGE, PROTO_DIFFERS, p_vma, t_ulong, wide);
}

int main(void)
{
	make_types();
	test_same();
	test_differs();
	expect("no-such-function", CAN_CHANGE, PROTO_UNKNOWN);
	btf__free(btf);
	return check_done();
}
