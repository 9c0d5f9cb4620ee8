// What every script here needs: the texts the server translated, and word of new parts of the page.

const texts = JSON.parse(document.getElementById("texts")?.textContent || "{}");

/** The sentence of that name in the reader's language, its `%(name)s` filled in. */
export function text(name, values = {}) {
  return (texts[name] || name).replace(/%\((\w+)\)s/g, (_, key) => values[key]);
}

/** Call `visit` for each element that matches, now and in whatever a request adds later. */
export function whenAdded(selector, visit) {
  const visitAll = (root) => {
    if (root.matches?.(selector)) visit(root);
    root.querySelectorAll?.(selector).forEach(visit);
  };
  visitAll(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) visitAll(event.detail.elt);
  });
}

/** Whether a key belongs to an input method that is composing; 229 is what older browsers say of such a key. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Whether a key belongs to what the person is typing, not to us. */
export function isTyping(event) {
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  return isComposing(event) || (field && !field.matches("[type=checkbox], [type=radio]"));
}
