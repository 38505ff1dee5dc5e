// The editor: CodeMirror with YAML. Completion and hovers are the language server's. It lives in a shadow root, where its
// styles are adopted style sheets, which the page's Content-Security-Policy allows; style elements it does not.
import {
  acceptCompletion,
  autocompletion,
  type Completion,
  completionKeymap,
  type CompletionResult,
  type CompletionContext,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, forEachDiagnostic, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Engine } from "./engine";
import { Superseded } from "./engine";
import { rendered } from "./markdown";
import type { Completions, Edit, Hover, Problem } from "./protocol";

const COLORS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.keyword, tags.self], color: "var(--key)" },
  { tag: [tags.string, tags.docString], color: "var(--text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--number)" },
  { tag: [tags.comment, tags.meta], color: "var(--comment)", fontStyle: "italic" },
  { tag: [tags.className, tags.definition(tags.function(tags.variableName))], color: "var(--word)" },
]);

const THEME = EditorView.theme({
  "&": { height: "100%", fontSize: "13.5px", backgroundColor: "var(--ground)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--line)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--raised) 70%, transparent)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "var(--selection)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-soft)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--rule)",
    borderRadius: "6px",
    maxWidth: "min(460px, calc(100vw - 24px))",
    fontFamily: "var(--sans)",
    fontSize: "13px",
    lineHeight: "1.45",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent)", fontWeight: "600" },
  ".cm-completionInfo, .about": { padding: "2px 12px", maxHeight: "22em", overflow: "auto", overflowWrap: "anywhere" },
  ".about > *": { margin: "6px 0" },
  ".about hr": { border: "0", borderTop: "1px solid var(--rule)" },
  ".about ul": { paddingLeft: "18px" },
  ".about code": { fontFamily: "var(--mono)", fontSize: "12px" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--error) 1px", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warning) 1px", textUnderlineOffset: "3px" },
  ".cm-lintPoint:after": { borderBottomColor: "var(--error)" },
  ".cm-lintPoint-warning:after": { borderBottomColor: "var(--warning)" },
  ".cm-diagnostic": { padding: "6px 10px", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--error)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warning)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--ground)", borderRadius: "4px", padding: "2px 8px" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderTop: "1px solid var(--rule)" },
  ".cm-panels input, .cm-panels button": {
    font: "inherit",
    background: "var(--ground)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "4px",
  },
  ".cm-searchMatch": { backgroundColor: "var(--changed)", outline: "1px solid var(--warning)" },
});

const COMMON: Extension = [
  lineNumbers(),
  drawSelection(),
  bracketMatching(),
  highlightSelectionMatches(),
  syntaxHighlighting(COLORS),
  EditorView.lineWrapping,
  THEME,
];

const ICONS: Record<string, string> = {
  key: "property",
  word: "enum",
  spec: "namespace",
  file: "text",
  folder: "text",
  block: "class",
  stage: "variable",
  width: "variable",
  code: "constant",
};

export type EditorHost = {
  engine: Engine;
  tabs: () => Record<string, string>;
  active: () => string;
  changed: (text: string) => void;
  applied: (problem: Problem, index: number) => void;
};

export class SpecEditor {
  private readonly view: EditorView;
  private readonly states = new Map<string, EditorState>();
  private shown = "";

  constructor(
    parent: HTMLElement,
    private readonly host: EditorHost,
  ) {
    const root = parent.attachShadow({ mode: "open" });
    this.view = new EditorView({ parent: root, root, state: this.fresh("") });
  }

  /** Show a tab's text; its undo history and cursor are kept from the last time. */
  show(tab: string, text: string): void {
    if (tab === this.shown && text === this.text) return;
    this.keep();
    this.shown = tab;
    const kept = this.states.get(tab);
    this.view.setState(kept && kept.doc.toString() === text ? kept : this.fresh(text));
  }

  /** Forget what is kept of a tab that was closed, or move it to the tab's new name. */
  forget(tab: string, renamed?: string): void {
    if (renamed !== undefined && this.shown === tab) this.shown = renamed;
    const kept = this.states.get(tab);
    if (renamed !== undefined && kept) this.states.set(renamed, kept);
    this.states.delete(tab);
    if (renamed === undefined && this.shown === tab) this.shown = "";
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  focus(): void {
    this.view.focus();
  }

  /** Select a range and show it. */
  select(start: number, end: number): void {
    const most = this.view.state.doc.length;
    const selection = { anchor: Math.min(start, most), head: Math.min(end, most) };
    this.view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
    this.view.focus();
  }

  apply(edits: Edit[]): void {
    const changes = edits.map(({ start, end, text }) => ({ from: start, to: end, insert: text }));
    this.view.dispatch({ changes, userEvent: "input.fix" });
  }

  mark(problems: Problem[]): void {
    const most = this.view.state.doc.length;
    const diagnostics: Diagnostic[] = problems.map((problem) => ({
      from: Math.min(problem.start, most),
      to: Math.min(problem.end, most),
      severity: problem.severity,
      source: problem.code,
      message: problem.help ? `${problem.message}\nhelp: ${problem.help}` : problem.message,
      actions: problem.fixes.map((fix, index) => ({
        name: fix.title,
        apply: () => this.host.applied(problem, index),
      })),
    }));
    let marked = 0;
    forEachDiagnostic(this.view.state, () => void marked++);
    if (marked || diagnostics.length) this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  private keep(): void {
    if (this.shown) this.states.set(this.shown, this.view.state);
  }

  private fresh(doc: string): EditorState {
    const changed = EditorView.updateListener.of((update) => {
      if (update.docChanged) this.host.changed(this.text);
    });
    return EditorState.create({
      doc,
      extensions: [
        COMMON,
        history(),
        highlightActiveLine(),
        indentOnInput(),
        indentUnit.of("  "),
        yaml(),
        search({ top: false }),
        autocompletion({ override: [(context) => this.complete(context)], icons: true, activateOnTypingDelay: 40 }),
        hoverTooltip((view, at) => this.hover(view, at), { hideOnChange: true }),
        // Tab moves on to the next part of the page, as anywhere: it is left out on purpose, save to accept a completion.
        keymap.of([
          { key: "Tab", run: acceptCompletion },
          ...completionKeymap,
          ...lintKeymap.filter((binding) => binding.key === "F8"),
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.contentAttributes.of({ "aria-label": "Spec, YAML", spellcheck: "false", autocapitalize: "off" }),
        changed,
      ],
    });
  }

  private ask<T>(kind: string, offset: number): Promise<T | null> {
    const { engine, tabs, active } = this.host;
    return engine.ask<T>(kind, { kind, tab: active(), tabs: tabs(), offset }).catch((error: unknown) => {
      if (error instanceof Superseded) return null;
      throw error;
    });
  }

  private async complete(context: CompletionContext): Promise<CompletionResult | null> {
    const before = context.matchBefore(/[^\n]*/)?.text ?? "";
    if (!context.explicit && !/[\w/[{.]$|[:,\-] $/.test(before)) return null;
    const found = await this.ask<Completions>("complete", context.pos);
    if (!found?.items.length || context.aborted) return null;
    const from = Math.max(...found.items.map((item) => item.start));
    const options = found.items.map((item, index): Completion => {
      const completion: Completion = {
        label: item.label,
        apply: (view, _, __, to) =>
          view.dispatch({
            changes: { from: item.start, to, insert: item.insert },
            selection: { anchor: item.start + item.insert.length },
            userEvent: "input.complete",
          }),
        sortText: String(index).padStart(5, "0"),
        type: ICONS[item.kind] ?? "text",
      };
      if (item.about) completion.info = () => about(item.about);
      return completion;
    });
    return { from, options, validFor: /^[\w.-]*$/ };
  }

  private async hover(view: EditorView, at: number) {
    const found = await this.ask<Hover>("hover", at);
    if (!found?.text) return null;
    const most = view.state.doc.length;
    const place = { pos: Math.min(found.start, most), end: Math.min(found.end, most), above: true };
    return { ...place, create: () => ({ dom: about(found.text) }) };
  }
}

function about(markdown: string): HTMLElement {
  const element = document.createElement("div");
  element.className = "about";
  element.append(rendered(markdown));
  return element;
}

/** Show Python that cannot be edited. */
export function codeView(parent: HTMLElement): { show: (text: string) => void } {
  const root = parent.attachShadow({ mode: "open" });
  const label = EditorView.contentAttributes.of({ "aria-label": "Python code", "aria-readonly": "true", tabindex: "0" });
  const extensions = [COMMON, python(), search(), keymap.of([...searchKeymap, ...defaultKeymap])];
  const locked = [EditorState.readOnly.of(true), EditorView.editable.of(false), label];
  const view = new EditorView({ parent: root, root, extensions: [extensions, locked] });
  return {
    show(text) {
      if (view.state.doc.toString() !== text) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      }
    },
  };
}
