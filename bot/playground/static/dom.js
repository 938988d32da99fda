// Building elements. Text always goes in as text nodes, never as markup.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

const TIME = new Intl.DateTimeFormat("ko-KR", { timeZone: "Asia/Seoul", hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("ko-KR", {
  timeZone: "Asia/Seoul", year: "numeric", month: "long", day: "numeric", weekday: "long",
});

export const clockTime = (date) => TIME.format(date);
export const dayName = (date) => DAY.format(date);

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code", spoiler: "span",
  blockquote: "q", expandable_blockquote: "q",
};

function wrap(entity, inner, piece) {
  if (TAGS[entity.type]) return make(TAGS[entity.type], { class: entity.type }, inner);
  const url = entity.type === "text_link" ? entity.url : entity.type === "url" ? piece : "";
  const whole = /^www\./i.test(url) ? "https:" + "//" + url : url;
  if (!/^https?:/i.test(whole)) return inner;
  return make("a", { href: whole, target: "_blank", rel: "noopener noreferrer" }, inner);
}

const PHONE = /(\d{2,4}-\d{3,4}(?:-\d{4})?)/;

/** Phone numbers stay on one line. */
function plain(piece) {
  const fragment = document.createDocumentFragment();
  piece.split(PHONE).forEach((part, index) => fragment.append(index % 2 ? make("span", { class: "phone" }, part) : part));
  return fragment;
}

/** Text with Telegram's entities as elements; offsets are UTF-16, as JavaScript counts. */
export function rich(text, entities = []) {
  const edges = new Set([0, text.length]);
  for (const one of entities) edges.add(one.offset).add(one.offset + one.length);
  const points = [...edges].filter((edge) => edge <= text.length).sort((a, b) => a - b);
  const fragment = document.createDocumentFragment();
  for (let index = 0; index + 1 < points.length; index += 1) {
    const [from, to] = [points[index], points[index + 1]];
    const piece = text.slice(from, to);
    const around = entities.filter((one) => one.offset <= from && one.offset + one.length >= to);
    fragment.append(around.reduceRight((inner, one) => wrap(one, inner, piece), plain(piece)));
  }
  return fragment;
}
