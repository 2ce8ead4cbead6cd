import { deepStrictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { Stack } from 'aws-cdk-lib';
import { EdgeResize, PropsError, PurgeFromPipeline, type PurgeFromPipelineProps, PurgeOnChange, PurgeRole } from '../src';
import { type Kind, templates } from '../src/templates';
import { PURGE_OPTIONS, ROLE } from './options';
import { type Case, CODE, compare, parametersOf } from './same';
import { ENV, newApp, newStack, PACKAGE, REGIONAL, resolve, synthesised } from './support';
import { allMade } from './templates';

type Props = Record<string, unknown>;

/** Returns the parameters that props set. */
function parameters(props: readonly Props[]): string[] {
  return props.flatMap((some) => Object.keys(parametersOf(some)));
}

/** Returns a case: the construct Purge that make adds to a stack called shop, and the parameters of props. */
function made(props: Props, make: (stack: Stack) => void): Case {
  const stack = newStack('shop');
  make(stack);
  return { parameters: { ...parametersOf(props), 'AWS::StackName': 'shop' }, path: 'shop/Purge', template: synthesised(stack) };
}

const INVOKERS: Partial<PurgeFromPipelineProps>[] = [
  { mode: 'invoke', purge: PurgeOnChange.functionArn('222222222222', 'eu-west-1', 'shop-purge') },
  { mode: 'assume-role', purge: PurgeRole.roleArn('222222222222', 'shop-purge'), distributionId: 'E1' },
];
const PURGE_ROLE = { distributionId: 'E1', invokerRole: ROLE };

test('every parameter of the templates is an option of some test', () => {
  const tried = {
    purge: ['DistributionId', ...parameters(Object.values(PURGE_OPTIONS).flat())],
    invoker: parameters(INVOKERS),
    role: parameters([PURGE_ROLE]),
  };
  const ofPackage = ['CodeBucket', 'CodeKey', 'Architecture'];
  for (const [kind, names] of Object.entries(tried)) {
    const declared = Object.keys(templates[kind as Kind].Parameters);
    deepStrictEqual(declared.filter((name) => !names.includes(name) && !ofPackage.includes(name)), [], kind);
  }
});

test('all pairs of options of PurgeOnChange make what purge.yaml makes', () => {
  const others = { ...CODE, DistributionId: 'E1ABCDEFGHIJKL', 'AWS::StackName': 'shop' };
  compare('purge/purge.yaml', allMade().purges.map(({ props, ...made }) => ({ ...made, parameters: { ...parametersOf(props), ...others } })));
});

test('PurgeFromPipeline makes what invoker.yaml makes, and names its role', () => {
  compare('purge/invoker.yaml', INVOKERS.map((props) => made({ ...props, ...CODE }, (stack) => {
    const invoker = new PurgeFromPipeline(stack, 'Purge', { name: 'shop', package: REGIONAL, ...props } as PurgeFromPipelineProps);
    const role = invoker.node.findChild('Role') as any;
    deepStrictEqual(role.roleName, 'shop');
    role.roleName = undefined;
  })));
});

test('PurgeRole makes what role.yaml makes', () => {
  compare('purge/role.yaml', [made(PURGE_ROLE, (stack) => new PurgeRole(stack, 'Purge', { name: 'shop', ...PURGE_ROLE }))]);
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
