// The specs of the page by their file names, and which of them is shown.
export const MOST_TABS = 50;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.ya?ml$/; // as resnetgen/playground/session.py has it

export class Tabs extends EventTarget {
  private texts = new Map<string, string>();
  active = "";

  all(): Record<string, string> {
    return Object.fromEntries(this.texts);
  }

  names(): string[] {
    return [...this.texts.keys()];
  }

  text(name = this.active): string {
    return this.texts.get(name) ?? "";
  }

  /** Add a spec, under another name if there is one of its name with another text, and show it. */
  open(name: string, text: string): void {
    const wanted = safe(name);
    const chosen = this.texts.get(wanted) === text ? wanted : this.free(wanted);
    if (!this.texts.has(chosen) && this.texts.size >= MOST_TABS) throw new Error(`There are ${MOST_TABS} tabs already.`);
    this.texts.set(chosen, text);
    this.show(chosen);
  }

  replaceAll(tabs: Record<string, string>): void {
    this.texts = new Map(Object.entries(tabs).slice(0, MOST_TABS).map(([name, text]) => [safe(name), text]));
    if (!this.texts.size) this.texts.set("mine.yaml", "");
    this.tell("replaced");
    this.show(this.names()[0]!);
  }

  show(name: string): void {
    this.active = name;
    this.tell("shown");
  }

  write(name: string, text: string): void {
    if (this.texts.get(name) === text) return;
    this.texts.set(name, text);
    this.tell("written");
  }

  close(name: string): void {
    if (this.texts.size < 2) return;
    const at = this.names().indexOf(name);
    this.texts.delete(name);
    const left = this.names();
    this.show(name === this.active ? left[Math.min(at, left.length - 1)]! : this.active);
  }

  /** Rename a spec; return why that cannot be, or nothing. */
  rename(name: string, wanted: string): string {
    if (wanted === name) return "";
    if (!NAME.test(wanted)) return "a name has letters, digits, _, - and ., and ends in .yaml";
    if (this.texts.has(wanted)) return `there is a ${wanted} already`;
    this.texts = new Map([...this.texts].map(([key, text]) => [key === name ? wanted : key, text]));
    if (this.active === name) this.active = wanted;
    this.tell("shown");
    return "";
  }

  /** Return a name that no tab has. */
  free(name: string): string {
    const [, stem, ending] = /^(.*?)(\.ya?ml)$/.exec(name) as unknown as [string, string, string];
    let found = name;
    for (let number = 2; this.texts.has(found); number++) found = `${stem}_${number}${ending}`;
    return found;
  }

  private tell(kind: string): void {
    this.dispatchEvent(new Event(kind));
  }
}

/** Return a name that a tab can have, as much like this one as can be. */
function safe(name: string): string {
  if (NAME.test(name)) return name;
  const stem = name.replace(/\.ya?ml$/i, "").replace(/[^A-Za-z0-9_.-]+/g, "_").replace(/^[.-]+/, "").slice(0, 90);
  return `${stem || "spec"}.yaml`;
}
