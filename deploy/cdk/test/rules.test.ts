import { deepStrictEqual, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { purgeTemplates, siteTemplates, withSub } from './templates';
import { ROOT, TEMP } from './support';

/** The tools that make check-cdk installs. */
const { CFN_LINT: lint = '', CFN_GUARD: guard = '' } = process.env;
const skip = lint && guard ? false : 'needs cfn-lint and cfn-guard: run make check-cdk';

/** Runs a tool that prints JSON. It exits with a status other than 0 if it finds something. */
function run(tool: string, args: string[]): any {
  const { stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  ok(stdout, `${tool}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Writes templates to a folder called name, and returns the folder. */
function written(name: string, templates: Record<string, string>): string {
  const dir = join(TEMP, name);
  mkdirSync(dir);
  for (const [template, text] of Object.entries(templates)) {
    writeFileSync(join(dir, `${template}.json`), text);
  }
  return dir;
}

/**
 * Rules that look for the parameters of purge.yaml, which a construct lacks. The
 * comparison with purge.yaml covers what they are about.
 */
const OF_PARAMETERS = ['rights_on_one_distribution', 'rights_are_for_invalidations', 'permission_is_the_invokers'];

/** Returns the rules that each template of a folder breaks. */
function broken(rules: string, dir: string): Record<string, string[]> {
  const reports = run(guard, ['validate', '--rules', join(ROOT, 'deploy/template/guard', rules), '--data', dir, '--structured', '--output-format', 'json', '--show-summary', 'none']);
  return Object.fromEntries(reports.map((report: any) => [report.name, report.not_compliant.flatMap((kind: any) => Object.values(kind).map((rule: any) => rule.name)).filter((rule: string) => !OF_PARAMETERS.includes(rule))]));
}

/** Runs the rules on templates, and on each once more with a text of it replaced. */
function check(rules: string, templates: Record<string, string>, breaks: readonly [from: string, to: string]): void {
  const texts = Object.fromEntries(Object.entries(templates).map(([name, file]) => [name, withSub(file)]));
  const found = broken(rules, written(rules, texts));
  deepStrictEqual(Object.keys(found).length, Object.keys(texts).length);
  deepStrictEqual(Object.entries(found).filter(([, names]) => names.length > 0), []);
  const spoilt = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replace(...breaks)]));
  deepStrictEqual(Object.entries(broken(rules, written(`${rules}-broken`, spoilt))).filter(([, names]) => names.length === 0), []);
}

test('sites keep the project\'s rules', { skip }, () => check('edge.guard', siteTemplates(), ['"origin-response"', '"origin-request"']));

test('purges keep the project\'s rules', { skip }, () => check('purge.guard', purgeTemplates(), ['"ReportBatchItemFailures"', '"All"']));

test('cfn-lint finds nothing', { skip }, () => {
  const templates = Object.values({ ...siteTemplates(), ...purgeTemplates() });
  const findings = run(lint, ['--format', 'json', '--template', ...templates]);
  deepStrictEqual(findings.map((finding: any) => `${finding.Rule.Id ?? finding.Rule.ID}: ${finding.Message} ${finding.Location.Path}`), []);
});
