import { deepStrictEqual, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { ROOT, TEMP } from './support';

const ROOM = join(ROOT, 'deploy/cdk');
const EXAMPLES = ['new-site', 'existing-distribution', 'pipeline'];

/** Runs an example as cdk does, in a folder with the packages that it names, and returns the folder of its templates. */
function synth(example: string): string {
  const dir = join(TEMP, example);
  mkdirSync(join(dir, 'dist'), { recursive: true });
  for (const name of ['edgeresize', 'purge', 'invoker']) {
    writeFileSync(join(dir, 'dist', `${name}.zip`), name);
  }
  const out = join(dir, 'cdk.out');
  execFileSync(process.execPath, [join(ROOM, 'dist/examples', `${example}.js`)], { cwd: dir, stdio: 'pipe', env: { ...process.env, CDK_OUTDIR: out } });
  return out;
}

/** Returns a README's code blocks of TypeScript. */
function shown(): string[] {
  return [...readFileSync(join(ROOM, 'README.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
}

for (const example of EXAMPLES) {
  test(`the example ${example} is synthesised without a warning`, () => {
    const { stacks } = new CloudAssembly(synth(example));
    ok(stacks.length > 0);
    deepStrictEqual(stacks.flatMap(({ messages }) => messages), []);
  });
}

test('README.md shows the examples', () => {
  const sources = readdirSync(join(ROOM, 'examples')).map((name) => readFileSync(join(ROOM, 'examples', name), 'utf8'));
  deepStrictEqual(sources.length, EXAMPLES.length);
  const all = sources.join('\n');
  const blocks = shown();
  deepStrictEqual(blocks.length, EXAMPLES.length);
  for (const block of blocks) {
    ok(all.includes(block), block);
  }
});
