import { readFileSync } from 'node:fs';
import { type Given, parameterOf, type Values } from './parameters';
import { type RequestProps, requestsOf } from './requests';
import { TAG_HEADER } from './tags';

/** A config of the edge function, as it is baked into the package. */
export interface Config {
  /** The file's name, for messages. */
  readonly file: string;
  /** The props that follow from the config. */
  readonly props: RequestProps & Readonly<Record<'formats' | 'missing' | 'maxWidth' | 'maxHeight', string | undefined>>;
  /** The config's other fields, '' where they are not set. */
  readonly bucket: string;
  readonly region: string;
  readonly keyPrefix: string;
  readonly cacheTagHeader: string;
}

/** Reads a config file. */
export function readConfig(file: string): Config {
  const json: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
  const text = (name: string) => (json[name] === undefined ? undefined : String(json[name]));
  return {
    file,
    props: {
      formats: json['formats'] === undefined ? undefined : (json['formats'] as string[]).join(',') || 'none',
      missing: text('missing'),
      maxWidth: text('max_width'),
      maxHeight: text('max_height'),
      ...requestsOf(json),
    },
    bucket: text('bucket') ?? '',
    region: text('region') ?? '',
    keyPrefix: (text('key_prefix') ?? '').replace(/^\/+|\/+$/g, ''),
    cacheTagHeader: text('cache_tag_header') ?? '',
  };
}

/**
 * Returns how props contradict the package's config: the viewer-request function would let
 * through what the edge function does not resize, or the function would read elsewhere.
 */
export function contradictions(config: Config, props: Readonly<Record<string, Given>>, values: Values): string[] {
  const wrong: string[] = [];
  for (const [name, want] of Object.entries(config.props)) {
    const have = values[parameterOf(name)];
    if (props[name] !== undefined && want !== undefined && have !== want) {
      wrong.push(`${name} is "${have}", but "${want}" in ${config.file}: leave ${name} out`);
    }
  }
  const agrees = (field: string, have: string, want: string | undefined) => {
    if (have !== '' && have !== want) {
      wrong.push(`${field} is "${have}" in ${config.file}, which contradicts the props: leave it out of the config`);
    }
  };
  agrees('bucket', config.bucket, values['BucketName']);
  agrees('region', config.region, values['BucketRegion']);
  agrees('key_prefix', config.keyPrefix, values['UrlPrefix'] === '' ? values['KeyPrefix'] : undefined);
  agrees('cache_tag_header', config.cacheTagHeader.toLowerCase(), TAG_HEADER.toLowerCase());
  return wrong;
}

/** Returns the first of sizes that has a width or a height alone, for which nothing is made unless missing is keep-ratio. */
export function oneSided({ Sizes: sizes = '', Missing: missing }: Values): string | undefined {
  return missing === 'keep-ratio' ? undefined : sizes.split(',').find((size) => /^x|x$/.test(size));
}
