// Pages that are opened from a folder: browsers start no worker there, so the one of the search runs in a hidden frame.
"use strict";
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      this.onmessage = null;
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.srcdoc = "<!doctype html><script></script>";
      this.frame.addEventListener("load", () => this.start(String(url)), { once: true });
      (document.body || document.documentElement).append(this.frame);
    }

    start(url) {
      const inside = this.frame.contentWindow;
      inside.postMessage = (data) => {
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        this.onmessage?.(event);
      };
      inside.importScripts = (...urls) =>
        urls.reduce(
          (before, each) =>
            before.then(
              () =>
                new Promise((resolve, reject) => {
                  const script = inside.document.createElement("script");
                  Object.assign(script, { src: each, onload: resolve, onerror: reject });
                  inside.document.body.append(script);
                })
            ),
          Promise.resolve()
        );
      inside.importScripts(url).then(() => {
        this.started = true;
        for (const data of this.waiting) this.send(data);
      });
    }

    postMessage(data) {
      if (this.started) this.send(data);
      else this.waiting.push(data);
    }

    send(data) {
      const inside = this.frame.contentWindow;
      inside.dispatchEvent(new inside.MessageEvent("message", { data }));
    }

    terminate() {
      this.frame.remove();
    }
  };
  window.Worker = window.IFrameWorker;
}
