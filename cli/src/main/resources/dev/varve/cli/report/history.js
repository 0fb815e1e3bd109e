
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const ROWS = 40;
  // A list that is a little longer is shown as a whole: a button is no shorter than its rows.
  const few = (length, limit) => length <= 1.25 * limit;
  const COMPONENTS = 25;
  const NAMES = 12;
  const SQUARE = 18; // of the largest layer, in pixels
  const byId = (id) => document.getElementById(id);

  // Formats

  const UNITS = ["B", "kB", "MB", "GB", "TB"];
  function size(bytes) {
    if (bytes < 1000) return `${bytes} B`;
    // In whole tenths of the unit, because 5.05 has no exact number, and would be rounded down.
    let unit = 1;
    let tenths = Math.round(bytes / 100);
    while (tenths >= 10000 && unit < UNITS.length - 1) {
      unit++;
      tenths = Math.round(bytes / (1000 ** unit / 10));
    }
    return `${Math.floor(tenths / 10)}.${tenths % 10} ${UNITS[unit]}`;
  }
  const optional = (bytes) => (bytes === undefined ? "–" : size(bytes));
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const day = (time) => time.slice(0, 10);
  // Names come from images: what changes the direction of text, or has no shape, is not shown.
  const plain = (text) => String(text).replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, "\ufffd");

  // Elements; texts are always text nodes

  function element(name, options = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(options)) {
      if (key === "class") made.className = value;
      else made.setAttribute(key, value);
    }
    for (const child of children) {
      made.append(child instanceof Node ? child : plain(child));
    }
    return made;
  }

  /** Fills a table; columns are [heading, cell of a row, whether it is a number]. */
  function fill(table, columns, rows) {
    const head = element("tr");
    for (const [title, , number] of columns) {
      head.append(element("th", { scope: "col", class: number ? "number" : "" }, title));
    }
    const body = element("tbody");
    for (const row of rows) {
      const line = element("tr");
      columns.forEach(([, cell, number], at) => {
        const content = cell(row);
        const options = { class: number ? "number" : at === 0 ? "name" : "" };
        if (at === 0) options.scope = "row";
        line.append(element(at === 0 ? "th" : "td", options, content));
      });
      body.append(line);
    }
    table.replaceChildren(element("thead", {}, head), body);
  }

  // The series

  const { images, updates, components, layers, rows, mean } = data;
  const names = (layer) => layer.components ?? layers[layer.like].components;
  updates.forEach((update, at) => {
    update.name = images[at + 1].name;
    update.byLayer = new Map(update.downloads.map((download) => [download.layer, download]));
  });
  const hasBuilt = updates.some((update) => update.builtBytes !== undefined);
  const hasDelta = updates.some((update) => update.deltaBytes !== undefined);
  components.forEach((component) => {
    component.updates ??= 0;
    component.updateBytes ??= 0;
  });
  layers.forEach((layer) => {
    layer.holds = [...names(layer)].sort((a, b) => components[b].bytes - components[a].bytes);
  });

  function showHeadline() {
    byId("place").textContent = plain(data.place);
    const last = images[images.length - 1];
    byId("period").textContent = plain(
      `${count(images.length, "image")}, from ${images[0].name} (${day(images[0].created)}) to ${last.name} (${day(last.created)})`,
    );
    if (updates.length === 0) {
      byId("headline").textContent = "There is no update yet";
      return;
    }
    byId("headline").replaceChildren("An update costs ", element("strong", {}, size(mean.updateBytes)), " on average");
    const said = [];
    if (hasBuilt) {
      said.push("As built it would be ", element("strong", {}, size(mean.builtBytes)));
      const known = updates.filter((update) => update.builtBytes !== undefined).length;
      said.push(known < updates.length ? ` (known for ${known} of ${updates.length} updates). ` : ". ");
    } else {
      said.push("What it would cost as built is not known: the images' builds were not given. ");
    }
    if (hasDelta) {
      said.push("With deltas it costs ", element("strong", {}, size(mean.deltaBytes)), ". ");
    }
    said.push(`An image has ${size(mean.totalBytes)}.`);
    byId("compared").replaceChildren(...said.map((part) => (typeof part === "string" ? plain(part) : part)));
  }

  function showUpdates() {
    const worst = updates.reduce((a, b) => (b.updateBytes > a.updateBytes ? b : a));
    const note = `The largest update was ${worst.name}, with ${size(worst.updateBytes)}.`;
    byId("updates-note").textContent = plain(hasDelta ? note : `${note} There are no deltas.`);
    const columns = [
      ["Update to", (update) => update.name],
      ["Download", (update) => size(update.updateBytes), true],
      ["Layers", (update) => `${update.updateLayers} of ${images[updates.indexOf(update) + 1].layers}`, true],
    ];
    if (hasDelta) columns.push(["By delta", (update) => optional(update.deltaBytes), true]);
    if (hasBuilt) columns.push(["As built", (update) => optional(update.builtBytes), true]);
    fill(byId("updates-table"), columns, updates);
  }

  const skipName = (schedule) => (schedule.every === 1 ? "every build" : `every ${schedule.every} builds`);
  function showSkips() {
    const note = `Downloads of who comes from ${images[0].name} to ${images[images.length - 1].name}, by how often they update.`;
    byId("skips-note").textContent = plain(note);
    const columns = [
      ["Updates at", skipName],
      ["Updates", (schedule) => schedule.updates, true],
      ["Download", (schedule) => size(schedule.updateBytes), true],
    ];
    if (hasDelta) columns.push(["With deltas", (schedule) => optional(schedule.deltaBytes), true]);
    if (hasBuilt) columns.push(["As built", (schedule) => optional(schedule.builtBytes), true]);
    fill(byId("skips-table"), columns, data.schedules);
  }

  // Charts

  const KINDS = [
    { key: "builtBytes", name: "as built", color: "built", hollow: true, known: hasBuilt },
    { key: "updateBytes", name: "by layers", color: "accent", style: "down", known: true },
    { key: "deltaBytes", name: "by delta", color: "text", style: "delta", known: hasDelta },
  ].filter((kind) => kind.known);
  const GROUP = 0.8; // the part of the axis that the bars of an update fill

  function bars(id, labels, source) {
    const host = byId(`${id}-chart`);
    const colors = getComputedStyle(document.documentElement);
    const color = (name) => colors.getPropertyValue(`--${name}`).trim();
    const width = host.clientWidth;
    // Bars of one group lie side by side: each has an x of its own, at which the other kinds have nothing.
    const places = source.flatMap((_, at) => KINDS.map((_, kind) => at + (GROUP * (kind - (KINDS.length - 1) / 2)) / KINDS.length));
    const values = KINDS.map((kind, at) => source.flatMap((each) => KINDS.map((_, other) => (other === at ? (each[kind.key] ?? null) : null))));
    const most = Math.max(...values.flat(), 1);
    const widest = Math.max(...labels.map((label) => label.length));
    const upright = widest * 8 * labels.length > width - 80;
    const every = Math.ceil(labels.length / Math.max(1, Math.floor((width - 80) / (upright ? 20 : widest * 8))));
    const chart = new uPlot(
      {
        width,
        height: 240,
        legend: { show: false },
        cursor: { x: false, y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: { x: { time: false, range: [-0.6, labels.length - 0.4] }, y: { range: [0, most * 1.05] } },
        axes: [
          {
            stroke: color("quiet"),
            grid: { show: false },
            ticks: { show: false },
            splits: () => labels.map((_, at) => at).filter((at) => at % every === 0),
            values: (_, splits) => splits.map((at) => plain(labels[at]).slice(0, 16)),
            rotate: upright ? -90 : 0,
            size: upright ? 16 + Math.min(widest, 16) * 8 : 28,
          },
          { stroke: color("quiet"), grid: { stroke: color("line"), width: 1 }, ticks: { show: false }, values: (_, splits) => splits.map(size), size: 80 },
        ],
        series: [
          {},
          ...KINDS.map((kind) => ({
            stroke: color(kind.color),
            fill: kind.hollow ? undefined : color(kind.color),
            width: 1,
            points: { show: false },
            paths: uPlot.paths.bars({ size: [0.9, 60] }),
          })),
        ],
        hooks: {
          setCursor: [(plot) => {
            const at = plot.cursor.idx === null || plot.cursor.idx === undefined ? -1 : Math.floor(plot.cursor.idx / KINDS.length);
            const said = at < 0 ? [] : KINDS.map((kind) => `${kind.name} ${optional(source[at][kind.key])}`);
            byId(`${id}-pointed`).textContent = at < 0 ? "" : plain(`${labels[at]}: ${said.join(", ")}`);
          }],
        },
      },
      [places, ...values],
      host,
    );
    const canvas = host.querySelector("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", plain(`${byId(`${id}-title`).textContent}: bars. ${byId(`${id}-note`).textContent} The numbers are in the table below.`));
    return chart;
  }

  let charts = [];
  function draw() {
    charts.forEach((chart) => chart.destroy());
    if (updates.length === 0) return;
    charts = [
      bars("updates", updates.map((update) => update.name), updates),
      bars("skips", data.schedules.map(skipName), data.schedules),
    ];
  }
  function showLegends() {
    for (const legend of document.querySelectorAll(".legend")) {
      legend.replaceChildren(...KINDS.map((kind) => element("span", { class: "key" }, element("i", { class: `square ${kind.style ?? "built"}` }), ` ${kind.name}`)));
    }
  }

  // Layers over images

  const largest = Math.max(...layers.map((layer) => layer.bytes), 1);
  const lines = rows.map((cells, at) => {
    const last = layers[cells.filter((id) => id >= 0).pop()];
    const held = last.holds;
    const label = held.length === 0 ? last.digest.slice(7, 19) : components[held[0]].name;
    const holds = new Set(cells.filter((id) => id >= 0).flatMap((id) => layers[id].holds));
    return {
      at,
      cells,
      label,
      more: held.length > 1 ? ` +${held.length - 1}` : "",
      bytes: last.bytes,
      text: [...holds].map((id) => components[id].name.toLowerCase()).join("\n"),
    };
  });
  function downloadOf(id, at) {
    return at > 0 && id >= 0 ? updates[at - 1].byLayer.get(id) : undefined;
  }
  const ORDERS = {
    cost: (a, b) => a.at - b.at, // as the rows are sorted
    size: (a, b) => b.bytes - a.bytes,
    name: (a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0),
  };
  const REASONS = {
    changed: "a component in it changed",
    rearranged: "nothing changed in it, but the plan grouped components differently",
    recompressed: "the same files, compressed otherwise",
    other: "a directory above its files changed, or the form of the tar",
    unknown: "the reason is not known: one of the images has no state",
  };
  let allRows = false;
  let shown = [];

  function cellLabel(line, at) {
    const id = line.cells[at];
    if (id < 0) return `${images[at].name}: none`;
    const how = at === 0 ? "first image" : downloadOf(id, at) ? "downloaded" : "kept";
    return `${images[at].name}: ${how}, ${size(layers[id].bytes)}`;
  }

  function showHeat() {
    const filter = byId("filter").value.trim().toLowerCase();
    const matching = lines.filter((line) => line.text.includes(filter)).sort(ORDERS[byId("sort").value]);
    shown = allRows || filter || few(matching.length, ROWS) ? matching : matching.slice(0, ROWS);
    const head = element("tr", {}, element("th", { scope: "col" }, "layer"));
    images.forEach((image) => head.append(element("th", { scope: "col" }, element("span", {}, image.name))));
    const body = element("tbody");
    shown.forEach((line, row) => {
      const tr = element("tr", {}, element("th", { scope: "row" }, line.label, element("span", { class: "quiet" }, line.more)));
      line.cells.forEach((id, at) => {
        const td = element("td", { tabindex: "-1", "data-row": row, "data-column": at, "aria-label": plain(cellLabel(line, at)) });
        if (id >= 0) {
          const square = element("span", { class: `square ${downloadOf(id, at) ? "down" : "kept"}` });
          const side = `${Math.max(3, SQUARE * Math.sqrt(layers[id].bytes / largest)).toFixed(1)}px`;
          square.style.width = side;
          square.style.height = side;
          td.append(square);
        }
        tr.append(td);
      });
      body.append(tr);
    });
    byId("heat").replaceChildren(element("thead", {}, head), body);
    body.querySelector("td")?.setAttribute("tabindex", "0");
    byId("found").textContent = `${shown.length} of ${count(lines.length, "layer")}`;
    const button = byId("all-rows");
    button.hidden = few(lines.length, ROWS) || filter !== "";
    button.textContent = allRows ? `Show the first ${ROWS}` : `Show all ${lines.length}`;
  }

  function list(ids, note) {
    const made = element("ul");
    const most = few(ids.length, NAMES) ? ids.length : NAMES;
    ids.slice(0, most).forEach((id) => made.append(element("li", {}, components[id].name, note ? ` (${note})` : "")));
    if (ids.length > most) made.append(element("li", {}, `and ${ids.length - most} more`));
    return made;
  }

  function showDetail(cell) {
    const line = shown[Number(cell.dataset.row)];
    const at = Number(cell.dataset.column);
    const id = line.cells[at];
    const parts = [element("p", {}, element("strong", {}, cellLabel(line, at)))];
    if (id >= 0) {
      const layer = layers[id];
      const download = downloadOf(id, at);
      const changed = download ? [...(download.changed ?? []), ...(download.added ?? [])] : [];
      if (download) parts.push(element("p", {}, `Why: ${REASONS[download.reason]}.`));
      if (download?.changed) parts.push(element("p", {}, "Changed:"), list(download.changed));
      if (download?.added) parts.push(element("p", {}, "New:"), list(download.added));
      const others = layer.holds.filter((each) => !changed.includes(each));
      if (others.length > 0) {
        parts.push(element("p", {}, changed.length > 0 ? `Along with ${count(others.length, "unchanged component")}:` : `Holds ${count(others.length, "component")}:`), list(others));
      }
      parts.push(element("p", { class: "quiet" }, element("code", {}, layer.digest.slice(0, 19))));
    }
    byId("detail").replaceChildren(...parts);
  }

  function cellAt(row, column) {
    return byId("heat").querySelector(`td[data-row="${row}"][data-column="${column}"]`);
  }
  function moveIn(event) {
    const cell = event.target.closest("td");
    if (!cell) return;
    const row = Number(cell.dataset.row);
    const column = Number(cell.dataset.column);
    const lastRow = shown.length - 1;
    const lastColumn = images.length - 1;
    const to = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [event.ctrlKey ? 0 : row, 0],
      End: [event.ctrlKey ? lastRow : row, lastColumn],
      PageUp: [Math.max(0, row - 10), column],
      PageDown: [Math.min(lastRow, row + 10), column],
    }[event.key];
    const next = to && cellAt(...to);
    if (to) event.preventDefault();
    if (next) next.focus();
  }
  function focusIn(event) {
    const cell = event.target.closest("td");
    if (!cell) return;
    byId("heat").querySelector('td[tabindex="0"]')?.setAttribute("tabindex", "-1");
    cell.setAttribute("tabindex", "0");
    showDetail(cell);
  }

  // Components

  const COLUMNS = [
    { key: "name", title: "Component", order: (a, b) => (a.name < b.name ? -1 : 1) },
    { key: "updateBytes", title: "Downloads", order: (a, b) => b.updateBytes - a.updateBytes },
    { key: "updates", title: "Updates", order: (a, b) => b.updates - a.updates },
    { key: "bytes", title: "Size unpacked", order: (a, b) => b.bytes - a.bytes },
  ];
  let sortedBy = COLUMNS[1];
  let allComponents = false;

  function showComponents() {
    const filter = byId("filter").value.trim().toLowerCase();
    const matching = components.filter((each) => each.name.toLowerCase().includes(filter)).sort(sortedBy.order);
    const costly = matching.filter((each) => filter || each.updateBytes > 0);
    const top = few(costly.length, COMPONENTS) ? costly : costly.slice(0, COMPONENTS);
    const first = few(matching.length, top.length) ? matching : top;
    const visible = allComponents ? matching : first;
    const most = Math.max(...components.map((each) => each.updateBytes), 1);
    const head = element("tr");
    for (const column of COLUMNS) {
      const button = element("button", { type: "button", "data-key": column.key }, column.title);
      const options = { scope: "col", class: column.key === "name" ? "" : "number" };
      if (column === sortedBy) options["aria-sort"] = column.key === "name" ? "ascending" : "descending";
      head.append(element("th", options, button));
    }
    head.append(element("td"));
    const body = element("tbody");
    for (const each of visible) {
      const bar = element("span", { class: "bar" });
      bar.style.width = `${(100 * each.updateBytes) / most}%`;
      body.append(
        element("tr", {},
          element("th", { scope: "row", class: "name" }, each.name),
          element("td", { class: "number" }, size(each.updateBytes)),
          element("td", { class: "number" }, each.updates),
          element("td", { class: "number" }, size(each.bytes)),
          element("td", { class: "bars" }, each.updateBytes > 0 ? bar : "")),
      );
    }
    byId("components-table").replaceChildren(element("thead", {}, head), body);
    const more = byId("components-more");
    more.replaceChildren(`${visible.length} of ${count(matching.length, "component")} `);
    if (matching.length > first.length) {
      const button = element("button", { type: "button", class: "more" }, allComponents ? "Show the first" : "Show all");
      button.addEventListener("click", () => {
        allComponents = !allComponents;
        showComponents();
        byId("components-more").querySelector("button").focus();
      });
      more.append(button);
    }
  }

  function showLint() {
    if (!data.lint) {
      byId("lint").replaceChildren(element("p", { class: "quiet" }, "Lint was not asked: varve report --lint checks the newest image."));
      return;
    }
    const parts = [element("h3", {}, `What lint says of ${images[images.length - 1].name}`)];
    const bytesOf = (rule) => data.lint.findings.reduce((sum, each) => sum + (each.rule === rule.name ? each.bytes : 0), 0);
    for (const rule of [...data.lint.rules].sort((a, b) => bytesOf(b) - bytesOf(a))) {
      const found = data.lint.findings.filter((each) => each.rule === rule.name).sort((a, b) => b.bytes - a.bytes);
      const cost = bytesOf(rule) > 0 ? `, ${size(bytesOf(rule))} of the newest update` : "";
      const list = element("ul");
      const most = few(found.length, NAMES) ? found.length : NAMES;
      found.slice(0, most).forEach((each) => list.append(element("li", {}, element("code", {}, each.path), ` ${each.message}${each.bytes > 0 ? `, ${size(each.bytes)}` : ""}`)));
      if (found.length > most) list.append(element("li", {}, `and ${found.length - most} more`));
      const cure = rule.cure.length > 0 ? [element("pre", {}, rule.cure.join("\n"))] : [];
      parts.push(element("details", {}, element("summary", {}, `${rule.severity} ${rule.name}${cost}: ${rule.title}`), list, ...cure));
    }
    if (data.lint.rules.length === 0) parts.push(element("p", {}, "Nothing."));
    byId("lint").replaceChildren(...parts);
  }

  // Packages and images

  const kind = (change) => (change.before === undefined ? "added" : change.after === undefined ? "removed" : "upgraded");
  function showPackages() {
    const filter = byId("filter").value.trim().toLowerCase();
    const parts = [];
    [...updates].reverse().forEach((update) => {
      const changes = update.packages.filter((change) => change.name.toLowerCase().includes(filter.replace(/^[a-z]+:/, "")));
      if (filter && changes.length === 0) return;
      const counts = ["upgraded", "added", "removed"]
        .map((each) => [changes.filter((change) => kind(change) === each).length, each])
        .filter(([number]) => number > 0)
        .map(([number, each]) => `${number} ${each}`);
      const table = element("table");
      fill(table, [
        ["Package", (change) => change.name],
        ["", kind],
        ["Before", (change) => change.before ?? ""],
        ["Now", (change) => change.after ?? ""],
      ], changes);
      const text = `${update.name}: ${counts.join(", ") || "no package changed"}`;
      parts.push(changes.length === 0 ? element("p", {}, text) : element("details", {}, element("summary", {}, text), element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": plain(`Packages of ${update.name}`) }, table)));
    });
    byId("packages")?.replaceChildren(...parts);
  }

  const SIGNINGS = {
    verified: "signed",
    "other key": "signed by another key",
    unverified: "signed, not verified",
    none: "not signed",
    unknown: "not looked for",
  };
  function showImages() {
    const signed = (image) => [SIGNINGS[image.signing], ...(image.keys ?? []).map((key) => key.slice(0, 19))].join(", ");
    fill(byId("images-table"), [
      ["Image", (image) => image.name],
      ["Version", (image) => image.version ?? ""],
      ["Built", (image) => image.created.slice(0, 16).replace("T", " ")],
      ["Layers", (image) => image.layers, true],
      ["Size", (image) => size(image.totalBytes), true],
      ["Signature", signed],
      ["Digest", (image) => element("code", {}, image.digest.slice(0, 19))],
    ], [...images].reverse());
    const gaps = data.pauses.map((pause) => element("li", {}, `${count(pause.days, "day")} without a build after ${images[pause.after].name} (${day(images[pause.after].created)})`));
    if (data.missingTags.length > 0) gaps.push(element("li", {}, `Missing tags: ${data.missingTags.join(", ")}`));
    byId("gaps").replaceChildren(...gaps);
  }

  // The page

  showHeadline();
  if (updates.length > 0) {
    showUpdates();
    showSkips();
    showLegends();
  } else {
    document.querySelectorAll(".of-updates").forEach((each) => each.remove());
  }
  showHeat();
  showComponents();
  showLint();
  showPackages();
  showImages();
  draw();

  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("filter").addEventListener("input", () => {
    showHeat();
    showComponents();
    showPackages();
  });
  byId("sort").addEventListener("change", showHeat);
  byId("all-rows").addEventListener("click", () => {
    allRows = !allRows;
    showHeat();
  });
  byId("heat").addEventListener("keydown", moveIn);
  byId("heat").addEventListener("focusin", focusIn);
  byId("heat").addEventListener("mouseover", (event) => {
    const cell = event.target.closest("td");
    if (cell) showDetail(cell);
  });
  byId("components-table").addEventListener("click", (event) => {
    const column = COLUMNS.find((each) => each.key === event.target.dataset.key);
    if (column) {
      sortedBy = column;
      showComponents();
      byId("components-table").querySelector(`[data-key="${column.key}"]`).focus();
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) draw();
    width = innerWidth;
  });
  addEventListener("beforeprint", () => {
    document.documentElement.dataset.print = "";
    document.querySelectorAll("details").forEach((each) => (each.open = true));
    draw();
  });
  addEventListener("afterprint", () => {
    delete document.documentElement.dataset.print;
    draw();
  });
})();
