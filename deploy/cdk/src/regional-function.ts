import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Statement } from './iam';
import type { Package } from './package';
import type { Values } from './parameters';

/** What a function in one region is made of. */
export interface RegionalFunctionProps {
  readonly name: string;
  readonly description: string;
  readonly package: Package;
  /** Memory in MB. */
  readonly memorySize: number;
  /** The timeout in seconds. */
  readonly timeout: number;
  readonly environment: Record<string, string>;
  readonly role: iam.CfnRole;
  readonly log: logs.CfnLogGroup;
}

/** Returns the parameters of a template that follow from the package, for the checks. */
export function ofPackage({ architecture }: Package): Values {
  return { CodeBucket: '', CodeKey: '', Architecture: architecture };
}

/** Makes the log group of a function called name. */
export function makeLog(scope: Construct, name: string): logs.CfnLogGroup {
  return new logs.CfnLogGroup(scope, 'Log', { logGroupName: `/aws/lambda/${name}`, retentionInDays: 30 });
}

/** Returns the statement that lets a function write its log. */
export function logStatement(log: logs.CfnLogGroup): Statement {
  return { Sid: 'Log', Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: log.attrArn };
}

/** Makes a function on Lambda's runtime provided.al2023. The CDK adds nothing to its role. */
export function makeRegional(scope: Construct, props: RegionalFunctionProps): lambda.Function {
  const made = new lambda.Function(scope, 'Function', {
    functionName: props.name,
    description: props.description,
    role: iam.Role.fromRoleArn(scope, 'FunctionRole', props.role.attrArn, { mutable: false }),
    runtime: lambda.Runtime.PROVIDED_AL2023,
    handler: 'bootstrap',
    architecture: props.package.architecture === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
    memorySize: props.memorySize,
    timeout: Duration.seconds(props.timeout),
    code: lambda.Code.fromAsset(props.package.path()),
    environment: props.environment,
  });
  made.node.addDependency(props.log);
  return made;
}
