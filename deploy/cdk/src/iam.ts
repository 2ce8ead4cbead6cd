import { Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** A statement of a policy, as IAM has it. */
export type Statement = Readonly<Record<string, unknown>>;

/** Returns a policy document. */
export function document(...statements: Statement[]): Statement {
  return { Version: '2012-10-17', Statement: statements };
}

/** Returns a policy of a role. */
export function policy(policyName: string, ...statements: Statement[]): iam.CfnRole.PolicyProperty {
  return { policyName, policyDocument: document(...statements) };
}

/** Returns the trust policy of a role that a principal may assume, under a condition if one is given. */
export function trust(principal: Readonly<Record<string, string | string[]>>, condition?: Statement): Statement {
  return document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...(condition && { Condition: condition }) });
}

/** Returns the ARN of a distribution in the stack's account. */
export function distributionArn(scope: Construct, id: string): string {
  return `arn:aws:cloudfront::${Stack.of(scope).account}:distribution/${id}`;
}
