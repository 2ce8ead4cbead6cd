import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { EdgeResize, PropsError } from '../src';
import { shieldRegion } from '../src/shield';
import { templates } from '../src/templates';
import { CONTRADICTIONS, OPTIONS, type Props } from './options';
import { pairs } from './pairs';
import { checkSame } from './same';
import { newStack, PACKAGE, renamed, type Request, resolve, ROOT, synthesised } from './support';

const TEMPLATE = join(ROOT, 'deploy/template/template.yaml');

/** Returns props as the template's parameters. */
function parametersOf(props: Props, code: Record<string, string> = {}): Record<string, string> {
  const parameters = Object.entries(props).map(([prop, value]) => [prop.charAt(0).toUpperCase() + prop.slice(1), String(value)]);
  return { ...Object.fromEntries(parameters), ...code };
}

/** Makes a site with props, and returns what to resolve, or the problems that it has. */
function made(props: Props): { request: Request } | { problems: readonly string[] } {
  const stack = newStack('edgeresize');
  try {
    new EdgeResize(stack, 'Images', { package: PACKAGE, ...props });
  } catch (error) {
    ok(error instanceof PropsError, String(error));
    return { problems: error.problems };
  }
  return { request: { template: synthesised(stack) } };
}

/** The package in the tests' stacks: the bucket of the CDK's assets, and a key. */
const CODE = { CodeBucket: 'cdk-hnb659fds-assets-111122223333-us-east-1', CodeKey: `${'0'.repeat(64)}.zip` };

test('every parameter of the template is an option of some test', () => {
  const tried = new Set(Object.values(OPTIONS).flat().flatMap((props) => Object.keys(parametersOf(props))));
  const elsewhere = ['CodeBucket', 'CodeKey'];
  deepStrictEqual(Object.keys(templates.site.Parameters).filter((name) => !tried.has(name) && !elsewhere.includes(name)), []);
});

test('all pairs of options make what the template makes, or are refused in its words', () => {
  const all = [...CONTRADICTIONS, ...pairs(OPTIONS).map((ways) => Object.assign({}, ...ways) as Props)];
  const sites = all.map(made);
  const answers = resolve([
    ...all.map((props) => ({ template: TEMPLATE, parameters: parametersOf(props, CODE) })),
    ...sites.flatMap((site) => ('request' in site ? [site.request] : [])),
  ]);
  const wanted = answers.splice(0, all.length);
  let compared = 0;
  all.forEach((props, i) => {
    const want = wanted[i]!;
    const site = sites[i]!;
    const message = JSON.stringify(props);
    if ('problems' in site) {
      deepStrictEqual([...site.problems].sort(), want.refused, message);
      return;
    }
    strictEqual(want.refused, undefined, message);
    // A warning takes the place of the output OriginShield.
    const got = renamed(answers[compared++]!, 'edgeresize/Images', { 'Bucket/@FromCfnBucket/Policy': 'BucketPolicy', BucketOutput: 'Bucket' });
    const key = got.Resources['Function']!.Properties['Code'].S3Key;
    checkSame(got, JSON.parse(JSON.stringify(want).replaceAll(CODE.CodeKey, key)), 'OriginShield');
  });
  strictEqual(compared, all.length - CONTRADICTIONS.length);
});

test('Origin Shield is where the template has it, for every region', () => {
  const regions = [
    'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'mx-central-1', 'sa-east-1', 'af-south-1', 'eu-central-1',
    'eu-central-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'il-central-1', 'me-central-1', 'me-south-1',
    'ap-east-1', 'ap-south-1', 'ap-south-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3',
  ];
  const answers = resolve(regions.map((BucketRegion) => ({ template: TEMPLATE, parameters: { ...CODE, BucketName: 'originals', BucketRegion } })));
  const wanted = answers.map(({ Resources }) => Resources['Distribution']!.Properties['DistributionConfig'].Origins[0].OriginShield?.OriginShieldRegion);
  deepStrictEqual(regions.map((region) => shieldRegion('nearest', region)), wanted);
});
