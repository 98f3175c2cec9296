// What the server does not do: it keeps the earlier turns on this page, sends the earlier questions along,
// moves the focus to a new answer, and says so when the server cannot be reached. Stores nothing.
(() => {
  "use strict";

  const MOST_EARLIER = 8; // as the server takes
  const LONGEST = 500; // characters, counted as the server counts them
  const SHOWN_FROM = 400; // from here on the count is shown
  const PATIENCE = 20000; // milliseconds until an answer counts as lost
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);

  const theme = new URLSearchParams(location.search).get("__theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  const asked = []; // the questions that were answered, oldest first
  let waiting = null; // the question that is on its way
  let timers = [];
  let shown = ""; // the id of the newest turn
  let kept = null; // a copy of the newest turn

  // Gradio sets the language to the browser's; the words are ours, and English.
  const english = () => {
    if (root.lang !== "en") root.lang = "en";
  };

  const box = () => find("#question textarea");

  const write = (field, text) => {
    if (!field || field.value === text) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const sendAlong = () =>
    write(find("#sent-along textarea"), JSON.stringify(asked.slice(-MOST_EARLIER)));

  // One line of our own below the button, beside the server's status line.
  const saying = () => {
    let line = find("#saying");
    if (!line && find("#panel")) {
      line = document.createElement("p");
      line.id = "saying";
      line.className = "saying";
      line.setAttribute("role", "status");
      find("#panel").append(line);
    }
    return line;
  };

  const say = (text, wrong = false) => {
    const line = saying();
    if (!line) return;
    line.classList.toggle("problem", wrong);
    line.textContent = text;
  };

  const invalid = (wrong, id) => {
    const field = box();
    if (!field) return;
    field.setAttribute("aria-invalid", wrong ? "true" : "false");
    if (wrong) field.setAttribute("aria-describedby", id);
    else field.removeAttribute("aria-describedby");
  };

  const calm = () => {
    timers.forEach(clearTimeout);
    timers = [];
  };

  const asking = () => {
    const field = box();
    if (!field || !field.value.trim()) return;
    waiting = field.value;
    calm();
    find("#status").hidden = true;
    invalid(false);
    say("");
    timers.push(setTimeout(() => say(texts.busy), 300));
    timers.push(setTimeout(() => giveUp(), PATIENCE));
  };

  const failed = (text) => {
    if (waiting === null) return;
    waiting = null;
    calm();
    say(text, true);
    invalid(true, "saying");
    box().focus();
  };

  // The earlier answers, oldest first, above the newest.
  const keep = (turn) => {
    let list = find("#earlier");
    if (!list) {
      list = document.createElement("section");
      list.id = "earlier";
      list.setAttribute("aria-label", texts.earlier);
      find("#out").before(list);
    }
    turn.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
    turn.querySelectorAll("[tabindex]").forEach((one) => one.removeAttribute("tabindex"));
    turn.querySelectorAll("[role=alert]").forEach((one) => one.removeAttribute("role"));
    turn.querySelectorAll(".again").forEach((one) => one.remove());
    list.append(turn);
  };

  const arrived = (heading) => {
    shown = heading.id;
    if (kept) keep(kept);
    kept = heading.closest(".turn").cloneNode(true);
    calm();
    say("");
    invalid(false);
    if (waiting !== null) {
      asked.push(waiting);
      sendAlong();
      heading.focus();
      heading.scrollIntoView({ block: "start" });
    }
    waiting = null;
    document.body.classList.add("asking");
    const examples = find("#examples details");
    if (examples) examples.open = false;
  };

  const refused = () => {
    waiting = null;
    calm();
    say("");
    invalid(true, "status");
    box().focus();
  };

  let told = "";
  const look = () => {
    english();
    const heading = find("#out .turn [tabindex='-1']");
    if (heading && heading.id !== shown) arrived(heading);
    const status = find("#status");
    const line = status && status.querySelector("p[id]");
    if (line && line.id !== told) {
      told = line.id;
      status.hidden = false;
      if (line.classList.contains("problem")) refused();
    }
  };

  // Where the connection breaks, Gradio would wait for the server and then load the page anew, and all turns
  // would be gone. So a break reaches it as an ordinary error, and the visitor in our own words.
  const fetched = window.fetch.bind(window);
  window.fetch = async (input, options) => {
    const url = String(input && input.url ? input.url : input);
    if (url.includes("/gradio_api/queue/join")) return joined(input, options);
    if (url.includes("/gradio_api/queue/data")) return whole(input, options);
    return fetched(input, options);
  };

  const joined = async (input, options) => {
    try {
      const response = await fetched(input, options);
      if (!response.ok) failed(response.status === 429 ? texts.often : texts.failed);
      return response;
    } catch {
      failed(texts.lost);
      return new Response(JSON.stringify({ detail: texts.lost }), { status: 502 });
    }
  };

  const ENDED = "close_stream";
  const BROKEN = ["unexpected_error", ENDED]
    .map((msg) => `data: ${JSON.stringify({ msg, message: texts.lost, success: false })}\n\n`)
    .join("");
  let giveUp = () => {};

  // The stream of an answer, with a proper end whatever happens to it on the way.
  const whole = async (input, options) => {
    const response = await fetched(input, options).catch(() => null);
    const reader = response && response.ok ? response.body.getReader() : null;
    const decoder = new TextDecoder();
    const stream = new ReadableStream({
      async start(out) {
        let text = "";
        let over = false;
        giveUp = () => {
          if (over) return;
          over = true;
          if (reader) reader.cancel().catch(() => {});
          out.enqueue(new TextEncoder().encode(BROKEN));
          out.close();
          failed(texts.lost);
        };
        try {
          while (reader && !over) {
            const { done, value } = await reader.read();
            if (done || over) break;
            text = (text + decoder.decode(value, { stream: true })).slice(-200);
            out.enqueue(value);
          }
        } catch {
          // broken, or stopped by Gradio, which has heard the end
        }
        if (!text.includes(ENDED)) giveUp();
        else if (!over) {
          over = true;
          try {
            out.close();
          } catch {
            // Gradio has closed it already
          }
        }
      },
    });
    const headers = { "content-type": "text/event-stream" };
    return new Response(stream, { status: 200, headers });
  };

  // The form that was there first gives way to Gradio's, with what was typed and the place of the focus.
  const moveIn = () => {
    const first = find("#first");
    const field = box();
    const whole = field && find("#go") && find("#status") && find("#out");
    if (!first || first.classList.contains("gone") || !whole) return;
    const old = first.querySelector("textarea");
    const held = first.contains(document.activeElement) ? document.activeElement : null;
    write(field, old.value);
    const [start, end] = [old.selectionStart, old.selectionEnd];
    field.id = "ask";
    first.classList.add("gone");
    first.replaceChildren();
    find("#status").setAttribute("role", "status");
    saying();
    counted();
    if (held === old) {
      field.focus();
      field.setSelectionRange(start, end);
    } else if (held) {
      find("#go").focus();
    }
  };

  const counted = () => {
    const field = box();
    if (!field) return;
    let line = find("#count");
    const length = [...field.value.trim()].length;
    if (!line) {
      line = document.createElement("p");
      line.id = "count";
      find("#go").before(line);
    }
    line.hidden = length < SHOWN_FROM;
    line.classList.toggle("over", length > LONGEST);
    line.textContent = line.hidden ? "" : `${length} ${texts.count}`;
  };

  document.addEventListener("input", (event) => {
    if (event.target === box()) counted();
  });

  // Before Gradio hears of it.
  document.addEventListener(
    "click",
    (event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (!target) return;
      const example = target.closest("gradio-app .example");
      if (example) {
        write(box(), example.textContent);
        counted();
        find("#go").click();
      } else if (target.closest("#go")) {
        asking();
      } else if (target.closest("a[href='#ask']") && box()) {
        event.preventDefault();
        box().focus();
        box().scrollIntoView({ block: "center" });
      }
    },
    true,
  );
  document.addEventListener(
    "keydown",
    (event) => {
      const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
      if (sends && event.target === box()) asking();
    },
    true,
  );

  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      moveIn();
      look();
    });
  }).observe(root, { attributes: true, attributeFilter: ["lang"], childList: true, subtree: true });
})();
