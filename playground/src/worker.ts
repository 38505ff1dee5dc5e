// The web worker: Python, the compiler, and nothing else. It answers one request after the other.
import type { PyodideInterface } from "pyodide";
import type { FromWorker, ToWorker } from "./protocol";

declare const self: {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
} & Record<string, unknown>;

const SITE_PACKAGES = "/lib/python3.14/site-packages";

// What the worker needs no more once it has started. Specs are data and run nothing; this is a second fence.
const NETWORK = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "importScripts", "caches"];

async function start(): Promise<(request: string) => string> {
  const files = fetch(new URL("python.zip", import.meta.url)).then(contentOf); // beside Python itself
  self.postMessage({ kind: "progress", text: "Loading Python" });
  const { loadPyodide } = (await import("./pyodide/pyodide.mjs" as string)) as typeof import("pyodide");
  const python: PyodideInterface = await loadPyodide({ indexURL: new URL("pyodide/", import.meta.url).href });
  self.postMessage({ kind: "progress", text: "Loading the compiler" });
  python.unpackArchive(await files, "zip", { extractDir: SITE_PACKAGES });
  python.FS.mkdirTree("/specs");
  python.FS.chdir("/specs");
  const answer = python.runPython(
    "import os; os.chdir('/specs')\nfrom resnetgen.playground.session import Session\nSession().answer",
  ) as (request: string) => string;
  for (const name of NETWORK) Object.defineProperty(self, name, { value: undefined });
  return answer;
}

async function contentOf(response: Response): Promise<ArrayBuffer> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}

const starting = start();
starting.then(
  () => self.postMessage({ kind: "ready" }),
  (error: unknown) => self.postMessage({ kind: "failed", text: String(error) }),
);

self.onmessage = async (event) => {
  const { id, request } = event.data;
  const answer = await starting;
  try {
    self.postMessage({ kind: "answer", id, answer: answer(request) });
  } catch (error) {
    self.postMessage({ kind: "error", id, text: String(error) });
  }
};
