package trial

import (
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// BucketName is the name of a trial's bucket.
const BucketName = "pictures"

// Credentials are what a function on trial signs its requests with.
var Credentials = aws.Credentials{AccessKeyID: "AKIATRIAL", SecretAccessKey: "secret"}

// NewBucket returns a server of a bucket that holds the files of folder.
func NewBucket(folder *os.Root) *bucket.Server {
	return &bucket.Server{Folder: folder, Name: BucketName, Credentials: Credentials}
}

// BucketEnv returns the variables by which a function finds the bucket at url and signs
// its requests to it.
func BucketEnv(url string) []string {
	return []string{
		"AWS_ENDPOINT_URL_S3=" + url,
		"AWS_ACCESS_KEY_ID=" + Credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + Credentials.SecretAccessKey,
	}
}
