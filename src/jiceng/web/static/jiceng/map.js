// Maps of areas: the server says which areas there are, how dark each is and where it leads; boundaries where a pack
// has them, a tile for every area without (a schematic). The same for the coverage board and for figures.
"use strict";

(() => {
  const PALETTES = {
    rate: ["#e6b8b2", "#efe3d6", "#dfe3d3", "#bcd3bd", "#8fb996"],
    size: ["#eef1f4", "#dde5ec", "#cad8e5", "#b4c9dc", "#9bb8d2"],
  };
  const NONE = "#f6f7f8";
  const six = (code) => code.padEnd(6, "0").slice(0, 6);
  const colour = (found, row) => (row.shade === null ? NONE : PALETTES[found.palette][row.shade]);

  const tiles = (place, found, rows) => {
    const box = document.createElement("div");
    box.className = "tiles";
    for (const row of rows) {
      const tile = document.createElement(row.link ? "a" : "div");
      if (row.link) tile.href = row.link;
      tile.className = "tile";
      tile.style.backgroundColor = colour(found, row);
      tile.title = row.said.join("\n");
      const value = document.createElement("b");
      value.textContent = row.value;
      tile.append(row.label, value);
      box.append(tile);
    }
    place.append(box);
  };

  const legend = (place, found) => {
    const line = document.createElement("p");
    line.className = "map-legend small quiet";
    for (const [shade, words] of found.legend) {
      const mark = document.createElement("i");
      mark.style.backgroundColor = PALETTES[found.palette][shade];
      line.append(mark, words);
    }
    place.append(line);
  };

  const draw = (place, found, byCode) => {
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    place.append(canvas);
    const names = new Map(found.geo.features.map((f) => [f.properties.adcode, f.properties.name]));
    echarts.registerMap("areas", found.geo);
    const chart = echarts.init(canvas, null, { renderer: "svg" });
    chart.setOption({
      animation: false,
      tooltip: {
        confine: true,
        renderMode: "richText",
        formatter: ({ data }) => (data ? [data.label0, ...data.said].join("\n") : ""),
      },
      series: [{
        type: "map", map: "areas", nameProperty: "adcode", selectedMode: false,
        layoutCenter: ["50%", "50%"], layoutSize: "96%", labelLayout: { hideOverlap: true },
        label: { show: true, fontSize: 11, color: "#1f2328", formatter: ({ name, data }) => `${names.get(name) ?? ""}\n${data?.value0 ?? ""}` },
        itemStyle: { borderColor: "#fff", areaColor: NONE },
        emphasis: { itemStyle: { areaColor: "#d8c7c5" }, label: { color: "#1f2328" } },
        data: [...byCode].map(([code, row]) => ({
          name: code, label0: row.label, value0: row.value, said: row.said, link: row.link,
          itemStyle: { areaColor: colour(found, row) },
        })),
      }],
    });
    chart.on("click", ({ data }) => data?.link && window.location.assign(data.link));
    new ResizeObserver(() => {
      if (!canvas.clientWidth) return;
      chart.resize();
      chart.setOption({ series: [{ label: { fontSize: canvas.clientHeight > 450 ? 16 : 11 } }] });
    }).observe(canvas);
  };

  const show = (place, found) => {
    place.replaceChildren();
    const panel = place.closest("[data-map-panel]");
    const drawn = new Set((found.geo?.features ?? []).map((f) => f.properties.adcode));
    const here = (row) => row.code.length <= 6 && drawn.has(six(row.code));
    const byCode = new Map(found.rows.filter(here).map((row) => [six(row.code), row]));
    const others = found.rows.filter((row) => !here(row));
    if (found.geo && window.echarts) draw(place, found, byCode);
    if (!found.geo || !window.echarts) tiles(place, found, found.rows);
    else if (others.length) tiles(place, found, others);
    if (found.rows.length) legend(place, found);
    const source = panel?.querySelector("[data-source]");
    if (source) source.textContent = found.source ? `${source.dataset.source}${found.source}` : source.dataset.without;
  };

  for (const place of document.querySelectorAll("[data-map]")) {
    fetch(place.dataset.map)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((found) => show(place, found))
      .catch(() => { place.textContent = place.dataset.failed; });
  }

  // A board brings its maps with it: the boundaries once, and the areas of each.
  const showBoard = () => {
    const brought = document.getElementById("board-maps");
    if (!brought) return;
    const { maps, ...shapes } = JSON.parse(brought.content.textContent);
    for (const place of document.querySelectorAll("[data-map-of]")) {
      const found = maps[place.dataset.mapOf];
      if (found) show(place, { ...found, ...shapes });
    }
  };
  showBoard();
  document.addEventListener("board:fresh", showBoard);

  // The whole screen where the browser lets us, else the whole window.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-map-full]");
    const panel = button && button.closest("[data-map-panel]");
    if (!panel) return;
    if (document.fullscreenElement) document.exitFullscreen();
    else if (panel.requestFullscreen) panel.requestFullscreen().catch(() => panel.classList.toggle("map-whole"));
    else panel.classList.toggle("map-whole");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelector(".map-whole")?.classList.remove("map-whole");
  });
})();
