// Forms of matters: several records picked one after the other, files sent while one writes, a point tapped on the map,
// choices that depend on another, and a draft that keeps itself. Without scripts each is an ordinary form.
"use strict";

(() => {
  const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  const send = (address, data) => fetch(address, { method: "POST", headers: token(), body: data, credentials: "same-origin" });
  const changed = (place) => place.dispatchEvent(new Event("change", { bubbles: true }));

  // Several of a kind: what is picked becomes a line of its own, and the field is free for the next.
  const pick = (picker, key, name) => {
    const list = picker.querySelector("[data-picked]");
    const typed = picker.querySelector("[data-typed]");
    if (!list) {
      picker.querySelector("input[type=hidden]").value = key;
      typed.value = name;
      return;
    }
    const held = [...list.querySelectorAll("input")].some((input) => input.value === key);
    if (!held) {
      const line = document.createElement("li");
      const input = Object.assign(document.createElement("input"), { type: "hidden", name: picker.dataset.several, value: key });
      const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      away.dataset.unpick = "";
      away.setAttribute("aria-label", `× ${name}`);
      line.append(input, name, away);
      list.append(line);
    }
    typed.value = "";
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target instanceof Element && event.target.closest(selector);
    const proposal = at("[data-propose]");
    const away = at("[data-unpick]");
    if (proposal) {
      const picker = document.getElementById(proposal.dataset.for).closest("[data-picker]");
      pick(picker, proposal.dataset.propose, proposal.dataset.name);
      changed(picker.querySelector("[data-typed]"));
    }
    if (away) {
      const form = away.closest("form");
      away.closest("li").remove();
      if (form) changed(form.querySelector("input"));
    }
    if (at("[data-forget]")) forget();
  });

  // What app.js has put into the field and its key.
  document.addEventListener("chosen", (event) => {
    const picker = event.target;
    pick(picker, event.detail.key, event.detail.name);
    changed(picker.querySelector("[data-refreshes]") ?? picker.querySelector("[data-typed]"));
  });

  // From a field with names: the arrows walk what is offered, Enter picks it instead of sending the form.
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-typed], [data-choose]")) return;
    const picker = event.target.closest("[data-picker]");
    const offered = [...picker.querySelectorAll("[data-choose]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offered.length) {
      event.preventDefault();
      const at = offered.indexOf(document.activeElement) + step;
      (offered[at] ?? picker.querySelector("[data-typed]")).focus();
    }
    if (event.key === "Enter" && event.target.matches("[data-typed]")) {
      event.preventDefault();
      if (offered.length) offered[0].click();
    }
  });

  // A file goes up as soon as it is chosen; what comes back stands in the form for it.
  const sendUp = async (place, input) => {
    const list = place.querySelector("[data-taken]");
    for (const file of [...input.files]) {
      const line = document.createElement("li");
      line.textContent = `${file.name} ${place.dataset.busy}`;
      list.append(line);
      const data = new FormData();
      data.set("file", file);
      data.set("field", place.dataset.field);
      data.set("purpose", place.dataset.purpose);
      try {
        const answer = await send(place.dataset.files, data);
        if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
        line.outerHTML = await answer.text();
      } catch {
        line.className = "wrong";
        line.textContent = `${file.name} ${place.dataset.failed}`;
      }
    }
    input.value = "";
    changed(input);
  };

  document.addEventListener("change", (event) => {
    const place = event.target.closest?.("[data-files]");
    if (place && event.target.type === "file" && event.target.files.length) sendUp(place, event.target);
  });

  // A tap on the map is longitude and latitude; the wheel looks closer.
  const mark = (map, longitude, latitude) => {
    const { west, east, south, north } = map.dataset;
    const [, , width, height] = map.dataset.whole.split(" ").map(Number);
    const spot = map.querySelector(".spot");
    spot.setAttribute("cx", ((longitude - west) / (east - west)) * width);
    spot.setAttribute("cy", ((north - latitude) / (north - south)) * height);
  };
  const shownPoint = (map) => {
    map.dataset.whole ??= map.getAttribute("viewBox");
    const parts = map.closest("[data-pointing]").querySelector("[data-point]").value.split(/[,，]/).map(Number);
    if (parts.length === 2 && parts.every(Number.isFinite)) mark(map, parts[0], parts[1]);
  };
  const placeOf = (map, event) => {
    const spot = map.createSVGPoint();
    spot.x = event.clientX;
    spot.y = event.clientY;
    return spot.matrixTransform(map.getScreenCTM().inverse());
  };
  document.addEventListener("click", (event) => {
    const map = event.target instanceof Element && event.target.closest("[data-map-point]");
    if (!map) return;
    map.dataset.whole ??= map.getAttribute("viewBox");
    const { west, east, south, north } = map.dataset;
    const [, , width, height] = map.dataset.whole.split(" ").map(Number);
    const spot = placeOf(map, event);
    const longitude = Number(west) + (spot.x / width) * (east - west);
    const latitude = Number(north) - (spot.y / height) * (north - south);
    const field = map.closest("[data-pointing]").querySelector("[data-point]");
    field.value = `${longitude.toFixed(6)},${latitude.toFixed(6)}`;
    mark(map, longitude, latitude);
    changed(field);
  });
  document.addEventListener(
    "wheel",
    (event) => {
      const map = event.target instanceof Element && event.target.closest("[data-map-point]");
      if (!map) return;
      event.preventDefault();
      map.dataset.whole ??= map.getAttribute("viewBox");
      const [, , width, height] = map.dataset.whole.split(" ").map(Number);
      const [x, y, w] = map.getAttribute("viewBox").split(" ").map(Number);
      const spot = placeOf(map, event);
      const next = Math.min(width, Math.max(width / 40, w * (event.deltaY < 0 ? 0.8 : 1.25)));
      const left = Math.min(width - next, Math.max(0, spot.x - ((spot.x - x) / w) * next));
      const tall = (next / width) * height;
      const top = Math.min(height - tall, Math.max(0, spot.y - ((spot.y - y) / w) * next));
      map.setAttribute("viewBox", `${left} ${top} ${next} ${tall}`);
      map.style.setProperty("--closer", next / width);
    },
    { passive: false },
  );

  // What hangs on another choice is asked for anew; what was typed stays.
  const refresh = async (form) => {
    const data = new FormData(form);
    data.set("refresh", "1");
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    const answer = await send(form.getAttribute("action") || window.location.href, data);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("fields");
    if (!fresh) return;
    document.getElementById("fields").replaceWith(fresh);
    window.htmx?.process(fresh);
    start();
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-refreshes]")) refresh(event.target.form);
  });

  // Drafts: kept a moment after the last change, forgotten when the form is sent or when one begins anew.
  let waiting = 0;
  const kept = (form) => form?.querySelector("[data-kept]");
  const keep = async (form) => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    const answer = await send(form.dataset.keeps, data).catch(() => null);
    if (answer?.ok && kept(form)) kept(form).textContent = await answer.text();
  };
  const later = (event) => {
    const form = event.target.closest?.("[data-keeps]");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(form), 1500);
  };
  const forget = async () => {
    const form = document.querySelector("[data-keeps]");
    clearTimeout(waiting);
    const data = new FormData();
    data.set("draft", form.elements.draft.value);
    data.set("forget", "1");
    await send(form.dataset.keeps, data);
    window.location.reload();
  };
  document.addEventListener("input", later);
  document.addEventListener("change", later);
  document.addEventListener("submit", () => clearTimeout(waiting));

  const start = () => {
    for (const map of document.querySelectorAll("[data-map-point]")) shownPoint(map);
  };
  start();
})();
