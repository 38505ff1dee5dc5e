// What several views are made of.
import { h } from "../dom";
import type { Grid } from "../protocol";

/** A row of radio buttons. */
export function choice(legend: string, options: [string, string][], first: string, chosen: (value: string) => void): HTMLElement {
  const name = `choice-${legend.toLowerCase().replaceAll(" ", "-")}`;
  const group = h("div", { class: "choice", role: "radiogroup", "aria-label": legend });
  for (const [value, words] of options) {
    const input = h("input", { type: "radio", name, value, checked: value === first, change: () => chosen(value) });
    group.append(h("label", {}, input, words));
  }
  return group;
}

/** A table whose rows become cards where the page is narrow; `total` sets the last row apart. */
export function grid(found: Grid, caption: string, total = false): HTMLElement {
  const head = found.columns.map((column) => h("th", { scope: "col", class: column.number && "number" }, column.title));
  const rows = found.rows.map((row, index) => {
    const cells = row.map((cell, at) => {
      const column = found.columns[at]!;
      return h("td", { class: column.number && "number", "data-title": column.title }, cell ? h("span", {}, cell) : null);
    });
    return h("tr", { class: total && index === found.rows.length - 1 && "total" }, ...cells);
  });
  const table = h("table", { class: "cards-when-narrow", "aria-label": caption }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, table);
}
