// Rows ticked in a list, the bar of what can be done to them, and the one cell that is edited where it stands.
import htmx from "htmx.org";
import { openRemote } from "./sheets.js";

const boxes = () => [...document.querySelectorAll("[data-select]")];
const chosen = () => boxes().filter((box) => box.checked);

function tell() {
  const bar = document.querySelector("[data-selection-bar]");
  if (!bar) return;
  const count = chosen().length;
  bar.hidden = count === 0;
  bar.querySelector("[data-selection-count]").textContent = count;
  const all = document.querySelector("[data-select-all]");
  if (!all) return;
  all.checked = count > 0 && count === boxes().length;
  all.indeterminate = count > 0 && !all.checked;
}

let last;
document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-select]");
  if (box) {
    // With Shift, everything between this box and the last one.
    const all = boxes();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    tell();
  }
  const opener = event.target.closest("[data-selection-modal]");
  if (opener) openRemote("modal", `${opener.dataset.selectionModal}?ids=${chosen().map((one) => one.value)}`);
  if (event.target.closest("[data-selection-clear]")) {
    for (const one of chosen()) one.checked = false;
    tell();
  }
  const tag = event.target.closest("[data-tag]");
  if (tag) {
    const field = tag.closest("form").elements.names;
    field.value = [field.value.trim(), tag.dataset.tag].filter(Boolean).join(", ");
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-select-all]")) return;
  for (const box of boxes()) box.checked = event.target.checked;
  tell();
});
document.addEventListener("htmx:afterSettle", tell);

// A stage of life: its menu is filled when it opens, so that rows stay light.
document.addEventListener("show.bs.dropdown", ({ target }) => {
  const stages = document.getElementById("stages");
  if (target.matches("[data-stage]")) target.nextElementSibling.replaceChildren(stages.content.cloneNode(true));
});
document.addEventListener("click", (event) => {
  const item = event.target.closest("[data-stage-value]");
  if (!item) return;
  const pill = item.closest("td").querySelector("[data-stage]");
  htmx.ajax("POST", pill.dataset.stage, { source: pill, swap: "none", values: { lifecycle: item.dataset.stageValue } });
  pill.className = `pill pill-button pill-life-${item.dataset.stageValue}`;
  pill.textContent = item.textContent.trim();
});
