import htmx from "htmx.org";
import { text } from "./page.js";
import { showToast } from "./toasts.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  // Going back asks the server again: pages hold people's data and do not belong in the browser's storage.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  historyRestoreAsHxRequest: false,
  scrollBehavior: "auto",
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    // A form that was refused comes back with its errors.
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

const SENTENCES = { 401: "expired", 403: "denied", 404: "gone", 410: "gone" };

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const said = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") ? xhr.responseText.trim() : "";
  showToast(said || text(SENTENCES[xhr.status] || "failed"), { level: "error" });
});
document.addEventListener("htmx:sendError", () => showToast(text("offline"), { level: "error" }));
document.addEventListener("htmx:timeout", () => showToast(text("offline"), { level: "error" }));

// A session that ended answers with the log-in page; a piece of this page must not be replaced by it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.responseURL.includes("/login/") && !location.pathname.includes("/login/")) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
