import { Aspects } from 'aws-cdk-lib';
import { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import type { IConstruct } from 'constructs';

/** The header in which the function names the original, for invalidations. */
export const TAG_HEADER = 'Edgeresize-Cache-Tag';

/** The header in which the origin tells the function the name of TAG_HEADER. */
export const TAG_HEADER_NAME = 'Edgeresize-Cache-Tag-Header';

/** Makes a distribution read cache tags from TAG_HEADER. */
export function readTags(distribution: IConstruct): void {
  Aspects.of(distribution).add({
    visit(node) {
      if (node instanceof CfnDistribution) {
        node.addPropertyOverride('DistributionConfig.CacheTagConfig', { HeaderName: TAG_HEADER });
      }
    },
  });
}
