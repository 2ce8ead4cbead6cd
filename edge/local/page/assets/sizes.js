// The form for width, height and format: fields that take anything, and sliders.

const by = (id) => document.getElementById(id);

// query asks for a size, and by the format; what is empty is left out.
function query(width, height) {
  const pairs = [["width", width], ["height", height], ["format", by("format").value]].filter(([, value]) => value !== "");
  return pairs.length ? "?" + pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&") : "";
}

// startSizes has sliders and fields follow each other. changed is told the
// query string of each size; what it makes of the one of the start is returned.
export function startSizes(original, changed) {
  const form = by("size");
  const keep = by("keep");
  const ratio = Number(original.width) / Number(original.height);
  keep.parentElement.hidden = !ratio; // what is no picture has none
  const sides = ["width", "height"].map((name) => ({ name, field: by(name), slider: by(name + "-slider") }));

  function set(side, value) {
    side.field.value = value;
    if (/^[0-9]+$/.test(value)) {
      side.slider.value = value;
    }
  }

  // follow brings the other side to the ratio.
  function follow(side) {
    const n = Number(side.field.value);
    if (keep.checked && n > 0) {
      const [other] = sides.filter((s) => s !== side);
      set(other, String(Math.max(1, Math.round(side.name === "width" ? n / ratio : n * ratio))));
    }
  }

  function send() {
    const [width, height] = sides.map((side) => side.field.value);
    history.replaceState(null, "", "/?" + new URLSearchParams(new FormData(form)));
    changed(query(width, height));
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
  return changed(query(sides[0].field.value, sides[1].field.value));
}
