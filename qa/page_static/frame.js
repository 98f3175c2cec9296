// In a frame of another site: light as the site around it unless it asks for dark, without our own band, and as
// high as it is. Tells its height, a number, to the page around; which pages may be there is the server's rule
// (frame-ancestors). Stores nothing.
(() => {
  "use strict";
  if (window.parent === window) return;
  const root = document.documentElement;
  const theme = new URLSearchParams(location.search).get("__theme");
  root.classList.add("framed");
  root.dataset.theme = theme === "dark" ? "dark" : "light";

  // A browser that knows who is around us writes to nobody else.
  const parents = location.ancestorOrigins;
  const parent = parents && parents.length ? parents[0] : "*";
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height && height !== told) {
      told = height;
      window.parent.postMessage(height, parent);
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    new ResizeObserver(tell).observe(document.body);
    tell();
  });
  // Once more when all is there: the page around may not have listened before.
  window.addEventListener("load", () => {
    told = 0;
    tell();
  });
})();
