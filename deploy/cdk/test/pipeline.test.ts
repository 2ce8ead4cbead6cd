import { deepStrictEqual, ok, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CfnParameter, NestedStack, SecretValue, Stack } from 'aws-cdk-lib';
import { Artifact, type IAction, Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import { GitHubSourceAction, LambdaInvokeAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { PurgeFromPipeline, PurgeOnChange } from '../src';
import { ENV, newApp, REGIONAL, ROOT, templateOf } from './support';

const PURGE = PurgeOnChange.functionArn('222222222222', 'eu-west-1', 'shop-purge');

/** Puts a pipeline with an action into a stack. */
function pipeline(stack: Stack, action: IAction): Pipeline {
  const made = new Pipeline(stack, 'Pipeline');
  const source = new GitHubSourceAction({ actionName: 'Source', owner: 'example', repo: 'shop', oauthToken: SecretValue.secretsManager('github'), output: new Artifact() });
  made.addStage({ stageName: 'Source', actions: [source] });
  made.addStage({ stageName: 'Purge', actions: [action] });
  return made;
}

/** Returns an invoker in a stack. */
function invoker(stack: Stack): PurgeFromPipeline {
  return new PurgeFromPipeline(stack, 'Purge', { package: REGIONAL, name: 'shop-invoker', mode: 'invoke', purge: PURGE });
}

// What README.md says of the way that does not work, so that it stays true.
test('a function of another account as the action ends with the errors that README quotes', () => {
  const readme = readFileSync(join(ROOT, 'deploy/cdk/README.md'), 'utf8');
  const account = (stack: Stack) => `arn:aws:lambda:eu-west-1:${new CfnParameter(stack, 'Account').valueAsString}:function:shop-purge`;
  const cases: [stack: Stack, arn: (stack: Stack) => string, quoted: string][] = [
    [new Stack(newApp(), 'delivery'), () => PURGE, 'Pipeline stack which uses cross-environment actions must have an explicitly set region'],
    [new Stack(newApp(), 'delivery', { env: ENV }), account, "The 'account' property must be a concrete value"],
  ];
  for (const [stack, arn, quoted] of cases) {
    throws(() => pipeline(stack, new LambdaInvokeAction({ actionName: 'Purge', lambda: Function.fromFunctionArn(stack, 'Foreign', arn(stack)) })), (error: Error) => error.message.includes(quoted));
    ok(readme.includes(quoted), quoted);
  }
});

test('the invoker\'s action works wherever the pipeline is', () => {
  const where: Record<string, Stack> = {
    anywhere: new Stack(newApp(), 'delivery'),
    known: new Stack(newApp(), 'delivery', { env: ENV }),
    nested: new NestedStack(new Stack(newApp(), 'delivery', { env: ENV }), 'Nested'),
  };
  for (const [name, stack] of Object.entries(where)) {
    const made = invoker(stack);
    pipeline(stack, made.action({ paths: ['/img/*'], wait: true }));
    const resources = Object.values(templateOf(stack)['Resources'] as Record<string, any>);
    const [{ Configuration }] = resources.find(({ Type }) => Type === 'AWS::CodePipeline::Pipeline').Properties.Stages[1].Actions;
    deepStrictEqual(Configuration, {
      FunctionName: { Ref: stack.getLogicalId(made.function.node.defaultChild as any) },
      UserParameters: '{"paths":["/img/*"],"wait":true}',
    }, name);
  }
});

test('an action without options purges everything', () => {
  const stack = new Stack(newApp(), 'delivery');
  pipeline(stack, invoker(stack).action());
  const resources = Object.values(templateOf(stack)['Resources'] as Record<string, any>);
  const [{ Configuration }] = resources.find(({ Type }) => Type === 'AWS::CodePipeline::Pipeline').Properties.Stages[1].Actions;
  deepStrictEqual(Object.keys(Configuration), ['FunctionName']);
});
