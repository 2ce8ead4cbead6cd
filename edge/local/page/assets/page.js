// Sends the page's requests and has their answers shown. The page works
// without it, as pictures and links.

import { ask, curl } from "/?asset=ask.js";
import { Compare } from "/?asset=compare.js";
import { showThumbnails, startGallery } from "/?asset=gallery.js";
import { Nearness } from "/?asset=nearness.js";
import { show, showFailure, showNearness } from "/?asset=show.js";
import { startSizes } from "/?asset=sizes.js";

const by = (id) => document.getElementById(id);

// LatestOnly does one thing at a time; of what waits meanwhile only the latest
// is done.
class LatestOnly {
  constructor(work) {
    this.work = work;
    this.waiting = null;
    this.busy = false;
  }

  // ask is what the work gives, or nothing where something later took its
  // place.
  ask(what) {
    this.waiting?.done();
    return new Promise((done) => {
      this.waiting = { what, done };
      this.go();
    });
  }

  async go() {
    if (this.busy) {
      return;
    }
    this.busy = true;
    while (this.waiting) {
      const { what, done } = this.waiting;
      this.waiting = null;
      done(await this.work(what));
    }
    this.busy = false;
  }
}

// start tries an original, first at the size that the form says.
async function start(tried) {
  const { path } = tried.dataset;
  const original = await load(path);
  const compare = new Compare(by("stage"), by("zoom"), by("scale"));
  const nearness = new Nearness(original, tried.dataset.fit, showNearness);
  let sent = null; // the latest request

  const requests = new LatestOnly(async (request) => {
    sent = request;
    tried.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(request);
      const seen = await compare.show(original, answer);
      const words = show(tried.dataset, request, answer, seen);
      nearness.measure(answer);
      return words;
    } catch (error) {
      return showFailure(error);
    } finally {
      tried.removeAttribute("aria-busy");
    }
  });

  const first = startSizes(tried.dataset, (query) => {
    mark(null);
    return requests.ask({ method: "GET", path: path + query, header: {} });
  });
  for (const element of document.querySelectorAll(".case")) {
    startCase(element, requests);
  }
  by("again").addEventListener("click", () => requests.ask(sent));
  by("invalidate").addEventListener("click", async () => {
    await invalidate(sent.path);
    await requests.ask(sent);
  });
  copies(by("curl"), () => curl(sent));
  for (const button of document.querySelectorAll(".copy")) {
    copies(button, () => by(button.dataset.copy).textContent);
  }
  await first;
}

async function load(path) {
  try {
    return await (await fetch(path)).blob();
  } catch { // what it is about shows without it too
    return new Blob();
  }
}

// startCase has a row of the contract tried.
function startCase(element, requests) {
  element.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      return; // a link, to be opened elsewhere
    }
    event.preventDefault();
    mark(element);
    const { method, path, header } = element.dataset;
    const words = await requests.ask({ method, path, header: JSON.parse(header) });
    if (words) {
      element.closest("td").querySelector(".came").textContent = words;
    }
  });
}

// mark marks the case that is shown, or none.
function mark(element) {
  document.querySelector(".case[aria-current]")?.removeAttribute("aria-current");
  element?.setAttribute("aria-current", "true");
}

// invalidate removes what a path has in CloudFront's cache, at every size.
function invalidate(path) {
  const form = new URLSearchParams({ invalidate: path.split("?")[0] + "*" });
  return fetch("/", { method: "POST", body: form, redirect: "manual" });
}

// copies has a button copy what text gives. Browsers let pages copy on this
// machine, not by another one's address.
function copies(button, text) {
  button.hidden = !navigator.clipboard;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = label; }, 1500);
  });
}

startGallery();
if (by("try")) {
  await start(by("try"));
}
showThumbnails(); // once there is time
