// The list of problems below the editor: a click leads to the place, a fix is a button.
import { byId, h } from "./dom";
import { Superseded, type Engine } from "./engine";
import { rendered } from "./markdown";
import type { Check, Explanation, Problem, Related } from "./protocol";

export type ProblemsHost = {
  engine: Engine;
  tabs: () => Record<string, string>;
  active: () => string;
  go: (tab: string, start: number, end: number) => void;
  apply: (problem: Problem, index: number) => void;
};

export class Problems {
  private readonly status = byId("status");
  private readonly list = byId("problem-list");

  constructor(private readonly host: ProblemsHost) {}

  say(text: string, look = ""): void {
    this.status.textContent = text;
    this.status.className = look;
  }

  show(check: Check): void {
    const errors = check.problems.filter((problem) => problem.severity === "error").length;
    const warnings = check.problems.length - errors;
    const words = [count(errors, "error"), count(warnings, "warning")].filter(Boolean).join(", ");
    if (check.abstract) this.say("This spec is abstract: it has no network of its own, and is for others to extend.");
    else this.say(words || "No problems", errors ? "error" : warnings ? "warning" : "good");
    this.list.replaceChildren(...check.problems.map((problem) => this.problem(problem)));
  }

  private problem(problem: Problem): HTMLElement {
    const go = () => this.host.go(this.host.active(), problem.start, problem.end);
    const place = `${problem.line}:${problem.column}`;
    const item = h("li", { class: `problem ${problem.severity}` },
      h("button", { type: "button", class: "place", click: go, "aria-label": `Go to line ${problem.line}, column ${problem.column}` }, place),
      h("div", { class: "message" }, h("b", {}, problem.severity), ` ${problem.message}`),
      problem.help && h("div", { class: "more" }, h("p", { class: "help" }, problem.help)),
      ...problem.related.map((related) => this.related(related)),
    );
    const fixes = problem.fixes.map((fix, index) =>
      h("button", { type: "button", class: fix.preferred ? "fix preferred" : "fix", click: () => this.host.apply(problem, index) }, `Fix: ${fix.title}`));
    const explain = h("button", { type: "button", class: "quiet", "aria-expanded": "false" }, `About ${problem.code}`);
    explain.addEventListener("click", () => void this.explain(problem.code, explain, item));
    item.append(h("div", { class: "buttons" }, ...fixes, explain));
    return item;
  }

  private related(related: Related): HTMLElement {
    const words = `${related.name}:${related.line}: ${related.words}`;
    if (related.tab === null) return h("div", { class: "more" }, words);
    const go = () => this.host.go(related.tab!, related.start, related.end);
    return h("div", { class: "more" }, h("button", { type: "button", class: "related", click: go }, words));
  }

  private async explain(code: string, button: HTMLElement, item: HTMLElement): Promise<void> {
    const shown = item.querySelector(".explanation");
    button.setAttribute("aria-expanded", String(!shown));
    if (shown) return shown.remove();
    try {
      const found = await this.host.engine.ask<Explanation>("explain", { kind: "explain", code, tabs: this.host.tabs() });
      const page = h("div", { class: "explanation" }, h("p", {}, h("b", {}, `${code}: ${found.title}`)));
      page.append(rendered(found.text));
      item.append(page);
    } catch (error) {
      if (!(error instanceof Superseded)) throw error;
    }
  }
}

function count(number: number, word: string): string {
  return number ? `${number} ${word}${number > 1 ? "s" : ""}` : "";
}
