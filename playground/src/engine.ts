// The page's side of the worker: one request at a time, and of those that wait a newer one supersedes an older one.
import type { FromWorker } from "./protocol";

// Longer than any request of a spec within the compiler's limits takes, on a slow machine too.
const PATIENCE = 20_000;

export class Superseded extends Error {}

type Job = {
  id: number;
  slot: string;
  request: string;
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
};

// The slots in the order in which they are served: what a person waits for while typing comes first.
const ORDER = ["check", "complete", "hover"];

export class Engine extends EventTarget {
  private worker!: Worker;
  private ready = false;
  private running: Job | null = null;
  private waiting = new Map<string, Job>();
  private timer = 0;
  private next = 1;

  constructor() {
    super();
    this.start();
  }

  /** Ask for an answer. A request of the same slot that still waits, or whose answer is awaited, is superseded. */
  ask<T>(slot: string, request: Record<string, unknown>): Promise<T> {
    this.drop(slot);
    return new Promise<T>((resolve, reject) => {
      const job = { id: this.next++, slot, request: JSON.stringify(request), resolve: resolve as Job["resolve"], reject };
      this.waiting.set(slot, job);
      this.serve();
    });
  }

  /** Forget a slot's request, if one waits or runs. */
  drop(slot: string): void {
    this.waiting.get(slot)?.reject(new Superseded());
    this.waiting.delete(slot);
    if (this.running?.slot === slot) this.running.reject(new Superseded()); // its answer comes, and is left
  }

  private start(): void {
    this.ready = false;
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.worker.onmessage = (event: MessageEvent<FromWorker>) => this.hear(event.data);
    this.worker.onerror = (event) => this.tell("failed", event.message || "the worker did not start");
  }

  private tell(kind: string, text = ""): void {
    this.dispatchEvent(new CustomEvent(kind, { detail: text }));
  }

  private hear(message: FromWorker): void {
    if (message.kind === "progress" || message.kind === "failed") this.tell(message.kind, message.text);
    else if (message.kind === "ready") {
      this.ready = true;
      this.tell("ready");
      this.serve();
    } else if (this.running?.id === message.id) {
      const job = this.running;
      clearTimeout(this.timer);
      this.running = null;
      if (message.kind === "answer") job.resolve(JSON.parse(message.answer));
      else job.reject(new Error(message.text));
      this.serve();
    }
  }

  private serve(): void {
    if (!this.ready || this.running) return;
    const slot = ORDER.find((each) => this.waiting.has(each)) ?? this.waiting.keys().next().value;
    if (slot === undefined) return;
    this.running = this.waiting.get(slot)!;
    this.waiting.delete(slot);
    this.worker.postMessage({ id: this.running.id, request: this.running.request });
    this.timer = window.setTimeout(() => this.restart(), PATIENCE);
  }

  /** Give up a request that runs for too long. Requests carry all tabs, so a new worker can go on. */
  private restart(): void {
    this.worker.terminate();
    this.running?.reject(new Error(`There was no answer within ${PATIENCE / 1000} s, so the work was stopped.`));
    this.running = null;
    this.start();
  }
}
