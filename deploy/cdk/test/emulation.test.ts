import { match } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { test } from 'node:test';
import { purgeTemplates, siteTemplates } from './templates';
import { ROOT } from './support';

test('an emulation of AWS makes every stack', () => {
  const templates = Object.values({ ...siteTemplates(), ...purgeTemplates() });
  const out = execFileSync('go', ['test', '-count=1', '-v', '-run', '^TestUnderEmulation$', './deploy/cdk'], {
    cwd: ROOT, env: { ...process.env, CDK_TEMPLATES: templates.join(delimiter) }, encoding: 'utf8',
  });
  match(out, new RegExp(`(?:--- PASS: TestUnderEmulation/[^]*){${templates.length}}`));
});
