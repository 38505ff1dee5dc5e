// Tables in a `.sortable`: buttons in their headings sort the rows, and a field above filters them.
"use strict";
(() => {
  function value(row, index) {
    const cell = row.cells[index];
    return cell.dataset.number === undefined ? cell.textContent : Number(cell.dataset.number);
  }

  function compare(a, b) {
    return typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
  }

  function sort(table, heading) {
    const index = heading.cellIndex;
    const descending = heading.ariaSort === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.ariaSort = descending ? "descending" : "ascending";
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => (descending ? -1 : 1) * compare(value(a, index), value(b, index)));
    table.tBodies[0].append(...rows);
  }

  function prepare(box) {
    const table = box.querySelector("table");
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      button.addEventListener("click", () => sort(table, heading));
      heading.replaceChildren(button);
    }
    const label = document.createElement("label");
    label.className = "sortable-filter";
    const field = document.createElement("input");
    field.type = "search";
    const count = document.createElement("output");
    const filter = () => {
      const words = field.value.toLowerCase().split(/\s+/);
      let shown = 0;
      for (const row of table.tBodies[0].rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      count.textContent = `${shown} of ${table.tBodies[0].rows.length} networks`;
    };
    field.addEventListener("input", filter);
    label.append("Filter", field, count);
    box.before(label);
    filter();
  }

  for (const box of document.querySelectorAll(".sortable")) prepare(box);
})();
