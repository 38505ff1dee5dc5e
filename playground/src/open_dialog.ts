// The dialog that opens a shipped spec, with a thumbnail each, or files of one's own.
import { byId, h } from "./dom";
import type { ShippedSpec } from "./protocol";

export type OpenHost = { open: (name: string) => Promise<void>; upload: (files: File[]) => Promise<void> };

const TITLES: Record<string, string> = { main: "ResNet" };

export class OpenDialog {
  private readonly dialog = byId<HTMLDialogElement>("open-dialog");
  private readonly search = byId<HTMLInputElement>("open-search");
  private readonly list = byId("open-list");
  private specs: ShippedSpec[] = [];

  constructor(private readonly host: OpenHost) {
    const files = byId<HTMLInputElement>("upload-files");
    byId("open").addEventListener("click", () => this.show());
    byId("open-close").addEventListener("click", () => this.dialog.close());
    byId("upload").addEventListener("click", () => files.click());
    files.addEventListener("change", () => {
      this.dialog.close();
      void host.upload([...(files.files ?? [])]).then(() => (files.value = ""));
    });
    this.search.addEventListener("input", () => this.draw());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.list.querySelector("button")?.click();
      if (event.key === "ArrowDown") this.list.querySelector("button")?.focus();
    });
    this.list.addEventListener("keydown", (event) => this.move(event));
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close(); // a click beside it
    });
  }

  /** Load the list, so that it is there without a network later. */
  async load(): Promise<void> {
    const answer = await fetch(new URL("specs.json", import.meta.url));
    if (!answer.ok) throw new Error(`The list of shipped specs cannot be loaded: ${answer.status}`);
    this.specs = (await answer.json()) as ShippedSpec[];
    const names = h("datalist", { id: "spec-names" }, ...this.specs.map((spec) => h("option", { value: spec.name })));
    document.body.append(names);
    if (this.dialog.open) this.draw();
  }

  private show(): void {
    this.search.value = "";
    this.draw();
    this.dialog.showModal();
    this.list.scrollTop = 0;
    this.search.focus();
  }

  private draw(): void {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.specs.filter((spec) => {
      const text = [spec.name, spec.family, spec.about, ...spec.aka].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const families = grouped(found);
    byId("open-count").textContent = found.length === 1 ? "1 spec" : `${found.length} specs`;
    this.list.replaceChildren(...[...families].map(([family, specs]) => this.family(family, specs)));
  }

  private family(family: string, specs: ShippedSpec[]): HTMLElement {
    const cards = specs.map((spec) => h("li", {}, this.card(spec)));
    return h("section", {}, h("h3", {}, TITLES[family] ?? family), h("ul", { class: "cards" }, ...cards));
  }

  private card(spec: ShippedSpec): HTMLElement {
    const picture = h("img", { alt: "", loading: "lazy", src: `data:image/svg+xml,${encodeURIComponent(spec.thumbnail)}` });
    const open = () => void this.host.open(spec.name).then(() => this.dialog.close());
    return h("button", { type: "button", class: "card", "data-spec": spec.name, title: spec.about, click: open },
      picture,
      h("strong", {}, spec.name),
      h("span", { class: "figures" }, spec.figures),
      h("span", { class: "about" }, spec.about),
    );
  }

  private move(event: KeyboardEvent): void {
    const cards = [...this.list.querySelectorAll<HTMLElement>("button")];
    const at = cards.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const top = cards[at]!.offsetTop;
    const across = cards.filter((card) => card.offsetTop === top).length;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + across, ArrowUp: at - across }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to < 0) this.search.focus();
    else cards[Math.min(to, cards.length - 1)]!.focus();
  }
}

function grouped(specs: ShippedSpec[]): Map<string, ShippedSpec[]> {
  const found = new Map<string, ShippedSpec[]>();
  for (const spec of specs) found.set(spec.family, [...(found.get(spec.family) ?? []), spec]);
  return found;
}
