// What pages do beyond links and forms. Everything works by delegation, so parts swapped in by htmx need no set-up.
"use strict";

(() => {
  const closest = (event, selector) => event.target instanceof Element && event.target.closest(selector);

  // Drop-downs: one open at a time, closed by a click elsewhere or Escape.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
    for (const sheet of document.querySelectorAll("[data-closes]")) {
      if (!except || !sheet.parentElement.contains(except)) sheet.replaceChildren();
    }
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    if (closest(event, "[data-nav]")) document.body.classList.toggle("nav-open");
    if (closest(event, "[data-nav-close]")) document.body.classList.remove("nav-open");
    const opener = closest(event, "[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    const closer = closest(event, "[data-close]");
    if (closer) closer.closest("dialog")?.close();
    if (closest(event, "[data-print]")) window.print();
    const toggle = closest(event, "[data-toggles]");
    if (toggle) document.body.classList.toggle(toggle.dataset.toggles);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeMenus(null);
    document.body.classList.remove("nav-open");
  });

  // Many rows: a box in the head marks all, the bar below says how many.
  const counted = (form) => {
    const inputs = [...form.elements];
    const boxes = inputs.filter((input) => input.matches("[data-row]"));
    const marked = boxes.filter((box) => box.checked).length;
    const bar = document.querySelector(`[data-marked="${form.id}"]`);
    if (bar) {
      bar.hidden = marked === 0;
      bar.querySelector("[data-count]").textContent = marked;
    }
    const all = inputs.find((input) => input.matches("[data-all]"));
    if (all) {
      all.checked = marked > 0 && marked === boxes.length;
      all.indeterminate = marked > 0 && marked < boxes.length;
    }
  };

  // Caught on the way down: the list around the boxes fetches itself anew at every other change.
  document.addEventListener(
    "input",
    (event) => {
      if (event.target.matches("[data-all], [data-row]")) event.stopPropagation();
    },
    true,
  );
  document.addEventListener(
    "change",
    (event) => {
      if (!event.target.matches("[data-all], [data-row]")) return;
      event.stopPropagation();
      const form = event.target.form;
      if (event.target.matches("[data-all]")) {
        for (const input of form.elements) {
          if (input.matches("[data-row]")) input.checked = event.target.checked;
        }
      }
      counted(form);
    },
    true,
  );
  document.addEventListener("htmx:after:swap", () => {
    for (const bar of document.querySelectorAll("[data-marked]")) counted(document.getElementById(bar.dataset.marked));
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-shows]")) {
      for (const part of document.querySelectorAll(`[data-shown-by="${event.target.name}"]`)) {
        part.hidden = !part.dataset.value.split(" ").includes(event.target.value);
      }
    }
  });

  // Files may be dropped where they may be chosen.
  const over = (event, on) => {
    const zone = closest(event, "[data-drop]");
    if (!zone) return null;
    event.preventDefault();
    zone.classList.toggle("is-over", on);
    return zone;
  };
  document.addEventListener("dragover", (event) => over(event, true));
  document.addEventListener("dragleave", (event) => over(event, false));
  document.addEventListener("drop", (event) => {
    const input = over(event, false)?.querySelector("input[type=file]");
    if (!input || !event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("change", (event) => {
    const zone = closest(event, "[data-drop]");
    const name = zone?.querySelector("[data-file-name]");
    if (name) name.textContent = [...event.target.files].map((file) => file.name).join("、");
  });

  // What was chosen from the suggestions goes into the field and its hidden key.
  document.addEventListener("click", (event) => {
    const choice = closest(event, "[data-choose]");
    if (!choice) return;
    const field = choice.closest("[data-picker]");
    field.querySelector("input[type=hidden]").value = choice.dataset.choose;
    field.querySelector("[data-typed]").value = choice.dataset.name;
    field.querySelector("[data-closes]").replaceChildren();
    const detail = { key: choice.dataset.choose, name: choice.dataset.name };
    field.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail }));
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-typed]")) return;
    event.target.closest("[data-picker]").querySelector("input[type=hidden]").value = "";
  });

  // A long work of the server: the button says so and cannot be pressed twice.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.dataset.busy || event.defaultPrevented) return;
    setTimeout(() => {
      button.disabled = true;
      button.textContent = button.dataset.busy;
    });
  });

  // A part could not be fetched: say so instead of doing nothing.
  const trouble = () => {
    const box = document.getElementById("trouble-box");
    if (box && !box.open) box.showModal();
  };
  document.addEventListener("htmx:error", trouble);
  document.addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx.response.status >= 500) trouble();
  });
})();
