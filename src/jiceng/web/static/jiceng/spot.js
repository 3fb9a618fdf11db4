// Marking a spot on the map of a report: a tap, the arrow keys, closer and farther. Without this script there is no map to
// tap, and the place is written in words.
(() => {
  const part = document.querySelector("[data-spot]");
  if (!part) return;
  const map = part.querySelector("svg");
  const field = part.querySelector("input");
  const mark = part.querySelector("[data-mark]");
  const said = part.querySelector("[data-told]");
  const clear = part.querySelector("[data-clear]");
  const [, , width, height] = map.getAttribute("viewBox").split(" ").map(Number);
  const [west, south, east, north] = ["west", "south", "east", "north"].map((name) => Number(map.dataset[name]));
  let closer = 1;
  let spot = null;

  // A finger covers some twenty pixels: so many metres the mark may be off, to one figure.
  const tell = () => {
    const metres = ((((north - south) * 111000) / height) * (width / closer) * 20) / (map.clientWidth || width);
    const figure = 10 ** Math.floor(Math.log10(metres));
    said.textContent = said.dataset.said.replace("{n}", Math.ceil(metres / figure) * figure);
  };

  const look = () => {
    const w = width / closer;
    const h = height / closer;
    const at = spot || { x: width / 2, y: height / 2 };
    const left = Math.min(width - w, Math.max(0, at.x - w / 2));
    const top = Math.min(height - h, Math.max(0, at.y - h / 2));
    map.setAttribute("viewBox", `${left} ${top} ${w} ${h}`);
    if (spot) {
      mark.setAttribute("transform", `translate(${spot.x} ${spot.y}) scale(${1 / closer})`);
      tell();
    }
    part.querySelector("[data-closer]").disabled = closer >= 16;
    part.querySelector("[data-farther]").disabled = closer <= 1;
  };

  const put = (x, y) => {
    spot = { x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) };
    const longitude = west + (spot.x / width) * (east - west);
    const latitude = north - (spot.y / height) * (north - south);
    field.value = `${longitude.toFixed(5)},${latitude.toFixed(5)}`;
    mark.removeAttribute("visibility");
    tell();
    clear.hidden = false;
    mark.setAttribute("transform", `translate(${spot.x} ${spot.y}) scale(${1 / closer})`);
  };

  map.addEventListener("click", (event) => {
    const at = map.createSVGPoint();
    at.x = event.clientX;
    at.y = event.clientY;
    const there = at.matrixTransform(map.getScreenCTM().inverse());
    put(there.x, there.y);
  });
  map.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const from = spot || { x: width / 2, y: height / 2 };
    put(from.x + (way[0] * 6) / closer, from.y + (way[1] * 6) / closer);
    look();
  });
  part.querySelector("[data-closer]").addEventListener("click", () => {
    closer = Math.min(16, closer * 2);
    look();
  });
  part.querySelector("[data-farther]").addEventListener("click", () => {
    closer = Math.max(1, closer / 2);
    look();
  });
  clear.addEventListener("click", () => {
    spot = null;
    field.value = "";
    closer = 1;
    mark.setAttribute("visibility", "hidden");
    said.textContent = said.dataset.none;
    clear.hidden = true;
    look();
    map.focus();
  });

  part.hidden = false;
  const [longitude, latitude] = field.value.split(",").map(Number);
  if (field.value && Number.isFinite(longitude) && Number.isFinite(latitude))
    put(((longitude - west) / (east - west)) * width, ((north - latitude) / (north - south)) * height);
  look();
})();
