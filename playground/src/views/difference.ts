import { h } from "../dom";
import type { Difference } from "../protocol";
import { grid } from "./parts";
import type { MakeView } from "./view";

const LOOKS: Record<string, string> = { "+": "added", "-": "removed", "~": "changed" };

export const difference: MakeView = (context) => {
  const body = h("div");
  const other = h("select", { "aria-label": "Compare with", change: () => context.refresh() });
  const name = h("input", { list: "spec-names", placeholder: "resnet50", size: 18, "aria-label": "Shipped spec to compare with", hidden: true, spellcheck: "false", change: () => context.refresh() });
  const pick = h("div", { class: "choice" }, h("label", {}, "Compare with", other), name);

  function options(): void {
    const chosen = other.value;
    const tabs = Object.keys(context.tabs()).filter((tab) => tab !== context.active());
    const all: [string, string][] = [["base", "its base"], ...tabs.map((tab): [string, string] => [`tab:${tab}`, tab]), ["spec", "a shipped spec"]];
    other.replaceChildren(...all.map(([value, words]) => h("option", { value }, words)));
    other.value = all.some(([value]) => value === chosen) ? chosen : "base";
    name.hidden = other.value !== "spec";
  }

  function against(): Record<string, string> | null {
    if (other.value === "spec") return { spec: name.value.trim() || "resnet50" };
    return other.value.startsWith("tab:") ? { tab: other.value.slice(4) } : null;
  }

  return {
    title: "Difference",
    element: h("div", {}, pick, body),
    request: () => {
      options();
      return { kind: "difference", against: against() };
    },
    show: (answer: Difference) => {
      if (answer.why_not !== undefined) body.replaceChildren(h("p", { class: "empty" }, answer.why_not));
      else body.replaceChildren(...told(answer));
      return true;
    },
  };
};

function told(answer: Difference): HTMLElement[] {
  const title = h("h2", {}, `${answer.titles[0]} → ${answer.titles[1]}`);
  const verdicts = answer.verdicts.map((line) => h("p", { class: "lead" }, line));
  if (!answer.differ) return [title, h("p", { class: "lead" }, "Both specs give the same network."), ...verdicts];
  const sections = answer.sections.map((section) => {
    const lines = section.lines.map(([sign, text]) => h("li", { class: LOOKS[sign] }, `${sign || " "} ${text}`));
    return h("section", {}, h("h3", {}, section.title), h("ul", { class: "changes" }, ...lines));
  });
  return [
    title,
    ...(answer.parts.rows.length ? [grid(answer.parts, "The parts that differ")] : []),
    ...(answer.unchanged ? [h("p", { class: "lead" }, answer.unchanged)] : []),
    h("h3", {}, "The whole network"),
    grid(answer.figures, "Figures of the whole network"),
    h("h3", {}, "Weights"),
    ...verdicts,
    ...sections,
  ];
}
