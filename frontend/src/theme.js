// Runs before anything is painted, so that a dark page never flashes white. No imports: it is not a module.
(() => {
  // Parts of pages come from our server as HTML, so HTML passes; texts become neither code nor addresses of code.
  globalThis.trustedTypes?.createPolicy("default", { createHTML: (html) => html });

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = localStorage.getItem("zhike.theme") || "system";
    const theme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.bsTheme = theme;
    document.documentElement.dataset.themeChoice = choice;
    document.dispatchEvent(new CustomEvent("zhike:theme"));
  };
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("zhike:theme-chosen", apply);
  apply();
})();
