import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Queues } from './changes';
import type { Values } from './parameters';

/** What the alarms have in common. */
type Common = Pick<cloudwatch.CfnAlarmProps, 'evaluationPeriods' | 'comparisonOperator' | 'threshold' | 'treatMissingData' | 'alarmActions' | 'okActions' | 'period'>;

/** What the alarms of a purge function watch. */
export interface WatchedPurge {
  readonly function: lambda.IFunction;
  readonly log: logs.CfnLogGroup;
  /** The queues of changes, if there is a bucket. */
  readonly queues?: Queues;
}

/** Makes the alarms of a purge function called name, if there is where they go. */
export function makePurgeAlarms(scope: Construct, name: string, values: Values, { function: purge, log, queues }: WatchedPurge): void {
  const { AlarmEmail: email, AlarmTopicArn: given, MonthlyPaths: budget } = values;
  if (!email && !given) {
    return;
  }
  const topic = given || new sns.CfnTopic(scope, 'AlarmTopic', { subscription: [{ protocol: 'email', endpoint: email! }] }).ref;
  const common: Common = {
    period: 300, evaluationPeriods: 1, comparisonOperator: 'GreaterThanThreshold', threshold: 0, treatMissingData: 'notBreaching', alarmActions: [topic],
  };
  if (queues) {
    makeQueueAlarms(scope, name, queues, { ...common, okActions: [topic] });
  }
  new cloudwatch.CfnAlarm(scope, 'ErrorsAlarm', {
    ...common,
    alarmName: `${name}: errors`,
    alarmDescription: `The function fails. Its log is /aws/lambda/${name}.`,
    namespace: 'AWS/Lambda',
    metricName: 'Errors',
    dimensions: [{ name: 'FunctionName', value: purge.functionName }],
    statistic: 'Sum',
    okActions: [topic],
  });
  const overBudget = { namespace: 'edgeresize', metricName: `${name}-over-budget` };
  new logs.CfnMetricFilter(scope, 'OverBudget', {
    logGroupName: log.ref,
    filterPattern: '{ $.over_budget > 0 }',
    metricTransformations: [{ metricNamespace: overBudget.namespace, metricName: overBudget.metricName, metricValue: '$.over_budget' }],
  });
  new cloudwatch.CfnAlarm(scope, 'BudgetAlarm', {
    ...common,
    ...overBudget,
    alarmName: `${name}: budget`,
    alarmDescription: `More than ${budget} paths and tags were invalidated in this month. CloudFront charges for those beyond 1,000. `
      + 'Mode=adaptive keeps to the budget, by paths that take more out of the cache.',
    statistic: 'Sum',
    period: 3600,
  });
}

/** Makes the alarms of both queues. */
function makeQueueAlarms(scope: Construct, name: string, { queue, deadLetters }: Queues, common: Common): void {
  const inQueue = (of: Queues['queue']) => ({ ...common, namespace: 'AWS/SQS', dimensions: [{ name: 'QueueName', value: of.attrQueueName }], statistic: 'Maximum' });
  new cloudwatch.CfnAlarm(scope, 'DeadLettersAlarm', {
    ...inQueue(deadLetters),
    alarmName: `${name}: dead letters`,
    alarmDescription: 'Changes that could not be purged for hours are in the dead-letter queue. Look at the log, mend what it '
      + 'says, and redrive the queue in the console of SQS.',
    metricName: 'ApproximateNumberOfMessagesVisible',
    treatMissingData: 'ignore',
  });
  // What came seconds ago waits for its batch, and what is over the quota for some minutes.
  new cloudwatch.CfnAlarm(scope, 'WaitingAlarm', {
    ...inQueue(queue),
    alarmName: `${name}: changes wait`,
    alarmDescription: 'The function has taken no change from the queue for an hour. Is its event source mapping on?',
    metricName: 'ApproximateAgeOfOldestMessage',
    threshold: 3600,
  });
}
