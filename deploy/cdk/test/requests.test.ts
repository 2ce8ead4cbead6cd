import { deepStrictEqual, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { EdgeResize, type EdgeResizeProps, Package, PropsError } from '../src';
import { readConfig } from '../src/config';
import { parameterOf } from '../src/parameters';
import { file, newStack, PACKAGE, ROOT, TEMP, templateOf, ZIP } from './support';

const NAMES = ['fit', 'quality', 'dpr', 'gravity', 'trim', 'sharpen', 'blur', 'w', 'h', 'preset', 'signature'];

/** Returns configs with many choices of parameters and the fields that they make use of. */
function configs(): object[] {
  const placeholders = [{ max_width: 8 }, { max_height: 7 }, { min_quality: 61 }];
  const all: object[] = [{}, { parameters: [] }, ...placeholders.map((fields) => ({ parameters: NAMES, ...fields }))];
  for (let i = 0; i < 60; i++) {
    // Each bit stands for a parameter.
    const parameters = NAMES.filter((_, bit) => (i * 709 + 1365) % 2048 & 1 << bit);
    const preset = parameters.includes('preset');
    all.push({
      parameters: i % 2 ? parameters : parameters.reverse(),
      ...(i % 3 && { fit: ['cover', 'fill', 'inside', 'pad'][i % 4] }),
      ...(i % 5 && { quality: 60 + i % 40, min_quality: 1 + i }),
      ...(i % 7 === 0 && { max_width: 6 + i % 8, max_height: 8 }),
      ...(preset && { presets: { card: 'width=6&height=8', 9: 'height=7&width=5', 10: 'width=5&height=6&format=webp', a_b: 'width=1&height=2' } }),
      ...(preset && i % 2 && { only_presets: true }),
    });
  }
  return all;
}

/** Returns the code of a site's viewer-request function and the query strings of its cache policy. */
function requestsOf(props: Partial<EdgeResizeProps>): { code: string; queryStrings: string[] } {
  const stack = newStack();
  new EdgeResize(stack, 'Images', { package: PACKAGE, ...props });
  const resources: any[] = Object.values(templateOf(stack)['Resources']);
  const the = (type: string) => resources.find(({ Type }) => Type === type).Properties;
  return {
    code: the('AWS::CloudFront::Function').FunctionCode,
    queryStrings: the('AWS::CloudFront::CachePolicy').CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStrings,
  };
}

/** Returns what is wrong with props. */
function problemsOf(props: Partial<EdgeResizeProps>): readonly string[] {
  try {
    new EdgeResize(newStack(), 'Images', { package: PACKAGE, ...props });
  } catch (error) {
    ok(error instanceof PropsError, String(error));
    return error.problems;
  }
  return [];
}

test('what follows from a config is what the command prints', () => {
  const command = join(TEMP, 'deploy');
  execFileSync('go', ['build', '-o', command, './deploy'], { cwd: ROOT, stdio: 'pipe' });
  for (const config of configs()) {
    const path = file('requests.json', JSON.stringify(config));
    const printed = execFileSync(command, ['parameters', '-config', path], { cwd: ROOT, stdio: 'pipe' }).toString().trimEnd().split('\n');
    const follows = Object.entries(readConfig(path).props).filter(([, value]) => value !== undefined).map(([prop, value]) => `${parameterOf(prop)}=${value}`);
    deepStrictEqual(follows.filter((line) => !printed.includes(line)), [], JSON.stringify(config));
    // What a config does not set may be left to the template's defaults.
    const left = printed.filter((line) => !follows.includes(line)).filter((line) => !/^(Formats|Missing|MaxWidth|MaxHeight)=/.test(line));
    deepStrictEqual(left, [], JSON.stringify(config));
  }
});

test('function and cache key follow from the package\'s config', () => {
  const config = file('asked.json', '{"parameters": ["preset", "blur", "fit"], "presets": {"card": "width=500&height=300"}, "only_presets": true}');
  const { code, queryStrings } = requestsOf({ package: Package.fromZip(ZIP, config) });
  deepStrictEqual(queryStrings, ['width', 'height', 'format', 'fit', 'blur']);
  const want = ', request: {"parameters":["fit","blur","preset"],"fit":"cover","presets":{"card":"width=500&height=300"},"only_presets":true}};';
  ok(code.split('\n').some((line) => line.endsWith(want)), code.slice(0, 400));
  const other = problemsOf({ package: Package.fromZip(ZIP, config), requestParameters: ['fit'] });
  ok(other.some((problem) => /^requestParameters is "fit", but "fit,blur" in .*asked\.json: leave requestParameters out$/.test(problem)), other.join('\n'));
});

test('without a config they follow from requestSettings', () => {
  const { queryStrings } = requestsOf({ requestSettings: '{"parameters":["dpr","blur","w"]}' });
  deepStrictEqual(queryStrings, ['width', 'height', 'format', 'dpr', 'blur']);
  deepStrictEqual(problemsOf({ requestSettings: '{"parameters":["dpr","blur"]}', requestParameters: ['dpr'] }),
    ['requestParameters is "dpr", but "dpr,blur" in requestSettings: leave requestParameters out']);
  for (const requestSettings of ['', '{', 'null', '{}};//', '{"parameters":["fit"],"fit":"\'"}', '{"parameters":["fit"],"presets":{"a":"${b}"}}', '{\n}']) {
    const problems = problemsOf({ requestSettings });
    ok(problems.some((problem) => /^requestSettings is .*, but must be what `go run \.\/deploy parameters` prints$/s.test(problem)), requestSettings);
  }
});

test('signatures are checked where the config says so, by keys in a store', () => {
  const config = file('signed.json', '{"parameters": ["signature"]}');
  const stack = newStack();
  const images = new EdgeResize(stack, 'Images', { package: Package.fromZip(ZIP, config), makeDistribution: false });
  const { Resources: resources, Outputs: outputs } = templateOf(stack);
  const [store] = Object.entries<any>(resources).find(([, { Type }]) => Type === 'AWS::CloudFront::KeyValueStore')!;
  const made: any = Object.values(resources).find(({ Type }: any) => Type === 'AWS::CloudFront::Function');
  deepStrictEqual(made.Properties.FunctionConfig.KeyValueStoreAssociations, [{ KeyValueStoreARN: { 'Fn::GetAtt': [store, 'Arn'] } }]);
  ok(/^import cf from 'cloudfront';\n.*\nconst site = .*"signature".*^async function handler\(event\)/ms.test(made.Properties.FunctionCode), made.Properties.FunctionCode);
  deepStrictEqual(stack.resolve(images.signingKeys!.keyValueStoreArn), { 'Fn::GetAtt': [store, 'Arn'] });
  ok(Object.values<any>(outputs).some(({ Value }) => JSON.stringify(Value) === `{"Fn::GetAtt":["${store}","Arn"]}`));
  deepStrictEqual(new EdgeResize(newStack(), 'Images', { package: PACKAGE }).signingKeys, undefined);
  deepStrictEqual(problemsOf({ requestSettings: '{"parameters":["signature"]}', signedUrls: false }),
    ['signedUrls is "false", but "true" in requestSettings: leave signedUrls out']);
});

test('a function that is longer than CloudFront takes is refused', () => {
  const presets = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`p${i}`, 'width=500&height=300']));
  const problems = problemsOf({ package: Package.fromZip(ZIP, file('long.json', JSON.stringify({ parameters: ['preset'], presets }))) });
  deepStrictEqual(problems.length, 1);
  ok(/^the viewer-request function would have [0-9]+ bytes, more than CloudFront's limit of 10240: give fewer sizes or presets$/.test(problems[0]!), problems[0]);
});
