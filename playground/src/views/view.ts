// What a view of the right pane is. A view is a file here and a line in views/index.ts.
import type { Engine } from "../engine";

export type Context = {
  engine: Engine;
  tabs: () => Record<string, string>;
  active: () => string;
  refresh: () => void; // ask again, after a choice in the view
};

export type View = {
  title: string;
  full?: boolean; // it fills the pane and scrolls by itself
  element: HTMLElement;
  request: () => Record<string, unknown>; // without tab and tabs
  show: (answer: never) => boolean; // false where the answer has nothing to show, since the spec has faults
};

export type MakeView = (context: Context) => View;
