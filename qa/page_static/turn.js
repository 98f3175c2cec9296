// What a visitor can do with an answer: say whether it helped, copy it with all its sources, print it.
// Works on answers that come later too, and on copies of them. Stores nothing.
(() => {
  "use strict";

  const texts = JSON.parse(document.getElementById("texts").textContent);
  document.documentElement.dataset.scripted = "";

  const told = (near, text) => {
    const line = near.closest(".tools").querySelector(".done");
    line.textContent = "";
    // A pause, so that the same words are read out a second time too.
    setTimeout(() => (line.textContent = text), 50);
    return line;
  };

  // --- was it helpful

  const sent = async (form, button) => {
    const body = new URLSearchParams(new FormData(form, button));
    try {
      const response = await fetch(form.action, { method: "POST", body });
      if (!response.ok) throw new Error(response.statusText);
      const line = told(form, texts.thanks);
      const held = form.contains(document.activeElement);
      form.hidden = true;
      if (held) {
        line.tabIndex = -1;
        line.focus();
      }
    } catch {
      told(form, texts.notSent);
    }
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".turn .feedback")) return;
    event.preventDefault();
    sent(event.target, event.submitter);
  });

  // --- copy

  // What is pressed or folded away is no part of an answer.
  const TOOLS = ".tools, .again, .link, .offers, details, button, form, input, .new-tab, .unseen";
  const LINES = "h2, h3, h4, h5, p, li, blockquote, .understood";

  const bare = (turn) => {
    const copy = turn.cloneNode(true);
    // Of what can be taken back, the words stay.
    copy.querySelectorAll(".chip").forEach((one) => one.replaceWith(one.querySelector(".term"), " "));
    copy.querySelectorAll(TOOLS).forEach((one) => one.remove());
    return copy;
  };

  const rich = (copy) => {
    const KEPT = ["href", "lang"];
    for (const one of [copy, ...copy.querySelectorAll("*")]) {
      for (const { name } of [...one.attributes]) if (!KEPT.includes(name)) one.removeAttribute(name);
    }
    return copy.outerHTML;
  };

  const line = (one) => {
    const text = one.textContent.trim();
    if (one.matches("blockquote")) return `“${text}”`;
    if (/^H[2-5]$/.test(one.tagName)) return `\n${text}`;
    const links = [...one.querySelectorAll("a[href^='http']")].map((link) => ` <${link.href}>`);
    return (one.matches("li") ? "- " : "") + text + links.join("");
  };

  const plain = (copy) =>
    [...copy.querySelectorAll(LINES)]
      .filter((one) => !one.querySelector(LINES) && one.textContent.trim())
      .map(line)
      .join("\n")
      .trim() + "\n";

  // Where the newer way is not allowed, as in a frame or without TLS, the older one often is.
  const older = (kinds, turn) => {
    const put = (event) => {
      event.preventDefault();
      for (const [kind, text] of Object.entries(kinds)) event.clipboardData.setData(kind, text);
    };
    const selection = getSelection();
    const before = selection.rangeCount ? selection.getRangeAt(0) : null;
    selection.selectAllChildren(turn);
    document.addEventListener("copy", put, { once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", put);
    selection.removeAllRanges();
    if (before) selection.addRange(before);
    return done;
  };

  const copied = async (turn) => {
    const kinds = { "text/plain": plain(bare(turn)), "text/html": rich(bare(turn)) };
    try {
      const blobs = Object.entries(kinds).map(([type, text]) => [type, new Blob([text], { type })]);
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
      return true;
    } catch {
      return older(kinds, turn);
    }
  };

  // --- go to a group; the address stays as it is, as it may be a link to the answer

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(".turn .jump a") : null;
    const heading = link && document.getElementById(link.hash.slice(1));
    if (!heading) return;
    event.preventDefault();
    heading.tabIndex = -1;
    heading.focus();
    heading.scrollIntoView({ block: "start" });
  });

  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest(".turn .tool") : null;
    if (!button) return;
    if (button.matches(".print")) print();
    else if (button.matches(".copy"))
      told(button, (await copied(button.closest(".turn"))) ? texts.copied : texts.notCopied);
  });
})();
