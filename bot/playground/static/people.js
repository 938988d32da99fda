// The people that a visitor can be, and the groups.

import { act } from "./api.js";
import { byId, make } from "./dom.js";

function person(one, chosen, news, choose) {
  const marks = [one.blocked ? "차단함" : "", news.has(one.id) ? "새 말" : ""].filter(Boolean).join(" · ");
  const button = make("button", { type: "button", class: "person", "aria-current": one.id === chosen ? "true" : false,
    onclick: () => choose(one.id) },
  make("b", {}, one.name), marks ? make("span", { class: "mark" }, marks) : null,
  make("span", { class: "about" }, one.about || ""), make("span", { class: "story" }, one.story || ""));
  return make("li", {}, button);
}

export function showPeople(state, chosen, news, choose) {
  const groups = state.groups.map((group) => ({
    id: group.id, name: group.title, about: group.bot_in ? "모임 · 이음이 있어요" : "모임 · 이음이 나갔어요",
  }));
  const list = byId("people");
  const focused = document.activeElement && list.contains(document.activeElement);
  list.replaceChildren(...[...state.people, ...groups].map((one) => person(one, chosen, news, choose)));
  if (focused) list.querySelector("[aria-current]")?.focus();
}

export function startNewPerson(guard, choose) {
  const dialog = byId("person-dialog");
  byId("new-person").addEventListener("click", () => {
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", guard(async () => {
    const name = byId("person-name").value.trim();
    if (dialog.returnValue !== "make" || !name) return;
    const made = await act("people", { name, about: byId("person-about").value.trim() });
    byId("person-name").value = byId("person-about").value = "";
    await choose(made.chat_id);
  }));
}
