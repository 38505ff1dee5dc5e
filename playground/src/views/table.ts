import { h } from "../dom";
import type { Table } from "../protocol";
import { choice, grid } from "./parts";
import type { MakeView } from "./view";

export const table: MakeView = (context) => {
  let level = "stages";
  const body = h("div");
  const levels = choice("Rows", [["stages", "Stages"], ["blocks", "Blocks"], ["ops", "Operators"]], level, (value) => {
    level = value;
    context.refresh();
  });
  return {
    title: "Table",
    element: h("div", {}, levels, body),
    request: () => ({ kind: "table", level }),
    show: (answer: Table) => {
      if (answer.facts === null) return false;
      const facts = answer.facts.flatMap(([name, words]) => [h("dt", {}, name), h("dd", {}, words)]);
      body.replaceChildren(
        ...(answer.title ? [h("p", { class: "lead" }, answer.title)] : []),
        h("dl", {}, ...facts),
        grid(answer, "The network's parts", true),
        ...(answer.left_out ? [h("p", {}, `${answer.left_out.toLocaleString("en")} more rows are left out.`)] : []),
        ...answer.notes.map((note) => h("p", { class: "lead" }, note)),
      );
      return true;
    },
  };
};
