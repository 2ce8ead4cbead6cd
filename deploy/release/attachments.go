package release

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

// attachment is a version that is attached to a behaviour, for any event.
type attachment struct {
	place Place
	arn   string // the version's
}

type attachments []attachment

// attachments returns where the versions of a function are attached, in all distributions.
func (r *Releaser) attachments(ctx context.Context, functionARN string) (attachments, error) {
	var found attachments
	pages := cloudfront.NewListDistributionsPaginator(r.cloudFront, &cloudfront.ListDistributionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, d := range page.DistributionList.Items {
			id := aws.ToString(d.Id)
			if d.DefaultCacheBehavior != nil {
				found.add(Place{Distribution: id}, d.DefaultCacheBehavior.LambdaFunctionAssociations, functionARN)
			}
			if d.CacheBehaviors == nil {
				continue
			}
			for _, b := range d.CacheBehaviors.Items {
				found.add(Place{id, aws.ToString(b.PathPattern)}, b.LambdaFunctionAssociations, functionARN)
			}
		}
	}
	return found, nil
}

// add appends the versions of the function that are among functions, at a behaviour.
func (a *attachments) add(at Place, functions *types.LambdaFunctionAssociations, functionARN string) {
	if functions == nil {
		return
	}
	for _, f := range functions.Items {
		if arn := aws.ToString(f.LambdaFunctionARN); strings.HasPrefix(arn, functionARN+":") {
			*a = append(*a, attachment{at, arn})
		}
	}
}

// places returns the behaviours that a version is attached to, each once; with an empty
// arn those of any version.
func (a attachments) places(arn string) []Place {
	var places []Place
	seen := map[Place]bool{}
	for _, at := range a {
		if (arn == "" || at.arn == arn) && !seen[at.place] {
			seen[at.place] = true
			places = append(places, at.place)
		}
	}
	return places
}
