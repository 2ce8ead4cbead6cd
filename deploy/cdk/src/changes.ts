import * as events from 'aws-cdk-lib/aws-events';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { document } from './iam';
import type { Values } from './parameters';

/** The queue of changes, and that of changes that could not be purged. */
export interface Queues {
  readonly queue: sqs.CfnQueue;
  readonly deadLetters: sqs.CfnQueue;
}

/** Makes the rule that catches changes, their queue, and the queue of those that fail. */
export function makeQueues(scope: Construct, { BucketName: bucket, KeyPrefix: prefix }: Values): Queues {
  // Five hours of attempts have failed for what gets here.
  const deadLetters = new sqs.CfnQueue(scope, 'DeadLetters', { messageRetentionPeriod: 1209600, sqsManagedSseEnabled: true });
  // What the function hands back comes again after the visibility timeout, which Lambda
  // wants to be six times the function's.
  const queue = new sqs.CfnQueue(scope, 'Queue', {
    visibilityTimeout: 180,
    messageRetentionPeriod: 1209600,
    sqsManagedSseEnabled: true,
    redrivePolicy: { deadLetterTargetArn: deadLetters.attrArn, maxReceiveCount: 100 },
  });
  const rule = new events.CfnRule(scope, 'Rule', {
    description: 'Objects that were made, replaced or deleted.',
    eventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created', 'Object Deleted'],
      detail: { bucket: { name: [bucket] }, ...(prefix && { object: { key: [{ prefix: `${prefix}/` }] } }) },
    },
    targets: [{ id: 'queue', arn: queue.attrArn }],
  });
  new sqs.CfnQueuePolicy(scope, 'QueuePolicy', {
    queues: [queue.ref],
    policyDocument: document({
      Sid: 'ChangesComeFromTheRule',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queue.attrArn,
      Condition: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
    }),
  });
  return { queue, deadLetters };
}
