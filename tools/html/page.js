
/*
 * page.js - opens findings, filters them, and draws flame graph and time line. All text is set as text, never as markup.
 * What is chosen stands in the address after '#': rule=, site=, kind= (numbers of the table's rows).
 */
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);

/* ---- elements ---- */

function make(tag, attributes, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes || {}))
		element.setAttribute(name, value);
	element.append(...children);
	return element;
}

function button(text, press, attributes) {
	const element = make("button", { type: "button", ...attributes }, text);

	element.addEventListener("click", press);
	return element;
}

function drawing(tag, attributes) {
	const element = document.createElementNS("http://www.w3.org/2000/svg", tag);

	for (const [name, value] of Object.entries(attributes))
		element.setAttribute(name, value);
	return element;
}

const number = (n) => n.toLocaleString("en");
const seconds = (ns) => ((ns - data.begun_ns) / 1e9).toFixed(3) + " s";

/* ---- what is chosen ---- */

const chosen = { rule: "", site: "", kinds: new Set() };

function read_address() {
	const parts = new URLSearchParams(location.hash.slice(1));

	chosen.rule = parts.get("rule") || "";
	chosen.site = parts.get("site") || "";
	chosen.kinds = new Set((parts.get("kind") || "").split(",").filter((n) => data.kinds[n]).map(Number));
}

function write_address() {
	const parts = new URLSearchParams();

	if (chosen.rule)
		parts.set("rule", chosen.rule);
	if (chosen.site)
		parts.set("site", chosen.site);
	if (chosen.kinds.size)
		parts.set("kind", [...chosen.kinds].join(","));
	history.replaceState(null, "", "#" + parts);
}

/* Of a kind or a stack. */
function is_chosen(what) {
	return (!chosen.rule || what.rules.includes(chosen.rule)) && (!chosen.site || what.site === chosen.site);
}

/* ---- an entry, bit by bit ---- */

function bits_row([name, was, is]) {
	const change = was === null || is === null || was === is ? "" : is ? "gained" : "lost";
	const mark = (set) => make("td", {}, set === null ? "-" : String(set));

	return make("tr", change ? { class: change } : {}, make("td", {}, name), mark(was), mark(is), make("td", {}, change));
}

/* The page frame of a present entry; of a huge one the first. */
function frame_row(frames) {
	const moved = !frames.includes(null) && frames[0] !== frames[1];

	return make("tr", moved ? { class: "moved" } : {}, ...["page frame", ...frames.map((frame) => frame ?? "-"), moved ? "another page" : ""].map((text) => make("td", {}, text)));
}

/* Only names that are set in one of the two entries. */
function bits_table(bits, frames) {
	const head = make("tr", {}, ...["bit", "was", "now", ""].map((name) => make("th", {}, name)));

	return make("table", { class: "bits" }, make("thead", {}, head),
		make("tbody", {}, ...bits.filter(([, was, is]) => was || is).map(bits_row), frame_row(frames)));
}

/* All 64 bits, the highest first, four together; those that differ from `other` are marked. */
function strip(label, entry, other) {
	const line = make("div", { class: "strip" }, make("span", { class: "label faint" }, label));
	const differs = other === null ? 0n : BigInt(entry) ^ BigInt(other);

	for (let high = 63; high > 0; high -= 4) {
		const nibble = make("span", { class: "nibble", title: "bits " + high + " to " + (high - 3) });

		for (let bit = high; bit > high - 4; bit--) {
			const at = 1n << BigInt(bit);

			nibble.append(make("span", differs & at ? { class: "changed" } : {}, BigInt(entry) & at ? "1" : "0"));
		}
		line.append(nibble);
	}
	return line;
}

function unseen(v) {
	if (v.old_unseen)
		return "was " + v.old_unseen;
	return v.site === "sweep" ? "what it was is not known to a sweep, which looks at what is" : "what it was before was not seen";
}

/* What its bits alone do not say: swapped out, migrating. */
const kind = (name) => name && name !== "present" ? " (" + name + ")" : "";

function entries(v) {
	const was = v.old === undefined ? null : v.old;
	const part = make("div", {}, make("h3", {}, v.count > 1 || v.entries > 1 ? "The first entry" : "The entry"));

	if (!v.bits)
		return make("p", {}, "About the mapping itself, not about an entry.");
	part.append(make("p", { class: "mono" }, was === null ? unseen(v) : "was " + was + kind(v.old_kind), make("br"), "now " + v.new + kind(v.new_kind)));
	part.append(bits_table(v.bits, v.frames));
	if (was !== null)
		part.append(strip("was", was, v.new));
	part.append(strip("now", v.new, was));
	return part;
}

/* ---- a violation in full ---- */

function described(pairs) {
	const list = make("dl");

	for (const [name, value] of pairs)
		if (value)
			list.append(make("dt", {}, name), make("dd", {}, value));
	return list;
}

function who(v) {
	const tgid = v.tgid === undefined ? v.pid : v.tgid;
	const task = v.comm + "[" + v.pid + "]" + (tgid === v.pid ? "" : " of process " + tgid);

	if (v.owner === undefined || v.owner === tgid)
		return task;
	return task + (v.owner ? " on memory of process " + v.owner : " on memory of a process now gone");
}

/* "/tmp/file at 0x5000, rw-s, 0x7f.. to 0x7f..; flags rd wr", as far as the module told. */
function mapping(m) {
	const file = m.path || (m.inode ? "file " + m.dev + " inode " + m.inode : "[" + m.kind + "]");
	const at = m.offset === undefined ? "" : " at 0x" + m.offset.toString(16);

	return file + at + ", " + m.rights + ", " + m.start + " to " + m.end + (m.flags.length ? "; flags " + m.flags.join(" ") : "");
}

function folio(f) {
	const size = f.order ? "of " + number(2 ** f.order) + " pages" : "";

	return ["pfn " + f.pfn, size, ...f.words].filter(Boolean).join(", ");
}

/* Flags that nothing else on the page tells. */
const notes = {
	CONFIRMED: "judged later, under mmap_lock and page-table lock",
	OLD_LOCKLESS: "what the entry was before was read without the page-table lock",
	PLANTED: "planted by the self-test",
	AT_EXIT: "found when its process gave this memory up, by exit or exec",
};

function about(v) {
	const n = v.count || v.entries;

	return described([
		["time", "+" + seconds(v.time_ns) + (v.cpu === undefined ? "" : " on CPU " + v.cpu)],
		["task", who(v)],
		["address", v.addr + " to " + v.end + (n ? ", " + number(n) + " " + v.level + (n > 1 ? " entries" : " entry") : "")],
		["mapping", v.mapping && mapping(v.mapping)],
		["page", v.folio && folio(v.folio)],
		["a write fault would", v.words.fault],
		["decided in", v.words.function && v.words.function + "(): " + v.words.sees],
		["notes", v.flags.map((flag) => notes[flag]).filter(Boolean).join("; ")],
	]);
}

function facts(v) {
	const list = make("ul", { class: "facts" });

	for (const name of v.facts)
		list.append(make("li", { title: data.facts[name] || "" }, name));
	list.append(make("li", {}, "refs " + v.refs), make("li", {}, "maps " + v.maps));
	return list;
}

function stack(v) {
	if (!v.stack || !v.stack.length)
		return make("p", { class: "faint" }, v.site === "sweep" ? "A sweep judges entries, whoever made them." : "Not taken: too many violations at once.");
	return make("ol", { class: "stack" }, ...(v.trace || v.stack).map((name, i) => {
		const line = v.source && v.source[i];

		return make("li", {}, name, ...(line ? [make("span", { class: "faint" }, " " + line)] : []));
	}));
}

/* ---- what happened to its page before ---- */

/* "3.200 ms before", of the violation. */
function apart(ns, v) {
	const ms = (v.time_ns - ns) / 1e6;

	return Math.abs(ms).toFixed(3) + " ms " + (ms < 0 ? "after" : "before");
}

function happened(e, blamed, v) {
	const what = make("div", {}, e.what);

	if (blamed)
		what.prepend(make("strong", {}, "here: "));
	return make("li", { class: blamed ? "blamed" : e.earlier ? "earlier" : "" },
		make("div", { class: "faint" }, apart(e.time_ns, v) + " \u00b7 " + (e.comm ? e.comm + "[" + e.pid + "]" : "pid " + e.pid) + " \u00b7 " + e.by + (e.caller ? " \u00b7 " + e.caller : "")), what);
}

/* A dot for each event, and a bar for the violation at the right end. */
function past_line(h, v) {
	const svg = drawing("svg", { class: "past", role: "img", "aria-label": h.events.length + " events before the violation" });
	const first = Math.min(...h.events.map((e) => e.time_ns)), last = Math.max(v.time_ns, ...h.events.map((e) => e.time_ns));
	const at = (ns) => (1 + 98 * (last > first ? (ns - first) / (last - first) : 1)).toFixed(2) + "%";

	svg.append(drawing("line", { x1: "1%", x2: "99%", y1: 12, y2: 12 }));
	h.events.forEach((e, i) => {
		const dot = drawing("circle", { cx: at(e.time_ns), cy: 12, r: i === h.event ? 7 : 4, class: i === h.event ? "blamed" : "" });
		const title = drawing("title", {});

		title.append(apart(e.time_ns, v) + ": " + e.by + ": " + e.what);
		dot.append(title);
		svg.append(dot);
	});
	svg.append(drawing("line", { class: "now", x1: at(v.time_ns), x2: at(v.time_ns), y1: 2, y2: 22 }));
	return svg;
}

/* The sentence says where the bit was lost. */
function past(v) {
	const h = v.history, part = make("div", { class: "history" });

	if (!h)
		return part;
	part.append(make("h3", {}, "History, newest last"), make("p", { class: "sentence" }, h.sentence));
	if (h.events.length)
		part.append(past_line(h, v));
	part.append(make("ol", { class: "past" }, ...h.events.map((e, i) => happened(e, i === h.event, v))));
	part.append(make("p", { class: "faint" }, "Nothing is missing since " + apart(h.begins_ns, v) + ". " +
		[h.before, h.order].filter(Boolean).map((s) => s[0].toUpperCase() + s.slice(1) + ".").join(" ")));
	return part;
}

function violation(v) {
	return make("div", { class: "violation" }, about(v), entries(v), past(v), make("h3", {}, "Facts"), facts(v),
		make("h3", {}, "Stack, innermost first"), stack(v),
		make("details", {}, make("summary", {}, "All that the record says"), make("pre", {}, JSON.stringify(v, null, 1))));
}

/* The rules' sentences, and one example at a time. */
function details(kind) {
	const place = make("div"), count = make("span", { class: "faint" });
	const all = kind.examples, rest = kind.violations - all.length;
	let at = 0;

	function turn(step) {
		at += step;
		back.disabled = at <= 0;
		on.disabled = at >= all.length - 1;
		count.textContent = all.length ? "example " + (at + 1) + " of " + all.length + (rest ? "; " + number(rest) + " more of this kind are not on this page" : "") : "no example was kept";
		place.replaceChildren(...(all.length ? [violation(all[at])] : []));
	}

	const back = button("earlier", () => turn(-1), { class: "earlier" }), on = button("later", () => turn(1), { class: "later" });
	const box = make("div", {});

	for (const rule of kind.rules)
		box.append(make("p", {}, make("strong", {}, rule), ": " + (data.rules[rule] || "a rule of a module newer than this mmaudit")));
	box.append(make("p", {}, back, " ", on, " ", count), place);
	turn(0);
	return box;
}

/* ---- the table ---- */

const rows = [...document.querySelectorAll("tr[data-kind]")];

function show_details(row, open) {
	const next = row.nextElementSibling, there = next && next.classList.contains("details");

	row.classList.toggle("chosen", open);
	row.querySelector("button.open").setAttribute("aria-expanded", String(open));
	if (there && !open)
		next.remove();
	if (!there && open)
		row.after(make("tr", { class: "details" }, make("td", { class: "detail", colspan: "7" }, details(data.kinds[row.dataset.kind]))));
}

function draw_table() {
	for (const row of rows) {
		const id = Number(row.dataset.kind), hidden = !is_chosen(data.kinds[id]);

		row.hidden = hidden;
		show_details(row, !hidden && chosen.kinds.has(id));
	}
}

function add_buttons() {
	for (const row of rows) {
		const id = Number(row.dataset.kind), cell = row.cells[1];
		const open = button(cell.textContent, () => {
			if (!chosen.kinds.delete(id))
				chosen.kinds.add(id);
			draw();
		}, { class: "open", "aria-expanded": "false" });

		cell.replaceChildren(open);
	}
}

/* ---- filter ---- */

function selector(name, values) {
	const select = make("select", { id: "by-" + name }, make("option", { value: "" }, "all"),
		...[...new Set(values)].sort().map((value) => make("option", { value }, value)));

	select.addEventListener("change", () => {
		chosen[name] = select.value;
		draw();
	});
	return select;
}

const selectors = {
	rule: selector("rule", data.kinds.flatMap((kind) => kind.rules)),
	site: selector("site", data.kinds.map((kind) => kind.site)),
};

function add_filter() {
	const form = document.getElementById("filter");

	for (const [name, select] of Object.entries(selectors))
		form.append(make("label", {}, name + " ", select));
	form.append(make("span", { id: "shown", class: "faint", "aria-live": "polite" }));
	form.addEventListener("submit", (event) => event.preventDefault());
	form.hidden = false;
}

function draw_filter() {
	const shown = data.kinds.filter(is_chosen);

	for (const [name, select] of Object.entries(selectors))
		select.value = chosen[name];
	document.getElementById("shown").textContent = shown.length + " of " + data.kinds.length + " kinds, " +
		number(shown.reduce((sum, kind) => sum + kind.violations, 0)) + " violations";
}

/* ---- flame graph ---- */

const HEIGHT = 20;
const flames = { by: "violations", zoom: [] };
const graph = make("div", { class: "graph", role: "group", "aria-label": "flame graph" });
const told = make("p", { class: "told", "aria-live": "polite" });

/* Frames with the same way from the root are one node. */
function tree() {
	const root = { name: "all", value: 0, children: new Map(), path: [] };

	for (const one of data.stacks.filter(is_chosen)) {
		let node = root;

		node.value += one[flames.by];
		for (const frame of one.frames) {
			const name = data.names[frame];

			if (!node.children.has(name))
				node.children.set(name, { name, value: 0, children: new Map(), path: [...node.path, name] });
			node = node.children.get(name);
			node.value += one[flames.by];
		}
	}
	return root;
}

function colour(name) {
	let hash = 7;

	for (const c of name)
		hash = (hash * 31 + c.codePointAt(0)) % 9973;
	return "hsl(" + (10 + hash % 45) + ", " + (65 + hash % 25) + "%, " + (62 + hash % 12) + "%)";
}

function tell(node, root) {
	told.textContent = node.name + ": " + number(node.value) + " of " + number(root.value) + " " + flames.by +
		" (" + (100 * node.value / root.value).toFixed(1) + " %)";
}

function draw_frame(node, root, depth, left, width) {
	const frame = button(node.name, () => {
		flames.zoom = node.path;
		draw_flames();
	}, { class: "frame", title: node.name });

	frame.style.bottom = depth * HEIGHT + "px";
	frame.style.left = 100 * left + "%";
	frame.style.width = 100 * width + "%";
	frame.style.background = colour(node.name);
	for (const event of ["mouseenter", "focus"])
		frame.addEventListener(event, () => tell(node, root));
	graph.append(frame);
}

/* Returns how deep it went. What is narrower than a thousandth is left out. */
function draw_node(node, root, depth, left, width) {
	let deepest = depth;

	if (width < 0.001)
		return depth - 1;
	draw_frame(node, root, depth, left, width);
	for (const child of [...node.children.values()].sort((a, b) => a.name < b.name ? -1 : 1)) {
		const part = width * child.value / node.value;

		deepest = Math.max(deepest, draw_node(child, root, depth + 1, left, part));
		left += part;
	}
	return deepest;
}

/* The frames below the one that is zoomed into are as wide as the graph. */
function draw_flames() {
	const root = tree();
	let node = root, depth = 0;

	graph.replaceChildren();
	told.textContent = "";
	while (depth < flames.zoom.length && node.children.has(flames.zoom[depth])) {
		draw_frame(node, root, depth, 0, 1);
		node = node.children.get(flames.zoom[depth++]);
	}
	if (root.value)
		graph.style.height = (draw_node(node, root, depth, 0, 1) + 1) * HEIGHT + "px";
	for (const name of ["violations", "entries"])
		document.getElementById("flames-by-" + name).setAttribute("aria-pressed", String(flames.by === name));
}

function add_flames() {
	const section = document.getElementById("flames");
	const by = (name) => button("by " + name, () => {
		flames.by = name;
		draw_flames();
	}, { id: "flames-by-" + name });
	const all = button("all", () => {
		flames.zoom = [];
		draw_flames();
	}, { id: "flames-all" });

	section.append(make("div", { class: "tools" }, by("violations"), by("entries"), all), graph, told);
	section.hidden = false;
}

/* ---- time line ---- */

const lines = make("div");

function by_site() {
	const sites = new Map();

	for (const kind of data.kinds.filter(is_chosen)) {
		const bins = sites.get(kind.site) || kind.bins.map(() => 0);

		sites.set(kind.site, bins.map((n, i) => n + kind.bins[i]));
	}
	return [...sites].sort();
}

/* The height is a square root: one violation is still seen beside a thousand. */
function bars(site, bins, most) {
	const step = (data.to_ns - data.from_ns) / bins.length;
	const svg = drawing("svg", { viewBox: "0 0 " + bins.length + " 100", preserveAspectRatio: "none", role: "img", "aria-label": "violations at " + site });

	bins.forEach((n, i) => {
		const height = n ? Math.max(4, 100 * Math.sqrt(n / most)) : 0;
		const bar = drawing("rect", { x: i, y: 100 - height, width: 1, height });
		const title = drawing("title", {});

		if (!n)
			return;
		title.textContent = number(n) + " at +" + seconds(data.from_ns + i * step) + " to +" + seconds(data.from_ns + (i + 1) * step);
		bar.append(title);
		svg.append(bar);
	});
	return svg;
}

function choose_site(site) {
	chosen.site = chosen.site === site ? "" : site;
	draw();
}

function draw_times() {
	const sites = by_site(), most = Math.max(1, ...sites.flatMap(([, bins]) => bins));
	const ends = make("div", { class: "axis faint" }, make("span", {}, "+" + seconds(data.from_ns)), make("span", {}, "+" + seconds(data.to_ns)));

	lines.replaceChildren(...sites.map(([site, bins]) =>
		make("div", { class: "line", "data-site": site }, button(site, () => choose_site(site)), bars(site, bins, most),
			make("span", { class: "n" }, number(bins.reduce((sum, n) => sum + n, 0))))),
		make("div", { class: "line" }, ends));
}

function add_times() {
	const section = document.getElementById("times");

	section.append(lines);
	section.hidden = false;
}

/* ---- all of it ---- */

function draw() {
	write_address();
	draw_filter();
	draw_table();
	draw_flames();
	draw_times();
}

add_buttons();
add_filter();
add_flames();
add_times();
read_address();
draw();
window.addEventListener("hashchange", () => {
	read_address();
	draw();
});
