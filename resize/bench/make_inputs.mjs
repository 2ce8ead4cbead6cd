// Encodes raw RGB or RGBA pixels from standard input into a benchmark input.
// node make_inputs.mjs OUT FORMAT WIDTH HEIGHT CHANNELS PAGES OPTIONS
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const sharp = createRequire(process.cwd() + '/')('sharp');
const [out, format, width, height, channels, pages, options] = process.argv.slice(2);
const raw = { width: Number(width), height: Number(height) * Number(pages), channels: Number(channels) };
if (Number(pages) > 1) raw.pageHeight = Number(height);
let picture = sharp(readFileSync(0), { raw, limitInputPixels: false });
if (options.includes('gray')) picture = picture.grayscale();
await picture.toFormat(format, JSON.parse(options.replace('gray', '') || '{}')).toFile(out);
