// Sends the page's requests and shows their answers. The page also works
// without it, with pictures and links.

import { ask, asJPEG, curl, invalidate, load, signed } from "/?asset=ask.js";
import { showCut, showWhole } from "/?asset=choices.js";
import { Compare } from "/?asset=compare.js";
import { showThumbnails, startGallery } from "/?asset=gallery.js";
import { Latest } from "/?asset=latest.js";
import { Nearness } from "/?asset=nearness.js";
import { difference, show, showFailure, showNearness, showOriginal, showWaiting, size } from "/?asset=show.js";
import { startSizes } from "/?asset=sizes.js";

const by = (id) => document.getElementById(id);

// patience is how long a slider's last answer may stay while the next one is
// awaited, in ms. Without it the page would flicker.
const patience = 200;

// start tries an original, first at the size in the form.
async function start(tried) {
  const { path, signs } = tried.dataset;
  const sign = signs ? signed : (unsigned) => unsigned;
  const original = load(path);
  const compare = new Compare(by("stage"), by("zoom"), by("scale"));
  const nearness = new Nearness(original, showNearness);
  let sent = null; // the latest request
  let awaited = null; // the same, until it is answered

  showOriginal(tried.dataset, false);
  const originalShown = original.then(async (blob) => showOriginal(tried.dataset, await compare.showOriginal(blob)));
  original.then(showWhole);

  // wait shows that an answer is awaited, instead of the last one.
  function wait(request) {
    tried.classList.add("waiting");
    nearness.forget();
    showCut(null);
    showWaiting(request);
  }

  // layBeside lays a JPEG of the same quality, and so the same look, over a
  // variant if the user has chosen that, or a GIF for an animation; otherwise
  // it lays the original.
  async function layBeside(request, answer, signal) {
    const { resized, variant } = answer.invocation ?? {};
    if (!resized || answer.status !== 200 || by("beside").querySelector(":checked").value !== "other") {
      return compare.lay(null);
    }
    const other = await ask({ ...request, path: await sign(asJPEG(request.path), signal) }, signal);
    const called = (format, body) => `${format}, ${size(body.size)}`;
    return compare.lay(other.body, {
      left: called(other.invocation?.variant.format, other.body),
      right: `${called(variant.format, answer.body)}, ${difference(other.body.size, answer.body.size)}`,
    });
  }

  const requests = new Latest(async (request, signal) => {
    const timer = request.patient && setTimeout(() => wait(request), patience);
    try {
      if (request.unsigned) {
        request.path = await sign(request.path, signal); // Send again and Copy as curl take it from here
        request.unsigned = false;
      }
      if (request.invalidate) {
        await invalidate(request.path, signal);
      }
      const answer = await ask(request, signal);
      const seen = await compare.show(answer);
      await layBeside(request, answer, signal);
      if (signal.aborted) {
        return undefined;
      }
      nearness.measure(answer);
      showCut(answer);
      return show(tried.dataset, request, answer, seen);
    } catch (error) {
      if (signal.aborted) {
        return undefined;
      }
      compare.showWords("No answer");
      return showFailure(request, error);
    } finally {
      clearTimeout(timer);
      if (!signal.aborted) {
        tried.classList.remove("waiting");
      }
    }
  });

  async function send(request) {
    if (awaited) {
      say(awaited, "");
    }
    sent = awaited = request;
    tried.setAttribute("aria-busy", "true");
    say(request, "waiting for the answer …");
    if (!request.patient) {
      wait(request);
    }
    const words = await requests.ask(request);
    if (awaited === request) {
      awaited = null;
      say(request, words);
      await originalShown;
    }
    if (!awaited) {
      tried.removeAttribute("aria-busy");
    }
  }

  const first = startSizes(tried.dataset, (query) => {
    mark(null);
    return send({ method: "GET", path: path + query, header: {}, patient: sent !== null, unsigned: true });
  });
  for (const element of document.querySelectorAll(".case")) {
    startCase(element, send);
  }
  by("again").addEventListener("click", () => send({ ...sent, invalidate: false, patient: false }));
  by("invalidate").addEventListener("click", () => send({ ...sent, invalidate: true, patient: false }));
  by("beside").addEventListener("change", () => send({ ...sent, invalidate: false, patient: false }));
  copies(by("curl"), () => curl(sent));
  for (const button of document.querySelectorAll(".copy")) {
    copies(button, () => by(button.dataset.copy).textContent);
  }
  await first;
}

// startCase makes a request of the contract work by script.
function startCase(element, send) {
  element.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      return; // a link, to be opened elsewhere
    }
    event.preventDefault();
    mark(element);
    const { method, path, header } = element.dataset;
    send({ method, path, header: JSON.parse(header), patient: false, element });
  });
}

// say writes the outcome of a request beside its button; other requests have no
// such place.
function say({ element }, words) {
  const came = element?.closest("td").querySelector(".came");
  if (came) {
    came.textContent = words && `${element.textContent} → ${words}`;
  }
}

// mark marks the case that is shown, or none.
function mark(element) {
  document.querySelector(".case[aria-current]")?.removeAttribute("aria-current");
  element?.setAttribute("aria-current", "true");
}

// copies makes a button copy the result of text. Browsers let pages copy on
// this machine, but not under another address.
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
showThumbnails(); // when there is time
