// Markdown from the compiler, as elements. micromark escapes HTML and drops links to anything but the web; what it gives is
// parsed as a document of its own, where nothing runs or loads, and links are unwrapped: the page leads nowhere.
import { micromark } from "micromark";

export function rendered(markdown: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(micromark(markdown), "text/html");
  for (const link of parsed.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  for (const image of parsed.querySelectorAll("img")) image.replaceWith(image.alt);
  const fragment = document.createDocumentFragment();
  fragment.append(...parsed.body.childNodes);
  return fragment;
}
