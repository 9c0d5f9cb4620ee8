// Tabs are links with addresses of their own; when their content has come, the mark moves.
document.addEventListener("htmx:afterOnLoad", (event) => {
  const tab = event.detail.elt.closest?.("[data-tabs] .tab");
  if (!tab) return;
  for (const other of tab.parentElement.querySelectorAll(".tab")) other.removeAttribute("aria-current");
  tab.setAttribute("aria-current", "page");
});
