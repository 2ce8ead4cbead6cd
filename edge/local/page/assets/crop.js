// Calculates which part of its original a variant shows.

// windowOf returns that part in fractions of the upright original, or null if it is not known.
export function windowOf(invocation) {
  if (!invocation?.resized || !invocation.fit) {
    return null;
  }
  if (invocation.fit !== "cover") {
    return { left: 0, top: 0, width: 1, height: 1 };
  }
  const { original, variant, focus } = invocation;
  const narrower = (variant.width / variant.height) / (original.width / original.height);
  const [width, height] = [Math.min(1, narrower), Math.min(1, 1 / narrower)];
  return { left: from(focus.x, width), top: from(focus.y, height), width, height };
}

// from returns where a part of that length begins, all in fractions, if its centre is as near
// to centre as the whole allows.
const from = (centre, length) => Math.min(Math.max(centre - length / 2, 0), 1 - length);
