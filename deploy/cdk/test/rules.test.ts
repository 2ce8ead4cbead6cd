import { deepStrictEqual, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, TEMP } from './support';
import { allMade, asWritten, type Made } from './templates';

/** The tools that make check-cdk installs. */
const { CFN_LINT: lint = '', CFN_GUARD: guard = '' } = process.env;
const skip = lint && guard ? false : 'needs cfn-lint and cfn-guard: run make check-cdk';

/** Runs a tool that prints JSON. It exits with a status other than 0 if it finds something. */
function run(tool: string, args: string[]): any {
  const { stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  ok(stdout, `${tool}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Writes texts to a folder called name, and returns the folder. */
function written(name: string, texts: readonly string[]): string {
  const dir = join(TEMP, name);
  mkdirSync(dir);
  texts.forEach((text, i) => writeFileSync(join(dir, `${i}.json`), text));
  return dir;
}

/**
 * Rules that look for the parameters and conditions of purge.yaml, which a construct lacks.
 * The comparison with purge.yaml covers what they are about.
 */
const OF_PARAMETERS = ['rights_on_one_distribution', 'rights_are_for_invalidations', 'permission_is_the_invokers', 'alarms_are_asked_for'];

/** Returns the rules that each template of a folder breaks. */
function broken(rules: string, dir: string): Record<string, string[]> {
  const reports = run(guard, ['validate', '--rules', join(ROOT, 'deploy/template/guard', rules), '--data', dir, '--structured', '--output-format', 'json', '--show-summary', 'none']);
  return Object.fromEntries(reports.map((report: any) => [report.name, report.not_compliant.flatMap((kind: any) => Object.values(kind).map((rule: any) => rule.name)).filter((rule: string) => !OF_PARAMETERS.includes(rule))]));
}

/** Runs the rules on templates, and on the first once more with a text of it replaced. */
function check(rules: string, made: readonly Made<unknown>[], ...breaks: readonly [from: string, to: string]): void {
  const texts = made.map(asWritten);
  const found = broken(rules, written(rules, texts));
  deepStrictEqual(Object.keys(found).length, texts.length);
  deepStrictEqual(Object.entries(found).filter(([, names]) => names.length > 0), []);
  const [spoilt] = Object.values(broken(rules, written(`${rules}-broken`, [texts[0]!.replace(...breaks)])));
  ok(spoilt!.length > 0);
}

test('sites keep the project\'s rules', { skip }, () => check('edge.guard', allMade().sites, '"origin-response"', '"origin-request"'));

test('purges keep the project\'s rules', { skip }, () => {
  // A rule wants the alarms of the queues, which the template has always.
  const all = allMade().purges.filter(({ props }) => props.bucketName && (props.alarmEmail || props.alarmTopicArn));
  ok(all.length > 0);
  check('purge.guard', all, '"ReportBatchItemFailures"', '"All"');
});

test('cfn-lint finds nothing', { skip }, () => {
  const { sites, purges } = allMade();
  const findings = run(lint, ['--format', 'json', '--template', ...[...sites, ...purges].map(({ template }) => template)]);
  deepStrictEqual(findings.map((finding: any) => `${finding.Rule.Id ?? finding.Rule.ID}: ${finding.Message} ${finding.Location.Path}`), []);
});
