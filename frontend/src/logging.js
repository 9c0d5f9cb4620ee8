// The form that logs an interaction: which promise it keeps follows from channel, time and whether anybody was reached.
// The rule is that of `best_match` (domain/interactions/rules.py): each box bears what keeps its promise.
import { whenAdded } from "./page.js";

const HOUR = 3_600_000;
const AGO = { now: 0, hour: HOUR, yesterday: 24 * HOUR };

/** The day of what is being logged, as `2024-03-15`. */
function dayOf({ when, occurred_at: other }) {
  if (when.value === "other" && other.value) return other.value.slice(0, 10);
  return new Date(Date.now() - (AGO[when.value] ?? 0)).toLocaleDateString("sv-SE");
}

function keptBy(form, boxes) {
  const channel = form.elements.channel.value;
  const day = dayOf(form.elements);
  const isKept = (box) => box.dataset.channels?.split(" ").includes(channel);
  // What the form was opened for stays, unless this channel is not enough for it; some things no channel keeps.
  const asked = boxes.find((box) => box.value === form.dataset.log);
  if (asked && (!asked.dataset.channels || isKept(asked))) return asked;
  const fitting = boxes.filter((box) => isKept(box) && box.dataset.from <= day);
  return fitting.find((box) => box.dataset.channel === channel) ?? fitting[0];
}

function settle(form, { isAnew }) {
  const boxes = [...form.querySelectorAll("[name=fulfils]")];
  const isConnected = form.elements.is_connected.value === "yes";
  const kept = isAnew && isConnected ? keptBy(form, boxes) : undefined;
  for (const box of boxes) {
    box.disabled = !isConnected;
    if (isAnew || !isConnected) box.checked = box === kept;
  }
}

whenAdded("form[data-log]", (form) => {
  let isChosen = false;
  form.addEventListener("change", ({ target, isTrusted }) => {
    if (target.name === "fulfils") isChosen ||= isTrusted;
    if (target.name === "is_connected") isChosen = false;
    if (["channel", "when", "occurred_at", "is_connected"].includes(target.name)) settle(form, { isAnew: !isChosen });
  });
  settle(form, { isAnew: false });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-phrase]");
  if (!button) return;
  const field = document.getElementById(button.dataset.phrase);
  field.value = [field.value.trim(), button.textContent].filter(Boolean).join("\n");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
