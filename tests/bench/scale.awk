# scale.awk - what auditing adds to a fault while as many processors fault at a time: it must not grow with them.
$2 ~ /^scale-[0-9]+$/ { cost[$1, substr($2, 7)] = $3 }
$2 ~ /^scale-[0-9]+\.records$/ { records[$1, substr($2, 7) + 0] = $3 }
$2 == "lost" { lost[$1] += $3 }
function added(config, n) { return cost[config, n] - cost["base", n] }
# A processor more may add a hundredth of the fault for what the scheduler and the clock do on each.
function flat(config) {
	if (added(config, 1) > 0 && added(config, 4) - added(config, 1) <= cost["base", 1] / 50)
		return "flat"
	failed = 1
	return "GROWS"
}
END {
	printf "=== Linux %s: instructions that auditing adds to a first touch, by processors that fault at a time ===\n", release
	printf "%10s %10s %10s %10s %16s\n", "processors", "nothing", "audit", "trace", "records a fault"
	for (n = 1; n <= 4; n++)
		printf "%10d %10.0f %10.0f %10.0f %16.2f\n", n, cost["base", n], added("audit", n), added("trace", n), records["trace", n]
	printf "%10s %10s %10s %10s\n", "", "", flat("audit"), flat("trace")
	printf "lost: %d records or probe hits while auditing, %d while tracing\n", lost["audit"], lost["trace"]
	exit failed
}
