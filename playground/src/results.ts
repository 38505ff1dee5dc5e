// The right pane: its views, and what each last showed for which tab. While a spec has faults, that stays at half strength.
import { byId, h, withArrowKeys } from "./dom";
import { Superseded } from "./engine";
import type { Check } from "./protocol";
import { VIEWS } from "./views";
import type { Context, View } from "./views/view";

export class Results {
  private readonly views = new Map<string, View>();
  private readonly last = new Map<string, unknown>(); // answers that had something to show, by view and tab
  private readonly area = byId("view");
  private readonly content = byId("view-content");
  private readonly note = byId("stale");
  private shown = Object.keys(VIEWS)[0]!;
  private check: Check | null = null;

  constructor(
    private readonly context: Omit<Context, "refresh">,
    private readonly failed: (error: unknown) => void,
  ) {
    for (const [name, make] of Object.entries(VIEWS)) {
      this.views.set(name, make({ ...context, refresh: () => void this.refresh() }));
    }
    const list = byId("views");
    for (const [name, view] of this.views) {
      list.append(h("button", { type: "button", role: "tab", id: `tab-${name}`, "data-view": name, "aria-controls": "view", click: () => this.choose(name) }, view.title));
    }
    withArrowKeys(list, (tab) => {
      this.choose(tab.dataset.view!);
      tab.focus();
    });
    this.choose(this.shown);
  }

  /** Show what a check says of the active tab. */
  update(check: Check | null): void {
    this.check = check;
    void this.refresh();
  }

  forget(tab: string, renamed?: string): void {
    for (const name of this.views.keys()) {
      const key = `${name} ${tab}`;
      if (renamed !== undefined && this.last.has(key)) this.last.set(`${name} ${renamed}`, this.last.get(key));
      this.last.delete(key);
    }
  }

  /** Forget what all tabs showed, as others take their names. */
  clear(): void {
    this.context.engine.drop("view");
    this.last.clear();
  }

  private choose(name: string): void {
    this.shown = name;
    for (const tab of document.querySelectorAll("[data-view]")) {
      const chosen = (tab as HTMLElement).dataset.view === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.setAttribute("tabindex", chosen ? "0" : "-1");
    }
    const view = this.views.get(name)!;
    this.area.classList.toggle("full", Boolean(view.full));
    this.area.setAttribute("aria-labelledby", `tab-${name}`);
    this.area.scrollTop = 0;
    if (this.check?.compiles) this.content.replaceChildren(h("p", { class: "empty wait" }, "Working …")); // until the answer
    void this.refresh();
  }

  private async refresh(): Promise<void> {
    const view = this.views.get(this.shown)!;
    const tab = this.context.active();
    const key = `${this.shown} ${tab}`;
    if (!this.check) return;
    if (!this.check.compiles) return this.showLast(view, key);
    try {
      const request = { ...view.request(), tab, tabs: this.context.tabs() };
      const answer = await this.context.engine.ask<never>("view", request);
      if (view.show(answer)) this.last.set(key, answer);
      this.place(view, "");
    } catch (error) {
      if (!(error instanceof Superseded)) this.failed(error);
    }
  }

  private showLast(view: View, key: string): void {
    this.context.engine.drop("view");
    const kept = this.last.get(key);
    const tab = this.context.active();
    const abstract = this.check?.abstract;
    const why = abstract ? `${tab} is abstract and has no network of its own` : `${tab} has errors`;
    if (kept !== undefined) {
      view.show(kept as never);
      this.place(view, `${why}. This is the last version without.`);
    } else {
      this.area.classList.remove("stale");
      this.note.hidden = true;
      this.content.replaceChildren(h("p", { class: "empty" }, `${why}, so there is nothing to show yet.`));
    }
  }

  private place(view: View, note: string): void {
    this.area.classList.toggle("stale", Boolean(note));
    this.note.hidden = !note;
    this.note.textContent = note;
    if (this.content.firstChild !== view.element || this.content.childNodes.length > 1) {
      this.content.replaceChildren(view.element);
    }
  }
}
