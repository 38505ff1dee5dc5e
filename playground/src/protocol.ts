// What the page and its worker tell each other. The requests themselves are described in resnetgen/playground/answers/.
export type ToWorker = { id: number; request: string };

export type FromWorker =
  | { kind: "progress"; text: string }
  | { kind: "ready" }
  | { kind: "failed"; text: string }
  | { kind: "answer"; id: number; answer: string }
  | { kind: "error"; id: number; text: string };

export type Edit = { start: number; end: number; text: string };
export type Fix = { title: string; tab: string | null; preferred: boolean; edits: Edit[] };
export type Related = {
  tab: string | null;
  name: string;
  start: number;
  end: number;
  line: number;
  words: string;
};
export type Problem = {
  severity: "error" | "warning";
  code: string;
  title: string;
  message: string;
  help: string;
  start: number;
  end: number;
  line: number;
  column: number;
  related: Related[];
  fixes: Fix[];
};
export type Check = { compiles: boolean; abstract: boolean; name: string; summary: string; problems: Problem[] };

export type Grid = { columns: { title: string; number: boolean }[]; rows: string[][] };
export type Table = Grid & { title: string; facts: [string, string][] | null; left_out: number; notes: string[] };
export type Picture = { svg: string | null };
export type Code = { file: string | null; text: string | null };
export type Difference = {
  why_not?: string;
  titles: [string, string];
  differ: boolean;
  figures: Grid;
  parts: Grid;
  verdicts: string[];
  unchanged: string;
  sections: { title: string; lines: [string, string][] }[];
};
export type Sizes = {
  domain: string | null;
  axes: { name: string; sizes: string }[];
  size: number[];
  fault: string;
  nearest: number[] | null;
  min_batch: number;
  rows: [string, string][];
};
export type Completions = { items: { label: string; insert: string; start: number; kind: string; about: string }[] };
export type Hover = { text: string; start: number; end: number };
export type Explanation = { title: string; text: string };
export type Shipped = { file: string | null; text: string | null };
export type ShippedSpec = {
  name: string;
  family: string;
  about: string;
  aka: string[];
  figures: string;
  thumbnail: string;
};
