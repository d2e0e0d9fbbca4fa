# ptc.awk - what CONFIG_PAGE_TABLE_CHECK adds to each workload, beside mmaudit on the same kernel.
NF == 3 { cost[$1, $2] = $3 }
$1 == "base" && $2 !~ /\./ { order[++works] = $2 }
END {
	printf "=== Linux %s (CONFIG_DEBUG_VM): instructions added to a unit ===\n", release
	printf "%-14s %12s %18s %10s\n", "workload", "nothing", "page_table_check", "mmaudit"
	for (i = 1; i <= works; i++) {
		w = order[i]
		if (!(("ptc", w) in cost) || !(("audit", w) in cost))
			failed = 1
		printf "%-14s %12.0f %18.0f %10.0f\n", w, cost["base", w], cost["ptc", w] - cost["base", w],
			cost["audit", w] - cost["base", w]
	}
	exit failed || !works
}
