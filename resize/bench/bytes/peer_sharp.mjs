// Encodes and decodes with sharp, one request a line: see request in peer.go.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';

const sharp = createRequire(process.cwd() + '/')('sharp');
sharp.concurrency(1);
sharp.cache(false);

const pixelsOf = (path) => sharp(path).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
let last = { path: '' };

async function encode({ in: path, out, format, options, times }) {
  if (last.path !== path) last = { path, ...(await pixelsOf(path)) };
  const { width, height, channels } = last.info;
  const cpu = [];
  let encoded;
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    encoded = await sharp(last.data, { raw: { width, height, channels } }).toFormat(format, options).toBuffer();
    const used = process.cpuUsage(before);
    cpu.push((used.user + used.system) / 1000);
  }
  writeFileSync(out, encoded);
  return { bytes: encoded.length, cpu_ms: cpu };
}

async function decode({ in: path, out }) {
  const { data } = await pixelsOf(path);
  writeFileSync(out, data);
  return { bytes: data.length };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const answer = await (request.format ? encode : decode)(request).catch((e) => ({ error: e.message }));
  process.stdout.write(JSON.stringify(answer) + '\n');
}
