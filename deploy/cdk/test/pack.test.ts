import { deepStrictEqual, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './support';

test('the package for npm has the constructs and what they check by, and nothing else', () => {
  const out = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], { cwd: join(ROOT, 'deploy/cdk'), stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ files }] = JSON.parse(out.toString()) as [{ files: { path: string }[] }];
  const names = files.map(({ path }) => path);
  for (const name of ['package.json', 'README.md', 'dist/templates.json', 'dist/src/index.js', 'dist/src/index.d.ts']) {
    ok(names.includes(name), name);
  }
  deepStrictEqual(names.filter((name) => !/^(dist\/src\/.*|dist\/templates\.json|package\.json|README\.md|LICENSE)$/.test(name)), []);
});
