// The form for width, height and format: fields that take anything, and
// sliders.

const by = (id) => document.getElementById(id);

// query returns the query string for a size and the chosen format; it leaves
// out what is empty.
function query(width, height) {
  const pairs = [["width", width], ["height", height], ["format", by("format").value]].filter(([, value]) => value !== "");
  return pairs.length ? "?" + pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&") : "";
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
