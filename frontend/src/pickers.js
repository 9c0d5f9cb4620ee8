import TomSelect from "tom-select";
import { text, whenAdded } from "./page.js";

function remote(select) {
  return {
    valueField: "value",
    labelField: "text",
    searchField: [],
    preload: "focus",
    loadThrottle: 200,
    async load(typed, done) {
      const url = new URL(select.dataset.remote, location.href);
      url.searchParams.set("q", typed);
      const other = select.form?.elements[select.dataset.dependsOn];
      if (other) url.searchParams.set(other.name, other.value);
      const turn = (this.turn = (this.turn || 0) + 1);
      let results = [];
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        if (answer.ok) results = (await answer.json()).results;
      } catch {
        // Shown as nothing found; the next letter asks again.
      }
      // An answer that comes after a later question is too late.
      if (turn !== this.turn) return done();
      // Only what was found for these letters is offered, and the same letters may be asked again.
      this.found = new Set(results.map((result) => String(result.value)));
      this.clearOptions();
      this.loadedSearches = {};
      done(results);
    },
    // What the server found is what matches: it knows pinyin and initials.
    score() {
      return (item) => Number(!this.found || this.found.has(String(item.value)));
    },
  };
}

function row(item, escape) {
  const hint = item.hint ? `<span class="option-hint">${escape(item.hint)}</span>` : "";
  return `<div class="option">${escape(item.text)}${hint}</div>`;
}

function enhance(select) {
  if (select.tomselect) return;
  const label = select.labels[0]?.textContent.trim() || select.getAttribute("aria-label");
  const picker = new TomSelect(select, {
    plugins: select.multiple
      ? { remove_button: { title: text("pickerRemove") } }
      : { dropdown_input: {}, ...(select.required ? {} : { clear_button: { title: text("pickerClear") } }) },
    maxOptions: 50,
    hidePlaceholder: true,
    allowEmptyOption: false,
    placeholder: select.dataset.placeholder || "",
    ...(select.dataset.remote ? remote(select) : {}),
    render: {
      option: row,
      // A list of options holds nothing else: what is said in their place is one that cannot be chosen.
      no_results: () => `<div class="no-results" role="option" aria-disabled="true">${text("nothingFound")}</div>`,
      loading: () => `<div class="no-results" role="option" aria-disabled="true">${text("searching")}</div>`,
      not_loading: () => "",
    },
  });
  if (select.autofocus) picker.focus();
  // The picker took over the label; the select behind it only carries the value.
  select.setAttribute("aria-hidden", "true");
  picker.control_input.setAttribute("aria-label", label);
  picker.control.querySelector(".items-placeholder")?.setAttribute("aria-hidden", "true");
  select.form?.elements[select.dataset.dependsOn]?.addEventListener("change", () => {
    picker.clear();
    picker.clearOptions();
    picker.loading = 0;
    picker.wrapper.classList.remove("preloaded");
    picker.loadedSearches = {};
  });
}

whenAdded("select[data-remote], select[data-picker]", enhance);
