// The row of originals, and dropped files.

const by = (id) => document.getElementById(id);

export function startGallery() {
  if (by("drop")) {
    startDrop(by("drop"), by("file"), by("dropping"));
  }
  startStrip(by("strip"));
}

// startDrop sends files as soon as they are chosen, or dropped anywhere.
function startDrop(form, file, dropping) {
  const hasFiles = (event) => event.dataTransfer.types.includes("Files");
  file.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", () => {
    dropping.textContent = "Taking it …"; // until the next page is there
    dropping.hidden = false;
  });
  window.addEventListener("pageshow", () => { dropping.hidden = true; }); // for instance after Back
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      dropping.textContent = "Drop to try";
      dropping.hidden = false;
    }
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) { // it left the window
      dropping.hidden = true;
    }
  });
  document.addEventListener("drop", (event) => {
    dropping.hidden = true;
    if (hasFiles(event)) {
      event.preventDefault();
      file.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
}

// showThumbnails requests the row's pictures. Those that the browser cannot
// show stay hidden.
export function showThumbnails() {
  for (const thumb of document.querySelectorAll(".thumb")) {
    const image = new Image();
    image.loading = "lazy";
    image.alt = "";
    image.src = thumb.dataset.src;
    image.addEventListener("error", () => image.remove());
    thumb.append(image);
  }
}

// startStrip makes the row one stop of the tab key; the arrow keys go from one
// original to the next.
function startStrip(strip) {
  const links = [...strip.querySelectorAll("a")];
  const current = Math.max(0, links.findIndex((a) => a.hasAttribute("aria-current")));
  links.forEach((a, i) => { a.tabIndex = i === current ? 0 : -1; });
  if (links[current]) { // into view, without moving the page
    const from = links[current].getBoundingClientRect().left - strip.getBoundingClientRect().left;
    strip.scrollLeft += from - (strip.clientWidth - links[current].offsetWidth) / 2;
  }
  strip.addEventListener("keydown", (event) => {
    const at = links.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (at < 0 || !links[to]) {
      return;
    }
    event.preventDefault();
    links[at].tabIndex = -1;
    links[to].tabIndex = 0;
    links[to].focus();
  });
}
