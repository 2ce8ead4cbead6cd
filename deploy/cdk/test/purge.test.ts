import { deepStrictEqual, throws } from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Stack } from 'aws-cdk-lib';
import { EdgeResize, PropsError, PurgeFromPipeline, type PurgeFromPipelineProps, PurgeOnChange, type PurgeOnChangeProps, PurgeRole } from '../src';
import { templates } from '../src/templates';
import { pairs } from './pairs';
import { checkSame } from './same';
import { ENV, newApp, newStack, PACKAGE, REGIONAL, renamed, resolve, ROOT, synthesised } from './support';

type Props = Record<string, unknown>;

const ROLE = 'arn:aws:iam::222222222222:role/invoker';

/** Every option of purge.yaml, so that a parameter without one fails. */
const OPTIONS: Record<string, Props[]> = {
  bucketName: [{}, { bucketName: 'originals' }, { bucketName: 'originals', keyPrefix: 'media', urlPrefix: '/uploads', suffixes: ['.jpg', '.png'] }],
  mode: [{}, { mode: 'each' }, { mode: 'adaptive', monthlyPaths: 5000 }],
  ledgerStack: [{}, { ledgerStack: 'ledger', windowSeconds: 10 }],
  invokerRole: [{}, { invokerRole: ROLE }],
};

/** Returns props as a template's parameters, with the package's. */
function parametersOf(props: Props, withPackage = true): Record<string, string> {
  const given = Object.entries(props).map(([prop, value]) => [prop.charAt(0).toUpperCase() + prop.slice(1), String(value)]);
  const code = { CodeBucket: 'cdk-hnb659fds-assets-111122223333-us-east-1', CodeKey: `${'0'.repeat(64)}.zip` };
  return { ...Object.fromEntries(given), ...(withPackage && code), 'AWS::StackName': 'shop' };
}

/** A construct in a stack called shop, and the template that it must equal. */
interface Case {
  readonly template: string;
  readonly props: Props;
  readonly withPackage?: boolean;
  readonly make: (stack: Stack, props: any) => void;
}

/** Compares the stack of each case with its template. */
function compare(cases: readonly Case[]): void {
  const stacks = cases.map(({ make, props }) => {
    const stack = newStack('shop');
    make(stack, props);
    return stack;
  });
  const answers = resolve([
    ...cases.map(({ template, props, withPackage }) => ({ template: join(ROOT, 'deploy/purge', template), parameters: parametersOf(props, withPackage) })),
    ...stacks.map((stack) => ({ template: synthesised(stack) })),
  ]);
  cases.forEach((_, i) => {
    const want = answers[i]!;
    const got = renamed(answers[cases.length + i]!, 'shop/Purge');
    const key = got.Resources['Function']?.Properties['Code'].S3Key;
    checkSame(got, JSON.parse(JSON.stringify(want).replaceAll('0'.repeat(64) + '.zip', key)));
  });
}

test('every parameter of purge.yaml is an option of some test', () => {
  const tried = Object.values(OPTIONS).flat().flatMap((props) => Object.keys(parametersOf(props)));
  const elsewhere = ['CodeBucket', 'CodeKey', 'Architecture', 'DistributionId'];
  deepStrictEqual(Object.keys(templates.purge.Parameters).filter((name) => !tried.includes(name) && !elsewhere.includes(name)), []);
});

test('all pairs of options of PurgeOnChange make what purge.yaml makes', () => {
  compare(pairs(OPTIONS).map((ways) => ({
    template: 'purge.yaml',
    props: Object.assign({ distributionId: 'E1ABCDEFGHIJKL' }, ...ways),
    make: (stack, props: PurgeOnChangeProps) => new PurgeOnChange(stack, 'Purge', { name: 'shop', ...props, package: REGIONAL }),
  })));
});

test('PurgeFromPipeline makes what invoker.yaml makes, and names its role', () => {
  const make = (stack: Stack, props: PurgeFromPipelineProps) => {
    const made = new PurgeFromPipeline(stack, 'Purge', { name: 'shop', ...props, package: REGIONAL });
    const role = made.node.findChild('Role') as any;
    deepStrictEqual(role.roleName, 'shop');
    role.roleName = undefined;
  };
  compare([
    { template: 'invoker.yaml', props: { mode: 'invoke', purge: PurgeOnChange.functionArn('222222222222', 'eu-west-1', 'shop-purge') }, make },
    { template: 'invoker.yaml', props: { mode: 'assume-role', purge: PurgeRole.roleArn('222222222222', 'shop-purge'), distributionId: 'E1' }, make },
  ]);
});

test('PurgeRole makes what role.yaml makes', () => {
  compare([{
    template: 'role.yaml',
    props: { distributionId: 'E1', invokerRole: ROLE },
    withPackage: false,
    make: (stack, props) => new PurgeRole(stack, 'Purge', { name: 'shop', ...props }),
  }]);
});

test('a site gives its purge what it knows', () => {
  const stack = newStack('shop');
  const site = new EdgeResize(stack, 'Images', { package: PACKAGE, keyPrefix: 'media', urlPrefix: '/uploads' });
  const purge = new PurgeOnChange(stack, 'Purge', { package: REGIONAL, site });
  const [made] = resolve([{ template: synthesised(stack) }]);
  const resources = Object.values(made!.Resources).filter(({ Metadata }) => String(Metadata?.['aws:cdk:path']).startsWith(`${purge.node.path}/`));
  const { DISTRIBUTION_ID, KEY_PREFIX, URL_PREFIX } = resources.find(({ Type }) => Type === 'AWS::Lambda::Function')!.Properties['Environment'].Variables;
  const ref = (construct: { readonly node: { readonly defaultChild?: any } }) => `<${stack.getLogicalId(construct.node.defaultChild)}>`;
  deepStrictEqual({ DISTRIBUTION_ID, KEY_PREFIX, URL_PREFIX }, { DISTRIBUTION_ID: ref(site.distribution!), KEY_PREFIX: 'media', URL_PREFIX: '/uploads' });
  deepStrictEqual(resources.find(({ Type }) => Type === 'AWS::Events::Rule')!.Properties['EventPattern'].detail, {
    bucket: { name: [`<${stack.getLogicalId(site.node.findChild('Bucket') as any)}>`] }, object: { key: [{ prefix: 'media/' }] },
  });
});

test('what cannot work is refused', () => {
  const refused = (make: (stack: Stack) => unknown, problem: RegExp) => throws(() => make(newStack('shop')), (error) => error instanceof PropsError && problem.test(error.message));
  refused((stack) => new PurgeOnChange(stack, 'Purge', { package: REGIONAL }), /distributionId is missing/);
  refused((stack) => new PurgeOnChange(stack, 'Purge', { package: REGIONAL, distributionId: 'E1', mode: 'none' as 'all' }), /mode is "none", but must be one of tag, each, adaptive, all/);
  refused((stack) => new PurgeFromPipeline(stack, 'Purge', { package: REGIONAL, mode: 'assume-role', purge: ROLE }), /assume-role needs DistributionId/);
  refused((stack) => new PurgeFromPipeline(stack, 'Purge', { package: REGIONAL, mode: 'invoke', purge: ROLE }), /must be the ARN of a function/);
  const app = newApp();
  const site = new EdgeResize(new Stack(app, 'site', { env: ENV }), 'Images', { package: PACKAGE, bucketName: 'originals', bucketRegion: 'eu-west-1' });
  throws(() => new PurgeOnChange(new Stack(app, 'purge', { env: ENV }), 'Purge', { package: REGIONAL, site, distributionId: 'E1' }), /put it into a stack in eu-west-1/);
});
