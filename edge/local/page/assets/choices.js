// The controls for what the config lets requests ask for besides size and format.

import { windowOf } from "/?asset=crop.js";

const by = (id) => document.getElementById(id);

// startChoices makes controls follow each other, and calls send after each change of one.
export function startChoices(form, configured, send) {
  const adapt = () => showFitting(form, configured);
  for (const id of ["fit", "preset"]) {
    by(id)?.addEventListener("change", adapt); // before send: it decides which fields count
  }
  startSliders(form, send);
  startPreset(send);
  startBackground(send);
  startGravity(send);
  for (const id of ["fit", "dpr", "trim"]) {
    by(id)?.addEventListener("change", send);
  }
  adapt();
}

// startSliders makes each slider and its field follow each other. A slider at the value that
// holds if nothing is said empties its field.
function startSliders(form, send) {
  for (const slider of form.querySelectorAll("[data-for]")) {
    const { for: id, unsaid } = slider.dataset;
    const field = by(id);
    slider.addEventListener("input", () => {
      field.value = slider.value === unsaid ? "" : slider.value;
      send();
    });
    field.addEventListener("input", () => {
      slider.value = /^[0-9]+$/.test(field.value) ? field.value : unsaid;
      send();
    });
  }
}

// startPreset empties width and height when a preset is chosen, so that its own hold, and
// puts them back when none is.
function startPreset(send) {
  const sides = [by("width"), by("height")];
  let before = sides.map((field) => field.value);
  by("preset")?.addEventListener("change", (event) => {
    if (sides.some((field) => field.value)) {
      before = sides.map((field) => field.value);
    }
    sides.forEach((field, i) => { field.value = event.target.value ? "" : before[i]; });
    send();
  });
}

// startBackground makes the field and the browser's own choice of a colour follow each other.
function startBackground(send) {
  const field = by("background");
  const choice = by("background-colour");
  const follow = () => {
    const digits = /^(?:[0-9a-f]{3}){1,2}$/i.test(field.value) ? field.value : "fff";
    choice.value = "#" + (digits.length === 3 ? digits.replace(/./g, "$&$&") : digits).toLowerCase();
  };
  field?.addEventListener("input", () => {
    follow();
    send();
  });
  choice?.addEventListener("input", () => {
    field.value = choice.value.slice(1);
    send();
  });
  if (field) {
    follow();
  }
}

// startGravity makes the field, the places and the picture of the whole original follow each
// other.
function startGravity(send) {
  const field = by("gravity");
  if (!field) {
    return;
  }
  const places = [...document.querySelectorAll("[name='place']")];
  const follow = () => places.forEach((place) => { place.checked = place.value === field.value; });
  const say = (gravity) => {
    field.value = gravity;
    follow();
    send();
  };
  field.addEventListener("input", () => {
    follow();
    send();
  });
  for (const place of places) {
    place.addEventListener("change", () => say(place.value));
  }
  by("whole").addEventListener("click", (event) => {
    const { left, top, width, height } = by("whole-picture").getBoundingClientRect();
    say(`${hundredths((event.clientX - left) / width)},${hundredths((event.clientY - top) / height)}`);
  });
  follow();
}

const hundredths = (fraction) => Math.round(Math.min(1, Math.max(0, fraction)) * 100) / 100;

// showFitting shows the controls that matter for the chosen fit. A preset may say another
// fit, so all of them matter with one.
function showFitting(form, configured) {
  const fit = by("fit")?.value || (by("preset")?.value ? "" : configured);
  for (const group of form.querySelectorAll(".only")) {
    group.hidden = fit !== "" && group.dataset.fit !== fit;
    for (const input of group.querySelectorAll("input")) {
      input.disabled = group.hidden;
    }
  }
}

// showWhole shows the whole original, if there is a place for it and the browser can show it.
export async function showWhole(blob) {
  const image = by("whole-picture");
  if (!image) {
    return;
  }
  image.src = URL.createObjectURL(blob);
  await image.decode().then(() => { by("whole").hidden = false; }, () => {});
}

// showCut marks which part of the original the answer shows, unless that is not known.
export function showCut(answer) {
  const cut = by("cut");
  if (!cut) {
    return;
  }
  const part = answer?.status === 200 && windowOf(answer.invocation);
  cut.hidden = !part;
  if (part) {
    const percent = (fraction) => `${fraction * 100}%`;
    Object.assign(cut.style, {
      left: percent(part.left), top: percent(part.top), width: percent(part.width), height: percent(part.height),
    });
  }
}
