import { deepStrictEqual, ok } from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { EdgeResize, PurgeFromPipeline, PurgeOnChange, PurgeRole } from '../src';
import { ENV, newApp, PACKAGE, REGIONAL, ROOT, TEMP } from './support';

/** The folder of an emulation of AWS that make check-cdk installs. */
const { MINISTACK = '' } = process.env;

/** Starts the emulation, and returns its process and its address once it answers. */
async function emulation(): Promise<{ process: ChildProcess; address: string }> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  listener.close();
  await once(listener, 'close');
  const dir = mkdtempSync(join(TEMP, 'ministack-'));
  const address = `http://127.0.0.1:${port}`;
  const process = spawn(join(MINISTACK, 'ministack'), {
    env: { ...globalThis.process.env, AWS_ENDPOINT_URL: address, BIND_HOST: '127.0.0.1', GATEWAY_PORT: `${port}`, TMPDIR: dir, S3_DATA_DIR: dir },
    stdio: 'ignore',
  });
  for (;;) {
    if (await fetch(address).then(() => true, () => false)) {
      return { process, address };
    }
    ok(process.exitCode === null, `ministack has ended with status ${process.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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

test('cdk deploy makes stacks in an emulation of AWS', { skip: MINISTACK ? false : 'needs ministack: run make check-cdk' }, async () => {
  const { process, address } = await emulation();
  try {
    const cdk = (...args: string[]) => execFileSync(globalThis.process.execPath, [join(ROOT, 'deploy/cdk/node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices'], {
      cwd: TEMP,
      stdio: 'pipe',
      env: {
        PATH: globalThis.process.env['PATH'], HOME: TEMP, AWS_ENDPOINT_URL: address, AWS_REGION: ENV.region,
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
  } finally {
    process.kill();
    await once(process, 'exit');
  }
});
