# SPDX-License-Identifier: GPL-2.0
"""page.py PAGE PICTURES - clicks through the page of the sample report, and prints a pass or fail line for each check."""
import json
import os
import sys
import time

from browser import Browser

# Of all text: the least contrast with what is behind it, and where. 4.5 is what WCAG wants of plain text, disabled buttons apart.
CONTRAST = """(() => {
    const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
    const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; }
        return [255, 255, 255]; };
    let worst = [99, ""];
    for (const e of document.body.querySelectorAll("*")) {
        if (e.disabled || !e.getClientRects().length || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
        const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < worst[0]) worst = [(a + 0.05) / (b + 0.05), e.tagName + "." + e.className + " " + e.textContent.slice(0, 40)];
    }
    return worst; })()"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN = "[...document.querySelectorAll('tr[data-kind]')].filter((r) => !r.hidden).map((r) => r.cells[1].textContent)"
FRAMES = "[...document.querySelectorAll('.frame')].map((f) => f.textContent)"
DETAIL = "[...document.querySelectorAll('td.detail')].map((d) => d.innerText).join('\\n')"
EVIL = "</script><script>document.title=\"evil\"</script><img src=x onerror=alert(1)>&amp; \\x01\\xff"

failed = 0


def check(name, ok, why=""):
    global failed
    failed += not ok
    print("pass " + name if ok else "fail %s %r" % (name, why), flush=True)


def same(name, got, want):
    check(name, got == want, "%r, not %r" % (got, want))


def opens(b, url):
    b.look(1280, 900)
    b.open(url)
    same("loads-nothing", b.requests, [url])
    same("no-complaint", b.complaints, [])
    same("kinds", b.ask(SHOWN), ["wp-copy", "ksm", "mprotect", "sweep"])
    same("verdict", b.ask("document.getElementById('verdict').innerText"), "VIOLATIONS 24 violations (537 entries), of 4 kinds")
    same("losses", b.ask("[...document.querySelectorAll('#losses li')].map((l) => l.textContent.slice(0, 27))"),
         ["7 probe hits were missed by", "site uffd-unwp was not seen"])
    same("counts", b.ask("[...document.querySelector('tr[data-kind=\"1\"]').cells].slice(3).map((c) => c.textContent)"),
         ["1", "512", "+0.300 s", "+0.300 s"])
    conditions = b.ask("document.getElementById('conditions').innerText")
    for word in ("6.1.0-test", "process 812 and its descendants", "1000 grants and 400 denials", "1: uffd-unwp", "1: zap"):
        check("condition-" + word.replace(" ", "-"), word in conditions, conditions)


def markup(b):
    """What a task calls itself, a command line and a function stay text."""
    same("title", b.ask("document.title"), "mmaudit: sh -c '" + EVIL)
    check("command", EVIL in b.ask("document.getElementById('conditions').innerText"), "not there as text")
    same("no-element", b.ask("document.querySelectorAll('img, i, b, iframe').length"), 0)
    same("two-scripts", b.ask("document.scripts.length"), 2)
    check("comm", "</b><i>x;y z" in b.ask(FRAMES), b.ask(FRAMES))
    check("function", "<!--<script>f;g" in b.ask(FRAMES), b.ask(FRAMES))
    same("policy", b.ask("""(() => { const s = document.createElement("script"); s.textContent = "document.title = 'evil'";
        document.body.append(s); s.remove(); return document.title === 'evil'; })()"""), False)
    b.ask("0")
    check("policy-told", any("Content Security Policy" in c for c in b.complaints), b.complaints)
    b.complaints.clear()


def finding(b):
    """Opens one, turns its examples, closes it."""
    b.press('tr[data-kind="0"] button.open')
    text = b.ask(DETAIL)
    for word in ("the next write is not tracked", "example 1 of 5; 15 more", "writer[813] of process 812", "copy the page",
                 "was 0x8000000012345465", "now 0x8000000012345067", "VMA_WRITE", "do_wp_page+0x1a"):
        check("finding-" + word.replace(" ", "-"), word in text, text)
    same("bits", b.ask("[...document.querySelectorAll('table.bits tbody tr')].map((r) => r.innerText.trim().replace(/\\s+/g, ' '))"),
         ["present 1 1", "writable 0 1 gained", "user 1 1", "accessed 1 1", "dirty 1 1", "uffd-wp 1 0 lost", "nx 1 1",
          "page frame 0x12345 0x12345"])
    same("strips", b.ask("[...document.querySelectorAll('.strip')].map((s) => parseInt([...s.querySelectorAll('.nibble')]"
                         ".map((n) => n.textContent).join('').slice(32), 2).toString(16))"), ["12345465", "12345067"])
    same("changed", b.ask("document.querySelectorAll('.strip .changed').length"), 4)
    same("history", b.ask("document.querySelector('.history .sentence').textContent"),
         "soft-dirty lost by clear-refs (pid 99) 3.2 ms before, while the page was a migration entry; granted by wp_page_copy")
    same("history-events", b.ask("[...document.querySelectorAll('ol.past li')].map((l) => l.className)"), ["", "blamed"])
    check("history-blamed", b.ask("document.querySelector('li.blamed').innerText").startswith("3.200 ms before \u00b7 pid 99 \u00b7 clear-refs"),
          b.ask("document.querySelector('li.blamed').innerText"))
    same("history-line", b.ask("[...document.querySelectorAll('svg.past circle')].map((c) => c.getAttribute('cx'))"), ["1.00%", "59.80%"])
    b.press("button.later")
    same("no-history", b.ask("document.querySelectorAll('ol.past').length"), 0)
    check("later", "example 2 of 5" in b.ask(DETAIL) and "+0.010 s" in b.ask(DETAIL), b.ask(DETAIL))
    same("address", b.ask("location.hash"), "#kind=0")
    b.press('tr[data-kind="0"] button.open')
    same("closed", b.ask(DETAIL), "")


def others(b):
    """An entry that was not seen, a swap entry, what a sweep found."""
    b.press('tr[data-kind="1"] button.open')
    text = b.ask(DETAIL)
    check("not-seen", "was not seen: judged later" in text and "512 PMD entries" in text, text)
    same("not-seen-bits", b.ask("document.querySelector('table.bits tbody tr:nth-child(2)').innerText.trim().replace(/\\s+/g, ' ')"), "writable - 1")
    same("huge-frame", b.ask("document.querySelector('table.bits tbody tr:last-child').innerText.trim().replace(/\\s+/g, ' ')"), "page frame - 0x12200")
    b.press('tr[data-kind="1"] button.open')
    b.press('tr[data-kind="2"] button.open')
    bits = b.ask("[...document.querySelectorAll('table.bits tbody tr')].map((r) => r.innerText.trim().replace(/\\s+/g, ' '))")
    same("swap-frame", bits[-1], "page frame - 0x12345")
    check("swap", "uffd-wp 1 0 lost" in bits and "present - 1" in bits, bits)
    b.press("button.later")
    check("no-stack", "Not taken" in b.ask(DETAIL), b.ask(DETAIL))
    b.press('tr[data-kind="2"] button.open')
    b.press('tr[data-kind="3"] button.open')
    check("sweep", "3 PTE entries" in b.ask(DETAIL) and "by exit or exec" in b.ask(DETAIL), b.ask(DETAIL))
    b.press('tr[data-kind="3"] button.open')


def filters(b):
    b.choose("#by-rule", "SOFT_DIRTY")
    same("by-rule", b.ask(SHOWN), ["wp-copy", "sweep"])
    same("by-rule-said", b.ask("document.getElementById('shown').textContent"), "2 of 4 kinds, 21 violations")
    check("by-rule-flames", "ksmd" not in b.ask(FRAMES) and "writer" in b.ask(FRAMES), b.ask(FRAMES))
    b.choose("#by-site", "sweep")
    same("by-both", b.ask(SHOWN), ["sweep"])
    b.choose("#by-rule", "KSM")
    same("by-none", b.ask(SHOWN), [])
    same("by-none-frames", b.ask(FRAMES), [])
    b.choose("#by-rule", "")
    b.choose("#by-site", "")
    same("by-all", len(b.ask(SHOWN)), 4)


def flames(b):
    """The widths are shares of violations, or of entries; the root is at the bottom; a frame that is pressed fills the graph."""
    width = "Number(document.querySelector('.frame[title=\"%s\"]').style.width.slice(0, -1))"
    check("flames", abs(b.ask(width % "ksmd") - 100 / 24) < 0.01, b.ask(width % "ksmd"))
    same("flames-one-frame", b.ask(FRAMES).count("handle_mm_fault"), 1)
    same("flames-root", b.ask("[...document.querySelectorAll('.frame')].filter((f) => f.style.bottom === '0px').map((f) => f.textContent)"), ["all"])
    b.press("#flames-by-entries")
    check("flames-entries", abs(b.ask(width % "ksmd") - 100 * 512 / 537) < 0.01, b.ask(width % "ksmd"))
    b.press("#flames-by-violations")
    b.press('.frame[title="ksmd"]')
    check("zoomed", b.ask(width % "ksmd") == 100 and "writer" not in b.ask(FRAMES), b.ask(FRAMES))
    check("told", b.ask("document.querySelector('.told').textContent") == "" or "ksmd" in b.ask("document.querySelector('.told').textContent"))
    b.press("#flames-all")
    check("zoomed-out", "writer" in b.ask(FRAMES), b.ask(FRAMES))
    b.ask("document.querySelector('.frame[title=\"ksmd\"]').focus()")
    same("told-by-key", b.ask("document.querySelector('.told').textContent"), "ksmd: 1 of 24 violations (4.2 %)")
    b.key("Enter", 13)
    same("zoomed-by-key", b.ask(width % "ksmd"), 100)
    b.press("#flames-all")


def times(b):
    same("lines", b.ask("[...document.querySelectorAll('.line[data-site]')].map((l) => [l.dataset.site, l.lastChild.textContent, l.querySelectorAll('rect').length])"),
         [["ksm", "1", 1], ["mprotect", "2", 1], ["sweep", "1", 1], ["wp-copy", "20", 12]])
    same("axis", b.ask("document.querySelector('.axis').innerText.split(/\\s*\\n\\s*/)"), ["+0.000 s", "+2.000 s"])
    same("bar", b.ask("document.querySelector('.line[data-site=\"mprotect\"] rect').getAttribute('x')"), "90")
    b.press('.line[data-site="ksm"] button')
    same("by-line", b.ask(SHOWN), ["ksm"])
    b.press('.line[data-site="ksm"] button')
    same("by-line-again", len(b.ask(SHOWN)), 4)


def link(b, url):
    """What is chosen can be sent to others, and nonsense behind '#' does no harm."""
    b.open(url + "#rule=SOFT_DIRTY&kind=0,3")
    same("link", [b.ask(SHOWN), b.ask("document.querySelectorAll('td.detail').length")], [["wp-copy", "sweep"], 2])
    b.open(url + "#kind=99,x,-1&site=%3Cimg%20src%3Dx%3E")
    same("link-nonsense", [b.ask(SHOWN), b.complaints], [[], []])


def newer(b, page):
    """What a newer module or --vmlinux adds to a record is shown where it belongs."""
    told = {"mapping": {"start": "0x7f0000000000", "end": "0x7f0000100000", "kind": "file", "rights": "rw-s", "flags": ["rd", "wr"],
                        "path": "/tmp/<b>x", "dev": "08:01", "inode": 12, "offset": 20480},
            "folio": {"pfn": "0x12345", "order": 4, "words": ["of a file", "dirty"]}, "old": None, "old_kind": None,
            "old_unseen": "not seen: the probe did not read it", "new_kind": "swapped out",
            "trace": ["do_wp_page+0x1a/0x700"], "source": ["mm/memory.c:3700"]}
    text = open(page).read()
    begin = text.index('id="data">') + len('id="data">')
    end = text.index("</script>", begin)
    data = json.loads(text[begin:end])
    data["kinds"][0]["examples"][0].update(told)
    with open(page + ".newer.html", "w") as file:
        file.write(text[:begin] + json.dumps(data).replace("<", "\\u003c") + text[end:])
    b.open("file://" + os.path.abspath(page) + ".newer.html#kind=0")
    shown = b.ask(DETAIL)
    for word in ("/tmp/<b>x at 0x5000, rw-s, 0x7f0000000000 to 0x7f0000100000; flags rd wr", "pfn 0x12345, of 16 pages, of a file, dirty",
                 "was not seen: the probe did not read it", "now 0x8000000012345067 (swapped out)", "do_wp_page+0x1a/0x700 mm/memory.c:3700"):
        check("newer-" + word.split(",")[0].replace(" ", "-"), word in shown, shown)


def looks(b, url, pictures):
    for name, width, dark in (("desk-light", 1280, False), ("desk-dark", 1280, True), ("phone-light", 375, False), ("phone-dark", 375, True)):
        b.look(width, 800, dark)
        b.open(url + "#kind=0,1")
        worst = b.ask(CONTRAST)
        check("contrast-" + name, worst[0] >= 4.5, "%.2f: %s" % tuple(worst))
        check("fits-" + name, b.ask(WIDER) <= 0, "%d pixels too wide" % b.ask(WIDER))
        b.picture(os.path.join(pictures, name + ".png"))
    same("dark-is-dark", b.ask("getComputedStyle(document.body).backgroundColor"), "rgb(20, 23, 27)")


def without_scripts(b, url):
    b.look(1280, 900)
    b.scripts(False)
    b.open(url)
    same("plain-kinds", b.ask(SHOWN), ["wp-copy", "ksm", "mprotect", "sweep"])
    check("plain-says", "With JavaScript" in b.ask("document.body.innerText"), "no word of it")
    same("plain-hides", b.ask("document.getElementById('flames').getClientRects().length"), 0)
    b.scripts(True)


def main():
    page, pictures = sys.argv[1:]
    url = "file://" + os.path.abspath(page)
    begun = time.monotonic()
    b = Browser()
    try:
        opens(b, url)
        markup(b)
        b.open(url)
        for part in (finding, others, filters, flames, times):
            part(b)
        link(b, url)
        newer(b, page)
        looks(b, url, pictures)
        without_scripts(b, url)
        same("no-complaint-at-all", b.complaints, [])
    finally:
        b.close()
    print("page: %.1f s in Chromium; pictures in %s" % (time.monotonic() - begun, pictures), file=sys.stderr)
    sys.exit(failed > 0)


main()
