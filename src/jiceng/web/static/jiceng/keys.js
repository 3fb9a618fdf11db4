// Matters from the keyboard: j and k walk the rows, Enter opens, x marks, t takes, / searches; what has a `data-key`
// is pressed by that key. Never while something is being typed.
"use strict";

(() => {
  const typing = (target) => target instanceof Element && target.closest("input:not([type=checkbox]), select, textarea, dialog[open]");
  const lines = () => [...document.querySelectorAll("[data-rows] [data-row-line]")];
  const here = () => document.querySelector("[data-row-line].is-here");

  const walk = (step) => {
    const all = lines();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
    here()?.classList.remove("is-here");
    next.classList.add("is-here");
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  const press = (key) => {
    const found = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key && each.getClientRects().length);
    if (found) found.click();
    return Boolean(found);
  };

  const deeds = {
    j: () => walk(1),
    k: () => walk(-1),
    x: () => here()?.querySelector("[data-row]")?.click(),
    t: () => here()?.querySelector("[data-take]")?.click(),
    "/": () => document.querySelector("[data-search]")?.focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "Enter" && event.target.matches("[data-row-line]")) {
      event.preventDefault();
      event.target.querySelector("[data-open]")?.click();
      return;
    }
    const deed = deeds[event.key];
    if (deed) deed();
    if (deed || press(event.key)) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("[data-search]")) event.target.blur();
  });

  // A link that a dialog answers is followed only without scripts.
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a[data-dialog]")) event.preventDefault();
  });

  // What may be done to several at once is what each of the marked ones offers.
  const offered = () => {
    const marked = [...document.querySelectorAll("[data-row][data-offers]:checked")];
    for (const button of document.querySelectorAll("[data-many]")) {
      button.disabled = !marked.every((box) => box.dataset.offers.split(" ").includes(button.dataset.many));
    }
  };
  document.addEventListener("change", (event) => event.target.matches("[data-row], [data-all]") && setTimeout(offered), true);
  document.addEventListener("htmx:after:swap", offered);
})();
