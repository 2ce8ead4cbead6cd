import { Stack, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { PropsError } from './parameters';

/**
 * Returns the fixed name of a construct's resources: given, or the stack's name and suffix.
 *
 * @param longest the maximum length in characters
 * @throws PropsError if the name is not known when the app is synthesised, is too long, or
 *                    belongs to another construct of the same stack
 */
export function nameOf(construct: Construct, kind: string, given: string | undefined, suffix: string, longest: number): string {
  const stack = Stack.of(construct);
  const name = given ?? `${stack.stackName}${suffix}`;
  if (Token.isUnresolved(name)) {
    throw new PropsError(kind, ['name is missing: the name of a nested stack is known only to CloudFormation']);
  }
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name) || name.length > longest) {
    throw new PropsError(kind, [`name is "${name}", but must be a letter, then letters, digits and hyphens, at most ${longest} in all`]);
  }
  if (takenIn(stack).includes(name)) {
    throw new PropsError(kind, [`name is missing: "${name}" is another construct's in this stack`]);
  }
  names.set(construct, name);
  return name;
}

/** The names of the project's constructs. */
const names = new WeakMap<IConstruct, string>();

/** Returns the names of the project's constructs in a stack. */
function takenIn(stack: Stack): string[] {
  return stack.node.findAll().flatMap((construct) => names.get(construct) ?? []);
}
