// A button with data-copy="#field" puts that field's text on the clipboard, and says so by its sign.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.querySelector(button.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value);
  const sign = button.querySelector("use");
  const before = sign.getAttribute("href");
  sign.setAttribute("href", before.replace(/#.*/, "#check"));
  setTimeout(() => sign.setAttribute("href", before), 2000);
});
