import { Token, Tokenization } from 'aws-cdk-lib';
import { refusals } from './rules';
import { type Declaration, type Kind, templates } from './templates';

/** The values of a template's parameters, by the template's names. */
export type Values = Readonly<Record<string, string>>;

/** A value of a prop. */
export type Given = string | number | boolean | readonly string[] | undefined;

/** Says which props a construct refuses, each with what it would accept. */
export class PropsError extends Error {
  constructor(construct: string, readonly problems: readonly string[]) {
    super(`${construct}: ${problems.join('; ')}`);
    this.name = 'PropsError';
  }
}

/**
 * Returns the values of a template's parameters for props, with the template's defaults
 * for what is not given. A prop has its parameter's name, with a small first letter.
 *
 * The template's patterns, limits and rules decide what is refused, in the template's
 * words. Tokens are known only to CloudFormation and pass the patterns and limits.
 *
 * @param elsewhere values that are not props: pseudo parameters, and parameters that a
 *                  construct sets by itself
 * @param found     problems that the construct has found, which are thrown with the others
 * @throws PropsError for all that is wrong
 */
export function valuesOf(construct: string, kind: Kind, props: Readonly<Record<string, Given>>, elsewhere: Values, found: readonly string[] = []): Values {
  const problems = [...found];
  const values: Record<string, string> = { ...elsewhere };
  for (const [name, declaration] of Object.entries(templates[kind].Parameters)) {
    if (values[name] !== undefined) {
      continue;
    }
    const prop = propOf(name);
    const value = asText(props[prop]) ?? asText(declaration.Default);
    if (value === undefined) {
      problems.push(`${prop} is missing: ${declaration.Description}`);
      continue;
    }
    values[name] = value;
    const wanted = Token.isUnresolved(value) ? '' : wants(declaration, value);
    if (wanted) {
      problems.push(`${prop} is "${value}", but ${wanted}`);
    }
  }
  if (problems.length === 0) {
    problems.push(...refusals(templates[kind].Rules, values));
  }
  if (problems.length > 0) {
    throw new PropsError(construct, problems);
  }
  return values;
}

/** Returns the name of a parameter's prop. */
function propOf(parameter: string): string {
  return parameter.charAt(0).toLowerCase() + parameter.slice(1);
}

/** Returns the name of a prop's parameter. */
export function parameterOf(prop: string): string {
  return prop.charAt(0).toUpperCase() + prop.slice(1);
}

/** Returns the props that are given. */
export function givenOf<P extends object>(props: P): Record<string, Given> {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}

/** Returns a value as a template's parameters spell it. */
function asText(value: Given): string | undefined {
  if (value === undefined || typeof value === 'string') {
    return value;
  }
  if (typeof value === 'number') {
    return Tokenization.stringifyNumber(value);
  }
  return typeof value === 'boolean' ? String(value) : value.join(',');
}

/** Returns what a declaration wants instead of value, or '' if it accepts it. */
function wants(declaration: Declaration, value: string): string {
  const { AllowedValues: allowed, AllowedPattern: pattern, MinValue: least, MaxValue: most, MaxLength: longest } = declaration;
  if (allowed && !allowed.map(String).includes(value)) {
    return `must be one of ${allowed.join(', ')}`;
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
    return declaration.ConstraintDescription ?? `must match ${pattern}`;
  }
  if (longest !== undefined && value.length > longest) {
    return `must have at most ${longest} characters`;
  }
  if (declaration.Type !== 'Number') {
    return '';
  }
  const number = Number(value);
  if (!Number.isInteger(number)) {
    return 'must be a whole number';
  }
  if (least !== undefined && number < least) {
    return `must be at least ${least}`;
  }
  return most !== undefined && number > most ? `must be at most ${most}` : '';
}
