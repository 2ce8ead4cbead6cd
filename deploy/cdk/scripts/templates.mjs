// Writes dist/templates.json: the parameters and rules of the project's templates, by which
// the constructs check their props, and the longest texts, which the constructs fill in.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

const deploy = new URL('../../', import.meta.url);

/** Returns a node's value, with the short forms of intrinsic functions spelled out. */
function longForm(node) {
  const value = isMap(node)
    ? Object.fromEntries(node.items.map((pair) => [String(pair.key.value), longForm(pair.value)]))
    : isSeq(node) ? node.items.map(longForm)
      : isScalar(node) ? node.value : null;
  if (!node?.tag?.startsWith('!')) {
    return value;
  }
  const name = node.tag.slice(1);
  return { [name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`]: value };
}

/** Reads a template in deploy. */
function template(file) {
  return longForm(parseDocument(readFileSync(new URL(file, deploy), 'utf8'), { logLevel: 'silent' }).contents);
}

/** Returns the parts of a template that the constructs check by. */
function checks({ Parameters, Rules = {} }) {
  return { Parameters, Rules };
}

const site = template('template/template.yaml');
const templates = {
  site: checks(site),
  purge: checks(template('purge/purge.yaml')),
  invoker: checks(template('purge/invoker.yaml')),
  role: checks(template('purge/role.yaml')),
  viewerRequest: site.Mappings.ViewerRequest.Function,
  alarmsOfRegions: site.Resources.AlarmsOfRegions.Properties.TemplateBody['Fn::Sub'],
  dashboard: site.Resources.Dashboard.Properties.DashboardBody['Fn::Sub'],
};
writeFileSync(new URL('../dist/templates.json', import.meta.url), JSON.stringify(templates, null, 1));
