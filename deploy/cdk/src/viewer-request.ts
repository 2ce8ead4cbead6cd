import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import type { Values } from './parameters';
import { templates } from './templates';

/** The longest code of a function, in bytes. CloudFront Developer Guide, "Quotas on CloudFront Functions". */
const MAX_BYTES = 10 * 1024;

/** Begins the code that checks signatures. */
const IMPORTS = "import cf from 'cloudfront';\nimport crypto from 'crypto';\n";

/** Makes the function that gives each picture, size and format one spelling. */
export function imageRequests(scope: Construct, name: string, values: Values, keyValueStore?: cloudfront.IKeyValueStore): cloudfront.Function {
  const comment = 'Gives each picture, size and format one spelling.';
  return viewerFunction(scope, 'ImageRequests', { functionName: `${name}-images`, comment, keyValueStore }, imageCode(values));
}

/** Makes the store of the keys that sign URLs; undefined if the function checks no signatures. */
export function signingKeys(scope: Construct, name: string, values: Values): cloudfront.KeyValueStore | undefined {
  return isSigned(values)
    ? new cloudfront.KeyValueStore(scope, 'SigningKeys', { keyValueStoreName: `${name}-keys`, comment: 'The keys that sign URLs.' })
    : undefined;
}

/** Reports whether the function resizes for signed URLs alone. */
function isSigned(values: Values): boolean {
  return values['SignedUrls'] === 'true';
}

/** Says what is wrong with the code of the images' function, if anything. */
export function tooLong(values: Values): string[] {
  const bytes = Buffer.byteLength(imageCode(values));
  return bytes <= MAX_BYTES ? [] : [`the viewer-request function would have ${bytes} bytes, more than CloudFront's limit of ${MAX_BYTES}: give fewer sizes or presets`];
}

/** Returns the code of the images' function. */
function imageCode(values: Values): string {
  const { KeyPrefix: keyPrefix, Formats: formats } = values;
  const host = values['CloseDefaultDomain'] === 'true' ? values['DomainName'] : '';
  return code(`{host: '${host}', urlPrefix: '${values['UrlPrefix']}', keyPrefix: '${keyPrefix ? `/${keyPrefix}` : ''}', `
    + `sizes: '${values['Sizes']}', formats: '${formats === 'none' ? '' : formats}', missing: '${values['Missing']}', `
    + `maxWidth: ${values['MaxWidth']}, maxHeight: ${values['MaxHeight']}, request: ${values['RequestSettings']}}`, isSigned(values));
}

/**
 * Makes the function that answers a site's requests under one host only. With an empty
 * missing the code takes requests for no images and checks the host only.
 */
export function siteRequests(scope: Construct, name: string, host: string): cloudfront.Function {
  return viewerFunction(scope, 'SiteRequests', { functionName: `${name}-site`, comment: 'Closes the default domain.' }, code(`{host: '${host}', missing: ''}`));
}

/** Returns the code of a viewer-request function with the settings in site, a JavaScript literal. */
function code(site: string, signed = false): string {
  const { Code: main, Signed: checks, Unsigned: open } = templates.viewerRequest;
  return `${signed ? IMPORTS : ''}const site = ${site};\n${main}${signed ? checks : open}`;
}

/** Makes a viewer-request function. */
function viewerFunction(scope: Construct, id: string, props: Omit<cloudfront.FunctionProps, 'code'>, text: string): cloudfront.Function {
  return new cloudfront.Function(scope, id, {
    ...props,
    runtime: cloudfront.FunctionRuntime.JS_2_0,
    autoPublish: true,
    code: cloudfront.FunctionCode.fromInline(text),
  });
}
