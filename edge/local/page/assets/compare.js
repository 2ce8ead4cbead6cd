// Shows the pictures, one over the other: with a divider that can be dragged, a
// zoom in the screen's own pixels, and moving if they are larger than the view.

import { windowOf } from "/?asset=crop.js";

// largestFit is how far Fit enlarges small pictures.
const largestFit = 4;

export class Compare {
  constructor(stage, zoom, scale) {
    const of = (id) => stage.querySelector("#" + id);
    Object.assign(this, {
      stage, zoom, scale, view: of("view"), frame: of("frame"), before: of("before"), after: of("after"),
      said: of("said"), divider: of("divider"), left: of("left"), right: of("right"),
      split: 0.5, x: 0, y: 0, variant: false, both: false, aligned: true, originalSeen: undefined, names: null,
    });
    zoom.addEventListener("change", () => { this.x = this.y = 0; this.layOut(); });
    new ResizeObserver(() => this.layOut()).observe(stage);
    this.divider.addEventListener("keydown", (event) => this.turnDivider(event));
    this.view.addEventListener("keydown", (event) => this.moveByKey(event));
    for (const element of [this.view, this.divider]) {
      element.addEventListener("pointerdown", (event) => this.drag(element, event));
    }
  }

  // showOriginal shows the original beside variants of it. It returns the size
  // that the browser shows, in pixels, or false.
  async showOriginal(original) {
    this.original = original;
    this.originalSeen = await see(this.before, original);
    this.pair();
    return this.originalSeen && natural(this.before);
  }

  // show shows an answer, beside the original if it is a variant of that. It
  // returns the size that the browser shows, in pixels, or false.
  async show(answer) {
    const picture = answer.body.size > 0 && !/^(text\/|application\/xml)/.test(answer.body.type);
    const seen = picture && await see(this.after, answer.body);
    this.showWords(seen ? "" : await words(answer));
    this.frame.hidden = !seen;
    this.variant = seen && answer.status === 200 && Boolean(answer.invocation?.resized);
    if (this.variant) {
      this.align(answer.invocation);
    }
    this.pair();
    return seen && natural(this.after);
  }

  // align lays the part of the original that a variant shows under it, if it is known.
  align(invocation) {
    const part = windowOf(invocation);
    this.aligned = Boolean(part);
    const at = (start, length) => `${length < 1 ? start / (1 - length) * 100 : 50}%`;
    Object.assign(this.before.style, {
      objectFit: { cover: "cover", pad: "contain" }[invocation.fit] ?? "fill",
      objectPosition: part && `${at(part.left, part.width)} ${at(part.top, part.height)}`,
    });
  }

  // lay lays another picture than the original over a variant, with names for
  // both; without a picture it lays the original again.
  async lay(picture, names) {
    if (picture || this.names) {
      this.names = null;
      if (await see(this.before, picture ?? this.original)) {
        this.names = picture && names;
      }
    }
    this.pair();
  }

  // showWords shows text instead of pictures.
  showWords(text) {
    this.variant = false;
    this.frame.hidden = true;
    this.said.hidden = !text;
    this.said.textContent = text;
    this.pair();
  }

  // pair lays a variant over its original if both can be shown.
  pair() {
    const both = this.variant && Boolean(this.names || this.originalSeen && this.aligned);
    this.both = both;
    this.before.hidden = this.divider.hidden = !both;
    this.view.classList.toggle("alone", !both);
    this.left.hidden = this.right.hidden = !this.variant;
    this.right.textContent = this.names?.right ?? "Variant";
    this.left.textContent = this.names ? this.names.left : both ? "Original"
      : !this.aligned ? "Trimmed, and so without the original"
      : this.originalSeen === undefined ? "The original is still loading" : "Your browser does not show the original";
    this.layOut();
  }

  // layOut positions everything.
  layOut() {
    if (this.frame.hidden) {
      this.scale.textContent = "";
      return;
    }
    const room = { width: this.stage.clientWidth, height: this.stage.clientHeight };
    const { width, height } = natural(this.after);
    const chosen = this.zoom.querySelector(":checked").value;
    const pixels = chosen === "fit"
      ? Math.min(room.width / width, room.height / height, largestFit) * devicePixelRatio
      : Number(chosen);
    const shown = { width: width * pixels / devicePixelRatio, height: height * pixels / devicePixelRatio };
    const limit = { x: Math.max(0, (shown.width - room.width) / 2), y: Math.max(0, (shown.height - room.height) / 2) };
    this.x = clamp(this.x, -limit.x, limit.x);
    this.y = clamp(this.y, -limit.y, limit.y);
    const left = Math.round((room.width - shown.width) / 2 + this.x);
    const top = Math.round((room.height - shown.height) / 2 + this.y);
    Object.assign(this.frame.style, { left: px(left), top: px(top), width: px(shown.width), height: px(shown.height) });
    this.frame.classList.toggle("coarse", pixels >= 2);
    this.movable = limit.x > 0.5 || limit.y > 0.5;
    this.view.classList.toggle("movable", this.movable);
    this.scale.textContent = `shown at ${Math.round(pixels * 100)} %`;

    // The divider stays on the visible part of the pictures.
    this.from = Math.max(0, left);
    this.to = Math.min(room.width, left + shown.width);
    const at = this.from + this.split * (this.to - this.from);
    this.divider.style.left = px(at);
    this.divider.setAttribute("aria-valuenow", Math.round(this.split * 100));
    this.before.style.clipPath = `inset(0 ${px(Math.max(0, left + shown.width - at))} 0 0)`;
  }

  divide(split) {
    this.split = clamp(split, 0, 1);
    this.layOut();
  }

  turnDivider(event) {
    const to = {
      ArrowLeft: this.split - 0.02, ArrowDown: this.split - 0.02, ArrowRight: this.split + 0.02, ArrowUp: this.split + 0.02,
      PageDown: this.split - 0.1, PageUp: this.split + 0.1, Home: 0, End: 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.divide(to);
    }
  }

  moveByKey(event) {
    const [x, y] = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key] ?? [0, 0];
    if (this.movable && (x || y)) {
      event.preventDefault();
      this.move(this.x + x, this.y + y);
    }
  }

  move(x, y) {
    this.x = x;
    this.y = y;
    this.layOut();
  }

  // drag follows a pointer: it moves the pictures if they can be moved,
  // otherwise the divider.
  drag(element, down) {
    if (down.button !== 0 || element === this.view && !this.movable && !this.both) {
      return;
    }
    const { x, y } = this;
    const moves = element === this.view && this.movable;
    const follow = (event) => {
      if (moves) {
        this.move(x + event.clientX - down.clientX, y + event.clientY - down.clientY);
      } else {
        this.divide((event.clientX - this.stage.getBoundingClientRect().left - this.from) / (this.to - this.from));
      }
    };
    element.setPointerCapture(down.pointerId);
    element.addEventListener("pointermove", follow);
    for (const end of ["pointerup", "pointercancel"]) {
      element.addEventListener(end, () => element.removeEventListener("pointermove", follow), { once: true });
    }
    if (element === this.view) {
      follow(down);
    }
  }
}

const px = (n) => `${n}px`;
const clamp = (n, least, most) => Math.min(Math.max(n, least), most);
const natural = (image) => ({ width: image.naturalWidth, height: image.naturalHeight });

// see shows a picture in an image, and returns whether the browser can show it.
async function see(image, blob) {
  const old = image.src;
  image.src = URL.createObjectURL(blob);
  URL.revokeObjectURL(old);
  try {
    await image.decode();
  } catch {
    return false;
  }
  return image.naturalWidth > 0;
}

// words returns the text to show for an answer that is not a picture.
async function words({ status, headers, body }) {
  const type = headers.get("Content-Type");
  if (!body.size) {
    return `${status}, no body`;
  }
  if (body.type.startsWith("image/") || body.type.startsWith("binary/")) {
    return `${status}, ${body.size} bytes of ${type}\nwhich your browser does not show.`;
  }
  return body.slice(0, 4000).text();
}
