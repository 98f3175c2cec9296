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
  let without = []; // what was left out of the newest of them
  let waiting = null; // the question that is on its way, and how it is asked
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

  // What belongs to a question. One that is asked again, or comes by a link, is not taken from the box.
  const sendAlong = () => {
    const what = waiting || { without: [] };
    const before = what.replaces ? asked.slice(0, -1) : asked;
    const along = {
      earlier: before.slice(-MOST_EARLIER),
      choices: { ...chosen(), without: what.without },
    };
    if (what.mark) along.mark = what.mark;
    if (what.replaces || what.linked) along.question = what.question;
    write(find("#sent-along textarea"), JSON.stringify(along));
  };

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

  const begin = (what) => {
    waiting = what;
    sendAlong();
    calm();
    find("#status").hidden = true;
    invalid(false);
    say("");
    timers.push(setTimeout(() => say(texts.busy), 300));
    timers.push(
      setTimeout(() => {
        giveUp();
        failed(texts.lost);
      }, PATIENCE),
    );
  };

  const asking = () => {
    const field = box();
    if (!field || !field.value.trim() || waiting) return;
    begin({ question: field.value, without: [] });
  };

  // The newest question once more; its turn takes the place of the one that is there.
  const again = (left) => {
    if (waiting || !asked.length) return;
    begin({ question: asked.at(-1), replaces: true, without: left });
    find("#go").click();
  };

  // After a refusal: a question that came by a link goes into the box, so that it is not lost.
  const given = () => {
    const what = waiting || {};
    waiting = null;
    calm();
    if (what.linked) write(box(), what.question);
    return what;
  };

  const failed = (text) => {
    if (waiting === null) return;
    const typed = !given().replaces;
    say(text, true);
    if (typed) invalid(true, "saying");
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
    turn.querySelectorAll(".chip").forEach((one) => one.replaceWith(one.querySelector(".term")));
    list.append(turn);
  };

  const arrived = (heading) => {
    shown = heading.id;
    const what = waiting;
    if (kept && !(what && what.replaces)) keep(kept);
    kept = heading.closest(".turn").cloneNode(true);
    waiting = null;
    calm();
    say("");
    invalid(false);
    if (what) {
      if (!what.replaces) asked.push(what.question);
      without = what.without;
      sendAlong();
      heading.focus();
      heading.scrollIntoView({ block: "start" });
    }
    document.body.classList.add("asking");
    const examples = find("#examples details");
    if (examples) examples.open = false;
    const buttons = find("#narrow .apply");
    if (buttons) buttons.hidden = false;
  };

  const refused = (line) => {
    const typed = !given().replaces;
    say("");
    if (line.classList.contains("choice")) {
      wrongYears(true);
      return;
    }
    if (typed) invalid(true, "status");
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
      if (line.classList.contains("problem")) refused(line);
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

  const REFUSALS = { 429: texts.often, 503: texts.crowded };
  const joined = async (input, options) => {
    joins += 1;
    try {
      const response = await fetched(input, options);
      if (!response.ok) failed(REFUSALS[response.status] || texts.failed);
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

  // The filters. The boxes themselves hold what is chosen; `beyond` what a link chose and no box offers.
  const LISTS = { condition: "conditions", treatment: "treatments", design: "designs" };
  const YEARS = ["year_from", "year_to"];
  let beyond = {};

  const boxes = (name) => [...document.querySelectorAll(`#narrow [name="${name}"]`)];

  const chosen = () => {
    const found = {};
    for (const [name, key] of Object.entries(LISTS)) {
      const ticked = boxes(name).filter((one) => one.checked);
      const every = [...ticked.map((one) => one.value), ...(beyond[name] || [])];
      if (every.length) found[key] = every;
    }
    for (const name of YEARS) {
      const text = boxes(name).length ? boxes(name)[0].value.trim() : "";
      if (text) found[name] = /^\d+$/.test(text) ? Number(text) : text;
    }
    return found;
  };

  const choose = (choices) => {
    beyond = {};
    for (const [name, key] of Object.entries(LISTS)) {
      const wanted = Array.isArray(choices[key]) ? choices[key] : [];
      boxes(name).forEach((one) => (one.checked = wanted.includes(one.value)));
      const offered = boxes(name).map((one) => one.value);
      beyond[name] = wanted.filter((one) => !offered.includes(one));
    }
    for (const name of YEARS) boxes(name).forEach((one) => (one.value = choices[name] || ""));
    chosenCounted();
  };

  const drop = (name, value) => {
    for (const one of boxes(name)) {
      if (YEARS.includes(name)) one.value = "";
      else if (one.value === value) one.checked = false;
    }
    beyond[name] = (beyond[name] || []).filter((one) => one !== value);
    chosenCounted();
  };

  const chosenCounted = () => {
    const count = find("#narrow .count");
    if (!count) return;
    const many = Object.values(chosen()).flat().length;
    count.textContent = many ? `${many} ${texts.chosen}` : "";
    wrongYears(false);
    sendAlong();
  };

  // A choice that cannot be used is one of the years: nothing else can be typed.
  const wrongYears = (wrong) => {
    const fields = YEARS.flatMap(boxes);
    for (const one of fields) {
      one.setAttribute("aria-invalid", wrong ? "true" : "false");
      one.setAttribute("aria-describedby", wrong ? "years-hint status" : "years-hint");
    }
    if (!wrong || !fields.length) return;
    find("#narrow").open = true;
    fields[0].focus();
  };

  // A chip, or a button of the filters.
  const pressed = (name, value) => {
    let left = without;
    if (name === "leave") left = [...without, value];
    else if (name === "back") left = without.filter((one) => one !== value);
    else if (name === "all") choose({});
    else if (name.startsWith("drop-")) drop(name.slice("drop-".length), value);
    again(left);
  };

  // A link to an answer holds the question in the part of the address that no server is sent.
  const linked = () => {
    try {
      const read = JSON.parse(decodeURIComponent(location.hash.slice(1)));
      const list = (value) => (Array.isArray(value) ? value : []);
      const strings = (value) => list(value).filter((one) => typeof one === "string");
      if (typeof read.ask !== "string" || !read.ask.trim()) return null;
      const choices = read.choices && typeof read.choices === "object" ? read.choices : {};
      const mark = typeof read.mark === "string" ? read.mark : "";
      const left = strings(choices.without);
      return { question: read.ask, earlier: strings(read.earlier), choices, mark, without: left };
    } catch {
      return null;
    }
  };

  let joins = 0; // questions that went out
  const follow = (tries = 10) => {
    if (joins || !tries || asked.length > before) return;
    find("#go").click();
    setTimeout(() => follow(tries - 1), 500); // Gradio may not listen yet
  };
  let before = 0;

  const followed = () => {
    const link = linked();
    if (!link || waiting || asked.length) return;
    asked.push(...link.earlier.slice(-MOST_EARLIER));
    before = asked.length;
    choose(link.choices);
    const { question, mark, without: left } = link;
    begin({ question, mark, without: left, linked: true });
    follow();
  };

  // Another link in the same window: the page starts anew.
  window.addEventListener("hashchange", () => {
    if (linked()) location.reload();
  });

  // The form that was there first gives way to Gradio's, with what was typed and the place of the focus.
  const moveIn = () => {
    const first = find("#first");
    const field = box();
    const whole = field && find("#go") && find("#status") && find("#out");
    if (!first || first.classList.contains("gone") || !whole) return;
    const old = first.querySelector("textarea");
    const narrow = first.querySelector("#narrow");
    const held = first.contains(document.activeElement) ? document.activeElement : null;
    write(field, old.value);
    const [start, end] = [old.selectionStart, old.selectionEnd];
    field.id = "ask";
    first.classList.add("gone");
    if (narrow) find("#go").before(narrow);
    first.replaceChildren();
    find("#status").setAttribute("role", "status");
    saying();
    counted();
    chosenCounted();
    if (held === old) {
      field.focus();
      field.setSelectionRange(start, end);
    } else if (narrow && narrow.contains(held)) {
      held.focus();
    } else if (held) {
      find("#go").focus();
    }
    followed();
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
    else if (event.target.closest("#narrow")) chosenCounted();
  });

  // Before Gradio hears of it.
  document.addEventListener(
    "click",
    (event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (!target) return;
      const example = target.closest("gradio-app .example");
      const button = target.closest(
        "#out .turn .chip[name], #out .turn .every[name], #narrow button[name]",
      );
      if (example) {
        write(box(), example.textContent);
        counted();
        find("#go").click();
      } else if (button) {
        event.preventDefault();
        pressed(button.name, button.value);
      } else if (target.closest("#go")) {
        asking();
      } else if (target.closest("a[href='#choose']") && find("#narrow")) {
        event.preventDefault();
        find("#narrow").open = true;
        find("#narrow summary").focus();
        find("#narrow").scrollIntoView({ block: "start" });
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
      else if (sends && event.target.matches("#panel #narrow input")) {
        event.preventDefault();
        if (asked.length) again(without);
        else find("#go").click();
      }
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
