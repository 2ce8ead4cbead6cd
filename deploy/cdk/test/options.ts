import type { EdgeResizeProps, PurgeOnChangeProps } from '../src';

/** Props of EdgeResize without its package. */
export type Props = Partial<EdgeResizeProps>;

const DOMAIN: Props = { domainName: 'img.example.com' };
const ZONE: Props = { hostedZoneId: 'Z0123456789' };
const CERTIFICATE: Props = { certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef' };
const CLOSED: Props = { closeDefaultDomain: true };
const OTHER: Props = { otherDomainName: 'example.com' };
const ALL: Props = {
  requestParameters: ['fit', 'quality', 'dpr', 'gravity', 'trim', 'sharpen', 'blur'],
  requestSettings: '{"parameters":["fit","quality","dpr","gravity","trim","sharpen","blur","w","h","preset"],"fit":"cover","quality":80,"min_quality":40,'
    + '"presets":{"card":"width=500&height=300&fit=pad&background=fff","placeholder":"width=32&height=32"}}',
};
const PRESETS: Props = { requestSettings: '{"parameters":["preset"],"presets":{"10":"width=500&height=300"},"only_presets":true}' };
const SIGNED: Props = { requestSettings: '{"parameters":["signature"]}', signedUrls: true };
const PAGE: Props = { missingKey: 404, notFoundPage: 'errors/404.html', missingSeconds: 60 };

/** The role of an invoker in another account. */
export const ROLE = 'arn:aws:iam::222222222222:role/invoker';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:alarms';

/** Every option of a site, so that a parameter of template.yaml without one fails. */
export const OPTIONS: Record<string, Props[]> = {
  bucket: [{}, { bucketName: 'old-originals', bucketRegion: 'eu-west-1' }, { bucketName: 'old-originals', bucketRegion: 'ca-west-1' }],
  keyPrefix: [{}, { keyPrefix: 'media/photos' }],
  urlPrefix: [{}, { urlPrefix: '/wp-content/uploads' }],
  requests: [{}, { sizes: ['500x300', '640x480'], formats: 'none' }, { formats: 'webp', missing: 'keep-ratio', sizes: ['640x'], maxWidth: 2560, maxHeight: 1000 }],
  parameters: [{}, ALL, PRESETS, { requestParameters: ['fit', 'blur'], requestSettings: '{"parameters":["fit","blur","w"],"fit":"pad"}' }, SIGNED],
  domain: [
    {}, { ...DOMAIN, ...ZONE }, { ...DOMAIN, ...CERTIFICATE }, { ...DOMAIN, ...ZONE, ...CERTIFICATE },
    { ...DOMAIN, ...ZONE, ...CLOSED }, { ...DOMAIN, ...ZONE, ...OTHER }, { ...DOMAIN, ...CERTIFICATE, ...OTHER },
  ],
  missing: [{}, { missingKey: 404 }],
  // A page takes the place of a site's own.
  siteOrPage: [{}, { siteDomainName: 'alb.example.com', siteSecret: 'origin-secret' }, { siteDomainName: 'alb.example.com', siteSecret: 's', imagePath: '/img/*' }, PAGE],
  rateLimit: [{}, { rateLimit: 2000 }],
  shield: [{}, { originShieldRegion: 'none' }, { originShieldRegion: 'eu-west-2' }],
  memory: [{}, { memorySize: 1024 }],
  alarms: [{}, { alarmEmail: 'ops@example.com' }, { alarmTopicArn: TOPIC }],
  slack: [{}, { slackChannel: 'T0123ABCD/C0123ABCD' }],
  // The checksum of a zip without a file, which the emulation of AWS has at every key.
  code: [{}, { codeSha256: 'hznHbmgfkAkjuQDJ3w73XPQh05yrtUZQxLmtGbanbYU=' },
    { codeSigningConfigArn: 'arn:aws:lambda:us-east-1:111122223333:code-signing-config:csc-0123456789abcdefg' }],
};

/** Props that contradict each other. */
export const CONTRADICTIONS: Props[] = [
  DOMAIN, ZONE, CERTIFICATE, CLOSED, { requestParameters: ['fit'] }, { signedUrls: true }, { siteDomainName: 'alb.example.com' }, { notFoundPage: '404.html' },
  { notFoundPage: '404.html', missingKey: 404, siteDomainName: 'alb.example.com', siteSecret: 's' },
  OTHER, { ...DOMAIN, ...ZONE, ...CLOSED, ...OTHER }, { alarmEmail: 'ops@example.com', alarmTopicArn: TOPIC },
];

/** Every option of a purge, so that a parameter of purge.yaml without one fails. */
export const PURGE_OPTIONS: Record<string, Partial<PurgeOnChangeProps>[]> = {
  bucketName: [{}, { bucketName: 'originals' }, { bucketName: 'originals', keyPrefix: 'media', urlPrefix: '/uploads', suffixes: ['.jpg', '.png'] }],
  mode: [{}, { mode: 'each' }, { mode: 'adaptive', monthlyPaths: 5000 }],
  ledgerStack: [{}, { ledgerStack: 'ledger', windowSeconds: 10 }],
  invokerRole: [{}, { invokerRole: ROLE }],
  alarms: [{}, { alarmEmail: 'ops@example.com' }, { alarmTopicArn: TOPIC }],
};
