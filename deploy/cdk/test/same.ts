import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { parameterOf } from '../src/parameters';
import { type Json, renamed, resolve, type Resolved, ROOT } from './support';

/** The package in the tests' stacks: the bucket of the CDK's assets, and a key. */
export const CODE = { CodeBucket: 'cdk-hnb659fds-assets-111122223333-us-east-1', CodeKey: `${'0'.repeat(64)}.zip` };

/** Returns props as a template's parameters. */
export function parametersOf(props: object): Record<string, string> {
  return Object.fromEntries(Object.entries(props).map(([prop, value]) => [parameterOf(prop), String(value)]));
}

/** A construct in a stack of its own, and the parameters with which a template of the project makes the same. */
export interface Case {
  readonly parameters: Record<string, string>;
  /** The construct's path. */
  readonly path: string;
  /** The file of the stack's template. */
  readonly template: string;
}

/**
 * Fails unless the construct of each case makes what the template in file, a path in deploy,
 * makes. Entries that names does not name have the same names, and outputs in omitted are not
 * compared.
 */
export function compare(file: string, cases: readonly Case[], names: Readonly<Record<string, string>> = {}, ...omitted: string[]): void {
  const answers = resolve([
    ...cases.map(({ parameters }) => ({ template: join(ROOT, 'deploy', file), parameters })),
    ...cases.map(({ template }) => ({ template })),
  ]);
  cases.forEach(({ parameters, path }, i) => {
    const want = answers[i]!;
    strictEqual(want.refused, undefined, JSON.stringify(parameters));
    const got = renamed(answers[cases.length + i]!, path, names);
    const key = got.Resources['Function']?.Properties['Code'].S3Key;
    checkSame(got, JSON.parse(JSON.stringify(want).replaceAll(CODE.CodeKey, key)), ...omitted);
  });
}

/** Lists whose order means nothing, by the name of the property. */
const SETS: Readonly<Record<string, (item: any) => string>> = {
  AllowedMethods: String,
  Origins: (origin) => origin.Id,
};

/**
 * Fails unless both templates make the same resources with the same properties, and the
 * same outputs but for those that omitted names. CloudFormation takes a scalar as text or
 * not, and an empty text for a property that is not given.
 */
function checkSame(made: Resolved, want: Resolved, ...omitted: string[]): void {
  deepStrictEqual(Object.keys(made.Resources).sort(), Object.keys(want.Resources).sort());
  for (const name of Object.keys(want.Resources)) {
    const both = [made, want].map((template) => {
      const { Type, Properties, DeletionPolicy, UpdateReplacePolicy, DependsOn = [] } = template.Resources[name]!;
      return plain({ Type, Properties: Properties ?? {}, DeletionPolicy, UpdateReplacePolicy, DependsOn: [DependsOn].flat().sort() });
    });
    deepStrictEqual(both[0], both[1], name);
  }
  const outputs = [made, want].map(({ Outputs }) => Object.fromEntries(
    Object.entries(Outputs).filter(([name]) => !omitted.includes(name)).map(([name, { Value }]) => [name, read(String(Value))]).sort(),
  ));
  deepStrictEqual(outputs[0], outputs[1]);
}

/** Returns an output's value, parsed if it is a statement of a policy. */
function read(value: string): Json {
  return value.startsWith('{') ? plain(JSON.parse(value)) : value;
}

/** Returns a value in the one spelling in which templates are compared. */
export function plain(value: any, name = ''): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item));
    const by = SETS[name];
    return by ? items.sort((a, b) => by(a).localeCompare(by(b))) : items;
  }
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && item !== '')
      .map(([key, item]) => [key, plain(item, key)]),
  );
}
