import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";

const out = resolve(import.meta.dirname, "../src/zhike/web/static/dist");

// One file of <symbol>s, so that <c-icon> is a reference and no page carries drawings.
function sprite() {
  return {
    name: "sprite",
    writeBundle() {
      const names = JSON.parse(readFileSync("src/icons.json", "utf8"));
      const symbols = names.map((name) => {
        const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
        const shapes = svg.replace(/<!--[\s\S]*?-->/, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
        return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
      });
      mkdirSync(out, { recursive: true });
      writeFileSync(resolve(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
      copyFileSync("src/mark.svg", resolve(out, "mark.svg"));
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [sprite()],
  build: {
    outDir: out,
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { main: "src/main.js", theme: "src/theme.js" } },
  },
});
