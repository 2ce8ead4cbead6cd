import type { Rule } from './templates';

/** Returns the descriptions of the assertions that do not hold for the parameters in values. */
export function refusals(rules: Readonly<Record<string, Rule>>, values: Readonly<Record<string, string>>): string[] {
  return Object.values(rules)
    .filter((rule) => rule.RuleCondition === undefined || holds(rule.RuleCondition, values))
    .flatMap((rule) => rule.Assertions)
    .filter((assertion) => !holds(assertion.Assert, values))
    .map((assertion) => assertion.AssertDescription);
}

/** Evaluates a condition of a rule. */
function holds(condition: unknown, values: Readonly<Record<string, string>>): boolean {
  const [name, argument] = only(condition);
  const list = argument as unknown[];
  switch (name) {
    case 'Fn::Equals':
      return text(list[0], values) === text(list[1], values);
    case 'Fn::Not':
      return !holds(list[0], values);
    case 'Fn::And':
      return list.every((item) => holds(item, values));
    case 'Fn::Or':
      return list.some((item) => holds(item, values));
    default:
      throw new Error(`a rule has ${name}, which the constructs do not know`);
  }
}

/** Returns a value as text, with a reference to a parameter replaced by the parameter's value. */
function text(value: unknown, values: Readonly<Record<string, string>>): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const [name, argument] = only(value);
  const found = values[String(argument)];
  if (name !== 'Ref' || found === undefined) {
    throw new Error(`a rule has ${JSON.stringify(value)}, which the constructs do not know`);
  }
  return found;
}

/** Returns the name and the argument of an intrinsic function. */
function only(value: unknown): [string, unknown] {
  const entries = Object.entries(value as object);
  if (entries.length !== 1) {
    throw new Error(`not a function: ${JSON.stringify(value)}`);
  }
  return entries[0]!;
}
