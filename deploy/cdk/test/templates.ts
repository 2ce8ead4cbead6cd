import { readFileSync } from 'node:fs';
import type { Stack } from 'aws-cdk-lib';
import { EdgeResize, PurgeOnChange } from '../src';
import { OPTIONS } from './options';
import { pairs } from './pairs';
import { newStack, PACKAGE, REGIONAL, synthesised } from './support';

/**
 * Returns the text of a synthesised template as the project's rules read it: the CDK joins
 * texts by Fn::Join, where the project's templates have Fn::Sub.
 */
export function withSub(template: string): string {
  return JSON.stringify(JSON.parse(readFileSync(template, 'utf8')), (_, value) => {
    const [separator, parts] = value?.['Fn::Join'] ?? [];
    return separator === '' ? { 'Fn::Sub': parts.map(variable).join('') } : value;
  }, 1);
}

/** Returns a part of a joined text as Fn::Sub has it. */
function variable(part: any): string {
  if (typeof part === 'string') {
    return part.replaceAll('${', '${!');
  }
  return '${' + (part.Ref ?? part['Fn::GetAtt'].join('.')) + '}';
}

/** Returns the templates of sites with all pairs of options, by name. */
export function siteTemplates(): Record<string, string> {
  return Object.fromEntries(pairs(OPTIONS).map((ways, i) => [`site-${i}`, made((stack) => new EdgeResize(stack, 'Images', Object.assign({ package: PACKAGE }, ...ways)))]));
}

/** Returns the template of a purge of every mode, by name. */
export function purgeTemplates(): Record<string, string> {
  return Object.fromEntries((['tag', 'adaptive'] as const).map((mode) => [`purge-${mode}`, made((stack) => new PurgeOnChange(stack, 'Purge', {
    package: REGIONAL, distributionId: 'E1ABCDEFGHIJKL', bucketName: 'originals', keyPrefix: 'media', mode, ledgerStack: 'ledger',
    invokerRole: 'arn:aws:iam::222222222222:role/invoker',
  }))]));
}

/** Synthesises a stack that make has filled, and returns its template's file. */
function made(make: (stack: Stack) => unknown): string {
  const stack = newStack();
  make(stack);
  return synthesised(stack);
}
