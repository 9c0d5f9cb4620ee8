// Forms that open in their place, in a `data-inline` element: a button or Esc folds them away again.
/** Empty the place; a form in a window closes the window with it. */
function fold(place, event) {
  const dialog = place.closest("dialog");
  if (dialog?.id === "modal") dialog.close();
  else place.replaceChildren();
  if (event) document.body.dispatchEvent(new Event(event));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cancel]");
  if (button) fold(button.closest("[data-inline]"), button.dataset.cancel);
  if (event.target.closest("[data-print]")) print();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-inline] form");
  if (event.key !== "Escape" || event.isComposing || !form || form.dataset.dirty === "yes") return;
  if (!form.closest("dialog")) fold(form.closest("[data-inline]"));
});

// Whoever opens a form goes on typing in it.
document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.detail.elt.closest?.("[data-inline]");
  if (!place?.querySelector("form.form")) return;
  const first = place.querySelector("[autofocus]") || place.querySelector("input:not([type=hidden]), textarea, select");
  first?.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest", behavior: "smooth" });
});
