import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Environment, Stack } from 'aws-cdk-lib';
import { Package } from '../src';

/** The folder of the project. */
export const ROOT = join(__dirname, '..', '..', '..', '..');

/** The account and the region of the stacks that tests make. */
export const ENV = { account: '111122223333', region: 'us-east-1' };

/** A folder for the files of this run. */
export const TEMP = mkdtempSync(join(tmpdir(), 'edgeresize-cdk-'));

/** Writes a file to the folder of this run and returns its path. */
export function file(name: string, content: string): string {
  writeFileSync(join(TEMP, name), content);
  return join(TEMP, name);
}

/** A zip that only its name makes one: nothing here looks into it. */
export const ZIP = file('edgeresize.zip', 'a package');
export const PACKAGE = Package.fromZip(ZIP);
export const REGIONAL = Package.regionalFromZip(ZIP);

/** A value in a template. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Resource = { Type: string; Properties: Record<string, any>; [name: string]: any };
export type Resolved = { Resources: Record<string, Resource>; Outputs: Record<string, { Value: Json }>; refused?: string[] };

/** Makes an app whose templates are written to a folder of its own. */
export function newApp(): App {
  return new App({
    outdir: mkdtempSync(join(TEMP, 'app-')),
    analyticsReporting: false,
    context: { 'aws:cdk:enable-path-metadata': true },
  });
}

/** Makes a stack in an app of its own. */
export function newStack(name = 'site', env: Environment | undefined = ENV): Stack {
  return new Stack(newApp(), name, { env });
}

/** Returns the file of a stack's template, and synthesises its app at the first call. */
export function synthesised(stack: Stack): string {
  return join((stack.node.root as App).synth().directory, stack.templateFile);
}

/** Returns a stack's template as it is synthesised. */
export function templateOf(stack: Stack): Record<string, any> {
  return JSON.parse(readFileSync(synthesised(stack), 'utf8'));
}

/** What to resolve: a template's file, and parameters by the template's names. */
export interface Request {
  readonly template: string;
  readonly parameters?: Record<string, string>;
}

/** Runs a Go command of deploy/cdk, which reads and writes JSON. The error of one that fails has what it says. */
export function run(command: string, input: unknown): any {
  return JSON.parse(execFileSync('go', ['run', `./deploy/cdk/${command}`], { cwd: ROOT, input: JSON.stringify(input), stdio: 'pipe', maxBuffer: 1 << 28 }).toString());
}

/** Resolves templates as deploy/cdk/resolved says. */
export function resolve(requests: readonly Request[]): Resolved[] {
  return run('resolved', requests);
}

/**
 * Returns a synthesised and resolved template with the names of the project's templates:
 * the entries below the construct at path are called as names says, or by their own id.
 */
export function renamed(resolved: Resolved, path: string, names: Readonly<Record<string, string>> = {}): Resolved {
  const ids: Record<string, string> = {};
  for (const [id, { Metadata }] of Object.entries(resolved.Resources)) {
    const own = String(Metadata?.['aws:cdk:path']).replace(`${path}/`, '').replace(/\/Resource$/, '');
    ids[id] = names[own] ?? own;
  }
  const text = JSON.stringify(resolved).replace(/<([A-Za-z0-9]+)([.>])/g, (whole, id, end) => (ids[id] ? `<${ids[id]}${end}` : whole));
  const { Resources, Outputs } = JSON.parse(text) as Resolved;
  const prefix = path.split('/').slice(1).join('');
  const outputOf = (id: string) => id.replace(new RegExp(`^${prefix}`), '').replace(/[0-9A-F]{8}$/, '');
  return {
    Resources: Object.fromEntries(Object.entries(Resources).map(([id, { DependsOn, ...resource }]) => [
      ids[id], { ...resource, ...(DependsOn && { DependsOn: [DependsOn].flat().map((other: string) => ids[other]) }) },
    ])),
    Outputs: Object.fromEntries(Object.entries(Outputs).map(([id, output]) => [names[outputOf(id)] ?? outputOf(id), output])),
  };
}
