// The tabs of the specs. Arrow keys move between them, F2 or a double click renames one, Delete closes it.
import { byId, h, withArrowKeys } from "./dom";
import type { Tabs } from "./tabs";

export type TabBarHost = { tabs: Tabs; renamed: (from: string, to: string) => void; closed: (name: string) => void; say: (text: string) => void };

export class TabBar {
  private readonly list = byId("files");

  constructor(private readonly host: TabBarHost) {
    withArrowKeys(this.list, (tab) => {
      host.tabs.show(tab.dataset.name!);
      this.focusActive();
    });
    byId("new-tab").addEventListener("click", () => {
      try {
        const name = host.tabs.free("mine.yaml");
        host.tabs.open(name, `name: ${name.replace(/\.yaml$/, "")}\nextends: resnet50\n`);
      } catch (error) {
        host.say((error as Error).message);
      }
    });
  }

  draw(): void {
    const { tabs } = this.host;
    const hadFocus = this.list.contains(document.activeElement);
    this.list.replaceChildren(...tabs.names().map((name) => this.file(name, tabs.names().length > 1)));
    if (hadFocus) this.focusActive();
    this.list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private focusActive(): void {
    this.list.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  }

  private file(name: string, closable: boolean): HTMLElement {
    const active = name === this.host.tabs.active;
    const tab = h("button", {
      type: "button", role: "tab", "aria-selected": String(active), "aria-controls": "editor", "data-name": name,
      tabindex: active ? 0 : -1, title: `${name} (F2 renames${closable ? ", Delete closes" : ""})`,
      click: () => this.host.tabs.show(name),
      dblclick: () => this.rename(name),
      keydown: ((event: KeyboardEvent) => {
        if (event.key === "F2") this.rename(name);
        if (event.key === "Delete" && closable) this.close(name);
      }) as EventListener,
    }, name);
    const close = closable && h("button", {
      type: "button", class: "quiet close", tabindex: -1, "aria-label": `Close ${name}`, click: () => this.close(name),
    }, "×");
    return h("div", { class: active ? "file active" : "file", role: "presentation" }, tab, close);
  }

  private close(name: string): void {
    this.host.tabs.close(name);
    this.host.closed(name);
  }

  private rename(name: string): void {
    const field = h("input", { value: name, "aria-label": `New name of ${name}`, spellcheck: "false" });
    const done = (keep: boolean) => {
      if (!field.isConnected) return;
      const fault = keep ? this.host.tabs.rename(name, field.value.trim()) : "";
      if (fault) this.host.say(`${field.value}: ${fault}`);
      else if (keep && field.value.trim() !== name) this.host.renamed(name, field.value.trim());
      this.draw();
      this.focusActive();
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Escape") done(event.key === "Enter");
    });
    field.addEventListener("blur", () => done(true), { once: true });
    const shown = this.list.querySelector(`[data-name="${CSS.escape(name)}"]`)?.parentElement;
    shown?.replaceChildren(field);
    field.focus();
    field.setSelectionRange(0, name.lastIndexOf("."));
  }
}
