import { deepStrictEqual, ok } from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { EdgeResize, PurgeFromPipeline, PurgeOnChange, PurgeRole } from '../src';
import { ENV, newApp, PACKAGE, REGIONAL, ROOT, TEMP } from './support';

/** The folder of an emulation of AWS that make check-cdk installs. */
const { MINISTACK = '' } = process.env;

/** Starts the emulation, which ends with the test, and returns its address once it answers. */
async function emulation(t: TestContext): Promise<string> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  listener.close();
  await once(listener, 'close');
  const dir = mkdtempSync(join(TEMP, 'ministack-'));
  const address = `http://127.0.0.1:${port}`;
  const emulated = spawn(join(MINISTACK, 'ministack'), {
    env: { ...process.env, AWS_ENDPOINT_URL: address, BIND_HOST: '127.0.0.1', GATEWAY_PORT: `${port}`, TMPDIR: dir, S3_DATA_DIR: dir },
    stdio: 'ignore',
  });
  t.after(async () => {
    if (emulated.exitCode === null && emulated.kill()) {
      await once(emulated, 'exit');
    }
  });
  while (!await fetch(address, { signal: t.signal }).then(() => true, () => false)) {
    t.signal.throwIfAborted();
    ok(emulated.exitCode === null, `ministack has ended with status ${emulated.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return address;
}

/** Makes the stacks to deploy. The emulation has no stack sets, which alarms of a site need. */
function app(): App {
  const made = newApp();
  const site = new Stack(made, 'site', { env: ENV });
  const images = new EdgeResize(site, 'Images', { package: PACKAGE, missingKey: 404, rateLimit: 2000 });
  new PurgeOnChange(site, 'Purge', { package: REGIONAL, site: images, alarmEmail: 'ops@example.com', invokerRole: PurgeFromPipeline.roleArn(ENV.account, 'delivery-invoker') });
  const shop = new Stack(made, 'shop', { env: ENV });
  const uploads = new EdgeResize(shop, 'Images', { package: PACKAGE, bucketName: 'originals', makeDistribution: false });
  new Distribution(shop, 'Site', {
    defaultBehavior: { origin: new HttpOrigin('www.example.com') }, additionalBehaviors: { '/img/*': uploads.behaviorOptions() },
  });
  const delivery = new Stack(made, 'delivery', { env: ENV });
  new PurgeFromPipeline(delivery, 'Purge', { package: REGIONAL, mode: 'assume-role', purge: PurgeRole.roleArn(ENV.account, 'delivery-purge'), distributionId: 'E1' });
  new PurgeRole(delivery, 'Role', { distributionId: 'E1', invokerRole: PurgeFromPipeline.roleArn(ENV.account, 'delivery-invoker') });
  return made;
}

/** Options of a test that needs the emulation. */
const options = { skip: MINISTACK ? false : 'needs ministack: run make check-cdk', timeout: 600_000 };

test('cdk deploy makes stacks in an emulation of AWS', options, async (t) => {
  const address = await emulation(t);
  const cdk = (...args: string[]) => execFileSync(process.execPath, [join(ROOT, 'deploy/cdk/node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices'], {
    cwd: TEMP,
    stdio: 'pipe',
    env: {
      PATH: process.env['PATH'], HOME: TEMP, AWS_ENDPOINT_URL: address, AWS_REGION: ENV.region,
      AWS_ACCESS_KEY_ID: ENV.account, AWS_SECRET_ACCESS_KEY: 'test', CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1',
    },
  });
  const assembly = app().synth();
  const outputs = join(TEMP, 'outputs.json');
  cdk('bootstrap', `aws://${ENV.account}/${ENV.region}`);
  cdk('deploy', '--all', '--app', assembly.directory, '--require-approval', 'never', '--outputs-file', outputs);
  const made: Record<string, Record<string, string>> = JSON.parse(readFileSync(outputs, 'utf8'));
  for (const { stackName, template } of assembly.stacks) {
    deepStrictEqual(Object.keys(made[stackName] ?? {}).sort(), Object.keys(template.Outputs).sort());
    deepStrictEqual(Object.entries(made[stackName]!).filter(([, value]) => !value), []);
  }
});
