import htmx from "htmx.org";
import { whenAdded } from "./page.js";

const STAYS = { success: 6000, info: 6000, warning: 12000 };
const STAYS_WITH_UNDO = 12000;

const ICONS = { error: "alert-circle", warning: "alert-triangle", info: "info-circle", success: "circle-check" };

/** Show one sentence at the foot of the screen; errors stay until dismissed. */
export function showToast(sentence, { level = "success" } = {}) {
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0];
  const toast = document.createElement("div");
  toast.className = `toast-note toast-${level}`;
  toast.dataset.toast = "";
  toast.setAttribute("role", level === "error" ? "alert" : "status");
  toast.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#${ICONS[level]}"/></svg><span class="toast-text"></span>`;
  toast.querySelector(".toast-text").textContent = sentence;
  document.getElementById("toasts").append(toast);
  arrange(toast);
}

/** Bring the toasts into the window on top: behind an open dialog they could be neither seen nor clicked. */
function raise() {
  const toasts = document.getElementById("toasts");
  const home = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (toasts && toasts.parentElement !== home) home.append(toasts);
}

document.addEventListener("close", raise, true);
// What a dialog holds may be about to be replaced; the toasts in it shall not go with it.
document.addEventListener("htmx:beforeSwap", () => document.body.append(document.getElementById("toasts")));
document.addEventListener("htmx:afterSettle", raise);

function arrange(toast) {
  raise();
  const level = Object.keys(ICONS).find((name) => toast.classList.contains(`toast-${name}`));
  const stays = toast.querySelector("[data-undo]") ? STAYS_WITH_UNDO : STAYS[level];
  if (!stays) return;
  let timer = setTimeout(() => toast.remove(), stays);
  // Someone who reads or reaches for the button is not hurried.
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => (timer = setTimeout(() => toast.remove(), stays)));
}

document.addEventListener("click", (event) => {
  const toast = event.target.closest("[data-toast]");
  if (event.target.closest("[data-dismiss]")) toast.remove();
  const undo = event.target.closest("[data-undo]");
  if (undo) {
    undo.disabled = true;
    htmx.ajax("POST", undo.dataset.undo, { source: undo, swap: "none" }).then(() => toast.remove());
  }
});

// `HX-Trigger: {"toast": {"text": "…", "level": "success"}}`
document.addEventListener("toast", ({ detail }) => showToast(detail.text, detail));

whenAdded("[data-toast]", arrange);
