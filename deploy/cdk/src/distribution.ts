import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as waf from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { Values } from './parameters';
import { siteRequests } from './viewer-request';

/** The hosted zone ID of every distribution. */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';

/** What a distribution is made of, besides the values of the parameters. */
export interface DistributionParts {
  /** The behaviour of the images. */
  readonly images: cloudfront.BehaviorOptions;
  readonly errorResponses: cloudfront.ErrorResponse[];
  /** The certificate of the domain, if there is one. */
  readonly certificate?: acm.ICertificate;
}

/** Makes the distribution: the images are its default behaviour or, with a site, the one of ImagePath. */
export function makeDistribution(scope: Construct, name: string, values: Values, parts: DistributionParts): cloudfront.Distribution {
  const { images, errorResponses, certificate } = parts;
  const { SiteDomainName: site = '', ImagePath: path = '', RateLimit: limit = '' } = values;
  return new cloudfront.Distribution(scope, 'Distribution', {
    comment: name,
    httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
    defaultBehavior: site ? siteBehavior(scope, name, values) : images,
    additionalBehaviors: site ? { [path]: images } : undefined,
    errorResponses,
    webAclId: limit === '0' ? undefined : rateLimits(scope, name, Number(limit)).attrArn,
    ...(certificate && {
      domainNames: domainsOf(values),
      certificate,
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
    }),
  });
}

/** Returns the behaviour of the site beside the images, whose load balancer is asked over HTTPS and told the secret. */
function siteBehavior(scope: Construct, name: string, values: Values): cloudfront.BehaviorOptions {
  const closed = values['CloseDefaultDomain'] === 'true';
  return {
    origin: new HttpOrigin(values['SiteDomainName']!, {
      originId: 'site',
      customHeaders: { 'X-Origin-Verify': `{{resolve:secretsmanager:${values['SiteSecret']}}}` },
    }),
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
    functionAssociations: closed
      ? [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: siteRequests(scope, name, values['DomainName']!) }]
      : undefined,
  };
}

/** Returns the distribution's answers to a missing key. CloudFront asks the origin for the page's path, after OriginPath. */
export function errorResponsesOf(values: Values): cloudfront.ErrorResponse[] {
  const { MissingKey: missing, MissingSeconds: seconds, NotFoundPage: page, KeyPrefix: keys, UrlPrefix: urls } = values;
  if (missing !== '404') {
    return [];
  }
  return [{
    httpStatus: 404,
    ttl: Duration.seconds(Number(seconds)),
    ...(page && { responseHttpStatus: 404, responsePagePath: keys && urls ? `/${keys}/${page}` : `/${page}` }),
  }];
}

/** Returns the names to serve under besides CloudFront's own. */
function domainsOf({ DomainName: domain = '', OtherDomainName: other = '' }: Values): string[] {
  return [domain, other].filter((name) => name !== '');
}

/** Returns the certificate of the domains that is given, or has one issued; undefined without a domain. */
export function certificateOf(scope: Construct, values: Values): acm.ICertificate | undefined {
  const [domain, ...others] = domainsOf(values);
  if (domain === undefined) {
    return undefined;
  }
  const made = () => new acm.CfnCertificate(scope, 'Certificate', {
    domainName: domain,
    subjectAlternativeNames: others.length > 0 ? others : undefined,
    validationMethod: 'DNS',
    domainValidationOptions: [domain, ...others].map((domainName) => ({ domainName, hostedZoneId: values['HostedZoneId'] })),
  }).ref;
  return acm.Certificate.fromCertificateArn(scope, 'DomainCertificate', values['CertificateArn'] || made());
}

/** Makes the limit of how many requests one address may make in 5 minutes. */
function rateLimits(scope: Construct, name: string, limit: number): waf.CfnWebACL {
  const visibility = (metricName: string) => ({ cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true });
  return new waf.CfnWebACL(scope, 'RateLimits', {
    name,
    description: 'How many requests one address may make.',
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    visibilityConfig: visibility(name),
    rules: [{
      name: 'one-address',
      priority: 0,
      statement: { rateBasedStatement: { aggregateKeyType: 'IP', evaluationWindowSec: 300, limit } },
      action: { block: { customResponse: { responseCode: 429 } } },
      visibilityConfig: visibility('one-address'),
    }],
  });
}

/** Makes the A and AAAA records of the domains in their hosted zone. */
export function makeRecords(scope: Construct, values: Values, distribution: cloudfront.Distribution): void {
  domainsOf(values).forEach((name, i) => {
    for (const [id, type] of [['AddressIPv4', 'A'], ['AddressIPv6', 'AAAA']] as const) {
      new route53.CfnRecordSet(scope, i === 0 ? id : `Other${id}`, {
        hostedZoneId: values['HostedZoneId'],
        name,
        type,
        aliasTarget: { dnsName: distribution.distributionDomainName, hostedZoneId: CLOUDFRONT_ZONE },
      });
    }
  });
}
