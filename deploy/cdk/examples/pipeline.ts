import { App, SecretValue, Stack } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { GitHubSourceAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Package, PurgeFromPipeline, PurgeOnChange } from 'edgeresize-cdk';

const PIPELINE = { account: '111122223333', region: 'eu-west-1' };
const SITE = { account: '222222222222', region: 'eu-west-1' };
const app = new App();

// In the pipeline's account, deployed first.
const delivery = new Stack(app, 'delivery', { env: PIPELINE });
const invoker = new PurgeFromPipeline(delivery, 'Purge', {
  package: Package.regionalFromZip('dist/invoker.zip'),
  name: 'shop-invoker',
  mode: 'invoke',
  purge: PurgeOnChange.functionArn(SITE.account, SITE.region, 'shop-purge'),
});
const pipeline = new Pipeline(delivery, 'Pipeline', { pipelineType: PipelineType.V2 });
const source = new GitHubSourceAction({
  actionName: 'Source', owner: 'example', repo: 'shop', oauthToken: SecretValue.secretsManager('github'), output: new Artifact(),
});
pipeline.addStage({ stageName: 'Source', actions: [source] });
pipeline.addStage({ stageName: 'Purge', actions: [invoker.action({ paths: ['/img/*'], wait: true })] });

// In the distribution's account.
new PurgeOnChange(new Stack(app, 'purge', { env: SITE }), 'Purge', {
  package: Package.regionalFromZip('dist/purge.zip'),
  name: 'shop-purge',
  distributionId: 'E1ABCDEFGHIJKL',
  bucketName: 'originals',
  invokerRole: PurgeFromPipeline.roleArn(PIPELINE.account, 'shop-invoker'),
});
