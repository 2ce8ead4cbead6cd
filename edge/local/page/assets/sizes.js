// The form for a request: width and height as fields that take anything, and sliders; format;
// and what else the config lets requests ask for.

import { startChoices } from "/?asset=choices.js";

const by = (id) => document.getElementById(id);

// ofPage are the fields of the form that are no parameters of the request.
const ofPage = ["original", "prefix"];

// query returns the query string that the form says; it leaves out what is empty.
function query(form) {
  const pairs = [...new FormData(form)].filter(([name, value]) => value !== "" && !ofPage.includes(name));
  const spelled = (value) => encodeURIComponent(value).replaceAll("%2C", ",");
  return pairs.length ? "?" + pairs.map(([name, value]) => `${name}=${spelled(value)}`).join("&") : "";
}

// address returns the address of the page with this form. An empty width or height says that
// it was emptied.
function address(form) {
  const pairs = [...new FormData(form)].filter(([name, value]) => value !== "" || name === "width" || name === "height");
  return "/?" + new URLSearchParams(pairs);
}

// startSizes makes sliders and fields follow each other. It calls changed with
// the query string of each size, and returns its result for the first one.
export function startSizes(original, changed) {
  const form = by("size");
  const keep = by("keep");
  const ratio = Number(original.width) / Number(original.height);
  keep.parentElement.hidden = !ratio; // a file that is not a picture has no ratio
  const sides = ["width", "height"].map((name) => ({ name, field: by(name), slider: by(name + "-slider") }));

  function set(side, value) {
    side.field.value = value;
    if (/^[0-9]+$/.test(value)) {
      side.slider.value = value;
    }
  }

  // follow adapts the other side to the ratio.
  function follow(side) {
    const n = Number(side.field.value);
    if (keep.checked && n > 0) {
      const [other] = sides.filter((s) => s !== side);
      set(other, String(Math.max(1, Math.round(side.name === "width" ? n / ratio : n * ratio))));
    }
  }

  function send() {
    history.replaceState(null, "", address(form));
    changed(query(form));
  }

  for (const side of sides) {
    for (const input of [side.slider, side.field]) {
      input.addEventListener("input", () => {
        set(side, input.value);
        follow(side);
        send();
      });
    }
  }
  by("format").addEventListener("change", send);
  keep.addEventListener("change", () => {
    follow(sides[0]);
    send();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  startChoices(form, original.fit, send);
  return changed(query(form));
}
