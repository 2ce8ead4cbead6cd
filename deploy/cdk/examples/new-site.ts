import { App, Stack } from 'aws-cdk-lib';
import { EdgeResize, Package, PurgeOnChange } from 'edgeresize-cdk';

const app = new App();
const stack = new Stack(app, 'pictures', { env: { account: '111122223333', region: 'us-east-1' } });

const images = new EdgeResize(stack, 'Images', {
  package: Package.fromZip('dist/edgeresize.zip'),
  sizes: ['500x300', '1200x800'],
  missingKey: 404,
  alarmEmail: 'ops@example.com',
});
new PurgeOnChange(stack, 'Purge', {
  package: Package.regionalFromZip('dist/purge.zip'),
  site: images,
  alarmTopicArn: images.alarmTopic?.topicArn,
});
