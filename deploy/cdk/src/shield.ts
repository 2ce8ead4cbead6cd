import { Token } from 'aws-cdk-lib';
import { templates } from './templates';

/** The nearest Origin Shield of regions that have none. */
const NEAREST: Readonly<Record<string, string>> = {
  'ca-central-1': 'us-east-1',
  'us-west-1': 'us-west-2',
  'af-south-1': 'eu-west-1',
  'eu-west-3': 'eu-west-2',
  'eu-north-1': 'eu-west-2',
  'eu-south-1': 'eu-central-1',
  'me-south-1': 'ap-south-1',
  'ap-east-1': 'ap-southeast-1',
};

/**
 * Returns the region of Origin Shield for a bucket, or undefined for none. AWS names no
 * region near some buckets. CloudFront Developer Guide, "Choose the AWS Region for Origin
 * Shield".
 */
export function shieldRegion(chosen: string, bucketRegion: string): string | undefined {
  if (chosen !== 'nearest') {
    return chosen === 'none' ? undefined : chosen;
  }
  if (Token.isUnresolved(bucketRegion)) {
    return undefined;
  }
  // The template allows nearest, none, and the regions that have an Origin Shield.
  const allowed = templates.site.Parameters['OriginShieldRegion']!.AllowedValues!;
  return allowed.includes(bucketRegion) ? bucketRegion : NEAREST[bucketRegion];
}
