// One message of the chat as an element.

import { fileUrl } from "./api.js";
import { clockTime, make, rich } from "./dom.js";
import { intentName } from "./labels.js";

function media(message) {
  if (message.photo) {
    const photo = message.photo[message.photo.length - 1];
    return make("img", { src: fileUrl(photo.file_id), alt: message.caption || "보낸 사진", class: "photo" });
  }
  if (message.voice) return make("audio", { src: fileUrl(message.voice.file_id), controls: true, "aria-label": "목소리" });
  if (message.document) {
    const name = message.document.file_name || "파일";
    return make("a", { href: fileUrl(message.document.file_id), download: name, class: "file" }, "파일: " + name);
  }
  if (message.sticker) return make("span", { class: "sticker", role: "img", "aria-label": "스티커" }, message.sticker.emoji || "");
  if (message.location) return make("span", {}, "위치를 보냈어요.");
  if (message.contact) return make("span", {}, "전화번호: " + message.contact.phone_number);
  return null;
}

function service(message) {
  if (message.new_chat_members) return "이음이 모임에 들어왔어요.";
  if (message.migrate_to_chat_id) return "모임이 큰 모임으로 바뀌었어요.";
  if (message.migrate_from_chat_id) return "큰 모임이 되었어요.";
  return "";
}

function words(message) {
  const text = message.text || message.caption || service(message);
  if (!text) return null;
  return make("div", { class: "text" }, rich(text, message.entities || message.caption_entities || []));
}

function inlineButton(button, message, acts) {
  if (button.url) {
    return make("a", { class: "inline", href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text);
  }
  if (button.copy_text) {
    return make("button", { type: "button", class: "inline", onclick: () => acts.copy(button.copy_text.text) }, button.text);
  }
  const busy = acts.waits(message.message_id, button.callback_data);
  const tap = () => acts.tap(message.message_id, button.callback_data);
  const style = ["primary", "success", "danger"].includes(button.style) ? " " + button.style : "";
  return make("button", { type: "button", class: "inline" + style, "aria-busy": busy ? "true" : false, onclick: tap }, button.text);
}

function keyboard(message, acts) {
  const rows = message.reply_markup ? message.reply_markup.inline_keyboard || [] : [];
  if (!rows.length) return null;
  const lines = rows.map((row) => make("div", { class: "buttons" }, ...row.map((one) => inlineButton(one, message, acts))));
  return make("div", { class: "inline-keyboard", role: "group", "aria-label": "고를 수 있는 답" }, ...lines);
}

function tag(message, acts) {
  const last = message.understood && message.understood[message.understood.length - 1];
  if (message.by_bot || !last || !last.intent) return null;
  const sure = typeof last.confidence === "number" ? ` ${Math.round(last.confidence * 100)}%` : "";
  const show = () => acts.explain(message.message_id);
  return make("button", { type: "button", class: "tag", onclick: show }, "알아들은 뜻: " + intentName(last.intent) + sure);
}

function foot(message, acts) {
  const when = clockTime(new Date((message.edit_date || message.date) * 1000));
  const time = make("span", { class: "time" }, message.edit_date ? `${when} · 고침` : when);
  if (message.by_bot || !message.text || acts.readOnly) return make("div", { class: "foot" }, time);
  const edit = make("button", { type: "button", class: "edit", onclick: () => acts.edit(message) }, "고치기");
  return make("div", { class: "foot" }, time, edit);
}

export function bubble(message, acts) {
  const side = message.by_bot ? "bot" : "person";
  if (message.deleted) return make("li", { class: `item ${side} gone` }, make("p", { class: "note" }, "지운 말이에요."));
  if (service(message)) return make("li", { class: "item middle" }, make("p", { class: "note" }, service(message)));
  const who = make("span", { class: "unseen" }, message.by_bot ? "이음: " : `${message.from.first_name}: `);
  const body = make("div", { class: message.sticker ? "bubble bare" : "bubble" }, who, media(message), words(message));
  const item = make("li", { class: `item ${side}` }, body, keyboard(message, acts), foot(message, acts), tag(message, acts));
  item.id = `message-${message.message_id}`;
  return item;
}
