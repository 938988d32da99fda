// The page: who is chosen, what is on the screen, what a click does.

import { act, listen, read, upload } from "./api.js";
import { bubble } from "./bubbles.js";
import { readClock, startClock } from "./clock.js";
import { byId, dayName, make } from "./dom.js";
import { pointOut, showUnderstood } from "./panel.js";
import { showPeople, startNewPerson } from "./people.js";

const page = {
  state: { people: [], groups: [] }, chosen: 0, person: 0, chat: null, editing: 0,
  news: new Set(), shown: new Map(), waiting: new Map(), typing: 0, atEnd: true,
};

function guard(work) {
  return async (...args) => {
    try {
      await work(...args);
    } catch (error) {
      toast(error.message);
    }
  };
}

function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.classList.add("on");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => box.classList.remove("on"), 5000);
}

const isGroup = () => page.chosen < 0;
const by = () => (isGroup() ? page.person : undefined);

const acts = {
  get readOnly() {
    return Boolean(page.chat && page.chat.blocked);
  },
  waits: (messageId, data) => [...page.waiting.values()].includes(`${messageId} ${data}`),
  tap: guard(async (messageId, data) => {
    page.atEnd = true;
    const times = byId("twice").checked ? 2 : 1;
    const answer = await act("taps", { chat_id: page.chosen, message_id: messageId, data, times, by: by() });
    for (const id of answer.query_ids) {
      page.waiting.set(id, `${messageId} ${data}`);
      setTimeout(() => page.waiting.delete(id) && showChat(), 15000);
    }
    await refreshChat();
  }),
  copy: guard(async (text) => {
    await navigator.clipboard.writeText(text);
    toast(`복사했어요: ${text}`);
  }),
  edit(message) {
    page.editing = message.message_id;
    byId("words").value = message.text;
    byId("editing").hidden = false;
    byId("words").focus();
  },
  explain(messageId) {
    togglePanel(true);
    pointOut(messageId);
  },
};

function stopEditing() {
  page.editing = 0;
  byId("editing").hidden = true;
  byId("words").value = "";
}

async function send(text) {
  if (!text.trim()) return;
  page.atEnd = true;
  if (page.editing) {
    await act("edits", { chat_id: page.chosen, message_id: page.editing, text });
    stopEditing();
  } else {
    await act("says", { chat_id: page.chosen, text, by: by() });
  }
  await refreshChat();
}

function pressKey(key) {
  page.atEnd = true;
  if (key.request_contact) return act("contact", { chat_id: page.chosen });
  if (key.request_location) return act("location", { chat_id: page.chosen });
  return send(key.text);
}

function showKeyboard() {
  const rows = page.chat.keyboard && !page.chat.blocked ? page.chat.keyboard.keyboard : [];
  const lines = rows.map((row) => make("div", { class: "keys" }, ...row.map((key) => (
    make("button", { type: "button", class: "key", onclick: guard(() => pressKey(key)) }, key.text)))));
  byId("keyboard").replaceChildren(...lines);
}

function fill(text) {
  byId("words").value = text;
  byId("words").focus();
}

function showSamples() {
  const person = page.state.people.find((one) => one.id === page.chosen);
  const box = byId("samples");
  byId("show-samples").hidden = true;
  if (!person || page.chat.blocked) return box.replaceChildren();
  if (!page.chat.started) {
    const start = make("button", { type: "button", class: "send start", onclick: guard(() => send("/start")) }, "이음과 이야기 시작하기");
    return box.replaceChildren(start);
  }
  const fresh = page.chat.messages.filter((one) => !one.by_bot).length <= 1;
  byId("show-samples").hidden = fresh || !person.samples.length;
  if (!fresh && byId("show-samples").getAttribute("aria-expanded") === "false") return box.replaceChildren();
  const chips = person.samples.map((text) => make("button", { type: "button", class: "chip", onclick: () => fill(text) }, text));
  return box.replaceChildren(...(chips.length ? [make("span", { class: "hint" }, "해 볼 만한 말"), ...chips] : []));
}

function messageItems() {
  const items = [];
  let day = "";
  for (const message of page.chat.messages) {
    const today = message.date ? dayName(new Date(message.date * 1000)) : day;
    if (today !== day) items.push(["day" + today, today, () => make("li", { class: "item middle" }, make("p", { class: "note" }, today))]);
    day = today;
    const busy = [...page.waiting.values()].filter((one) => one.startsWith(`${message.message_id} `));
    const mark = JSON.stringify([message, busy, acts.readOnly]);
    items.push([message.message_id, mark, () => bubble(message, acts)]);
  }
  return items;
}

function showMessages() {
  const list = byId("messages");
  const hadFocus = list.contains(document.activeElement) && document.activeElement !== list;
  const kept = new Map();
  const elements = messageItems().map(([key, mark, build]) => {
    const old = page.shown.get(key);
    const element = old && old.mark === mark ? old.element : build();
    kept.set(key, { mark, element });
    return element;
  });
  page.shown = kept;
  elements.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] || null);
  });
  while (list.children.length > elements.length) list.lastElementChild.remove();
  if (hadFocus && !list.contains(document.activeElement)) byId("words").focus();
}

function stayAtEnd() {
  const list = byId("messages");
  if (page.atEnd) list.scrollTop = list.scrollHeight;
}

/** Whoever reads further up is left there; everyone else sees the newest message. */
function followEnd() {
  const list = byId("messages");
  list.addEventListener("scroll", () => {
    page.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  });
  new ResizeObserver(stayAtEnd).observe(list);
}

function showChat() {
  if (!page.chat) return;
  const person = page.state.people.find((one) => one.id === page.chosen);
  byId("chat-title").textContent = person ? `${page.chat.first_name} 님과 이음` : page.chat.title;
  byId("chat-about").textContent = person ? person.about : "모임에서 주고받는 말이에요.";
  showMessages();
  showKeyboard();
  showSamples();
  showUnderstood(page.chat.messages);
  byId("composer").hidden = page.chat.blocked;
  byId("blocked").hidden = !page.chat.blocked;
  for (const id of ["contact", "location", "other-contact", "block", "group"]) byId(id).hidden = isGroup() || page.chat.blocked;
  stayAtEnd();
}

async function refreshChat() {
  const wanted = page.chosen;
  if (!wanted) return;
  const chat = await read(`chats/${wanted}`);
  if (wanted !== page.chosen) return;
  page.chat = chat;
  showChat();
}

async function refreshState() {
  page.state = await read("state");
  if (!page.chosen && page.state.people.length) page.chosen = page.person = page.state.people[0].id;
  showPeople(page.state, page.chosen, page.news, choose);
}

async function choose(id) {
  page.chosen = id;
  if (id > 0) page.person = id;
  page.news.delete(id);
  page.shown = new Map();
  byId("show-samples").setAttribute("aria-expanded", "false");
  byId("messages").replaceChildren();
  byId("typing").textContent = "";
  stopEditing();
  await refreshState();
  page.atEnd = true;
  await refreshChat();
}

function showTyping(on) {
  clearTimeout(page.typing);
  byId("typing").textContent = on ? "이음이 답을 쓰고 있어요…" : "";
  if (on) page.typing = setTimeout(() => showTyping(false), 5000);
}

function answered(event) {
  page.waiting.delete(event.query_id);
  if (!event.text) return;
  if (!event.show_alert) return toast(event.text);
  byId("alert-text").textContent = event.text;
  return byId("alert").showModal();
}

let queued = 0;

/** Many events at once become one look at the chat. */
function refreshSoon(all) {
  if (all) refreshSoon.all = true;
  if (queued) return;
  queued = setTimeout(guard(async () => {
    queued = 0;
    const wholly = refreshSoon.all;
    refreshSoon.all = false;
    if (wholly) await refreshState();
    await refreshChat();
  }), 30);
}

function told(event) {
  if (event.kind === "clock") return guard(readClock)();
  if (event.chat_id && event.chat_id !== page.chosen) {
    if (event.kind === "message") page.news.add(event.chat_id);
    return refreshSoon(true);
  }
  if (event.kind === "action") return showTyping(true);
  if (event.kind === "message") showTyping(false);
  if (event.kind === "answer") answered(event);
  return refreshSoon(["people", "membership", "message"].includes(event.kind));
}

function togglePanel(on) {
  const panel = byId("panel");
  panel.hidden = on === undefined ? !panel.hidden : !on;
  byId("show-panel").setAttribute("aria-expanded", String(!panel.hidden));
  document.body.classList.toggle("no-panel", panel.hidden);
}

function setSize(size) {
  document.documentElement.dataset.size = size;
  localStorage.setItem("size", size);
  for (const button of document.querySelectorAll("[data-size]")) {
    if (button.tagName === "BUTTON") button.setAttribute("aria-pressed", String(button.dataset.size === size));
  }
}

function startComposer() {
  byId("composer").addEventListener("submit", guard(async (event) => {
    event.preventDefault();
    const text = byId("words").value;
    if (!page.editing) byId("words").value = "";
    await send(text);
  }));
  byId("words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("composer").requestSubmit();
  });
  byId("stop-editing").addEventListener("click", stopEditing);
  byId("show-samples").addEventListener("click", () => {
    const open = byId("show-samples").getAttribute("aria-expanded") === "true";
    byId("show-samples").setAttribute("aria-expanded", String(!open));
    showChat();
  });
  for (const button of document.querySelectorAll("[data-file]")) {
    button.addEventListener("click", () => {
      const input = byId("file");
      input.value = "";
      input.accept = button.dataset.accept;
      input.onchange = guard(async () => {
        page.atEnd = true;
        if (input.files.length) await upload(page.chosen, button.dataset.file, input.files[0], by());
      });
      input.click();
    });
  }
}

function startExtras() {
  const verbs = {
    contact: () => act("contact", { chat_id: page.chosen }),
    location: () => act("location", { chat_id: page.chosen }),
    "other-contact": () => act("contact", { chat_id: page.chosen, own: false }),
    block: () => act("block", { chat_id: page.chosen }),
    unblock: () => act("unblock", { chat_id: page.chosen }),
    group: async () => choose((await act("groups", { by: page.person })).chat_id),
    "slow-down": async () => {
      await act("faults", { method: "sendMessage", kind: "429", retry_after: 3 });
      toast("다음 답 하나가 3초 동안 막혀요.");
    },
    "break-line": async () => {
      await act("faults", { method: "sendMessage", kind: "reset_after" });
      toast("다음 답이 온 뒤 연결이 끊겨요.");
    },
  };
  for (const [id, verb] of Object.entries(verbs)) {
    byId(id).addEventListener("click", guard(() => {
      page.atEnd = true;
      return verb();
    }));
  }
  const stickers = byId("stickers");
  byId("sticker").addEventListener("click", () => {
    stickers.returnValue = "";
    stickers.showModal();
  });
  stickers.addEventListener("close", guard(async () => {
    page.atEnd = true;
    if (stickers.returnValue) await act("sticker", { chat_id: page.chosen, emoji: stickers.returnValue, by: by() });
  }));
}

async function start() {
  setSize(localStorage.getItem("size") || "1");
  for (const button of document.querySelectorAll("button[data-size]")) {
    button.addEventListener("click", () => setSize(button.dataset.size));
  }
  byId("show-panel").addEventListener("click", () => togglePanel());
  byId("hide-panel").addEventListener("click", () => togglePanel(false));
  const narrow = window.matchMedia("(max-width: 1180px)");
  narrow.addEventListener("change", () => togglePanel(!narrow.matches));
  togglePanel(!narrow.matches);
  document.addEventListener("keydown", (event) => event.key === "Escape" && narrow.matches && togglePanel(false));
  followEnd();
  startClock(guard);
  startComposer();
  startExtras();
  startNewPerson(guard, choose);
  listen(told, (open) => {
    byId("offline").hidden = open;
    if (open) refreshSoon(true);
  });
  await readClock();
  await refreshState();
  await choose(page.chosen);
  byId("words").focus();
}

guard(start)();
