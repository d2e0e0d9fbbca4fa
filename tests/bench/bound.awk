# bound.awk - what auditing adds to one call on a range, by its pages: at some size it must stop to grow.
$2 ~ /^one-/ && $2 !~ /records$/ {
	n = split($2, word, "-")
	cost[$1, word[2], word[n]] = $3
	if (!(word[n] in seen)) { seen[word[n]] = 1; pages[++sizes] = word[n] }
}
$1 == "sweep" && $2 ~ /^sweep-[a-z]+-[0-9]+$/ { sweep[$2] = $3; sweeps[++nr_sweeps] = $2 }
$2 == "lost" { lost += $3 }
function added(config, call, size) { return cost[config, call, size] - cost["base", call, size] }
# Beyond the largest budget four times the range may add a twentieth, for what the kernel itself finds in its caches.
function bounded(config, call,   most, before) {
	most = added(config, call, pages[sizes])
	before = added(config, call, pages[sizes - 1])
	if (most > 0 && most <= before * 1.05)
		return "bounded"
	failed = 1
	return "GROWS"
}
END {
	printf "=== Linux %s: instructions that auditing adds to one call on a range ===\n", release
	printf "%12s %18s %18s %18s %18s\n", "pages", "mprotect, audit", "mprotect, trace", "mremap, audit", "mremap, trace"
	for (i = 1; i <= sizes; i++)
		printf "%12d %18d %18d %18d %18d\n", pages[i], added("audit", "mprotect", pages[i]),
			added("trace", "mprotect", pages[i]), added("audit", "mremap", pages[i]), added("trace", "mremap", pages[i])
	if (sizes < 2) {
		print "not measured"
		exit 1
	}
	printf "%12s %18s %18s %18s %18s\n", "", bounded("audit", "mprotect"), bounded("trace", "mprotect"),
		bounded("audit", "mremap"), bounded("trace", "mremap")
	print "\nThe longest call of a sweep (it holds no lock, and keeps preemption off, for no longer than a page table):"
	for (i = 1; i <= nr_sweeps; i++) {
		n = split(sweeps[i], word, "-")
		printf "%12d %-8s %12d\n", word[n], word[2] == "call" ? "entries" : "tasks", sweep[sweeps[i]]
	}
	# MAX_STEPS of module/sweep.c page tables a call
	if (nr_sweeps < 4 || sweep["sweep-call-1048576"] > sweep["sweep-call-524288"] * 1.1) {
		print "the call GROWS with the entries"
		failed = 1
	}
	if (lost)
		print "lost: " lost " records or probe hits, so less was done than this says"
	exit failed
}
