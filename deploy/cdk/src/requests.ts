import { parameterOf, type Values } from './parameters';

/** The parameters of requests that the cache keeps apart, in the order of the template's cache policy. */
const CACHED = ['fit', 'quality', 'dpr', 'gravity', 'trim', 'sharpen', 'blur'] as const;

/** All parameters of requests that a config may switch on, in the order of requestSettings. */
const SWITCHABLE = [...CACHED, 'w', 'h', 'preset', 'signature'] as const;

/** A parameter of requests that the cache keeps apart. */
export type RequestParameter = typeof CACHED[number];

/** The props that say what requests may ask for besides a size, as the template's parameters spell them. */
export type RequestProps = Readonly<Record<'requestParameters' | 'requestSettings' | 'signedUrls', string>>;

/** The fields of a config that requestsOf reads, with the defaults of edge/config.go. */
const DEFAULTS = {
  parameters: [] as readonly string[],
  presets: {} as Readonly<Record<string, string>>,
  only_presets: false,
  fit: 'cover',
  quality: 80,
  min_quality: 40,
  max_width: 4096,
  max_height: 4096,
};
type Fields = typeof DEFAULTS;

/** Returns the props that follow from a config: what `go run ./deploy parameters` prints. */
export function requestsOf(config: Readonly<Record<string, unknown>>): RequestProps {
  const fields: Fields = { ...DEFAULTS, ...config };
  const { parameters } = fields;
  const takes = (name: string) => parameters.includes(name);
  const presets = takes('preset') ? presetsOf(fields) : {};
  return propsFor(parameters, object([
    ['parameters', parameters.length > 0 && JSON.stringify(SWITCHABLE.filter(takes))],
    ['fit', (takes('fit') || takes('gravity')) && JSON.stringify(fields.fit)],
    ['quality', takes('quality') && String(fields.quality)],
    ['min_quality', takes('quality') && String(fields.min_quality)],
    // Sorted by names, as JavaScript's own order has names of digits first.
    ['presets', Object.keys(presets).length > 0 && object(Object.keys(presets).sort().map((name) => [name, JSON.stringify(presets[name])]))],
    ['only_presets', fields.only_presets && 'true'],
  ]));
}

/** Returns the presets that requests may name for a config that switches presets on. */
function presetsOf({ parameters, presets, min_quality: least, max_width: width, max_height: height }: Fields): Fields['presets'] {
  const placeholder = `width=${Math.min(9, width)}&height=${Math.min(9, height)}&fit=inside&blur=1&quality=${Math.ceil(least / 5) * 5}`;
  return { ...(['fit', 'quality', 'blur'].every((name) => parameters.includes(name)) && { placeholder }), ...presets };
}

/** Returns the props that follow from requestSettings, or undefined if that is no JSON. */
export function requestsIn(settings: string): RequestProps | undefined {
  try {
    return propsFor(JSON.parse(settings).parameters ?? [], settings);
  } catch {
    return undefined;
  }
}

/** Returns how values contradict requestSettings. What reaches the function without being in the cache key would decide for all viewers. */
export function unlikeSettings(values: Values): string[] {
  const wanted = requestsIn(values['RequestSettings']!);
  return (['requestParameters', 'signedUrls'] as const).flatMap((prop) => {
    const have = values[parameterOf(prop)];
    return wanted === undefined || have === wanted[prop] ? [] : [`${prop} is "${have}", but "${wanted[prop]}" in requestSettings: leave ${prop} out`];
  });
}

/** Returns the props for the parameters that are on. */
function propsFor(parameters: readonly string[], requestSettings: string): RequestProps {
  return {
    requestParameters: CACHED.filter((name) => parameters.includes(name)).join(',') || 'none',
    requestSettings,
    signedUrls: String(parameters.includes('signature')),
  };
}

/** Returns a template's list as an array; none stands for an empty one. */
export function listOf(list: string): string[] {
  return list === 'none' ? [] : list.split(',');
}

/** Returns the JSON of an object from its members' names and JSON, without those whose JSON is false. */
function object(members: readonly (readonly [name: string, json: string | false | undefined])[]): string {
  return `{${members.filter(([, json]) => json).map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}
