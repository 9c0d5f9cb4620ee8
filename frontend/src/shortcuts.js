// Single keys. A control says which with `data-key="e"` and is clicked or focused by it; `?` lists them all.
import { isComposing, isTyping, text } from "./page.js";
import { open } from "./sheets.js";

function controls() {
  const scope = document.querySelector("dialog[open]") || document;
  return [...scope.querySelectorAll("[data-key]")].filter((control) => control.dataset.key);
}

function label(control) {
  const own = control.dataset.keyLabel || control.querySelector("[data-key-text]")?.textContent;
  return (own || control.getAttribute("aria-label") || control.textContent).trim();
}

function fill(list) {
  const rows = new Map([["?", list.closest("dialog").querySelector("h2").textContent]]);
  for (const control of document.querySelectorAll("[data-key]")) {
    if (control.dataset.key && !rows.has(control.dataset.key)) rows.set(control.dataset.key, label(control));
  }
  if (document.querySelector("[data-row]")) {
    for (const [key, name] of [["j", "rowsDown"], ["k", "rowsUp"], ["Enter", "rowOpen"], ["Space", "rowPeek"]]) {
      rows.set(key, text(name));
    }
  }
  list.replaceChildren(...[...rows].flatMap(([key, meaning]) => {
    const term = document.createElement("dt");
    const cap = document.createElement("kbd");
    cap.textContent = key.length === 1 ? key.toUpperCase() : key;
    term.append(cap);
    const description = document.createElement("dd");
    description.textContent = meaning;
    return [term, description];
  }));
}

document.addEventListener("keydown", (event) => {
  if (isComposing(event)) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open(document.getElementById("palette"));
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.target.closest?.("form")?.requestSubmit();
    return;
  }
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const dialog = document.getElementById("shortcuts");
  if (event.key === "?" && dialog) {
    event.preventDefault();
    open(dialog);
    return;
  }
  // Who has a form open means to type: a letter that misses its field shall lead nowhere.
  if (document.querySelector("form[data-draft]")) return;
  const control = controls().find((one) => one.dataset.key === event.key.toLowerCase());
  if (!control) return;
  event.preventDefault();
  if (control.matches("input, select, textarea")) control.focus();
  else control.click();
});

// Filled whenever it opens, however it was opened.
const overlay = document.getElementById("shortcuts");
if (overlay) {
  new MutationObserver(() => overlay.open && fill(overlay.querySelector("[data-shortcut-list]"))).observe(overlay, {
    attributeFilter: ["open"],
  });
}
