import { strictEqual } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './support';
import { allMade } from './templates';

test('an emulation of AWS makes every stack', () => {
  const { sites, purges } = allMade();
  const templates = [...sites, ...purges].map(({ template }) => template);
  const out = execFileSync('go', ['test', '-count=1', '-v', '-run', '^TestUnderEmulation$', './deploy/cdk'], {
    cwd: ROOT, env: { ...process.env, CDK_TEMPLATES: templates.join(delimiter) }, encoding: 'utf8',
  });
  strictEqual(out.match(/--- PASS: TestUnderEmulation\//g)?.length, templates.length);
});
