import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { distributionArn } from './iam';
import type { Values } from './parameters';
import { readTags, TAG_HEADER, TAG_HEADER_NAME } from './tags';

/** Makes the bucket of the originals. It has no name of its own, so that a stack that fails leaves no name taken. */
export function makeBucket(scope: Construct): s3.IBucket {
  const bucket = new s3.CfnBucket(scope, 'Bucket', {
    publicAccessBlockConfiguration: { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
    // Sends changes to PurgeOnChange.
    notificationConfiguration: { eventBridgeConfiguration: { eventBridgeEnabled: true } },
  });
  bucket.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return s3.Bucket.fromCfnBucket(bucket);
}

/** What the origin of the originals is made of. */
export interface OriginalsProps {
  readonly bucket: s3.IBucket;
  readonly bucketRegion: string;
  readonly accessControl: cloudfront.CfnOriginAccessControl;
  readonly shieldRegion?: string;
  readonly values: Values;
}

/** The bucket of the originals as CloudFront's origin. Each distribution that it becomes an origin of may read it. */
export class Originals extends cloudfront.OriginBase {
  private distributions = 0;

  constructor(private readonly owner: Construct, private readonly props: OriginalsProps) {
    const { KeyPrefix: keyPrefix, UrlPrefix: urlPrefix } = props.values;
    super(`${props.bucket.bucketName}.s3.${props.bucketRegion}.amazonaws.com`, {
      originId: 'images',
      originPath: keyPrefix && !urlPrefix ? `/${keyPrefix}` : undefined,
      originAccessControlId: props.accessControl.ref,
      originShieldRegion: props.shieldRegion,
      // Tells the function that there is a CacheTagConfig.
      customHeaders: { [TAG_HEADER_NAME]: TAG_HEADER },
    });
  }

  override bind(scope: Construct, options: cloudfront.OriginBindOptions): cloudfront.OriginBindConfig {
    const distribution = scope.node.scope as Construct;
    readTags(distribution);
    this.allow(distribution, options.distributionId!);
    return super.bind(scope, options);
  }

  protected override renderS3OriginConfig(): cloudfront.CfnDistribution.S3OriginConfigProperty {
    return { originAccessIdentity: '' };
  }

  /**
   * Lets a distribution read the originals. The policy of a bucket that is not of this
   * stack stays its owner's, and that of a bucket must not refer to a distribution of a
   * stack which refers to this one: the statements become outputs.
   */
  private allow(distribution: Construct, distributionId: string): void {
    const number = ++this.distributions > 1 ? `${this.distributions}` : '';
    const { owner, props: { bucket } } = this;
    const stack = Stack.of(owner);
    const isNear = Stack.of(distribution) === stack;
    for (const { output, description, statement } of this.statements(distributionId, number)) {
      if (isNear && Stack.of(bucket) === stack && bucket.addToResourcePolicy(statement).statementAdded) {
        continue;
      }
      new CfnOutput(isNear ? owner : distribution, `${output}${number}`, { description, value: stack.toJsonString(statement.toStatementJson()) });
    }
  }

  /** Returns the statements that the bucket's policy needs for a distribution. */
  private statements(distributionId: string, number: string): { output: string; description: string; statement: iam.PolicyStatement }[] {
    const { bucket, values: { KeyPrefix: keyPrefix, MissingKey: missingKey } } = this.props;
    const inPrefix = (keys: string) => (keyPrefix ? `${keyPrefix}/${keys}` : keys);
    const arn = `arn:aws:s3:::${bucket.bucketName}`;
    const source = { 'AWS:SourceArn': distributionArn(this.owner, distributionId) };
    const principals = [new iam.ServicePrincipal('cloudfront.amazonaws.com')];
    const all = [{
      output: 'BucketPolicyStatement',
      description: 'What to add to the bucket\'s policy, so that CloudFront may read the originals.',
      statement: new iam.PolicyStatement({
        sid: `CloudFrontReadsOriginals${number}`,
        principals,
        actions: ['s3:GetObject'],
        resources: [`${arn}/${inPrefix('*')}`],
        conditions: { StringEquals: source },
      }),
    }];
    // S3 answers 404 to those who may list with the key as the prefix. A GET of / lists
    // without a prefix and stays refused, and ImageRequests leaves no parameter that gives one.
    if (missingKey === '404') {
      all.push({
        output: 'BucketListStatement',
        description: 'What to add besides, so that S3 tells CloudFront what is missing.',
        statement: new iam.PolicyStatement({
          sid: `CloudFrontIsToldWhatIsMissing${number}`,
          principals,
          actions: ['s3:ListBucket'],
          resources: [arn],
          conditions: { StringEquals: source, StringLike: { 's3:prefix': inPrefix('?*') } },
        }),
      });
    }
    return all;
  }
}
