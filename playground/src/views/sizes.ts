import { h } from "../dom";
import type { Sizes } from "../protocol";
import { grid } from "./parts";
import type { MakeView } from "./view";

export const sizes: MakeView = (context) => {
  let size: number[] | null = null;
  let of = "";
  const field = h("input", { id: "size-field", spellcheck: "false", inputmode: "text", autocomplete: "off" });
  const own = h("button", { type: "button", click: () => choose(null) }, "The spec's own");
  const form = h("div", { class: "sizes-form" }, h("label", { for: "size-field" }, "Input size"), field, own);
  const body = h("div", { role: "status" });
  field.addEventListener("input", () => {
    const numbers = field.value.split(/[x×,\s]+/).filter(Boolean).map(Number);
    choose(numbers.length && numbers.every(Number.isInteger) ? numbers : null);
  });

  function choose(numbers: number[] | null): void {
    size = numbers;
    context.refresh();
  }

  return {
    title: "Input sizes",
    element: h("div", {}, form, body),
    request: () => {
      if (of !== context.active()) size = null; // another network may have other axes
      of = context.active();
      return { kind: "sizes", size };
    },
    show: (answer: Sizes) => {
      if (answer.domain === null) return false;
      // One number stands for all axes, as in specs.
      const words = answer.size.every((each) => each === answer.size[0]) ? String(answer.size[0]) : answer.size.join("x");
      if (document.activeElement !== field) field.value = words;
      body.replaceChildren(h("p", { class: "lead" }, sentence(answer.domain)), ...verdict(answer, words, (nearest) => {
        field.value = nearest.join("x");
        choose(nearest);
      }));
      return true;
    },
  };
};

function verdict(answer: Sizes, words: string, choose: (size: number[]) => void): HTMLElement[] {
  if (answer.fault) {
    const fault = h("p", { class: "lead verdict bad" }, `${words} does not work: ${answer.fault}.`);
    if (!answer.nearest) return [fault];
    const nearest = answer.nearest;
    return [fault, h("button", { type: "button", click: () => choose(nearest) }, `Use ${nearest.join("x")}`)];
  }
  const batch = answer.min_batch > 1 ? `, in batches of ${answer.min_batch} or more` : "";
  const columns = [{ title: "part", number: false }, { title: "output", number: true }];
  return [
    h("p", { class: "lead verdict good" }, `${words} works${batch}.`),
    grid({ columns, rows: answer.rows.slice(0, -1) }, "The outputs at this size"),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
