import { download, h } from "../dom";
import { codeView } from "../editor";
import type { Code } from "../protocol";
import { choice } from "./parts";
import type { MakeView } from "./view";

export const code: MakeView = (context) => {
  let form = "trained";
  let shown: Code = { file: null, text: null };
  const host = h("div", { class: "code" });
  const viewer = codeView(host);
  const forms = choice("Form", [["trained", "For training"], ["deploy", "For inference"]], form, (value) => {
    form = value;
    context.refresh();
  });
  const copy = h("button", { type: "button", class: "end", click: () => void copied() }, "Copy");
  const save = h("button", { type: "button", click: () => download(shown.file!, shown.text!, "text/x-python") }, "Download");
  save.className = "end";
  save.style.marginLeft = "0";
  forms.append(copy, save);

  async function copied(): Promise<void> {
    await navigator.clipboard.writeText(shown.text ?? "");
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), 1500);
  }

  return {
    title: "Code",
    full: true,
    element: h("div", { class: "full-view" }, forms, host),
    request: () => ({ kind: "code", form }),
    show: (answer: Code) => {
      if (answer.text === null) return false;
      shown = answer;
      viewer.show(answer.text);
      return true;
    },
  };
};
