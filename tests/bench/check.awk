# check.awk - auditing a copying write fault against an empty kretprobe, of one run. Of what was measured twice the lesser counts.
$2 == "cow-copy" && (!($1 in cost) || $3 < cost[$1]) { cost[$1] = $3 }
END {
	if (!("base" in cost && "audit" in cost && "kretprobe" in cost)) {
		print release ": not measured"
		exit 1
	}
	ours = cost["audit"] - cost["base"]
	bare = cost["kretprobe"] - cost["base"]
	ratio = 100 * ours / bare
	printf "%s: auditing a copying write fault adds %d instructions, an empty kretprobe %d: %d %% (limit %d %%)\n", \
		release, ours, bare, ratio, limit
	exit !(bare > 0 && ratio <= limit)
}
