import { CfnOutput, Fn, Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { makeQueues } from './changes';
import type { EdgeResize } from './edge-resize';
import { nameOf } from './names';
import { type Given, givenOf, PropsError, type Values, valuesOf } from './parameters';
import { makePurgeAlarms } from './purge-alarms';
import { makePurgeRole } from './purge-function-role';
import type { PurgeOnChangeProps } from './purge-on-change-props';
import { makeLog, makeRegional, ofPackage } from './regional-function';

/**
 * Takes variants out of a distribution's cache when their originals change, fed by the
 * bucket's EventBridge events through a queue. Its stack must be in the bucket's region.
 *
 * It makes what deploy/purge/purge.yaml makes.
 */
export class PurgeOnChange extends Construct {
  /** Returns the ARN of the function called name, for PurgeFromPipeline in another account. */
  static functionArn(account: string, region: string, name: string): string {
    return `arn:aws:lambda:${region}:${account}:function:${name}`;
  }

  /** The function. */
  readonly function: lambda.Function;
  /** Where changes wait, if there is a bucket. */
  readonly queue?: sqs.IQueue;
  /** Where changes end that could not be purged, if there is a bucket. */
  readonly deadLetters?: sqs.IQueue;

  /** @throws PropsError for all props that contradict the template's patterns and rules */
  constructor(scope: Construct, id: string, props: PurgeOnChangeProps) {
    super(scope, id);
    const { package: code, site, name: functionName, ...given } = props;
    const name = nameOf(this, 'PurgeOnChange', functionName, '-purge', 64);
    const values = valuesOf('PurgeOnChange', 'purge', { ...fromSite(site), ...givenOf(given) }, ofPackage(code));
    const bucket = values['BucketName']!;
    this.checkRegion(props);
    const log = makeLog(this, name);
    const queues = bucket ? makeQueues(this, values) : undefined;
    this.queue = queues && sqs.Queue.fromQueueArn(this, 'Changes', queues.queue.attrArn);
    this.deadLetters = queues && sqs.Queue.fromQueueArn(this, 'FailedChanges', queues.deadLetters.attrArn);
    this.function = makeRegional(this, {
      name,
      description: 'Takes variants out of CloudFront\'s cache when their originals change.',
      package: code,
      memorySize: 256,
      timeout: 30,
      environment: environment(values),
      role: makePurgeRole(this, values, log, queues?.queue),
      log,
    });
    this.joinLedger(values['LedgerStack']!);
    this.listen(values, queues?.queue);
    makePurgeAlarms(this, name, values, { function: this.function, log, queues });
    new CfnOutput(this, 'FunctionArn', { description: 'What the invoker of a pipeline\'s account invokes.', value: this.function.functionArn });
    if (queues) {
      new CfnOutput(this, 'QueueUrl', { description: 'Where changes wait.', value: queues.queue.ref });
      new CfnOutput(this, 'DeadLettersUrl', { description: 'Where changes end that could not be purged.', value: queues.deadLetters.ref });
    }
  }

  /** Refuses a function in another region than the site's bucket, whose changes are told there. */
  private checkRegion({ site, bucketName }: PurgeOnChangeProps): void {
    const { region } = Stack.of(this);
    const bucketRegion = site && bucketName === undefined ? site.bucketRegion : region;
    if (bucketRegion !== region && !Token.isUnresolved(bucketRegion) && !Token.isUnresolved(region)) {
      throw new PropsError('PurgeOnChange', [
        `the bucket is in ${bucketRegion}, where its changes are told, and the function would be in ${region}: put it into a stack in ${bucketRegion}`,
      ]);
    }
  }

  /** Puts the function into the ledger's VPC. */
  private joinLedger(ledger: string): void {
    if (ledger) {
      (this.function.node.defaultChild as lambda.CfnFunction).vpcConfig = {
        subnetIds: Fn.split(',', Fn.importValue(`${ledger}-Subnets`)),
        securityGroupIds: [Fn.importValue(`${ledger}-Functions`)],
      };
    }
  }

  /** Has the function called for changes in a queue and by an invoker. */
  private listen(values: Values, queue?: sqs.CfnQueue): void {
    if (queue) {
      // Two at a time, the fewest there may be: CloudFront takes one wildcard a second, and
      // has 15 in progress, for all of them.
      new lambda.CfnEventSourceMapping(this, 'EventSource', {
        functionName: this.function.functionName,
        eventSourceArn: queue.attrArn,
        batchSize: 1000,
        maximumBatchingWindowInSeconds: 5,
        functionResponseTypes: ['ReportBatchItemFailures'],
        scalingConfig: { maximumConcurrency: 2 },
      });
    }
    if (values['InvokerRole']) {
      new lambda.CfnPermission(this, 'InvokerPermission', {
        functionName: this.function.functionName,
        action: 'lambda:InvokeFunction',
        principal: values['InvokerRole'],
      });
    }
  }
}

/** Returns the props that follow from a site. */
function fromSite(site: EdgeResize | undefined): Record<string, Given> {
  return site === undefined ? {} : {
    distributionId: site.distribution?.distributionId,
    bucketName: site.bucket.bucketName,
    keyPrefix: site.keyPrefix,
    urlPrefix: site.urlPrefix,
  };
}

/** Returns the function's environment variables. */
function environment(values: Values): Record<string, string> {
  const ledger = values['LedgerStack']!;
  return {
    DISTRIBUTION_ID: values['DistributionId']!,
    MODE: values['Mode']!,
    KEY_PREFIX: values['KeyPrefix']!,
    URL_PREFIX: values['UrlPrefix']!,
    SUFFIXES: values['Suffixes']!,
    MONTHLY_PATHS: values['MonthlyPaths']!,
    WINDOW_SECONDS: values['WindowSeconds']!,
    LEDGER_CACHE: ledger,
    LEDGER_USER: ledger,
    LEDGER_ADDRESS: ledger && Fn.importValue(`${ledger}-Address`),
  };
}
