import { deepStrictEqual, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { Stack } from 'aws-cdk-lib';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { EdgeResize, type EdgeResizeProps, PropsError } from '../src';
import { plain } from './same';
import { ENV, newApp, newStack, PACKAGE, renamed, resolve, type Resolved, type Resource, synthesised } from './support';

/** Makes images without a distribution in a stack of a distribution that has them at /img/*. */
function onMyDistribution(stack: Stack, props: Partial<EdgeResizeProps>): EdgeResize {
  const images = new EdgeResize(stack, 'Images', { package: PACKAGE, makeDistribution: false, ...props });
  new Distribution(stack, 'Mine', {
    defaultBehavior: { origin: new HttpOrigin('www.example.com') },
    additionalBehaviors: { '/img/*': images.behaviorOptions() },
    errorResponses: images.errorResponses(),
  });
  return images;
}

/** Returns the only resource of a type. */
function the(resolved: Resolved, type: string): Resource {
  const found = Object.values(resolved.Resources).filter((resource) => resource.Type === type);
  deepStrictEqual(found.length, 1, type);
  return found[0]!;
}

test('a behaviour of my distribution is that of the template', () => {
  const own = newStack();
  new EdgeResize(own, 'Images', { package: PACKAGE, missingKey: 404 });
  const mine = newStack();
  onMyDistribution(mine, { missingKey: 404 });
  const [site, shop] = resolve([{ template: synthesised(own) }, { template: synthesised(mine) }]).map((resolved) => renamed(resolved, 'site/Images'));
  const wanted = the(site!, 'AWS::CloudFront::Distribution').Properties['DistributionConfig'];
  const got = the(shop!, 'AWS::CloudFront::Distribution').Properties['DistributionConfig'];
  const { PathPattern: path, ...behavior } = got.CacheBehaviors[0];
  deepStrictEqual(path, '/img/*');
  deepStrictEqual(plain(behavior), plain(wanted.DefaultCacheBehavior));
  deepStrictEqual(got.Origins.find(({ Id }: { Id: string }) => Id === 'images'), wanted.Origins[0]);
  deepStrictEqual(got.CacheTagConfig, wanted.CacheTagConfig);
  deepStrictEqual(got.CustomErrorResponses, wanted.CustomErrorResponses);
  const policies = [site!, shop!].map((resolved) => JSON.stringify(the(resolved, 'AWS::S3::BucketPolicy').Properties).replaceAll('site/Mine', 'Distribution'));
  deepStrictEqual(policies[0], policies[1]);
});

test('my bucket of the same stack lets the distribution read', () => {
  const stack = newStack();
  onMyDistribution(stack, { bucket: new Bucket(stack, 'Originals'), keyPrefix: 'media' });
  const [resolved] = resolve([{ template: synthesised(stack) }]);
  const bucket = Object.entries(resolved!.Resources).find(([, { Type }]) => Type === 'AWS::S3::Bucket')![0];
  const [statement] = the(resolved!, 'AWS::S3::BucketPolicy').Properties['PolicyDocument'].Statement;
  deepStrictEqual(statement.Resource, `arn:aws:s3:::<${bucket}>/media/*`);
});

test('the statement for another bucket is an output', () => {
  const elsewhere = (stack: Stack) => new Bucket(new Stack(stack.node.root, 'storage', { env: ENV }), 'Originals', { bucketName: 'originals' });
  for (const inAnotherStack of [false, true]) {
    const stack = newStack();
    onMyDistribution(stack, { ...(inAnotherStack ? { bucket: elsewhere(stack) } : { bucketName: 'originals' }), missingKey: 404 });
    const [resolved] = resolve([{ template: synthesised(stack) }]);
    const distribution = Object.entries(resolved!.Resources).find(([, { Type }]) => Type === 'AWS::CloudFront::Distribution')![0];
    const statements = Object.entries(resolved!.Outputs).filter(([id]) => /Statement/.test(id)).map(([, { Value }]) => JSON.parse(String(Value)));
    deepStrictEqual(statements.map(({ Action }) => Action).sort(), ['s3:GetObject', 's3:ListBucket']);
    for (const { Condition } of statements) {
      deepStrictEqual(Condition.StringEquals, { 'AWS:SourceArn': `arn:aws:cloudfront::111122223333:distribution/<${distribution}>` });
    }
    ok(!Object.values(resolved!.Resources).some(({ Type }) => Type === 'AWS::S3::BucketPolicy'));
  }
});

test('a distribution of another stack has outputs, and no stack refers back', () => {
  const app = newApp();
  const images = new EdgeResize(new Stack(app, 'images', { env: ENV }), 'Images', { package: PACKAGE, makeDistribution: false });
  const stack = new Stack(app, 'site', { env: ENV });
  new Distribution(stack, 'Mine', { defaultBehavior: images.behaviorOptions() });
  const [resolved] = resolve([{ template: synthesised(stack) }]);
  deepStrictEqual(Object.values(resolved!.Outputs).map(({ Value }) => JSON.parse(String(Value)).Action), ['s3:GetObject']);
  deepStrictEqual(the(resolved!, 'AWS::CloudFront::Distribution').Properties['DistributionConfig'].CacheTagConfig, { HeaderName: 'Edgeresize-Cache-Tag' });
});

test('two distributions may read, each by a statement of its own', () => {
  const stack = newStack();
  const images = onMyDistribution(stack, {});
  new Distribution(stack, 'Other', { defaultBehavior: images.behaviorOptions() });
  const [resolved] = resolve([{ template: synthesised(stack) }]);
  const statements = the(resolved!, 'AWS::S3::BucketPolicy').Properties['PolicyDocument'].Statement;
  deepStrictEqual(statements.map(({ Sid }: { Sid: string }) => Sid), ['CloudFrontReadsOriginals', 'CloudFrontReadsOriginals2']);
});

test('options of the distribution are refused where it is mine', () => {
  const problems = ['rateLimit', 'domainName'].map((prop) => `${prop} is about the distribution, which is yours with makeDistribution: false`);
  throws(() => onMyDistribution(newStack(), { rateLimit: 100, domainName: 'img.example.com' }), (error) => {
    ok(error instanceof PropsError);
    deepStrictEqual(error.problems, problems);
    return true;
  });
});
