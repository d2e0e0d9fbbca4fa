/*
 * guest.S - all software of a tiny machine, in place of its BIOS: it fills 4 MB with 1, and for each byte that comes over the
 * serial line once more, with 2, 3 and so on. At the end of each round it tells the round, as a letter, to port 0xe9. It writes
 * no other memory, and each page of a round is like each other.
 *
 *   as --32, ld -m elf_i386 -Ttext=0xf0000 --oformat binary: 64 KB, of which the last 16 bytes are what the processor starts at
 */
	BEGIN = 1 << 20
	END = 5 << 20
	LINE = 0x3f8
	LINE_STATUS = 0x3fd

	.code16
	.globl _start
_start:	cli
	lgdtl %cs:gdt_at - _start
	mov $1, %eax
	mov %eax, %cr0			/* protected mode, no paging */
	ljmpl $8, $flat

	.code32
flat:	mov $16, %eax
	mov %eax, %ds
	mov %eax, %es
	in $0x92, %al			/* address line 20 on */
	or $2, %al
	out %al, $0x92
	cld
	xor %ebx, %ebx

round:	inc %ebx
	mov %ebx, %eax
	mov $BEGIN, %edi
	mov $(END - BEGIN) / 4, %ecx
	rep stosl
	lea '@'(%ebx), %eax		/* 'A' for round 1 */
	out %al, $0xe9

	mov $LINE_STATUS, %edx
quiet:	mov $10000, %ecx
	loop .
	in %dx, %al
	test $1, %al
	jz quiet
	mov $LINE, %edx
	in %dx, %al
	jmp round

	.align 8
gdt:	.quad 0
	.quad 0x00cf9b000000ffff	/* 8: code, flat */
	.quad 0x00cf93000000ffff	/* 16: data, flat */
gdt_at:	.word . - gdt - 1
	.long gdt

	.org 0xfff0
	.code16
	ljmp $0xf000, $0
	.org 0x10000
