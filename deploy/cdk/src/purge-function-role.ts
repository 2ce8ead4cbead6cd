import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { distributionArn, policy, trust } from './iam';
import type { Values } from './parameters';
import { logStatement } from './regional-function';

/** Makes the role of the purge function. */
export function makePurgeRole(scope: Construct, values: Values, log: logs.CfnLogGroup, queue?: sqs.CfnQueue): iam.CfnRole {
  const distribution = distributionArn(scope, values['DistributionId']!);
  return new iam.CfnRole(scope, 'Role', {
    description: 'What the purge function may do.',
    assumeRolePolicyDocument: trust({ Service: 'lambda.amazonaws.com' }),
    policies: [
      // It counts a month's, and tells a pipeline when its own are completed.
      policy('purge', {
        Sid: 'Invalidate',
        Effect: 'Allow',
        Action: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation', 'cloudfront:ListInvalidations'],
        Resource: distribution,
      }, logStatement(log)),
      ...(values['Mode'] === 'tag'
        ? [policy('tags', { Sid: 'SeeWhetherThereAreTags', Effect: 'Allow', Action: ['cloudfront:GetDistributionConfig'], Resource: distribution })]
        : []),
      ...(values['LedgerStack'] ? [ledgerPolicy(scope, values['LedgerStack'])] : []),
      ...(queue
        ? [policy('changes', {
          Sid: 'TakeChanges',
          Effect: 'Allow',
          Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          Resource: queue.attrArn,
        })]
        : []),
    ],
  });
}

/** Returns the policy for a ledger. */
function ledgerPolicy(scope: Construct, ledger: string): iam.CfnRole.PolicyProperty {
  const { account, region } = Stack.of(scope);
  return policy('ledger', {
    Sid: 'UseTheLedger',
    Effect: 'Allow',
    Action: 'elasticache:Connect',
    Resource: ['serverlesscache', 'user'].map((kind) => `arn:aws:elasticache:${region}:${account}:${kind}:${ledger}`),
  }, {
    // Lambda's own, to get into the VPC; IAM has no narrower resource for these. Lambda
    // Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
    Sid: 'BeInTheVpc',
    Effect: 'Allow',
    Action: [
      'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
    ],
    Resource: '*',
  });
}
