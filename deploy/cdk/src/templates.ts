import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A template's declaration of a parameter. */
export interface Declaration {
  readonly Type: string;
  readonly Description: string;
  readonly Default?: string | number;
  readonly AllowedValues?: readonly (string | number)[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly MaxLength?: number;
}

/** A template's rule about several parameters. */
export interface Rule {
  readonly RuleCondition?: unknown;
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription: string }[];
}

/** What constructs check their props by. */
export interface Checks {
  readonly Parameters: Readonly<Record<string, Declaration>>;
  readonly Rules: Readonly<Record<string, Rule>>;
}

/** The templates of the project, by the commands that make stacks of them. */
export type Kind = 'site' | 'purge' | 'invoker' | 'role';

/** The arguments of Fn::Sub: a text, and values for its variables, which may be Fn::Sub with variables of the template. */
export type Text = readonly [text: string, variables: Readonly<Record<string, string | { readonly 'Fn::Sub': string }>>];

/** The texts that the constructs fill in. */
export interface Texts {
  /** The code of the viewer-request function, and its end with and without signatures to check. */
  readonly viewerRequest: Readonly<Record<'Code' | 'Signed' | 'Unsigned', string>>;
  /** The template of the alarms in each region. */
  readonly alarmsOfRegions: Text;
  /** The body of the dashboard. */
  readonly dashboard: Text;
}

/** The parts of the project's templates that the build has copied. */
export const templates: Readonly<Record<Kind, Checks>> & Texts =
  JSON.parse(readFileSync(join(__dirname, '..', 'templates.json'), 'utf8'));

/** Returns a text with its variables replaced; values has those of the template, such as AWS::StackName. */
export function filled([text, variables]: Text, values: Readonly<Record<string, string>>): string {
  const replaced = (from: string, by: Readonly<Record<string, string>>) => from.replace(/\$\{([A-Za-z0-9:]+)\}/g, (_, name: string) => {
    const value = by[name];
    if (value === undefined) {
      throw new Error(`a text has \${${name}}, which the constructs do not know`);
    }
    return value;
  });
  const own = Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : replaced(value['Fn::Sub'], values)]);
  return replaced(text, { ...values, ...Object.fromEntries(own) });
}
