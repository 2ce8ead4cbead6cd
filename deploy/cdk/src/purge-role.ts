import { CfnOutput } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { distributionArn, policy, trust } from './iam';
import { nameOf } from './names';
import { valuesOf } from './parameters';

/** The options of PurgeRole, which are the parameters of deploy/purge/role.yaml. */
export interface PurgeRoleProps {
  /** The distribution whose cache it is. */
  readonly distributionId: string;

  /** The ARN of the role of the invoker in the pipeline's account: PurgeFromPipeline.roleArn. */
  readonly invokerRole: string;

  /**
   * The role's name, at most 64 characters, which the invoker is told before the role exists.
   *
   * @default - the stack's name and -purge
   */
  readonly name?: string;
}

/**
 * A role in a distribution's account by which PurgeFromPipeline in another account, with
 * mode assume-role, purges the distribution.
 *
 * It makes what deploy/purge/role.yaml makes.
 */
export class PurgeRole extends Construct {
  /** Returns the ARN of the role called name, for PurgeFromPipeline in another account. */
  static roleArn(account: string, name: string): string {
    return `arn:aws:iam::${account}:role/${name}`;
  }

  /** The role. */
  readonly role: iam.IRole;

  /** @throws PropsError for all props that contradict the template's patterns */
  constructor(scope: Construct, id: string, props: PurgeRoleProps) {
    super(scope, id);
    const { name: roleName, ...given } = props;
    const name = nameOf(this, 'PurgeRole', roleName, '-purge', 64);
    const values = valuesOf('PurgeRole', 'role', given, {});
    const role = new iam.CfnRole(this, 'Role', {
      // The invoker is told it before it exists.
      roleName: name,
      description: 'Lets a pipeline in another account purge a distribution.',
      assumeRolePolicyDocument: trust({ AWS: values['InvokerRole']! }),
      policies: [policy('purge', {
        Sid: 'Invalidate',
        Effect: 'Allow',
        Action: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
        Resource: distributionArn(this, values['DistributionId']!),
      })],
    });
    this.role = iam.Role.fromRoleArn(this, 'AssumedRole', role.attrArn, { mutable: false });
    new CfnOutput(this, 'RoleArn', { description: 'What the invoker assumes.', value: role.attrArn });
  }
}
