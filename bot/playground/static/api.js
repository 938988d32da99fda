// Calls of the control API. Every failure becomes an Error with a text that can be shown.

const BASE = "/playground/api/";

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || "요청이 되지 않았어요.");
  return body;
}

export async function read(path) {
  return answer(await fetch(BASE + path, { cache: "no-store" }));
}

export async function act(verb, values) {
  return answer(await fetch(BASE + verb, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(values),
  }));
}

export async function upload(chatId, kind, file, by) {
  const form = new FormData();
  form.append("chat_id", chatId);
  form.append("kind", kind);
  if (by) form.append("by", by);
  form.append("file", file, file.name);
  return answer(await fetch(BASE + "files", { method: "POST", body: form }));
}

export function fileUrl(fileId) {
  return BASE + "files/" + encodeURIComponent(fileId);
}

/** Live events; `told` gets each, `state` hears whether the line is open. */
export function listen(told, state) {
  const source = new EventSource(BASE + "events");
  source.onopen = () => state(true);
  source.onerror = () => state(false);
  source.onmessage = (event) => told(JSON.parse(event.data));
}
