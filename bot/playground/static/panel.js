// What was understood of each message of the chat, newest first.

import { byId, make } from "./dom.js";
import { entityName, intentName, timingName, valueName } from "./labels.js";

function sureness(record) {
  if (typeof record.confidence !== "number") return null;
  const percent = Math.round(record.confidence * 100);
  const bar = make("progress", { max: "100", value: String(percent), "aria-label": "얼마나 확실한지" });
  return make("div", { class: "sure" }, bar, make("span", {}, `${percent}%`));
}

function entity(one) {
  const said = one.text && String(one.text) !== valueName(one.value) ? ` (“${one.text}”)` : "";
  return make("li", {}, make("b", {}, entityName(one.entity || one.name || "")), ` ${valueName(one.value)}${said}`);
}

function timings(values) {
  const parts = Object.entries(values || {}).filter(([, ms]) => typeof ms === "number");
  if (!parts.length) return null;
  const text = parts.map(([name, ms]) => `${timingName(name)} ${(ms / 1000).toFixed(2)}초`).join(" · ");
  return make("p", { class: "small" }, "걸린 시간: " + text);
}

function step(record) {
  const place = [record.flow, record.step].filter(Boolean).join(" › ");
  return place ? make("p", { class: "small" }, "이어진 곳: " + place) : null;
}

function card(message, record) {
  const text = record.tapped ? `단추: ${record.tapped}` : message.text || message.caption || "(글이 아닌 것)";
  const found = (record.entities || []).map(entity);
  const item = make("li", { class: "understood" },
    make("p", { class: "quote" }, text.length > 60 ? text.slice(0, 60) + "…" : text),
    make("p", { class: "intent" }, record.tapped ? "단추를 눌렀어요" : record.intent ? intentName(record.intent) : "글이 아니거나 명령이에요"),
    record.tapped || !record.intent ? null : sureness(record),
    found.length ? make("ul", { class: "found" }, ...found) : null,
    step(record), timings(record.timings),
    record.degraded ? make("p", { class: "small warn" }, "온전히 알아듣지 못함: " + record.degraded) : null);
  item.dataset.message = message.message_id;
  return item;
}

export function showUnderstood(messages) {
  const cards = [];
  for (const message of messages) {
    for (const record of message.understood || []) cards.push([record.update_id || 0, card(message, record)]);
  }
  cards.sort((a, b) => b[0] - a[0]);
  const empty = make("li", { class: "nothing" }, "말을 건네면, 이음이 어떻게 알아들었는지 여기에 보여요.");
  byId("understood").replaceChildren(...(cards.length ? cards.slice(0, 50).map(([, item]) => item) : [empty]));
}

export function pointOut(messageId) {
  for (const item of byId("understood").children) item.classList.remove("pointed");
  const item = byId("understood").querySelector(`[data-message="${Number(messageId)}"]`);
  if (!item) return;
  item.classList.add("pointed");
  item.scrollIntoView({ block: "nearest" });
}
