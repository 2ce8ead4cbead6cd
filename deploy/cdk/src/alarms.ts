import { CfnResource, CfnStackSet, Fn, Stack } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as chatbot from 'aws-cdk-lib/aws-chatbot';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { document, policy, trust } from './iam';
import type { Values } from './parameters';
import { filled, templates } from './templates';

/** The regions of functions that every account has from the start. */
const REGIONS = [
  'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1', 'eu-central-1', 'eu-west-1', 'eu-west-2',
  'eu-west-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'ap-northeast-2',
];

/** A policy of AWS's. */
const READ_ONLY = 'arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess';

/** What the alarms of a site watch. */
export interface Watched {
  readonly distribution: cloudfront.IDistribution;
  /** The certificate of the domain, if there is one. */
  readonly certificate?: acm.ICertificate;
  /** The one region that runs the function, if there is an Origin Shield. */
  readonly shieldRegion?: string;
}

/** Reports whether a site has alarms. */
export function hasAlarms({ AlarmEmail: email, AlarmTopicArn: topic, SlackChannel: channel }: Values): boolean {
  return Boolean(email || topic || channel);
}

/**
 * Makes the alarms and the dashboard of a site called name, and returns the topic that
 * alarms go to.
 *
 * An alarm reaches topics of its own region only. Hence alarms have no actions: a rule sends
 * the events of all regions to the topic.
 */
export function makeAlarms(scope: Construct, name: string, values: Values, watched: Watched): sns.ITopic {
  const { AlarmEmail: email, AlarmTopicArn: given, SlackChannel: channel } = values;
  const subscription = email ? [{ protocol: 'email', endpoint: email }] : undefined;
  const topic = given || new sns.CfnTopic(scope, 'AlarmTopic', { subscription }).ref;
  const role = makeAlarmRole(scope, topic);
  makeAlarmRule(scope, name, topic, role);
  makeCloudFrontAlarms(scope, name, watched.distribution.distributionId);
  if (watched.certificate) {
    makeCertificateAlarm(scope, name, values['DomainName']!, watched.certificate.certificateArn);
  }
  makeAlarmsOfRegions(scope, name, watched, role);
  new cloudwatch.CfnDashboard(scope, 'Dashboard', {
    dashboardName: name,
    dashboardBody: filled(templates.dashboard, { 'AWS::StackName': name, Distribution: watched.distribution.distributionId }),
  });
  if (channel) {
    makeSlack(scope, name, channel, topic);
  }
  return sns.Topic.fromTopicArn(scope, 'Alarms', topic);
}

/** Makes the role of EventBridge and of the stack set. */
function makeAlarmRole(scope: Construct, topic: string): iam.CfnRole {
  const { account } = Stack.of(scope);
  return new iam.CfnRole(scope, 'AlarmRole', {
    description: 'What EventBridge and the alarms\' stack set may do.',
    assumeRolePolicyDocument: trust(
      { Service: ['events.amazonaws.com', 'cloudformation.amazonaws.com', 'cloudformation.me-central-1.amazonaws.com'] },
      { StringEquals: { 'aws:SourceAccount': account } },
    ),
    policies: [policy('alarms',
      { Effect: 'Allow', Action: 'sns:Publish', Resource: topic },
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: `arn:aws:events:us-east-1:${account}:event-bus/default` },
    )],
  });
}

/** Makes the rule that sends alarms to the topic, in words that AWS Chatbot shows too. */
function makeAlarmRule(scope: Construct, name: string, topic: string, role: iam.CfnRole): void {
  new events.CfnRule(scope, 'AlarmRule', {
    description: 'Alarms that begin or end, of all regions.',
    eventPattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: {
        alarmName: [{ prefix: `${name}: ` }],
        $or: [{ state: { value: ['ALARM'] } }, { previousState: { value: ['ALARM'] } }],
      },
    },
    targets: [{
      id: 'topic',
      arn: topic,
      roleArn: role.attrArn,
      inputTransformer: {
        inputPathsMap: {
          alarm: '$.detail.alarmName', region: '$.region', state: '$.detail.state.value',
          why: '$.detail.state.reason', advice: '$.detail.configuration.description',
        },
        inputTemplate: '{"version": "1.0", "source": "custom", "content": {"title": "<alarm> is <state> in <region>", '
          + '"description": <why>, "nextSteps": [<advice>]}}',
      },
    }],
  });
}

/**
 * Makes the alarms of CloudFront's metrics, which are in us-east-1. CloudFront Developer
 * Guide, "View CloudFront and edge function metrics".
 */
function makeCloudFrontAlarms(scope: Construct, name: string, distribution: string): void {
  const common = {
    namespace: 'AWS/CloudFront',
    dimensions: [{ name: 'DistributionId', value: distribution }, { name: 'Region', value: 'Global' }],
    period: 300,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
  };
  new cloudwatch.CfnAlarm(scope, 'ServerErrors', {
    ...common,
    alarmName: `${name}: 5xx`,
    alarmDescription: 'More than 1% of the distribution\'s answers are 5xx. go run ./deploy doctor looks for the cause.',
    metricName: '5xxErrorRate',
    statistic: 'Average',
    evaluationPeriods: 2,
    threshold: 1,
  });
  new cloudwatch.CfnAlarm(scope, 'RefusedAnswers', {
    ...common,
    alarmName: `${name}: refused answers`,
    alarmDescription: `CloudFront refused answers of the function. Each region logs them in /aws/cloudfront/LambdaEdge/${distribution}.`,
    metricName: 'LambdaValidationError',
    statistic: 'Sum',
    evaluationPeriods: 1,
    threshold: 0,
  });
}

/**
 * Makes the alarm of a certificate. ACM renews one by 30 days before it expires, unless
 * something prevents that; an expired one has no metric. ACM User Guide, "Supported
 * CloudWatch metrics".
 */
function makeCertificateAlarm(scope: Construct, name: string, domain: string, certificate: string): void {
  new cloudwatch.CfnAlarm(scope, 'CertificateExpires', {
    alarmName: `${name}: certificate`,
    alarmDescription: `The certificate of ${domain} expires within 25 days. See in ACM why it was not renewed, or import another.`,
    namespace: 'AWS/CertificateManager',
    metricName: 'DaysToExpiry',
    dimensions: [{ name: 'CertificateArn', value: certificate }],
    statistic: 'Minimum',
    period: 86400,
    evaluationPeriods: 1,
    comparisonOperator: 'LessThanThreshold',
    threshold: 25,
    treatMissingData: 'ignore',
  });
}

/** Makes the alarms of each region that runs the function: that of the Origin Shield, or REGIONS. */
function makeAlarmsOfRegions(scope: Construct, name: string, { distribution, shieldRegion }: Watched, administration: iam.CfnRole): void {
  const { account } = Stack.of(scope);
  const execution = makeExecutionRole(scope, name, administration);
  const mayExecute = new iam.CfnPolicy(scope, 'AlarmsMayExecute', {
    policyName: 'alarms',
    roles: [administration.ref],
    policyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: execution.attrArn }),
  });
  const stacks = new CfnStackSet(scope, 'AlarmsOfRegions', {
    stackSetName: `${name}-alarms`,
    permissionModel: 'SELF_MANAGED',
    administrationRoleArn: administration.attrArn,
    executionRoleName: execution.ref,
    operationPreferences: { regionConcurrencyType: 'PARALLEL' },
    stackInstancesGroup: [{ deploymentTargets: { accounts: [account] }, regions: shieldRegion === undefined ? REGIONS : [shieldRegion] }],
    parameters: [{ parameterKey: 'Sender', parameterValue: administration.attrArn }],
    templateBody: filled(templates.alarmsOfRegions, { 'AWS::StackName': name, 'AWS::AccountId': account }),
  });
  stacks.addResourceDependency(mayExecute);
  // Until the distribution is made, the roles are known everywhere.
  stacks.addResourceDependency(distribution.node.defaultChild as CfnResource);
}

/**
 * Makes the role of the stacks in each region. All of CloudFormation is the least that
 * CloudFormation's User Guide names, "Grant self-managed permissions".
 */
function makeExecutionRole(scope: Construct, name: string, administration: iam.CfnRole): iam.CfnRole {
  const { account } = Stack.of(scope);
  return new iam.CfnRole(scope, 'AlarmsExecution', {
    description: 'What the alarms\' stacks may do.',
    assumeRolePolicyDocument: trust({ AWS: administration.attrArn }),
    policies: [policy('alarms',
      { Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: [
          'cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms', 'cloudwatch:ListTagsForResource', 'cloudwatch:PutMetricAlarm',
        ],
        Resource: `arn:aws:cloudwatch:*:${account}:alarm:${name}: *`,
      },
      {
        Effect: 'Allow',
        Action: [
          'events:DeleteRule', 'events:DescribeRule', 'events:ListTagsForResource', 'events:ListTargetsByRule', 'events:PutRule',
          'events:PutTargets', 'events:RemoveTargets',
        ],
        Resource: `arn:aws:events:*:${account}:rule/${name}-alarms`,
      },
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: administration.attrArn },
    )],
  });
}

/** Has AWS Chatbot post to a channel, given as WORKSPACE/CHANNEL. */
function makeSlack(scope: Construct, name: string, channel: string, topic: string): void {
  const role = new iam.CfnRole(scope, 'SlackRole', {
    description: 'What AWS Chatbot may read.',
    assumeRolePolicyDocument: trust({ Service: 'chatbot.amazonaws.com' }),
    managedPolicyArns: [READ_ONLY],
  });
  const ids = Fn.split('/', channel);
  new chatbot.CfnSlackChannelConfiguration(scope, 'Slack', {
    configurationName: name,
    slackWorkspaceId: Fn.select(0, ids),
    slackChannelId: Fn.select(1, ids),
    iamRoleArn: role.attrArn,
    guardrailPolicies: [READ_ONLY],
    snsTopicArns: [topic],
  });
}
