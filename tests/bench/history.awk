# history.awk - what the modes of the history add to an audit; status 1 if one adds more than it may, or was not measured.
function added(config, name) { return cost[config, name] - cost["off", name] }
# The most that a mode may add; per cent of what the workload costs with nothing loaded if relative is "%".
function most(config, name, limit, relative) {
	limits[config, name] = limit
	percent[config, name] = relative == "%"
}
function excess(config, name,   limit) {
	limit = limits[config, name]
	return percent[config, name] ? 100 * added(config, name) / cost["base", name] > limit : added(config, name) > limit
}
function cell(config, name) {
	if (!((config, name) in cost)) {
		failed = 1
		return "  not measured"
	}
	if (!((config, name) in limits))
		return sprintf(" %9.0f    ", added(config, name))
	if (excess(config, name))
		failed = 1
	return sprintf(" %9.0f %s", added(config, name), excess(config, name) ? "*  " : "ok ")
}
BEGIN {
	works = split("anon file cow-copy cow-reuse mprotect-8192 mprotect-1 zap fork script compile move", order)
	for (i = 1; i <= 4; i++)
		most("tracked", order[i], 15)
	most("all", "anon", 70)
	most("all", "file", 70)
	most("all", "cow-copy", 120)
	most("all", "cow-reuse", 120)
	most("tracked", "script", 1, "%")
	most("all", "script", 1.3, "%")
}
NF == 3 { cost[$1, $2] = $3 }
END {
	printf "=== Linux %s, guest instructions that the history adds to an audit; *: more than it may ===\n", release
	printf "%-14s %9s |%13s %13s %13s\n", "workload", "audit", "tracked", "audited", "all"
	for (i = 1; i <= works; i++) {
		w = order[i]
		printf "%-14s %9.0f |%s%s%s\n", w, cost["off", w] - cost["base", w], cell("tracked", w), cell("audited", w), cell("all", w)
	}
	exit failed
}
