// Resizes one picture N times with sharp, as Lambda@Edge tutorials do, and
// prints CPU milliseconds of each time and the peak resident memory.
// node peer_sharp.mjs IN OUT WIDTH HEIGHT FORMAT QUALITY TIMES smart|sharpen|""
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const sharp = createRequire(process.cwd() + '/')('sharp');
sharp.concurrency(1);
sharp.cache(false);

const [input, output, width, height, format, quality, times, extra] = process.argv.slice(2);
const original = readFileSync(input);
const options = { jpeg: { quality: Number(quality) }, png: {}, gif: {}, webp: { quality: Number(quality) } }[format];
const cpu = [];
for (let i = 0; i <= Number(times); i++) {
  const before = process.cpuUsage();
  const picture = sharp(original, { animated: format === 'gif' || format === 'webp', limitInputPixels: false })
    .rotate()
    .resize(Number(width), Number(height), { fit: 'cover', position: extra === 'smart' ? 'attention' : 'centre' });
  if (extra === 'sharpen') picture.sharpen();
  const variant = await picture.toFormat(format, options).toBuffer();
  const used = process.cpuUsage(before);
  if (i > 0) cpu.push((used.user + used.system) / 1000); // the first one warms up
  if (i === 0) writeFileSync(output, variant);
}
const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
console.log(JSON.stringify({ cpu_ms: cpu, peak_mb: Number(peak[1]) / 1024 }));
