// Nothing typed is lost: a form with `data-draft="key"` is kept in this browser until it is saved.
import { text, whenAdded } from "./page.js";

const DAY = 86_400_000;
const KEPT_FOR = 7 * DAY;
const PREFIX = "zhike.draft.";

const name = (form) => `${PREFIX}${document.body.dataset.person}.${form.dataset.draft}`;
const wasRefused = (form) => form.querySelector(".form-errors, [aria-invalid=true]") !== null;

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.name !== "csrfmiddlewaretoken",
  );
}

function values(form) {
  const kept = {};
  for (const field of fields(form)) {
    if (field.type === "checkbox" || field.type === "radio") {
      (kept[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    } else if (field.multiple) kept[field.name] = [...field.selectedOptions].map((option) => [option.value, option.text]);
    else if (field.tagName === "SELECT") kept[field.name] = [[field.value, field.selectedOptions[0]?.text || ""]];
    else kept[field.name] = field.value;
  }
  return kept;
}

function restore(form, kept) {
  for (const field of fields(form)) {
    const value = kept[field.name];
    if (value === undefined) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
    else if (field.tagName === "SELECT") choose(field, value);
    else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function choose(select, chosen) {
  for (const [value, label] of chosen) {
    // A picker that asks the server does not carry the choice that was made before.
    if (![...select.options].some((option) => option.value === value)) select.add(new Option(label, value));
  }
  const wanted = chosen.map(([value]) => value);
  for (const option of select.options) option.selected = wanted.includes(option.value);
  select.tomselect?.sync();
}

function notice(form) {
  const line = document.createElement("p");
  line.className = "draft-note";
  line.setAttribute("role", "status");
  line.append(text("draftRestored") + " ");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = text("draftDiscard");
  button.addEventListener("click", () => {
    localStorage.removeItem(name(form));
    form.dataset.dirty = "";
    location.reload();
  });
  line.append(button);
  form.prepend(line);
}

function watch(form) {
  const key = name(form);
  const start = JSON.stringify(values(form));
  const kept = JSON.parse(localStorage.getItem(key) || "null");
  const justSent = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);

  if (justSent && !wasRefused(form)) localStorage.removeItem(key);
  else if (kept && Date.now() - kept.at < KEPT_FOR && !wasRefused(form) && JSON.stringify(kept.values) !== start) {
    restore(form, kept.values);
    notice(form);
  }

  const keep = () => localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: values(form) }));
  let timer;
  form.addEventListener("input", () => {
    form.dataset.dirty = "yes";
    clearTimeout(timer);
    timer = setTimeout(keep, 300);
  });
  form.addEventListener("draft:leave", () => {
    clearTimeout(timer);
    keep();
    form.dataset.dirty = "";
  });
  addEventListener("pagehide", () => form.isConnected && form.dataset.dirty === "yes" && keep());
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    form.dataset.dirty = "";
    keep();
    sessionStorage.setItem(key, "sent");
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    sessionStorage.removeItem(key);
    if (event.detail.successful && event.detail.xhr.status < 300) localStorage.removeItem(key);
  });
}

// A page without the form it was sent from means the server took it.
for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(PREFIX))) {
  if (![...document.querySelectorAll("form[data-draft]")].some((form) => name(form) === key)) {
    if (!document.body.matches("[data-status]")) localStorage.removeItem(key);
    sessionStorage.removeItem(key);
  }
}

whenAdded("form[data-draft]", watch);

// A session that has ended leads to the log-in and back here: what was typed is kept, so nothing needs a warning.
document.addEventListener("htmx:beforeOnLoad", ({ detail: { xhr } }) => {
  if (xhr.status !== 401) return;
  for (const form of document.querySelectorAll("form[data-draft][data-dirty=yes]")) form.dispatchEvent(new Event("draft:leave"));
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-draft][data-dirty=yes]")) event.preventDefault();
});

// Whoever logs out leaves nothing behind on a shared computer.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-forget-drafts]")) return;
  for (const form of document.querySelectorAll("form[data-draft]")) form.dataset.dirty = "";
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) localStorage.removeItem(key);
});
