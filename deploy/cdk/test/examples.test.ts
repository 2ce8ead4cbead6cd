import { deepStrictEqual, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, TEMP } from './support';

const ROOM = join(ROOT, 'deploy/cdk');
const EXAMPLES = ['new-site', 'existing-distribution', 'pipeline'];

/** Runs `cdk synth` for an example, in a folder with the packages that it names. */
function synth(example: string): string {
  const dir = join(TEMP, example);
  mkdirSync(join(dir, 'dist'), { recursive: true });
  for (const name of ['edgeresize', 'purge', 'invoker']) {
    writeFileSync(join(dir, 'dist', `${name}.zip`), name);
  }
  const args = [join(ROOM, 'node_modules/aws-cdk/bin/cdk'), 'synth', '--strict', '--no-notices', '--quiet', '--app', `node ${join(ROOM, 'dist/examples', example)}.js`];
  execFileSync(process.execPath, args, { cwd: dir, stdio: 'pipe', env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1' } });
  return join(dir, 'cdk.out');
}

/** Returns a README's code blocks of TypeScript. */
function shown(): string[] {
  return [...readFileSync(join(ROOM, 'README.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
}

for (const example of EXAMPLES) {
  test(`cdk synth takes the example ${example}, without a warning`, () => {
    const out = synth(example);
    ok(readdirSync(out).some((name) => name.endsWith('.template.json')));
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
