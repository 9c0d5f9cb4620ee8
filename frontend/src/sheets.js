// Dialogs: what slides in from a side, opens in the middle, or covers the page. The browser's own <dialog> keeps
// the focus inside, closes on Esc and gives the focus back.
import htmx from "htmx.org";

export function open(dialog) {
  if (!dialog.open) dialog.showModal();
}

/** Fetch an address into the side panel or the window in the middle, then open it. */
export async function openRemote(id, url) {
  const dialog = document.getElementById(id);
  await htmx.ajax("GET", url, { target: dialog, swap: "innerHTML" });
  if (dialog.childElementCount) open(dialog);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) open(document.getElementById(opener.dataset.open));

  const remote = event.target.closest("[data-panel], [data-modal]");
  if (remote && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const isPanel = remote.hasAttribute("data-panel");
    openRemote(isPanel ? "panel" : "modal", (isPanel ? remote.dataset.panel : remote.dataset.modal) || remote.href);
  }

  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  // A click on the backdrop has the dialog itself as its target.
  if (event.target.matches("dialog[open]")) event.target.close();
});

// An answer that says the work is done closes what it was asked from: `HX-Trigger: close`.
document.addEventListener("close-sheet", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});
