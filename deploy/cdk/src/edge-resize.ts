import { Annotations, CfnOutput, CfnRule, Fn, Stack, Token } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { hasAlarms, makeAlarms } from './alarms';
import { contradictions, oneSided } from './config';
import { certificateOf, errorResponsesOf, makeDistribution, makeRecords } from './distribution';
import { makeVersion } from './edge-function';
import { type EdgeResizeProps, OF_DISTRIBUTION } from './edge-resize-props';
import { nameOf } from './names';
import { makeBucket, Originals } from './originals';
import { type Given, givenOf, PropsError, type Values, valuesOf } from './parameters';
import { makePolicies } from './policies';
import { listOf, requestsIn, unlikeSettings } from './requests';
import { shieldRegion } from './shield';
import { templates } from './templates';
import { imageRequests, signingKeys, tooLong } from './viewer-request';

/** The region of functions and certificates for CloudFront. */
const EDGE_REGION = 'us-east-1';

/** A parameter that another prop sets, for the checks. */
const PACKAGE: Values = { CodeBucket: '', CodeKey: '' };

/**
 * Images resized at CloudFront's edge by ?width= and ?height=: a bucket or one of yours,
 * the function, and a distribution or a behaviour of one of yours. Its stack must be in
 * us-east-1.
 *
 * It makes what deploy/template/template.yaml makes.
 */
export class EdgeResize extends Construct {
  /** The name of the function, policies and access control. */
  readonly name: string;
  /** The bucket of the originals. */
  readonly bucket: s3.IBucket;
  /** The bucket's region. */
  readonly bucketRegion: string;
  /** The published version of the function. */
  readonly version: lambda.IVersion;
  /** The distribution, unless makeDistribution is false. */
  readonly distribution?: cloudfront.Distribution;
  /** Where the images are, if there is a distribution. */
  readonly url?: string;
  /** Where alarms go, if there are any. */
  readonly alarmTopic?: sns.ITopic;
  /** The store for the keys that sign URLs, if the package's config has signature among its parameters. */
  readonly signingKeys?: cloudfront.IKeyValueStore;
  /** The folder of the originals in the bucket, or ''. */
  readonly keyPrefix: string;
  /** The folder of URLs that keyPrefix replaces, or ''. */
  readonly urlPrefix: string;

  private readonly values: Values;
  private readonly behavior: cloudfront.BehaviorOptions;

  /** @throws PropsError for all props that contradict the template's patterns and rules */
  constructor(scope: Construct, id: string, props: EdgeResizeProps) {
    super(scope, id);
    this.name = nameOf(this, 'EdgeResize', props.name, '', 50);
    this.values = this.check(props);
    const values = this.values;
    this.bucketRegion = values['BucketRegion']!;
    this.keyPrefix = values['KeyPrefix']!;
    this.urlPrefix = values['UrlPrefix']!;
    const named = values['BucketName'];
    this.bucket = props.bucket ?? (named ? s3.Bucket.fromBucketName(this, 'Originals', named) : makeBucket(this));

    const accessControl = new cloudfront.CfnOriginAccessControl(this, 'OriginAccessControl', {
      originAccessControlConfig: { name: this.name, originAccessControlOriginType: 's3', signingBehavior: 'always', signingProtocol: 'sigv4' },
    });
    const shield = shieldRegion(values['OriginShieldRegion']!, this.bucketRegion);
    if (shield === undefined && values['OriginShieldRegion'] === 'nearest') {
      Annotations.of(this).addWarningV2('edgeresize:origin-shield',
        `There is no Origin Shield, as AWS names no region for ${this.bucketRegion}; originShieldRegion chooses one.`);
    }
    const { bucket, bucketRegion } = this;
    const origin = new Originals(this, { bucket, bucketRegion, accessControl, shieldRegion: shield, values });
    const version = makeVersion(this, {
      name: this.name,
      package: props.package,
      memorySize: Number(values['MemorySize']),
      codeSha256: values['CodeSha256'] || undefined,
      codeSigningConfigArn: values['CodeSigningConfigArn'] || undefined,
      originals: `arn:aws:s3:::${bucket.bucketName}/${this.keyPrefix ? `${this.keyPrefix}/*` : '*'}`,
    });
    this.version = lambda.Version.fromVersionArn(this, 'EdgeVersion', version.ref);
    this.signingKeys = signingKeys(this, this.name, values);
    this.behavior = {
      ...makePolicies(this, this.name, values['Formats'] !== 'none', listOf(values['RequestParameters']!)),
      origin,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
      compress: false,
      edgeLambdas: [{ eventType: cloudfront.LambdaEdgeEventType.ORIGIN_RESPONSE, functionVersion: this.version }],
      functionAssociations: [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: imageRequests(this, this.name, values, this.signingKeys) }],
    };
    if (props.makeDistribution ?? true) {
      const certificate = certificateOf(this, values);
      this.distribution = makeDistribution(this, this.name, values, { images: this.behavior, errorResponses: this.errorResponses(), certificate });
      this.url = `https://${values['DomainName'] || this.distribution.distributionDomainName}`;
      if (values['HostedZoneId']) {
        makeRecords(this, values, this.distribution);
      }
      if (hasAlarms(values)) {
        this.alarmTopic = makeAlarms(this, this.name, values, { distribution: this.distribution, certificate, shieldRegion: shield });
      }
    }
    this.output();
  }

  /**
   * Returns the images' behaviour, for a distribution of yours:
   *
   *     distribution.addBehavior('/img/*', images.behaviorOptions().origin, images.behaviorOptions());
   *
   * The distribution is then allowed to read the originals, and reads the cache tags that
   * PurgeOnChange invalidates. A distribution has one origin of the images, however many
   * behaviours.
   */
  behaviorOptions(): cloudfront.BehaviorOptions {
    return this.behavior;
  }

  /** Returns the answers to a missing key, for a distribution of yours. They follow from missingKey, missingSeconds and notFoundPage. */
  errorResponses(): cloudfront.ErrorResponse[] {
    return errorResponsesOf(this.values);
  }

  /** Checks props and returns the values of the template's parameters. */
  private check(props: EdgeResizeProps): Values {
    const { package: code, bucket, name, makeDistribution: makes = true, ...given } = props;
    const problems: string[] = [];
    const stack = Stack.of(this);
    if (bucket && props.bucketName !== undefined) {
      problems.push('bucket and bucketName exclude each other');
    }
    if (!makes) {
      const foreign = OF_DISTRIBUTION.filter((prop) => props[prop] !== undefined);
      problems.push(...foreign.map((prop) => `${prop} is about the distribution, which is yours with makeDistribution: false`));
    }
    // The region of a bucket in a stack without one is the stack's, which a rule holds to us-east-1.
    const region = bucket && Stack.of(bucket) === stack && Token.isUnresolved(bucket.env.region) ? EDGE_REGION : bucket?.env.region;
    if (props.bucketRegion === undefined && Token.isUnresolved(region)) {
      problems.push('bucketRegion is missing: only CloudFormation knows the region of bucket');
    }
    const follows = code.config?.props ?? requestsIn(given.requestSettings ?? '');
    const withConfig: Record<string, Given> = { ...follows, ...givenOf(given) };
    if (bucket) {
      withConfig['bucketName'] = bucket.bucketName;
      withConfig['bucketRegion'] ??= region;
    }
    const values = valuesOf('EdgeResize', 'site', withConfig, { ...PACKAGE, 'AWS::Region': this.region() }, problems);
    problems.push(...(code.config ? contradictions(code.config, given, values) : []));
    const one = oneSided(values);
    if (one !== undefined) {
      problems.push(`sizes has ${one}, which has one side, and nothing is made of it where missing is "${values['Missing']}"`);
    }
    problems.push(...unlikeSettings(values), ...tooLong(values));
    if (problems.length > 0) {
      throw new PropsError('EdgeResize', problems);
    }
    return values;
  }

  /** Returns the stack's region. If only CloudFormation knows it, a rule of the stack checks it. */
  private region(): string {
    const { region } = Stack.of(this);
    if (!Token.isUnresolved(region)) {
      return region;
    }
    const assertDescription = templates.site.Rules['Region']!.Assertions[0]!.AssertDescription;
    new CfnRule(this, 'Region', { assertions: [{ assert: Fn.conditionEquals(region, EDGE_REGION), assertDescription }] });
    return EDGE_REGION;
  }

  /** Makes the outputs that the commands of `go run ./deploy` take. */
  private output(): void {
    const output = (id: string, description: string, value?: string) => value === undefined || new CfnOutput(this, id, { description, value });
    output('Url', 'Where the images are.', this.url);
    output('BucketOutput', 'Where to put the originals.', this.bucket.bucketName);
    output('DistributionId', 'The distribution.', this.distribution?.distributionId);
    output('DistributionDomainName', 'What a CNAME points to, where DNS is elsewhere.', this.distribution?.distributionDomainName);
    output('AlarmTopicOutput', 'Where alarms go; the alarmTopicArn of a PurgeOnChange in us-east-1.', this.alarmTopic?.topicArn);
    output('SigningKeysOutput', 'The store for `go run ./deploy signing-keys -store`.', this.signingKeys?.keyValueStoreArn);
    output('VersionArn', 'The version of the function that answers.', this.version.functionArn);
  }
}
