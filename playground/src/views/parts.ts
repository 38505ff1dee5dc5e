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

const MOST_WHEN_NARROW = 3; // columns that fit beside one another on a telephone

/** A table; `total` sets the last row apart. Where the page is narrow, the rows of a wide table become cards. */
export function grid(found: Grid, caption: string, total = false): HTMLElement {
  const head = found.columns.map((column) => h("th", { scope: "col", class: column.number && "number" }, column.title));
  const rows = found.rows.map((row, index) => {
    const cells = row.map((cell, at) => {
      const column = found.columns[at]!;
      return h("td", { class: column.number && "number", "data-title": column.title }, cell ? h("span", {}, cell) : null);
    });
    return h("tr", { class: total && index === found.rows.length - 1 && "total" }, ...cells);
  });
  const table = h("table", { class: found.columns.length > MOST_WHEN_NARROW && "cards-when-narrow", "aria-label": caption }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, table);
}
