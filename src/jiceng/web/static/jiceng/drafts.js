// Rows copied from a spreadsheet, shown as a grid in which they can be mended. The text area stays what is sent.
"use strict";

(() => {
  const MOST = 300;

  // Tab between cells, a line for each row; a cell with a tab, quote or line break in it stands in quotes.
  const parsed = (text) => {
    const rows = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      const row = rows[rows.length - 1];
      const cell = row.length - 1;
      if (quoted) {
        if (sign !== '"') row[cell] += sign;
        else if (text[at + 1] === '"') {
          row[cell] += sign;
          at += 1;
        } else quoted = false;
      } else if (sign === '"' && row[cell] === "") quoted = true;
      else if (sign === "\t") row.push("");
      else if (sign === "\n") rows.push([""]);
      else if (sign !== "\r") row[cell] += sign;
    }
    while (rows.length && rows[rows.length - 1].every((cell) => cell === "")) rows.pop();
    return rows;
  };

  const written = (rows) =>
    rows
      .map((row) => row.map((cell) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t"))
      .join("\n");

  const drawn = (area) => {
    const frame = document.getElementById(area.dataset.grid);
    const rows = parsed(area.value);
    frame.hidden = rows.length < 2;
    frame.replaceChildren();
    if (frame.hidden) return;
    const width = Math.max(...rows.map((row) => row.length));
    const table = document.createElement("table");
    table.className = "ledger";
    rows.slice(0, MOST).forEach((row, line) => {
      const drawnRow = table.insertRow();
      for (let column = 0; column < width; column += 1) {
        const input = document.createElement("input");
        input.className = "form-control";
        input.value = row[column] ?? "";
        input.dataset.line = line;
        input.dataset.column = column;
        input.setAttribute("aria-label", `${frame.dataset.cell} ${line + 1}-${column + 1}`);
        drawnRow.insertCell().append(input);
      }
    });
    frame.append(table);
    if (rows.length > MOST) {
      const note = document.createElement("p");
      note.className = "pad quiet small";
      note.textContent = frame.dataset.more;
      frame.append(note);
    }
  };

  const areaOf = (cell) => document.querySelector(`[data-grid="${cell.closest(".drafts").id}"]`);

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-grid]")) drawn(event.target);
    if (!event.target.matches(".drafts input")) return;
    const { line, column } = event.target.dataset;
    const area = areaOf(event.target);
    const rows = parsed(area.value);
    while (rows[line].length <= column) rows[line].push("");
    rows[line][column] = event.target.value;
    area.value = written(rows);
  });

  // Enter and the arrows go from row to row, as in a workbook.
  document.addEventListener("keydown", (event) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".drafts input")) return;
    event.preventDefault();
    const { line, column } = event.target.dataset;
    const next = `[data-line="${Number(line) + step}"][data-column="${column}"]`;
    event.target.closest(".drafts").querySelector(next)?.focus();
  });

  // A block pasted into the grid fills the cells from there on, new lines included.
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const block = parsed(text);
    if (!event.target.matches?.(".drafts input") || (block.length < 2 && block[0]?.length < 2)) return;
    event.preventDefault();
    const { line, column } = event.target.dataset;
    const area = areaOf(event.target);
    const rows = parsed(area.value);
    block.forEach((cells, down) => {
      const at = Number(line) + down;
      while (rows.length <= at) rows.push([""]);
      cells.forEach((cell, right) => {
        while (rows[at].length <= Number(column) + right) rows[at].push("");
        rows[at][Number(column) + right] = cell;
      });
    });
    area.value = written(rows);
    drawn(area);
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const area of document.querySelectorAll("[data-grid]")) drawn(area);
  });
})();
