import { CfnOutput } from 'aws-cdk-lib';
import { LambdaInvokeAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { policy, trust } from './iam';
import { nameOf } from './names';
import type { Package } from './package';
import { PropsError, type Values, valuesOf } from './parameters';
import { logStatement, makeLog, makeRegional, ofPackage } from './regional-function';

/**
 * The options of PurgeFromPipeline. Those that deploy/purge/invoker.yaml has too are called
 * as its parameters, with a small first letter.
 */
export interface PurgeFromPipelineProps {
  /** The invoker's package: Package.regionalFromCheckout or Package.regionalFromZip. */
  readonly package: Package;

  /** Whether to invoke the purge function in the other account, or to assume a role there. */
  readonly mode: 'invoke' | 'assume-role';

  /**
   * The ARN of the purge function or of the role, which need not exist yet:
   * PurgeOnChange.functionArn or PurgeRole.roleArn.
   */
  readonly purge: string;

  /**
   * The distribution, for assume-role.
   *
   * @default - none
   */
  readonly distributionId?: string;

  /**
   * The name of the function and its role, at most 64 characters. The other account is told
   * it before the role exists.
   *
   * @default - the stack's name and -invoker
   */
  readonly name?: string;
}

/** The options of a pipeline's action. */
export interface PurgeActionProps {
  /** @default Purge */
  readonly actionName?: string;
  /**
   * The paths to invalidate, of which 15 may end in *; a path may also be #TAG.
   *
   * @default - everything
   */
  readonly paths?: string[];
  /**
   * Whether the action ends only when the invalidation is completed.
   *
   * @default false
   */
  readonly wait?: boolean;
  /** @default 1 */
  readonly runOrder?: number;
}

/** The start of the ARN that each mode needs, and what it names. */
const TARGETS = { invoke: ['arn:aws:lambda:', 'a function'], 'assume-role': ['arn:aws:iam:', 'a role'] } as const;

/**
 * The function by which a pipeline purges a distribution in another account. It belongs
 * into a stack of the pipeline's account and region; PurgeOnChange with invokerRole, or
 * PurgeRole, belongs into one of the other account.
 *
 * The function is in the pipeline's account for three reasons. An action that names another
 * account makes the CDK add a support stack, which needs that account and the pipeline's own
 * to be known when the app is synthesised: otherwise synthesis ends with "must have an
 * explicitly set region", "must be a concrete value" or, in older releases, "Stack name must
 * match the regular expression … got '${Token[…]}'". A pipeline cannot hand a role to a
 * service of another account: "Cross-account pass role is not allowed". And a function
 * cannot report to a pipeline of another account: codepipeline:PutJobSuccessResult is
 * denied, and the action waits until it times out.
 *
 * Both sides have fixed names, so that each can name the other before that exists, and
 * neither stack refers to the other.
 *
 * It makes what deploy/purge/invoker.yaml makes, but that its role has a name.
 */
export class PurgeFromPipeline extends Construct {
  /** Returns the ARN of the role of the invoker called name, for PurgeOnChange or PurgeRole in another account. */
  static roleArn(account: string, name: string): string {
    return `arn:aws:iam::${account}:role/${name}`;
  }

  /** The function. */
  readonly function: lambda.Function;

  /** @throws PropsError for all props that contradict the template's patterns and rules */
  constructor(scope: Construct, id: string, props: PurgeFromPipelineProps) {
    super(scope, id);
    const name = nameOf(this, 'PurgeFromPipeline', props.name, '-invoker', 64);
    const { mode, purge, distributionId } = props;
    const values = valuesOf('PurgeFromPipeline', 'invoker', { mode, purge, distributionId }, ofPackage(props.package));
    const [start, target] = TARGETS[mode];
    if (!purge.startsWith(start)) {
      throw new PropsError('PurgeFromPipeline', [`purge is "${purge}": with mode "${mode}" it must be the ARN of ${target}`]);
    }
    const log = makeLog(this, name);
    const role = makeRole(this, name, mode, purge, log);
    this.function = makeRegional(this, {
      name,
      description: 'Purges a distribution in another account for a pipeline.',
      package: props.package,
      memorySize: 128,
      timeout: 60,
      environment: environment(values),
      role,
      log,
    });
    new CfnOutput(this, 'RoleArn', { description: 'The invokerRole in the other account.', value: role.attrArn });
    new CfnOutput(this, 'FunctionName', { description: 'The function of the pipeline\'s action.', value: this.function.functionName });
  }

  /** Returns an action of a pipeline in the same account and region that purges. */
  action({ actionName = 'Purge', paths, wait, runOrder }: PurgeActionProps = {}): LambdaInvokeAction {
    const userParameters = paths || wait ? { paths, wait } : undefined;
    return new LambdaInvokeAction({ actionName, runOrder, userParameters, lambda: this.function });
  }
}

/** Makes the function's role. */
function makeRole(scope: Construct, name: string, mode: PurgeFromPipelineProps['mode'], purge: string, log: logs.CfnLogGroup): iam.CfnRole {
  return new iam.CfnRole(scope, 'Role', {
    roleName: name,
    description: 'What the invoker of a pipeline may do.',
    assumeRolePolicyDocument: trust({ Service: 'lambda.amazonaws.com' }),
    policies: [policy('invoker',
      { Sid: 'Purge', Effect: 'Allow', Action: mode === 'invoke' ? 'lambda:InvokeFunction' : 'sts:AssumeRole', Resource: purge },
      // IAM has no resource for jobs: their ids are secret enough.
      { Sid: 'EndJobs', Effect: 'Allow', Action: ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult'], Resource: '*' },
      logStatement(log),
    )],
  });
}

/** Returns the function's environment variables. */
function environment({ Mode: mode = '', Purge: purge = '', DistributionId: distribution = '' }: Values): Record<string, string> {
  const invokes = mode === 'invoke';
  return {
    MODE: mode,
    PURGE_FUNCTION: invokes ? purge : '',
    PURGE_ROLE: invokes ? '' : purge,
    DISTRIBUTION_ID: distribution,
  };
}
