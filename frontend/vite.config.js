import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
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

// Compressed once here, so that no server does it on every request.
function compressed() {
  return {
    name: "compressed",
    closeBundle() {
      for (const file of globSync("{*.svg,assets/*.{css,js}}", { cwd: out })) {
        const content = readFileSync(resolve(out, file));
        writeFileSync(resolve(out, `${file}.gz`), gzipSync(content));
        writeFileSync(resolve(out, `${file}.br`), brotliCompressSync(content));
      }
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [sprite(), compressed()],
  build: {
    outDir: out,
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    // The drawing library, which is fetched only where there is something to draw.
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    // htmx knows how to evaluate scripts; it is told not to (requests.js), and the policy forbids it.
    rollupOptions: {
      checks: { eval: false },
      input: { main: "src/main.js", theme: "src/theme.js" },
    },
  },
});
