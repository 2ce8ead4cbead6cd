package doctor

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
)

// TestRefusedSettings: each setting that CloudFront refuses is a problem.
func TestRefusedSettings(t *testing.T) {
	changes := map[string]func(*fixture){
		"Environment": func(s *fixture) {
			s.create.Environment = &types.Environment{Variables: map[string]string{"A": "b"}}
		},
		"VpcConfig": func(s *fixture) { s.create.VpcConfig = &types.VpcConfig{SubnetIds: []string{"s"}} },
		"Layers":    func(s *fixture) { s.create.Layers = []string{"l"} },
		"DeadLetterConfig": func(s *fixture) {
			s.create.DeadLetterConfig = &types.DeadLetterConfig{TargetArn: aws.String("q")}
		},
		"EphemeralStorage": func(s *fixture) {
			s.create.EphemeralStorage = &types.EphemeralStorage{Size: aws.Int32(edgelimits.StorageMB + 1)}
		},
		"TracingConfig":           func(s *fixture) { s.create.TracingConfig = &types.TracingConfig{Mode: types.TracingModeActive} },
		"RuntimeManagementConfig": func(s *fixture) { s.manual = "1" },
		"Code.SourceKMSKeyArn": func(s *fixture) {
			s.create.Code.SourceKMSKeyArn = aws.String("arn:aws:kms:us-east-1:123456789012:key/1")
		},
	}
	others := []string{"PackageType", "ReservedConcurrentExecutions"} // which the stand-in for Lambda does not have
	for _, setting := range edgelimits.Refused {
		change := changes[setting.Property]
		if change == nil {
			if !slices.Contains(others, setting.Property) {
				t.Errorf("nothing tries %s", setting.Property)
			}
			continue
		}
		s := newFixture(t)
		change(s)
		if got := worst(s.look()); got.Level != Problem || got.Subject != "restrictions" && got.Subject != "runtime updates" {
			t.Errorf("%s: got %+v", setting.Property, got)
		}
	}
}
