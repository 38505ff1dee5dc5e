// A picture as part of the page, so that its text can be searched and selected and its titles show on hover. Only the
// elements and attributes that resnetgen draws with are taken over, into a shadow root with the picture's own style sheet.
const ELEMENTS = new Set(["svg", "g", "title", "desc", "rect", "path", "circle", "polygon", "line", "text", "tspan"]);
const ATTRIBUTES = new Set(
  "viewBox width height role aria-labelledby aria-label id class x y rx ry cx cy r d points x1 y1 x2 y2 dx dy transform"
    .split(" "),
);

const STYLE = /<style>([^<]*)<\/style>/;

export function show(host: HTMLElement, text: string): void {
  const [, own = ""] = STYLE.exec(text) ?? []; // not parsed with the rest: the page forbids style elements there, too
  const parsed = new DOMParser().parseFromString(text.replace(STYLE, ""), "image/svg+xml").documentElement;
  if (parsed.localName !== "svg") throw new Error("this is no picture");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${own}\nsvg { display: block; max-width: 100%; height: auto; min-width: var(--least, 0); }`);
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.replaceChildren(cleaned(parsed));
}

function cleaned(element: Element): Element {
  const copy = document.createElementNS("http://www.w3.org/2000/svg", element.localName);
  for (const { name, value } of element.attributes) if (ATTRIBUTES.has(name)) copy.setAttribute(name, value);
  for (const child of element.childNodes) {
    if (child instanceof Element && ELEMENTS.has(child.localName)) copy.append(cleaned(child));
    else if (child.nodeType === Node.TEXT_NODE) copy.append(child.textContent ?? "");
  }
  return copy;
}
