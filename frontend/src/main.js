import "./css/vendors.css";
import "./css/tokens.css";
import "./css/frame.css";
import "./css/parts.css";
import "./css/tables.css";
import "./css/forms.css";
import "./css/sheets.css";
import "./css/figures.css";
import "./css/archive.css";
import "./css/promises.css";
import "./css/imports.css";
import "./css/settings.css";
import "./css/accounts.css";
import "./css/audit.css";
import "./css/styleguide.css";

import "@tabler/core/dist/js/tabler.esm.min.js";
import Alpine from "@alpinejs/csp";

import "./requests.js";
import "./preferences.js";
import "./toasts.js";
import "./sheets.js";
import "./shortcuts.js";
import "./drafts.js";
import "./inline.js";
import "./logging.js";
import "./clocks.js";
import "./tables.js";
import "./selection.js";
import "./pickers.js";
import "./tabs.js";
import "./copy.js";
import palette from "./palette.js";
import { whenAdded } from "./page.js";

Alpine.data("palette", palette);
Alpine.start();

// The drawing library is large: it is fetched only where there is something to draw.
whenAdded("[data-chart]", (element) => import("./charts.js").then(({ draw }) => draw(element)));
