// The page: tabs of specs and the editor at the left, what the compiler makes of them at the right.
import { read, write } from "./address";
import { byId, debounced, download } from "./dom";
import { SpecEditor } from "./editor";
import { Engine, Superseded } from "./engine";
import { OpenDialog } from "./open_dialog";
import { Problems } from "./problems";
import type { Check, Code, Picture, Problem, Shipped } from "./protocol";
import { Results } from "./results";
import { TabBar } from "./tab_bar";
import { Tabs } from "./tabs";

const FIRST = "resnet50"; // the spec that an address without one opens

// A key is checked when no other follows within this time. The worker drops what is outdated, so it can be short.
const CHECK_DELAY = 25;
const ADDRESS_DELAY = 400;

const tabs = new Tabs();
const engine = new Engine();
const context = { engine, tabs: () => tabs.all(), active: () => tabs.active };
const editor: SpecEditor = new SpecEditor(byId("editor"), { ...context, changed: (text) => tabs.write(tabs.active, text), applied: apply });
const problems = new Problems({ ...context, go, apply });
const results = new Results(context, failed);
const bar = new TabBar({ tabs, renamed, closed, say });
const dialog = new OpenDialog({ open: openShipped, upload });
let latest: Check | null = null;
const titles = new Map<string, Check>(); // the last version of each tab that compiled, which its views show too

async function check(): Promise<void> {
  const tab = tabs.active;
  try {
    const found = await engine.ask<Check>("check", { kind: "check", tab, tabs: tabs.all() });
    latest = found;
    problems.show(found);
    editor.mark(found.problems);
    title(tab, found);
    results.update(found);
    document.body.dataset.checked = String(Number(document.body.dataset.checked ?? 0) + 1);
  } catch (error) {
    if (!(error instanceof Superseded)) failed(error);
  }
}

function title(tab: string, found: Check): void {
  if (found.compiles) titles.set(tab, found);
  const shown = titles.get(tab) ?? { name: tab, summary: "" };
  byId("network-name").textContent = shown.name;
  byId("network-summary").textContent = shown.summary;
  document.title = `${shown.name}: resnetgen playground`;
}

const checkSoon = debounced(CHECK_DELAY, () => void check());
const saveSoon = debounced(ADDRESS_DELAY, () => void save());

tabs.addEventListener("shown", () => {
  bar.draw();
  editor.show(tabs.active, tabs.text());
  void check();
  saveSoon();
});
tabs.addEventListener("replaced", () => {
  titles.clear();
  results.clear();
});
tabs.addEventListener("written", () => {
  checkSoon();
  saveSoon();
});

/** The address always has the specs, so that a reload or a bookmark brings them back. */
async function save(): Promise<string> {
  const { active } = tabs;
  const all = Object.entries(tabs.all());
  const ordered = [...all.filter(([name]) => name === active), ...all.filter(([name]) => name !== active)];
  history.replaceState(null, "", await write(Object.fromEntries(ordered)));
  return location.href;
}

function go(tab: string, start: number, end: number): void {
  if (tab !== tabs.active) tabs.show(tab);
  showPane("spec");
  editor.select(start, end);
}

function apply(problem: Problem, index: number): void {
  const fix = problem.fixes[index]!;
  if (fix.tab === null) return say("This fix is of a shipped spec, which the playground does not change.");
  if (fix.tab !== tabs.active) tabs.show(fix.tab);
  editor.apply(fix.edits);
  editor.focus();
}

function renamed(from: string, to: string): void {
  editor.forget(from, to);
  results.forget(from, to);
  const title = titles.get(from);
  if (title) titles.set(to, title);
  titles.delete(from);
}

function closed(name: string): void {
  editor.forget(name);
  results.forget(name);
  titles.delete(name);
}

async function openShipped(name: string): Promise<void> {
  let found: Shipped;
  try {
    found = await engine.ask<Shipped>("shipped", { kind: "shipped", name, tabs: tabs.all() });
  } catch (error) {
    return failed(error);
  }
  if (found.file === null) return say(`There is no shipped spec ${name}.`);
  try {
    tabs.open(found.file, found.text!);
  } catch (error) {
    say((error as Error).message); // there are too many tabs
  }
}

const MOST_BYTES = 2 ** 20; // as many as a spec may have

async function upload(files: File[]): Promise<void> {
  for (const file of files) {
    try {
      if (file.size > MOST_BYTES) throw new Error(`${file.name} is larger than the 1 MiB that a spec may have.`);
      tabs.open(file.name, new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()));
    } catch (error) {
      say(error instanceof TypeError ? `${file.name} is not UTF-8.` : (error as Error).message);
    }
  }
}

function say(text: string): void {
  const toast = byId("toast");
  toast.textContent = text;
  clearTimeout(Number(toast.dataset.timer));
  toast.dataset.timer = String(setTimeout(() => (toast.textContent = ""), 4000));
}

function failed(error: unknown): void {
  if (error instanceof Superseded) return;
  console.error(error);
  const lines = String(error instanceof Error ? error.message : error).trim().split("\n");
  problems.say(`The compiler failed, which is a bug in resnetgen: ${lines.at(-1)}`, "error");
}

function showPane(pane: string): void {
  document.body.dataset.pane = pane;
  for (const button of document.querySelectorAll<HTMLElement>("#switch button")) {
    button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
  }
}

for (const button of document.querySelectorAll<HTMLElement>("#switch button")) {
  button.addEventListener("click", () => showPane(button.dataset.pane!));
}

byId("share").addEventListener("click", async () => {
  const address = await save();
  try {
    await navigator.clipboard.writeText(address);
    say("The address with all tabs is in the clipboard.");
  } catch {
    say("The address of this page has all tabs: copy it from the address bar."); // the browser forbids the clipboard
  }
});

const menu = byId("download-menu");
menu.addEventListener("click", () => menu.hidePopover());
byId("download-spec").addEventListener("click", () => download(tabs.active, tabs.text(), "application/yaml"));
byId("download-code").addEventListener("click", () => void save_as<Code>({ kind: "code", form: "trained" }, (code) => code.text !== null && [code.file!, code.text, "text/x-python"]));
byId("download-picture").addEventListener("click", () => void save_as<Picture>({ kind: "picture", level: "network" }, (picture) => picture.svg !== null && [`${latest?.name}.svg`, picture.svg, "image/svg+xml"]));

async function save_as<T>(request: Record<string, unknown>, file: (answer: T) => false | [string, string, string]): Promise<void> {
  try {
    const found = file(await engine.ask<T>("download", { ...request, tab: tabs.active, tabs: tabs.all() }));
    if (found) download(...found);
    else say(`${tabs.active} has errors, so there is nothing to download.`);
  } catch (error) {
    failed(error);
  }
}

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  void upload([...(event.dataTransfer?.files ?? [])]);
});

async function restore(hash: string): Promise<void> {
  try {
    const shared = await read(hash);
    if (shared && "tabs" in shared) return tabs.replaceAll(shared.tabs);
    await openShipped(shared?.open ?? FIRST);
  } catch (error) {
    say(`The address cannot be read: ${(error as Error).message}`);
  }
  if (!tabs.names().length) await openShipped(FIRST);
}

engine.addEventListener("progress", (event) => problems.say(`${(event as CustomEvent<string>).detail} …`));
engine.addEventListener("failed", (event) => problems.say(`The compiler did not start: ${(event as CustomEvent<string>).detail}`, "error"));
engine.addEventListener("ready", () => {
  document.body.dataset.ready = "true";
  void dialog.load().catch((error: unknown) => say(String(error)));
});
// That of the event: `save` may have replaced the page's address in the meantime.
window.addEventListener("hashchange", (event) => void restore(new URL(event.newURL).hash));
void restore(location.hash);
