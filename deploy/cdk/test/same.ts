import { deepStrictEqual } from 'node:assert/strict';
import type { Json, Resolved } from './support';

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
export function checkSame(made: Resolved, want: Resolved, ...omitted: string[]): void {
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
