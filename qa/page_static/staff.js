// The front desk's pages without this script do the same, but for copying and for links that ask on their own.
// Stores nothing, and sends nothing but the forms of the page.
(() => {
  "use strict";

  const MOST_EARLIER = 8; // as the server takes
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const find = (selector) => document.querySelector(selector);

  const say = (text) => {
    const line = find("#told");
    if (line) line.textContent = text;
  };

  // --- copying

  // Over plain http on another machine there is no clipboard object, but a copy event there is.
  const copyByEvent = (plain, rich) => {
    let done = false;
    const put = (event) => {
      event.clipboardData.setData("text/plain", plain);
      if (rich) event.clipboardData.setData("text/html", rich);
      event.preventDefault();
      done = true;
    };
    document.addEventListener("copy", put);
    document.execCommand("copy");
    document.removeEventListener("copy", put);
    return done;
  };

  const copy = async (plain, rich) => {
    const parts = { "text/plain": new Blob([plain], { type: "text/plain" }) };
    if (rich) parts["text/html"] = new Blob([rich], { type: "text/html" });
    try {
      await navigator.clipboard.write([new ClipboardItem(parts)]);
      return true;
    } catch {
      return copyByEvent(plain, rich);
    }
  };

  const copyAnswer = async () => {
    const done = await copy(find("#plain-text").value, find("#rich-text").innerHTML);
    say(done ? texts.copied : texts.failed);
    if (done) return;
    find("#to-copy").open = true;
    find("#plain-text").select();
  };

  const copyLink = async (button) => {
    const link = button.parentElement.querySelector("a");
    say((await copy(link.href, "")) ? texts.linked : texts.failed);
  };

  // --- links that ask

  const isTexts = (value) => Array.isArray(value) && value.every((one) => typeof one === "string");

  const read = (hash) => {
    try {
      const sent = JSON.parse(decodeURIComponent(hash.slice(1)));
      const whole = typeof sent.ask === "string" && isTexts(sent.earlier ?? []);
      return whole ? sent : null;
    } catch {
      return null;
    }
  };

  const field = (name, value) => {
    const made = document.createElement("input");
    made.type = "hidden";
    made.name = name;
    made.value = value;
    return made;
  };

  const broken = () => {
    const line = document.createElement("p");
    line.className = "problem";
    line.setAttribute("role", "alert");
    line.textContent = texts.broken;
    find("#form").prepend(line);
  };

  const follow = () => {
    const form = find("#form");
    if (!form || !/^#(%7B|\{)/i.test(location.hash)) return;
    const sent = read(location.hash);
    // Neither the history nor the way back should hold the question.
    history.replaceState(null, "", location.pathname);
    if (!sent) {
      broken();
      return;
    }
    form.querySelectorAll("[type=hidden]").forEach((one) => one.remove());
    find("#ask").value = sent.ask;
    (sent.earlier ?? []).slice(-MOST_EARLIER).forEach((one) => form.append(field("earlier", one)));
    if (sent.choices) form.append(field("choices", JSON.stringify(sent.choices)));
    if (typeof sent.mark === "string") form.append(field("mark", sent.mark));
    form.requestSubmit();
  };

  // --- what only works with this script

  for (const one of document.querySelectorAll("#copy, .copy-link, #print")) one.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.id === "copy") copyAnswer();
    else if (button.id === "print") window.print();
    else if (button.classList.contains("copy-link")) copyLink(button);
  });
  window.addEventListener("hashchange", follow);
  follow();
})();
