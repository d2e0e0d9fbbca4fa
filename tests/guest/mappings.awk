# mappings.awk - awk -v smaps=/proc/PID/smaps -f mappings.awk TOLD: each line of TOLD, a "mapping" object of a dump, must be a
# mapping of that process, with the same rights, file and flags. Prints what differs; says at the end how many were right.

function bare(hex) { sub(/^0x/, "", hex); sub(/^0+/, "", hex); return hex }

# The value of a key: a string, a number or null.
function value(key,   i, s) {
	i = index($0, "\"" key "\":")
	if (!i)
		return ""
	s = substr($0, i + length(key) + 3)
	return substr(s, 1, 1) == "\"" ? substr(s, 2, index(substr(s, 2), "\"") - 1) : substr(s, 1, match(s, /[,}]/) - 1)
}

function read_smaps(   line, w, range) {
	while ((getline line < smaps) > 0) {
		split(line, w, " ")
		if (w[1] ~ /^[0-9a-f]+-[0-9a-f]+$/) {
			split(w[1], range, "-")
			at = bare(range[1]) "-" bare(range[2])
			rights[at] = w[2]
			offset[at] = w[3]
			file[at] = w[5] ? w[4] " " w[5] : " "
			path[at] = w[6]
		} else if (w[1] == "VmFlags:") {
			flags[at] = substr(line, 9) " "
		}
	}
}

# Each of ours is one of theirs, and they are as many.
function same_flags(theirs,   ours, mine, n, w) {
	ours = $0
	sub(/.*"flags":\[/, "", ours)
	sub(/\].*/, "", ours)
	gsub(/[",]+/, " ", ours)
	n = split(ours, mine, " ")
	if (n != split(theirs, w, " "))
		return 0
	for (; n; n--)
		if (!index(theirs, " " mine[n] " "))
			return 0
	return 1
}

function wrong(what) { print what " differs: " $0 "; /proc has " rights[at] " " file[at] " " path[at] flags[at]; failed = 1 }

BEGIN { read_smaps() }

{
	at = bare(value("start")) "-" bare(value("end"))
	if (!(at in rights))
		wrong("range")
	else if (value("rights") != rights[at])
		wrong("right")
	else if (value("dev") " " value("inode") != file[at])
		wrong("file")
	else if (file[at] != " " && value("path") != path[at])
		wrong("path")
	else if (!same_flags(flags[at]))
		wrong("flag")
	else
		right++
}

END { print right + 0 " right"; exit failed || right < 4 }
