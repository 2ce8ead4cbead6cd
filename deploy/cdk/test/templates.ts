import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { EdgeResize, PurgeOnChange, type PurgeOnChangeProps } from '../src';
import { OPTIONS, type Props, PURGE_OPTIONS } from './options';
import { type Options, pairs } from './pairs';
import { ENV, newApp, PACKAGE, REGIONAL, synthesised } from './support';

/** A construct with options, alone in a stack that is called as name. */
export interface Made<P> {
  readonly props: P;
  /** The construct's path. */
  readonly path: string;
  /** The file of the stack's template. */
  readonly template: string;
}

/** Everything that is made of pairs of options. */
export interface AllMade {
  readonly sites: readonly Made<Props>[];
  readonly purges: readonly Made<Partial<PurgeOnChangeProps>>[];
}

let all: AllMade | undefined;

/** Returns a site and a purge for each combination in the pairs of options; the first call synthesises them, in one app. */
export function allMade(): AllMade {
  if (all === undefined) {
    const app = newApp();
    const begin = <P extends object>(kind: string, name: string, options: Options<P>, make: (stack: Stack, props: P) => void) => (
      pairs(options).map((ways, i) => {
        const props: P = Object.assign({}, ...ways);
        const stack = new Stack(app, `${kind}-${i}`, { stackName: name, env: ENV });
        make(stack, props);
        return { props, stack };
      })
    );
    const sites = begin('site', 'edgeresize', OPTIONS, (stack, props) => new EdgeResize(stack, 'Made', { package: PACKAGE, ...props }));
    const purges = begin('purge', 'shop', PURGE_OPTIONS, (stack, props) => new PurgeOnChange(stack, 'Made', {
      package: REGIONAL, name: 'shop', distributionId: 'E1ABCDEFGHIJKL', ...props,
    }));
    const end = <P>(begun: readonly { props: P; stack: Stack }[]) => (
      begun.map(({ props, stack }) => ({ props, path: `${stack.node.id}/Made`, template: synthesised(stack) }))
    );
    all = { sites: end(sites), purges: end(purges) };
  }
  return all;
}

/**
 * Returns the text of a synthesised template as the project's rules read it: a construct's
 * resources have their own ids, and Fn::Sub joins texts where the CDK has Fn::Join.
 */
export function asWritten({ path, template }: Made<unknown>): string {
  let text = readFileSync(template, 'utf8');
  for (const [id, { Metadata }] of Object.entries<any>(JSON.parse(text).Resources)) {
    const own = String(Metadata?.['aws:cdk:path']).replace(`${path}/`, '').replace(/\/Resource$/, '');
    if (/^[A-Za-z0-9]+$/.test(own)) {
      text = text.replaceAll(`"${id}"`, `"${own}"`);
    }
  }
  return JSON.stringify(JSON.parse(text), (_, value) => {
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
