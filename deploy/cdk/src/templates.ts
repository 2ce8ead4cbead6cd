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

/** The parts of the project's templates that the build has copied. */
export const templates: Readonly<Record<Kind, Checks>> & { readonly viewerRequest: string } =
  JSON.parse(readFileSync(join(__dirname, '..', 'templates.json'), 'utf8'));
