// What was typed outlives a reload and the way back to this page: it waits in this entry of the tab's own history,
// which goes with the tab. Nothing is stored in the browser, nothing is sent.
(() => {
  "use strict";

  const NAME = "evidenceDesk"; // ours among what others keep in the same place
  const PAUSE = 400; // milliseconds; browsers limit how often the history may be written
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const find = (selector) => document.querySelector(selector);
  const box = () => find("#question textarea");
  const was = (history.state && history.state[NAME]) || {};

  let sent = ""; // the question on its way
  let last = was.last || ""; // the newest question that was answered
  let turn = ""; // the id of its heading
  let due = 0;
  let written = 0; // when
  let begun = false;

  const write = () => {
    clearTimeout(due);
    due = 0;
    written = Date.now();
    const field = box() || find("#first textarea");
    const typed = field ? field.value : "";
    if (!typed && !last && !was.typed) return;
    history.replaceState({ ...history.state, [NAME]: { typed, last } }, "");
  };

  // At once where it can be: what is written while a page is left comes too late.
  const soon = () => {
    if (Date.now() - written > PAUSE) write();
    else if (!due) due = setTimeout(write, PAUSE);
  };

  const tell = (text) => {
    const line = find("#saying");
    if (line && !line.textContent) line.textContent = text;
  };

  // Once, when the page is ready: what stood in the box before the page was left.
  const bringBack = () => {
    if (begun || !find("#first.gone") || !box() || !find("#saying")) return;
    begun = true;
    const text = was.typed || was.last;
    if (!text || location.hash.length > 1) return;
    if (!box().value) {
      box().value = text;
      box().dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (!was.last) tell(texts.again);
    else tell(was.typed ? texts.againTyped : texts.againAsked);
  };

  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement && begun) soon();
  });

  const sending = () => {
    if (box() && box().value.trim()) sent = box().value;
  };
  document.addEventListener(
    "click",
    (event) => {
      if (event.target instanceof Element && event.target.closest("#go")) sending();
    },
    true,
  );
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && !event.shiftKey && event.target === box()) sending();
    },
    true,
  );

  const look = () => {
    bringBack();
    const heading = find("#out .turn [tabindex='-1']");
    if (!heading || heading.id === turn) return;
    turn = heading.id;
    last = sent;
    soon();
  };

  addEventListener("pagehide", write);
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
})();
