import { whenAdded } from "./page.js";

// Where the sections of the settings stand in one line, the present one comes into view.
whenAdded(".section-place[aria-current]", (place) => place.scrollIntoView({ block: "nearest", inline: "center" }));

// Tabs are links with addresses of their own; when their content has come, the mark moves.
document.addEventListener("htmx:afterOnLoad", (event) => {
  const tab = event.detail.elt.closest?.("[data-tabs] .tab");
  if (!tab) return;
  for (const other of tab.parentElement.querySelectorAll(".tab")) other.removeAttribute("aria-current");
  tab.setAttribute("aria-current", "page");
});
