import { deepStrictEqual, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { EdgeResize, PropsError } from '../src';
import { shieldRegion } from '../src/shield';
import { templates } from '../src/templates';
import { CONTRADICTIONS, OPTIONS, type Props } from './options';
import { CODE, compare, parametersOf } from './same';
import { newStack, PACKAGE, resolve, ROOT } from './support';
import { allMade } from './templates';

const TEMPLATE = join(ROOT, 'deploy/template/template.yaml');

/** Returns the problems of a site with props. */
function problemsOf(props: Props): readonly string[] {
  try {
    new EdgeResize(newStack('edgeresize'), 'Images', { package: PACKAGE, ...props });
  } catch (error) {
    ok(error instanceof PropsError, String(error));
    return error.problems;
  }
  return [];
}

test('every parameter of the template is an option of some test', () => {
  const tried = new Set(Object.values(OPTIONS).flat().flatMap((props) => Object.keys(parametersOf(props))));
  const elsewhere = ['CodeBucket', 'CodeKey'];
  deepStrictEqual(Object.keys(templates.site.Parameters).filter((name) => !tried.has(name) && !elsewhere.includes(name)), []);
});

test('all pairs of options make what the template makes', () => {
  const cases = allMade().sites.map(({ props, ...made }) => ({ ...made, parameters: { ...parametersOf(props), ...CODE } }));
  const names = { 'Bucket/@FromCfnBucket/Policy': 'BucketPolicy', BucketOutput: 'Bucket', AlarmTopicOutput: 'AlarmTopic', SigningKeysOutput: 'SigningKeys' };
  // A warning takes the place of the output OriginShield.
  compare('template/template.yaml', cases, names, 'OriginShield');
});

test('contradictions are refused in the template\'s words', () => {
  const answers = resolve(CONTRADICTIONS.map((props) => ({ template: TEMPLATE, parameters: { ...parametersOf(props), ...CODE } })));
  CONTRADICTIONS.forEach((props, i) => deepStrictEqual([...problemsOf(props)].sort(), answers[i]!.refused, JSON.stringify(props)));
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
