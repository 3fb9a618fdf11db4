// Binding a cell: choosing a figure, a field or words chooses their kind as well. Without scripts one marks it oneself.
"use strict";

document.addEventListener("input", (event) => {
  const kind = event.target.closest(".pick")?.querySelector('input[type="radio"]');
  if (kind && event.target !== kind) kind.checked = true;
});
