import { deepStrictEqual, ok, throws } from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CfnParameter, NestedStack, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { EdgeResize, type EdgeResizeProps, Package, PropsError } from '../src';
import { ENV, file, newApp, newStack, PACKAGE, TEMP, templateOf, ZIP } from './support';

/** Returns the message by which a site with props is refused, or ''. */
function refusal(props: Partial<EdgeResizeProps>, stack = newStack()): string {
  try {
    new EdgeResize(stack, 'Images', { package: PACKAGE, ...props });
    return '';
  } catch (error) {
    ok(error instanceof PropsError, String(error));
    return error.message;
  }
}

test('patterns and limits are the template\'s', () => {
  const cases: [Partial<EdgeResizeProps>, RegExp][] = [
    [{ keyPrefix: '/media' }, /^EdgeResize: keyPrefix is "\/media", but must be names of letters, digits/],
    [{ sizes: ['500'] }, /sizes is "500", but must be WIDTHxHEIGHT/],
    [{ formats: 'jpeg' }, /formats is "jpeg", but must be none/],
    [{ rateLimit: 9 }, /rateLimit is "9", but must be 0, or 10/],
    [{ memorySize: 64 }, /memorySize is "64", but must be at least 128/],
    [{ maxWidth: 70000 }, /maxWidth is "70000", but must be at most 65535/],
    [{ originShieldRegion: 'eu-west-3' }, /originShieldRegion is "eu-west-3", but must be one of nearest, none/],
    [{ domainName: 'IMG.example.com', closeDefaultDomain: true }, /domainName is "IMG/],
    [{ name: 'a'.repeat(51) }, /at most 50 in all/],
  ];
  for (const [props, want] of cases) {
    const got = refusal(props);
    ok(want.test(got), `${JSON.stringify(props)}: ${got}`);
  }
});

test('all that is wrong is said at once', () => {
  const message = refusal({ keyPrefix: '/media', sizes: ['500'], formats: 'jpeg', makeDistribution: false, rateLimit: 100 });
  ok(['keyPrefix is', 'sizes is', 'formats is', 'rateLimit is about'].every((problem) => message.includes(problem)), message);
});

test('a stack in another region is refused', () => {
  ok(/Create the stack in us-east-1/.test(refusal({}, new Stack(newApp(), 'site', { env: { ...ENV, region: 'eu-west-1' } }))));
});

test('a stack that may go anywhere has a rule about its region', () => {
  const stack = new Stack(newApp(), 'site');
  deepStrictEqual(refusal({}, stack), '');
  const rules = Object.entries(templateOf(stack)['Rules']).filter(([id]) => /Region/.test(id)).map(([, rule]) => rule);
  deepStrictEqual(rules, [{
    Assertions: [{
      Assert: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
      AssertDescription: 'Create the stack in us-east-1, as CloudFront uses functions and certificates only from there.',
    }],
  }]);
});

test('two sites of a stack need two names', () => {
  const stack = newStack();
  new EdgeResize(stack, 'One', { package: PACKAGE });
  new EdgeResize(stack, 'Two', { package: PACKAGE, name: 'another' });
  ok(/another construct's/.test(refusal({}, stack)));
});

test('a nested stack needs a name', () => {
  const nested = () => new NestedStack(newStack(), 'Nested');
  ok(/name is missing: the name of a nested stack/.test(refusal({}, nested())));
  deepStrictEqual(refusal({ name: 'pictures' }, nested()), '');
});

test('the package\'s config decides, and contradictions are refused', () => {
  const config = file('config.json', '{"formats": ["webp"], "missing": "keep-ratio", "max_width": 2560, "key_prefix": "/media/"}');
  const packed = Package.fromZip(ZIP, config);
  const stack = newStack();
  deepStrictEqual(refusal({ package: packed, keyPrefix: 'media', sizes: ['640x'] }, stack), '');
  const code = Object.values(templateOf(stack)['Resources'] as Record<string, any>).find(({ Type }) => Type === 'AWS::CloudFront::Function')!.Properties.FunctionCode;
  ok(code.startsWith("const site = {host: '', urlPrefix: '', keyPrefix: '/media', sizes: '640x', formats: 'webp', missing: 'keep-ratio', maxWidth: 2560, maxHeight: 4096, request: {}};\n"), code.slice(0, 200));
  ok(/formats is "avif", but "webp" in/.test(refusal({ package: packed, keyPrefix: 'media', formats: 'avif' })));
  ok(/key_prefix is "media" in/.test(refusal({ package: packed })));
  ok(/key_prefix is "media" in/.test(refusal({ package: packed, keyPrefix: 'media', urlPrefix: '/img' })));
  ok(/640x, which has one side/.test(refusal({ sizes: ['640x'] })));
});

test('the package\'s config may read no other bucket and write no other header', () => {
  const withConfig = (json: string) => refusal({ package: Package.fromZip(ZIP, file('reads.json', json)), bucketName: 'originals', bucketRegion: 'eu-west-1' });
  deepStrictEqual(withConfig('{"bucket": "originals", "region": "eu-west-1", "cache_tag_header": "edgeresize-Cache-Tag"}'), '');
  const message = withConfig('{"bucket": "others", "region": "us-east-1", "cache_tag_header": "X-Tags"}');
  ok(['bucket is "others" in', 'region is "us-east-1" in', 'cache_tag_header is "x-tags" in'].every((problem) => message.includes(problem)), message);
});

test('values that only CloudFormation knows pass', () => {
  const stack = newStack();
  const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
  deepStrictEqual(refusal({ domainName: parameter('Domain'), hostedZoneId: parameter('Zone'), certificateArn: parameter('Certificate'), closeDefaultDomain: true }, stack), '');
  const app = newApp();
  const bucket = new Bucket(new Stack(app, 'storage'), 'Originals');
  ok(/bucketRegion is missing/.test(refusal({ bucket }, new Stack(app, 'site'))));
  deepStrictEqual(refusal({ bucket, bucketRegion: 'eu-west-1' }, new Stack(app, 'other')), '');
});

test('a checkout\'s command builds the package once, with the checkout\'s config', () => {
  const checkout = join(TEMP, 'checkout');
  mkdirSync(join(checkout, 'deploy'), { recursive: true });
  mkdirSync(join(checkout, 'edge'));
  writeFileSync(join(checkout, 'edge/config.json'), '{"formats": []}');
  writeFileSync(join(checkout, 'go.mod'), 'module example.com/checkout\n\ngo 1.24\n');
  // Writes its own arguments to the file after -out, and fails if it runs again.
  writeFileSync(join(checkout, 'deploy/main.go'), `package main

import (
	"os"
	"strings"
)

func main() {
	if err := os.Mkdir("ran", 0o700); err != nil {
		panic(err)
	}
	if err := os.WriteFile(os.Args[len(os.Args)-1], []byte(strings.Join(os.Args[1:], " ")), 0o600); err != nil {
		panic(err)
	}
}
`);
  const packed = Package.fromCheckout(checkout);
  const zip = packed.path();
  deepStrictEqual(packed.path(), zip);
  deepStrictEqual(readFileSync(zip, 'utf8'), `package -config ${join(checkout, 'edge/config.json')} -out ${zip}`);
  deepStrictEqual(packed.config?.props.formats, 'none');
  throws(() => Package.regionalFromCheckout(checkout, 'purge').path(), /cannot build the package in .*\/checkout: panic: mkdir ran/);
});

test('a package that is missing says how to make it', () => {
  throws(() => new EdgeResize(newStack(), 'Images', { package: Package.fromZip('nothing.zip') }), /run "go run \.\/deploy package"/);
  throws(() => new EdgeResize(newStack(), 'Images', { package: Package.fromCheckout('/nowhere', file('empty.json', '{}')) }), /want a checkout of edgeresize, and Go/);
});

test('a bucket near no Origin Shield has a warning', () => {
  const app = newApp();
  const stack = new Stack(app, 'site', { env: ENV });
  new EdgeResize(stack, 'Images', { package: PACKAGE, bucketName: 'originals', bucketRegion: 'ca-west-1' });
  const messages = app.synth().getStackByName('site').messages.map(({ entry }) => String(entry.data));
  ok(messages.some((message) => /AWS names no region for ca-west-1/.test(message)), messages.join('\n'));
});
