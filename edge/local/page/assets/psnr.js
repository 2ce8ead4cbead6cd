// A worker that calculates how near a variant is to the ideal: the original
// through a Lanczos filter of three lobes, with all of its pixels, in floating
// point.

// mostPixels is the most pixels of an original that is compared here.
const mostPixels = 30e6;

let original; // a promise of its luma

onmessage = async ({ data }) => {
  if (data.original) {
    original = luma(data.original);
    original.catch(() => {}); // the error shows with the first variant
    return;
  }
  const { turn, variant, part } = data;
  try {
    const [want, got] = await Promise.all([original, luma(variant)]);
    postMessage({ turn, psnr: psnr(got, should(want, got, part)) });
  } catch (error) {
    postMessage({ turn, problem: error instanceof TooLarge ? "too large to compare" : "not seen by this browser" });
  }
};

class TooLarge extends Error {}

// luma returns the luma of a picture, 0 to 255, multiplied by its alpha.
async function luma(blob) {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  if (width * height > mostPixels) {
    throw new TooLarge();
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const plane = { width, height, pix: new Float32Array(width * height) };
  const rows = 256;
  for (let top = 0, i = 0; top < height; top += rows) {
    const { data } = context.getImageData(0, top, width, Math.min(rows, height - top));
    for (let at = 0; at < data.length; at += 4) {
      plane.pix[i++] = (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) * data[at + 3] / 255;
    }
  }
  return plane;
}

// should returns the ideal resize of part, in fractions of plane, to the size
// of got.
function should(plane, got, part) {
  return narrowed(narrowed(plane, part.left, part.width, got.width), part.top, part.height, got.height);
}

// narrowed resamples a part of each row, from start and of that length in
// fractions of the row, to that many samples, and transposes the plane.
function narrowed(plane, start, length, samples) {
  const out = { width: plane.height, height: samples, pix: new Float32Array(plane.height * samples) };
  const scale = plane.width * length / samples; // in pixels
  for (let x = 0; x < samples; x++) {
    const centre = plane.width * start + (x + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - 3 * scale));
    const last = Math.min(plane.width - 1, Math.floor(centre + 3 * scale));
    const weights = [];
    let sum = 0;
    for (let i = first; i <= last; i++) {
      weights.push(lanczos((i + 0.5 - centre) / scale));
      sum += weights.at(-1);
    }
    for (let y = 0; y < plane.height; y++) {
      const at = y * plane.width + first;
      let v = 0;
      for (let i = 0; i < weights.length; i++) {
        v += weights[i] * plane.pix[at + i];
      }
      out.pix[x * plane.height + y] = v / sum;
    }
  }
  return out;
}

function lanczos(x) {
  x = Math.abs(x);
  if (x < 1e-9) {
    return 1;
  }
  if (x >= 3) {
    return 0;
  }
  const px = Math.PI * x;
  return 3 * Math.sin(px) * Math.sin(px / 3) / (px * px);
}

// psnr returns the PSNR of got against want, in decibels.
function psnr(got, want) {
  let sum = 0;
  for (let i = 0; i < got.pix.length; i++) {
    const d = got.pix[i] - Math.min(255, Math.max(0, want.pix[i]));
    sum += d * d;
  }
  return 10 * Math.log10(255 * 255 * got.pix.length / sum);
}
