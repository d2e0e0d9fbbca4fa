# SPDX-License-Identifier: GPL-2.0
"""
trace.py TRACE - reads the sample report's trace as Perfetto does, by the numbers of its fields, and prints a pass or fail line for
each check. The numbers are written here again, from Perfetto's protos, so that a slip in ours shows. Whether trace_processor takes
the trace is not tried: Debian has no package of it.
"""
import sys

PACKET, CLOCKS, TIME, SEQUENCE, EVENT, FLAGS, CLOCK, TRACK = 1, 6, 8, 10, 11, 13, 58, 60
ANNOTATION, TYPE, TRACK_UUID, CATEGORY, NAME, COUNTER, CALLSTACK = 4, 9, 11, 22, 23, 30, 55
BEGIN, END, INSTANT, COUNT = 1, 2, 3, 4
MONOTONIC, REALTIME = 3, 1

failed = 0


def check(name, ok, why=""):
    global failed
    failed += not ok
    print("pass " + name if ok else "fail %s %r" % (name, why), flush=True)


def same(name, got, want):
    check(name, got == want, "%r, not %r" % (got, want))


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7f) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


def fields(data):
    """A message as {number: [value...]}: numbers are whole, all else is bytes. Anything odd raises."""
    found, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        value, at = varint(data, at)
        if key & 7 == 2:
            value, at = data[at:at + value], at + value
            assert at <= len(data)
        else:
            assert key & 7 == 0
        found.setdefault(key >> 3, []).append(value)
    return found


def text(message, number):
    return message[number][0].decode()


def value(annotation):
    """What a DebugAnnotation holds."""
    if 12 in annotation:
        return [value(fields(a)) for a in annotation[12]]
    if 11 in annotation:
        return {text(fields(a), 10): value(fields(a)) for a in annotation[11]}
    for number in (2, 3, 4):
        if number in annotation:
            return annotation[number][0]
    return text(annotation, 6) if 6 in annotation else []


def annotations(event):
    return {text(fields(a), 10): value(fields(a)) for a in event.get(ANNOTATION, [])}


def frames(event):
    return [text(fields(f), 1) for f in fields(event[CALLSTACK][0])[1]]


def check_packets(packets):
    check("sequence", all(p[SEQUENCE] == [1] for p in packets))
    same("state-cleared-once", [p[FLAGS] for p in packets if FLAGS in p], [[1]])
    check("state-cleared-first", FLAGS in packets[0])
    clocks = fields(packets[0][CLOCKS][0])
    same("clocks", [[fields(c)[1][0], fields(c)[2][0]] for c in clocks[1]], [[MONOTONIC, 10 ** 12], [REALTIME, 17 * 10 ** 17]])
    same("clock-of-trace", clocks[2], [MONOTONIC])
    check("clock-of-events", all(p[CLOCK] == [MONOTONIC] and TIME in p for p in packets if EVENT in p))


def check_tracks(packets):
    tracks = [fields(p[TRACK][0]) for p in packets if TRACK in p]
    uuids = [t[1][0] for t in tracks]
    events = [fields(p[EVENT][0]) for p in packets if EVENT in p]
    same("tracks-once", len(set(uuids)), len(uuids))
    check("tracks-known", {e[TRACK_UUID][0] for e in events} <= set(uuids))
    check("tracks-parents", {t[5][0] for t in tracks if 5 in t} <= set(uuids))
    processes = [fields(t[3][0]) for t in tracks if 3 in t]
    threads = [fields(t[4][0]) for t in tracks if 4 in t]
    same("process", [(p[1][0], text(p, 6)) for p in processes], [(812, "writer")])
    same("threads", [(t[1][0], t[2][0], text(t, 5)) for t in threads], [(812, 812, "writer"), (812, 813, "writer")])
    same("sites", [text(t, 2) for t in tracks if 8 in t],
         ["violations at " + site for site in ("wp-copy", "ksm", "mprotect", "sweep")])
    same("unit", {fields(t[8][0])[3][0] for t in tracks if 8 in t}, {2})


def check_audit(events):
    slices = [(time, e) for time, e in events if e[TYPE][0] in (BEGIN, END)]
    same("audit", [(time, e[TYPE][0], e[TRACK_UUID][0]) for time, e in slices], [(10 ** 12, BEGIN, 1), (10 ** 12 + 2 * 10 ** 9, END, 1)])
    told = annotations(slices[0][1])
    same("kernel", told["kernel"], "6.1.0-test")
    same("verdict", (told["verdict"], told["violations"], told["entries"]), ("violations", 24, 537))
    same("unseen", told["sites_unseen"], ["uffd-unwp"])
    check("lost", told["lost_or_not_seen"][0] == "7 probe hits were missed by the kernel", told["lost_or_not_seen"])
    check("command", told["command"].endswith("&amp; \x01\\xff"), told["command"])


def check_violations(events):
    instants = [(time, e) for time, e in events if e[TYPE][0] == INSTANT]
    same("violations", len(instants), 24)
    same("in-order", [time for time, e in instants], sorted(time for time, e in instants))
    time, first = instants[0]
    told = annotations(first)
    same("name", text(first, NAME), "SOFT_DIRTY at wp-copy")
    same("categories", [c.decode() for c in first[CATEGORY]], ["SOFT_DIRTY", "wp-copy"])
    same("entries-before-after", (told["old"], told["new"]), ("0x8000000012345465", "0x8000000012345067"))
    same("bits", told["old_bits"], ["present", "user", "accessed", "dirty", "uffd-wp", "nx"])
    check("means", "the next write is not tracked" in told["means"][0], told["means"])
    same("fault", told["a_write_fault_would"], "copy the page and map the copy writable")
    same("stack", told["stack"][0], "do_wp_page+0x1a")
    same("frames", frames(first), ["asm_exc_page_fault", "exc_page_fault", "handle_mm_fault", "do_wp_page", "wp_page_copy", "SOFT_DIRTY at wp-copy"])
    ksm = [e for time, e in instants if "ksm" in text(e, NAME)][0]
    same("two-rules", (text(ksm, NAME), [c.decode() for c in ksm[CATEGORY]]), ("KSM,LOST_UFFD_WP at ksm", ["KSM", "LOST_UFFD_WP", "ksm"]))
    same("count", annotations(ksm)["count"], 512)
    same("old-unknown", annotations(ksm)["old"], "not known")
    same("hostile", frames([e for time, e in instants if "mprotect" in text(e, NAME)][0])[2], "<!--<script>f;g")
    same("sweep", frames(instants[-1][1]), ["SOFT_DIRTY at sweep"])


def check_counters(events):
    counts = {}
    for time, e in events:
        if e[TYPE][0] == COUNT:
            counts.setdefault(e[TRACK_UUID][0], []).append(e[COUNTER][0])
    same("counters", sorted(counts.values()), sorted([list(range(1, 21)), [1], [1, 2], [1]]))


def main():
    trace = open(sys.argv[1], "rb").read()
    packets = [fields(p) for p in fields(trace)[PACKET]]
    events = [(p[TIME][0], fields(p[EVENT][0])) for p in packets if EVENT in p]
    check_packets(packets)
    check_tracks(packets)
    check_audit(events)
    check_violations(events)
    check_counters(events)
    sys.exit(failed > 0)


main()
