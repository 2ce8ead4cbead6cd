// A Lambda@Edge origin-response function as tutorials have it: Node, the AWS
// SDK and sharp. In the place of Lambda's Node runtime it asks the Runtime API
// for events itself.
import { createRequire } from 'node:module';

const require = createRequire(process.cwd() + '/');
const sharp = require('sharp');
const { S3Client, GetObjectCommand } = require('@aws-sdk/client-s3');

const s3 = new S3Client({ region: 'us-east-1', forcePathStyle: true });
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;

async function handler(event) {
  const { request, response } = event.Records[0].cf;
  const query = new URLSearchParams(request.querystring);
  const bucket = request.origin.s3.domainName.split('.')[0];
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: request.uri.slice(1) }));
  const original = await object.Body.transformToByteArray();
  const format = request.uri.endsWith('.png') ? 'png' : 'jpeg';
  const variant = await sharp(original)
    .rotate()
    .resize(Number(query.get('width')), Number(query.get('height')), { fit: 'cover' })
    .toFormat(format, format === 'jpeg' ? { quality: 80 } : {})
    .toBuffer();
  response.body = variant.toString('base64');
  response.bodyEncoding = 'base64';
  response.headers['content-type'] = [{ key: 'Content-Type', value: `image/${format}` }];
  return response;
}

for (;;) {
  const next = await fetch(`${api}/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id');
  const response = await handler(await next.json());
  const sent = await fetch(`${api}/${id}/response`, { method: 'POST', body: JSON.stringify(response) });
  await sent.arrayBuffer();
}
