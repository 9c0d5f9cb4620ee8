// The clock on a deadline, told anew each minute in the words of `display.due_text`.
import { text } from "./page.js";

const MINUTE = 60_000;

function tell(clock) {
  const left = new Date(clock.dateTime) - Date.now();
  const overdue = left < 0;
  const minutes = Math.floor(Math.abs(left) / MINUTE);
  const [unit, n] =
    minutes < 60 ? ["Minutes", minutes] : minutes < 1440 ? ["Hours", Math.floor(minutes / 60)] : ["Days", Math.floor(minutes / 1440)];
  clock.textContent = text((overdue ? "overdue" : "in") + unit, { n });
  clock.classList.remove("due-overdue", "due-soon", "due-later");
  clock.classList.add(overdue ? "due-overdue" : minutes < 1440 ? "due-soon" : "due-later");
}

setInterval(() => document.querySelectorAll("time[data-due]").forEach(tell), MINUTE);
