import type { EdgeResize } from './edge-resize';
import type { Package } from './package';

/**
 * The options of PurgeOnChange. Those that deploy/purge/purge.yaml has too are called as
 * its parameters, with a small first letter.
 */
export interface PurgeOnChangeProps {
  /** The purge function's package: Package.regionalFromCheckout or Package.regionalFromZip. */
  readonly package: Package;

  /**
   * The site that gives distributionId, bucketName, keyPrefix and urlPrefix, unless they are
   * given.
   *
   * @default - they are given
   */
  readonly site?: EdgeResize;

  /**
   * The name of the function, at most 64 characters. A pipeline's invoker in another account
   * is told it before the function exists.
   *
   * @default - the stack's name and -purge
   */
  readonly name?: string;

  /**
   * The distribution whose cache it is.
   *
   * @default - that of site
   */
  readonly distributionId?: string;

  /**
   * The bucket that has the originals, with EventBridge turned on. Without bucketName and
   * site the function is for pipelines only.
   *
   * @default - that of site
   */
  readonly bucketName?: string;

  /** @default - that of site */
  readonly keyPrefix?: string;

  /** @default - that of site */
  readonly urlPrefix?: string;

  /**
   * The suffixes of the keys to look at, such as ['.jpg', '.png'].
   *
   * @default - every key
   */
  readonly suffixes?: string[];

  /**
   * What a change invalidates: the cache tag of its object (tag), its paths (each), as few
   * paths as the quotas and the budget need (adaptive), or everything (all).
   *
   * @default tag
   */
  readonly mode?: 'tag' | 'each' | 'adaptive' | 'all';

  /**
   * The budget of paths and tags in a month. CloudFront charges for those beyond 1,000.
   *
   * @default 1000
   */
  readonly monthlyPaths?: number;

  /**
   * How long a path in the ledger rests once it was invalidated, in seconds, at most 3,600.
   *
   * @default 60
   */
  readonly windowSeconds?: number;

  /**
   * The stack of deploy/purge/ledger.yaml.
   *
   * @default - there is no ledger
   */
  readonly ledgerStack?: string;

  /**
   * The ARN of the role of the invoker in a pipeline's account: PurgeFromPipeline.roleArn.
   *
   * @default - there is none
   */
  readonly invokerRole?: string;

  /**
   * The address that alarms go to, which has to confirm the subscription.
   *
   * @default - no emails
   */
  readonly alarmEmail?: string;

  /**
   * An SNS topic in this stack's region for alarms, in place of alarmEmail: in us-east-1 the
   * alarmTopic of a site, for example.
   *
   * @default - without alarmEmail, there are no alarms
   */
  readonly alarmTopicArn?: string;
}
