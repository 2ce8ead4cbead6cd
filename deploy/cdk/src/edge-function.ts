import { CfnDeletionPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { policy, trust } from './iam';
import type { Package } from './package';

/** What the function is made of. */
export interface EdgeFunctionProps {
  readonly name: string;
  readonly package: Package;
  /** Memory in MB. */
  readonly memorySize: number;
  /** The checksum in base64; Lambda publishes no version of other code. */
  readonly codeSha256: string | undefined;
  /** The code signing configuration. */
  readonly codeSigningConfigArn: string | undefined;
  /** The ARN of the objects that the function may read. */
  readonly originals: string;
}

/** Makes the function with its role, and returns the version that CloudFront runs. */
export function makeVersion(scope: Construct, props: EdgeFunctionProps): lambda.CfnVersion {
  const asset = new Asset(scope, 'Package', { path: props.package.path() });
  // A version is published for each new description, which therefore names all that may
  // change of the function. The function has the same description, so that $LATEST differs
  // from the version before, even from one published by hand: otherwise Lambda publishes
  // none and the update fails. For the same reason the version of a failed update goes.
  // Other versions stay until the function goes: one can go back to them, and CloudFront
  // holds on to a version for hours after its last use.
  const description = `python3.13, ${props.memorySize} MB, ${asset.s3ObjectKey}${props.codeSha256 ? ', pinned' : ''}`;
  const edge = new lambda.CfnFunction(scope, 'Function', {
    functionName: props.name,
    description,
    role: makeRole(scope, props).attrArn,
    runtime: 'python3.13',
    handler: 'lambda_function.handler',
    architectures: ['x86_64'],
    memorySize: props.memorySize,
    timeout: 30,
    code: { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey },
    codeSigningConfigArn: props.codeSigningConfigArn,
    // `go run ./deploy publish` recognises edgeresize's functions by this tag.
    tags: [{ key: 'edgeresize', value: 'site' }],
  });
  asset.addResourceMetadata(edge, 'Code');
  const version = new lambda.CfnVersion(scope, 'Version', { functionName: edge.ref, description, codeSha256: props.codeSha256 });
  version.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
  version.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  return version;
}

/**
 * Makes the function's role. Lambda@Edge logs as us-east-1.NAME in the region that runs the
 * function. A function that is invoked by hand logs as NAME.
 */
function makeRole(scope: Construct, { name, originals }: EdgeFunctionProps): iam.CfnRole {
  const { account } = Stack.of(scope);
  const groups = [`arn:aws:logs:*:${account}:log-group:/aws/lambda/us-east-1.${name}`, `arn:aws:logs:us-east-1:${account}:log-group:/aws/lambda/${name}`];
  return new iam.CfnRole(scope, 'Role', {
    description: 'What the resizing function may do at the edge.',
    assumeRolePolicyDocument: trust({ Service: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] }),
    policies: [policy('edgeresize',
      { Sid: 'ReadOriginals', Effect: 'Allow', Action: 's3:GetObject', Resource: originals },
      {
        Sid: 'Log',
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: groups.flatMap((group) => [group, `${group}:*`]),
      },
    )],
  });
}
