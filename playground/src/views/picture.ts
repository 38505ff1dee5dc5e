import { h } from "../dom";
import type { Picture } from "../protocol";
import { show } from "../svg";
import { choice } from "./parts";
import type { MakeView } from "./view";

export const picture: MakeView = (context) => {
  let level = "network";
  const frame = h("div", { class: "picture", tabindex: 0, role: "group", "aria-label": "Diagram" });
  const levels = choice("Level", [["network", "Network"], ["block", "Blocks"]], level, (value) => {
    level = value;
    context.refresh();
  });
  return {
    title: "Diagram",
    element: h("div", {}, levels, frame),
    request: () => ({ kind: "picture", level }),
    show: (answer: Picture) => {
      if (answer.svg === null) return false;
      show(frame, answer.svg);
      return true;
    },
  };
};
