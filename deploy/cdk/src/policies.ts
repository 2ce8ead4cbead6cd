import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

/**
 * Makes the policies of the images' behaviour.
 *
 * @param varies     whether the format depends on the viewer's Accept
 * @param parameters what the cache keeps apart besides width, height and format
 */
export function makePolicies(
  scope: Construct, name: string, varies: boolean, parameters: readonly string[],
): Pick<cloudfront.BehaviorOptions, 'cachePolicy' | 'originRequestPolicy' | 'responseHeadersPolicy'> {
  const none = { headersConfig: { headerBehavior: 'none' }, cookiesConfig: { cookieBehavior: 'none' } };
  return {
    cachePolicy: new cloudfront.CfnCachePolicy(scope, 'CachePolicy', {
      cachePolicyConfig: {
        name,
        comment: 'Images by width, height and format.',
        minTtl: 0,
        defaultTtl: 86400,
        maxTtl: 31536000,
        parametersInCacheKeyAndForwardedToOrigin: {
          ...none,
          enableAcceptEncodingGzip: false,
          enableAcceptEncodingBrotli: false,
          queryStringsConfig: { queryStringBehavior: 'whitelist', queryStrings: ['width', 'height', 'format', ...parameters] },
        },
      },
    }),
    // The function gets a query string only if All is forwarded. ImageRequests leaves only
    // what is in the cache key: otherwise viewers could choose what S3 answers to everybody,
    // by response-content-type and the like. No header is forwarded: S3 would refuse the
    // viewer's Host.
    originRequestPolicy: new cloudfront.CfnOriginRequestPolicy(scope, 'AllQueryStrings', {
      originRequestPolicyConfig: {
        ...none,
        name: `${name}-all-query-strings`,
        comment: 'What the viewer-request function leaves of query strings.',
        queryStringsConfig: { queryStringBehavior: 'all' },
      },
    }),
    responseHeadersPolicy: responsePolicy(scope, name, varies),
  };
}

/**
 * Makes the response headers policy, which keeps an SVG or HTML among the originals from
 * running scripts. It also sets Vary, because CloudFront removes a function's own.
 */
function responsePolicy(scope: Construct, name: string, varies: boolean): cloudfront.CfnResponseHeadersPolicy {
  return new cloudfront.CfnResponseHeadersPolicy(scope, 'ResponseHeadersPolicy', {
    responseHeadersPolicyConfig: {
      name,
      comment: 'No scripts, no guessed types, and the format is the viewer\'s.',
      securityHeadersConfig: {
        contentTypeOptions: { override: true },
        contentSecurityPolicy: {
          contentSecurityPolicy:
            "default-src 'none'; img-src 'self' data:; media-src 'self'; font-src data:; "
            + "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
          override: true,
        },
      },
      customHeadersConfig: varies ? { items: [{ header: 'Vary', value: 'Accept', override: true }] } : undefined,
    },
  });
}
