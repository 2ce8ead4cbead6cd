package trial

import (
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// BucketName is what the bucket of a trial is called.
const BucketName = "pictures"

// Credentials are those that a function on trial signs its requests with.
var Credentials = aws.Credentials{AccessKeyID: "AKIATRIAL", SecretAccessKey: "secret"}

// NewBucket returns a bucket with the files of a folder, to be served to a function.
func NewBucket(folder *os.Root) *bucket.Server {
	return &bucket.Server{Folder: folder, Name: BucketName, Credentials: Credentials}
}

// BucketEnv returns the environment by which a function finds the bucket that is served at
// url, and the credentials for it.
func BucketEnv(url string) []string {
	return []string{
		"AWS_ENDPOINT_URL_S3=" + url,
		"AWS_ACCESS_KEY_ID=" + Credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + Credentials.SecretAccessKey,
	}
}
