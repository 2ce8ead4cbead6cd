import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Package } from './package';
import type { RequestParameter } from './requests';

/**
 * The options of EdgeResize. Those that deploy/template/template.yaml has too are called
 * as its parameters, with a small first letter; its patterns and rules check them.
 */
export interface EdgeResizeProps {
  /** The edge function's package: Package.fromCheckout or Package.fromZip. */
  readonly package: Package;

  /**
   * The name of the function, policies and access control in the account, at most 50
   * characters.
   *
   * @default - the stack's name
   */
  readonly name?: string;

  /**
   * The package's SHA-256 in base64, as `openssl dgst -sha256 -binary FILE | openssl base64`
   * prints it. No version is published of other code.
   *
   * @default - a version is published of what the package holds
   */
  readonly codeSha256?: string;

  /**
   * A code signing configuration in us-east-1, with which Lambda refuses a package that is
   * not signed. Its package is a zip that AWS Signer has signed.
   *
   * @default - none
   */
  readonly codeSigningConfigArn?: string;

  /**
   * Memory of the function in MB; processor time comes in proportion.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * The bucket of the originals. If it is of the same stack, its policy gets what
   * CloudFront needs; otherwise outputs say what to add.
   *
   * @default - the bucket called bucketName, or a new one
   */
  readonly bucket?: IBucket;

  /**
   * The name of a bucket that exists.
   *
   * @default - a new bucket
   */
  readonly bucketName?: string;

  /**
   * The region of bucket or bucketName.
   *
   * @default - the region of bucket; us-east-1 for bucketName
   */
  readonly bucketRegion?: string;

  /**
   * The folder of the bucket that the originals are in, such as media/photos; nothing else
   * can be read.
   *
   * @default - the whole bucket
   */
  readonly keyPrefix?: string;

  /**
   * The folder of URLs that keyPrefix replaces, such as /wp-content/uploads.
   *
   * @default - keyPrefix goes in front of the whole path
   */
  readonly urlPrefix?: string;

  /**
   * The status of a key that is not in the bucket: 403, as S3 has it for those who may not
   * list a bucket, or 404.
   *
   * @default 403
   */
  readonly missingKey?: 403 | 404;

  /**
   * How long a 404 stays in the cache at least, in seconds, 1 to 60. The function and
   * CloudFront cache a missing key for at least 10.
   *
   * @default 10
   */
  readonly missingSeconds?: number;

  /**
   * The key of a page for a 404, in keyPrefix, such as 404.html.
   *
   * @default - what S3 says
   */
  readonly notFoundPage?: string;

  /**
   * The sizes to allow, such as ['500x300', '640x', 'x200']; other sizes become the nearest
   * of them.
   *
   * @default - every size
   */
  readonly sizes?: string[];

  /**
   * The formats that viewers get who say that they take them, the best first: 'none',
   * 'avif', 'webp', 'avif,webp' or 'webp,avif'.
   *
   * @default - as in the package's config; avif,webp if that is not known
   */
  readonly formats?: string;

  /**
   * What a request with one of width and height gets: the original, or a picture of the
   * original's ratio.
   *
   * @default - as in the package's config; original if that is not known
   */
  readonly missing?: 'original' | 'keep-ratio';

  /**
   * The largest width to ask for, in pixels.
   *
   * @default - as in the package's config; 4096 if that is not known
   */
  readonly maxWidth?: number;

  /**
   * The largest height to ask for, in pixels.
   *
   * @default - as in the package's config; 4096 if that is not known
   */
  readonly maxHeight?: number;

  /**
   * What else requests may ask for and the cache keeps apart, in the order fit, quality, dpr,
   * gravity, trim, sharpen, blur.
   *
   * @default - as in the package's config, or in requestSettings if that is not known
   */
  readonly requestParameters?: RequestParameter[];

  /**
   * What the viewer-request function has to know of the config's parameters and presets, as
   * `go run ./deploy parameters` prints it after RequestSettings=.
   *
   * @default - as in the package's config; {} if that is not known
   */
  readonly requestSettings?: string;

  /**
   * Whether to resize for signed URLs alone, by keys in a key value store of CloudFront.
   *
   * @default - as in the package's config, or in requestSettings if that is not known
   */
  readonly signedUrls?: boolean;

  /**
   * How many requests in 5 minutes one address may make of the distribution, at least 10,
   * before AWS WAF answers 429. 0 for no limit and no WAF.
   *
   * @default 0
   */
  readonly rateLimit?: number;

  /**
   * The region of Origin Shield, through which all regions fetch, and in which the function
   * then runs: 'nearest' for the one that AWS names for the bucket's region, 'none', or a
   * region.
   *
   * @default nearest
   */
  readonly originShieldRegion?: string;

  /**
   * The name to serve under, such as img.example.com. It needs hostedZoneId, certificateArn
   * or both.
   *
   * @default - CloudFront's own name
   */
  readonly domainName?: string;

  /**
   * A second name to serve under, such as example.com beside www.example.com.
   *
   * @default - there is one name
   */
  readonly otherDomainName?: string;

  /**
   * The Route 53 hosted zone of domainName, for its A and AAAA records and its certificate.
   *
   * @default - records are made elsewhere
   */
  readonly hostedZoneId?: string;

  /**
   * An ACM certificate for domainName, in us-east-1.
   *
   * @default - one is issued
   */
  readonly certificateArn?: string;

  /**
   * Answers under domainName only, with 403 elsewhere.
   *
   * @default false
   */
  readonly closeDefaultDomain?: boolean;

  /**
   * The load balancer of a site that everything but the images comes from, over HTTPS.
   *
   * @default - there are images only
   */
  readonly siteDomainName?: string;

  /**
   * The Secrets Manager secret in us-east-1 whose text CloudFront sends to the load
   * balancer as X-Origin-Verify: a name, or NAME:SecretString:JSON-KEY.
   *
   * @default - none; siteDomainName needs one
   */
  readonly siteSecret?: string;

  /**
   * The path pattern of the images, where there is a site.
   *
   * @default /wp-content/uploads/*
   */
  readonly imagePath?: string;

  /**
   * The address that alarms go to, which has to confirm the subscription. An address, a topic
   * or a Slack channel brings all alarms, and a dashboard.
   *
   * @default - no emails
   */
  readonly alarmEmail?: string;

  /**
   * An SNS topic of yours for alarms in us-east-1, in place of alarmEmail.
   *
   * @default - a new topic, if there are alarms
   */
  readonly alarmTopicArn?: string;

  /**
   * The Slack channel for alarms, as WORKSPACE/CHANNEL of their ids, once AWS Chatbot may
   * post to its workspace.
   *
   * @default - none
   */
  readonly slackChannel?: string;

  /**
   * Whether to make a distribution. Without, `behaviorOptions()` puts the images on one of
   * yours.
   *
   * @default true
   */
  readonly makeDistribution?: boolean;
}

/** The options that are about the distribution which EdgeResize makes. */
export const OF_DISTRIBUTION = [
  'rateLimit', 'domainName', 'otherDomainName', 'hostedZoneId', 'certificateArn', 'closeDefaultDomain', 'siteDomainName', 'siteSecret', 'imagePath',
  'alarmEmail', 'alarmTopicArn', 'slackChannel',
] as const satisfies readonly (keyof EdgeResizeProps)[];
