# full.awk - "CONFIG WORKLOAD VALUE" lines of one run to its table; status 1 if a workload was not measured.
function work(name, per, hooked, most, relative) {
	order[++works] = name
	unit[name] = per
	hook[name] = hooked
	bound[name] = most
	percent[name] = relative
}
function added(config, name) { return cost[config, name] - cost["base", name] }
function cell(config, name) {
	if (!((config, name) in cost))
		return sprintf(" %9s", "-")
	return sprintf(" %9.0f", added(config, name))
}
function verdict(name,   most, ours) {
	if (!bound[name])
		return ""
	most = percent[name] ? cost["base", name] * bound[name] / 100 : bound[name]
	ours = added("audit", name)
	return sprintf("%s%s%s", bound[name] percent[name], ours > most ? " MISS" : " ok",
		percent[name] ? sprintf(" (%.1f %%)", 100 * ours / cost["base", name]) : "")
}
function idle(name) {
	return added("disarmed", name) > cost["base", name] / 1000 ? "MISS" : "ok"
}
function sweep_most(   rw, ro) {
	rw = cost["sweep", "sweep-writable"]
	ro = cost["sweep", "sweep-read-only"]
	return rw > ro ? rw : ro
}
BEGIN {
	split("sweep-writable sweep-read-only pagemap", swept)
	foreign = release ~ /arm64$/	# a first touch alone has a target there
	work("cow-copy",	"fault",	"do_wp_page",		foreign ? 0 : 240)
	work("cow-reuse",	"fault",	"do_wp_page",		foreign ? 0 : 240)
	work("anon",		"fault",	"handle_mm_fault",	foreign ? 600 : 240)
	work("anon-64k",	"page",		"handle_mm_fault")
	work("zap",		"call",		"tlb_gather_mmu")
	work("file",		"fault",	"handle_mm_fault",	foreign ? 0 : 240)
	work("mprotect-8192",	"page, R+RW",	"can_change_pte_writable", foreign ? 0 : 25)
	work("mprotect-1",	"call, R+RW",	"change_protection",	foreign ? 0 : 700)
	work("fork",		"fork+exit",	"handle_mm_fault",	1, "%")
	work("script",		"script",	"handle_mm_fault",	1, "%")
	work("compile",		"compile",	"handle_mm_fault",	1, "%")
	work("move",		"page",		"remove_migration_pte")
	work("swap",		"page, out+in",	"handle_mm_fault")
	others = split("ftrace ftrace_regs kprobe kretprobe fentry fexit event delivered bpftrace", other)
}
NF == 3 { cost[$1, $2] = $3 }
$2 == "lost" { lost[$1] += $3 }
END {
	printf "=== Linux %s, guest instructions ===\n", release
	print "Of a unit with nothing loaded, again at the end, and what each configuration adds:\n"
	printf "%-14s %-12s %9s %9s | %9s %9s %9s  %-18s %s\n", "workload", "unit", "nothing", "again",
		"disarmed", "audit", "trace", "audit, at most", "disarmed, at most 0.1%"
	for (i = 1; i <= works; i++) {
		w = order[i]
		if (w == "anon-64k" && !(("base", w) in cost))
			continue	# before 6.8
		if (!(("base", w) in cost) || !(("audit", w) in cost)) {
			print w " was not measured"
			failed = 1
			continue
		}
		printf "%-14s %-12s %9.0f%s |%s%s%s  %-18s %s\n", w, unit[w], cost["base", w], cell("again", w),
			cell("disarmed", w), cell("audit", w), cell("trace", w), verdict(w), idle(w)
	}
	print "\nWhat the others add, hooking one function and judging nothing:\n"
	printf "%-14s %-24s", "workload", "function"
	for (j = 1; j <= others; j++)
		printf " %11s", other[j]
	print ""
	for (i = 1; i <= works; i++) {
		w = order[i]
		if (!(("base", w) in cost))
			continue
		printf "%-14s %-24s", w, hook[w]
		for (j = 1; j <= others; j++)
			printf "  %s", cell(other[j], w)
		print ""
	}
	print "\nTracing, a record made, delivered and decoded (what tracing adds to auditing; at most 700):\n"
	for (i = 1; i <= works; i++) {
		w = order[i]
		n = cost["trace", w ".records"]
		if (n > 0.5) {
			per = (cost["trace", w] - cost["audit", w]) / n
			printf "%-14s %9.2f records a unit %9.0f instructions each  %s\n", w, n, per, (per > 700 ? "MISS" : "ok")
		}
	}
	for (i in swept)
		if (!(("sweep", swept[i]) in cost))
			failed = 1
	pagemap = cost["sweep", "pagemap"]
	printf "\nA sweep, a present entry: %.1f writable, %.1f read-only; at most 40 %s; reading /proc/PID/pagemap %.1f %s\n",
		cost["sweep", "sweep-writable"], cost["sweep", "sweep-read-only"], (sweep_most() > 40 ? "MISS" : "ok"),
		pagemap, (sweep_most() > pagemap ? "MISS" : "ok")
	printf "lost: %d records or probe hits while auditing, %d while tracing\n\n", lost["audit"], lost["trace"]
	exit failed
}
