import htmx from "htmx.org";

// One box to go anywhere. Pages and actions are here already and match by English, Chinese, pinyin or initials;
// records come from the server as it is typed.
export default () => ({
  init() {
    this.input = this.$root.querySelector("input");
    this.found = this.$root.querySelector("#palette-found");
    this.input.addEventListener("input", (event) => event.isComposing || this.search());
    this.input.addEventListener("compositionend", () => this.search());
    this.$root.addEventListener("keydown", (event) => this.press(event));
    this.$root.addEventListener("close", () => this.clear());
    new MutationObserver(() => this.$root.open && this.search()).observe(this.$root, { attributeFilter: ["open"] });
  },

  clear() {
    this.input.value = "";
    this.found.replaceChildren();
  },

  search() {
    const typed = this.input.value.trim().toLowerCase();
    for (const item of this.$root.querySelectorAll("[data-words]")) {
      item.hidden = typed ? !item.dataset.words.toLowerCase().includes(typed) : "whenTyped" in item.dataset;
    }
    clearTimeout(this.timer);
    if (typed) this.timer = setTimeout(() => this.ask(typed), 120);
    else this.found.replaceChildren();
    this.settle();
  },

  async ask(typed) {
    await htmx.ajax("GET", `${this.input.dataset.url}?q=${encodeURIComponent(typed)}`, {
      target: this.found,
      swap: "innerHTML",
      source: this.found,
    });
    this.settle();
  },

  items() {
    return [...this.$root.querySelectorAll(".palette-item")].filter((item) => !item.hidden);
  },

  settle() {
    for (const group of this.$root.querySelectorAll(".palette-group")) {
      group.hidden = !group.querySelector(".palette-item:not([hidden])");
    }
    const items = this.items();
    this.$root.querySelector(".palette-list").hidden = items.length === 0;
    this.$root.querySelector(".palette-none").hidden = items.length > 0;
    this.choose(items[0]);
  },

  choose(item) {
    this.$root.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    if (!item) return this.input.removeAttribute("aria-activedescendant");
    item.id ||= `palette-${Math.random().toString(36).slice(2)}`;
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  },

  press(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const items = this.items();
    const here = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(items[(here + step + items.length) % items.length]);
    } else if (event.key === "Enter" && items[here]) {
      event.preventDefault();
      items[here].click();
    }
  },
});
