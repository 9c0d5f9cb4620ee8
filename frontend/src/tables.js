// Lists: rows walked with the keyboard, headings copied to cells for narrow screens, density and columns remembered.
import { isTyping, whenAdded } from "./page.js";
import { openRemote } from "./sheets.js";

const key = (table) => `zhike.table.${table.dataset.table}`;
const read = (table) => JSON.parse(localStorage.getItem(key(table)) || '{"density": "normal", "hidden": []}');
const write = (table, choice) => localStorage.setItem(key(table), JSON.stringify(choice));

function dress(table) {
  const headings = [...table.tHead.rows[0].cells];
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, index) => (cell.dataset.label = headings[index]?.textContent.trim() || ""));
  }
  if (!table.dataset.table) return;
  const { density, hidden } = read(table);
  table.dataset.density = density;
  headings.forEach((heading, index) => {
    const isHidden = hidden.includes(heading.dataset.column);
    for (const row of table.rows) if (row.cells[index]) row.cells[index].hidden = isHidden;
  });
}

function fill(menu) {
  const table = document.querySelector(`#${menu.dataset.tableMenu} table`);
  if (!table) return;
  const choice = read(table);
  for (const button of menu.querySelectorAll("[data-density]")) {
    button.setAttribute("aria-pressed", String(button.dataset.density === choice.density));
  }
  const boxes = [...table.querySelectorAll("th[data-column]")].map((heading) => {
    const label = document.createElement("label");
    label.className = "dropdown-item form-check-line";
    const box = Object.assign(document.createElement("input"), {
      type: "checkbox",
      className: "form-check-input",
      value: heading.dataset.column,
      checked: !choice.hidden.includes(heading.dataset.column),
    });
    label.append(box, heading.textContent.trim());
    return label;
  });
  menu.querySelector("[data-columns]").replaceChildren(...boxes);
}

document.addEventListener("show.bs.dropdown", (event) => {
  const menu = event.target.closest("[data-table-menu]");
  if (menu) fill(menu);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-table-menu] [data-density]");
  if (button) change(button, (choice) => ({ ...choice, density: button.dataset.density }));
});
document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-columns] input");
  if (!box) return;
  change(box, ({ hidden, ...rest }) => ({
    ...rest,
    hidden: box.checked ? hidden.filter((one) => one !== box.value) : [...hidden, box.value],
  }));
});

function change(control, decide) {
  const menu = control.closest("[data-table-menu]");
  const table = document.querySelector(`#${menu.dataset.tableMenu} table`);
  write(table, decide(read(table)));
  dress(table);
  fill(menu);
}

// A click anywhere on a row opens it, unless it was meant for something in it.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row || event.target.closest("a, button, input, select, label, .dropdown-menu") || getSelection().toString()) return;
  location.href = row.dataset.row;
});

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const rows = [...document.querySelectorAll("tr[data-row]")];
  const here = rows.findIndex((row) => row.classList.contains("row-chosen"));
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step && rows.length && (event.key.length === 1 || here >= 0)) {
    event.preventDefault();
    rows[here]?.classList.remove("row-chosen");
    const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
    next.classList.add("row-chosen");
    next.scrollIntoView({ block: "nearest" });
  } else if (here >= 0 && document.activeElement === document.body) {
    if (event.key === "Enter") location.href = rows[here].dataset.row;
    if (event.key === " " && rows[here].dataset.peek) {
      event.preventDefault();
      openRemote("panel", rows[here].dataset.peek);
    }
  }
});

whenAdded("table.listing", dress);

// The filters stand outside the list and do not know how it has been sorted since; what is not set is not spoken of.
document.addEventListener("htmx:configRequest", ({ target, detail: { parameters } }) => {
  if (!target.matches("form.filters")) return;
  const sort = new URLSearchParams(location.search).get("sort");
  if (sort && !parameters.has("sort")) parameters.set("sort", sort);
  for (const name of [...parameters.keys()]) if (parameters.get(name) === "") parameters.delete(name);
});

// A list is asked for once for what was typed: not for the letters an input method is composing, nor again on leaving.
for (const kind of ["input", "change"]) {
  document.addEventListener(
    kind,
    (event) => {
      if (event.target.matches(".filters-query") && (event.isComposing || kind === "change")) event.stopPropagation();
    },
    { capture: true },
  );
}
document.addEventListener("compositionend", (event) => {
  if (event.target.matches(".filters-query")) event.target.dispatchEvent(new Event("input", { bubbles: true }));
});
