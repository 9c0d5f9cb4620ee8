// What the person chose for this browser: light or dark.

function mark() {
  const choice = document.documentElement.dataset.themeChoice;
  for (const button of document.querySelectorAll("[data-theme-choice]:is(button)")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-theme-choice]");
  if (!button) return;
  localStorage.setItem("zhike.theme", button.dataset.themeChoice);
  dispatchEvent(new Event("zhike:theme-chosen"));
});
document.addEventListener("zhike:theme", mark);
mark();

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const hint of document.querySelectorAll("[data-command-key]")) hint.textContent = "⌘ K";
}
