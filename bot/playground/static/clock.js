// The clock of the playground: shows it, moves it.

import { act, read } from "./api.js";
import { byId, clockTime, dayName } from "./dom.js";

let ahead = 0; // milliseconds that the playground's clock is ahead of this browser's

function tick() {
  const now = new Date(Date.now() + ahead);
  byId("clock").textContent = `${dayName(now)} ${clockTime(now)}`;
}

function take(view) {
  ahead = new Date(view.now).getTime() - Date.now();
  byId("reset-clock").hidden = Math.abs(view.shift_s) < 1;
  tick();
}

export async function readClock() {
  take(await read("clock"));
}

/** "2026-12-03T14:00" of the field is Seoul's time. */
function fieldValue() {
  const seoul = new Date(Date.now() + ahead + 9 * 3600 * 1000);
  return seoul.toISOString().slice(0, 16);
}

export function startClock(guard) {
  for (const button of document.querySelectorAll("[data-move]")) {
    button.addEventListener("click", guard(async () => take(await act("clock", { move_s: Number(button.dataset.move) }))));
  }
  byId("reset-clock").addEventListener("click", guard(async () => take(await act("clock", {}))));
  const dialog = byId("clock-dialog");
  byId("set-clock").addEventListener("click", () => {
    byId("moment").value = fieldValue();
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", guard(async () => {
    if (dialog.returnValue !== "set" || !byId("moment").value) return;
    take(await act("clock", { set: byId("moment").value + ":00+09:00" }));
  }));
  setInterval(tick, 1000);
}
