import { App, Stack } from 'aws-cdk-lib';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { EdgeResize, Package } from 'edgeresize-cdk';

const app = new App();
const stack = new Stack(app, 'shop', { env: { account: '111122223333', region: 'us-east-1' } });

const images = new EdgeResize(stack, 'Images', {
  package: Package.fromZip('dist/edgeresize.zip'),
  bucketName: 'originals',
  bucketRegion: 'eu-west-1',
  keyPrefix: 'media',
  urlPrefix: '/wp-content/uploads',
  makeDistribution: false,
});
new Distribution(stack, 'Site', {
  defaultBehavior: { origin: new HttpOrigin('www.example.com') },
  additionalBehaviors: { '/wp-content/uploads/*': images.behaviorOptions() },
});
