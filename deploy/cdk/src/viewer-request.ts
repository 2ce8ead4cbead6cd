import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import type { Values } from './parameters';
import { templates } from './templates';

/** Makes the function that gives each picture, size and format one spelling. */
export function imageRequests(scope: Construct, name: string, values: Values): cloudfront.Function {
  const { KeyPrefix: keyPrefix, Formats: formats } = values;
  const host = values['CloseDefaultDomain'] === 'true' ? values['DomainName'] : '';
  const site = `{host: '${host}', urlPrefix: '${values['UrlPrefix']}', keyPrefix: '${keyPrefix ? `/${keyPrefix}` : ''}', `
    + `sizes: '${values['Sizes']}', formats: '${formats === 'none' ? '' : formats}', missing: '${values['Missing']}', `
    + `maxWidth: ${values['MaxWidth']}, maxHeight: ${values['MaxHeight']}, request: {}}`;
  return viewerFunction(scope, 'ImageRequests', `${name}-images`, 'Gives each picture, size and format one spelling.', site);
}

/**
 * Makes the function that answers a site's requests under one host only. With an empty
 * missing the code takes requests for no images and checks the host only.
 */
export function siteRequests(scope: Construct, name: string, host: string): cloudfront.Function {
  return viewerFunction(scope, 'SiteRequests', `${name}-site`, 'Closes the default domain.', `{host: '${host}', missing: ''}`);
}

/** Makes a viewer-request function with the settings in site, a JavaScript literal. */
function viewerFunction(scope: Construct, id: string, name: string, comment: string, site: string): cloudfront.Function {
  const code = `const site = ${site};\n${templates.viewerRequest}`;
  return new cloudfront.Function(scope, id, {
    functionName: name,
    comment,
    runtime: cloudfront.FunctionRuntime.JS_2_0,
    autoPublish: true,
    code: cloudfront.FunctionCode.fromInline(code),
  });
}
