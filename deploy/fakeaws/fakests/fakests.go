// Package fakests fakes the parts of AWS STS's API that tell who calls and let callers
// assume roles (AWS STS API Reference, "GetCallerIdentity", "AssumeRole").
package fakests

import (
	"encoding/xml"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// ARN is the ARN of every caller.
const ARN = "arn:aws:iam::" + fakeaws.Account + ":user/somebody"

// STS is a fake STS. Its fields are set before the first request.
type STS struct {
	// Roles has the credentials of the roles that callers may assume, by ARN.
	Roles map[string]aws.Credentials
}

// New adds STS to server.
func New(server *fakeaws.Server) *STS {
	s := &STS{}
	service := server.Service("sts", fakeaws.RefuseQuery)
	service.HandleQuery("2011-06-15", map[string]fakeaws.Operation{
		"GetCallerIdentity": {Name: "GetCallerIdentity", Do: getCallerIdentity},
		"AssumeRole":        {Name: "AssumeRole", Do: s.assumeRole},
	})
	return s
}

// getCallerIdentity handles GetCallerIdentity.
func getCallerIdentity(*fakeaws.Request) (*fakeaws.Response, error) {
	return fakeaws.QueryResult("GetCallerIdentity", namespace, []any{
		element("Arn", ARN), element("UserId", "AIDAFAKEAWSFAKEAWS00"), element("Account", fakeaws.Account),
	})
}

// assumeRole handles AssumeRole.
func (s *STS) assumeRole(r *fakeaws.Request) (*fakeaws.Response, error) {
	key, ok := s.Roles[r.PostForm.Get("RoleArn")]
	if !ok || r.PostForm.Get("RoleSessionName") == "" {
		return nil, &fakeaws.Error{Status: http.StatusForbidden, Code: "AccessDenied",
			Message: "User: " + ARN + " is not authorized to perform: sts:AssumeRole on resource: " + r.PostForm.Get("RoleArn")}
	}
	type credentials struct {
		XMLName                                   xml.Name `xml:"Credentials"`
		AccessKeyID                               string   `xml:"AccessKeyId"`
		SecretAccessKey, SessionToken, Expiration string
	}
	return fakeaws.QueryResult("AssumeRole", namespace, credentials{
		AccessKeyID: key.AccessKeyID, SecretAccessKey: key.SecretAccessKey, SessionToken: key.SessionToken,
		Expiration: time.Now().Add(time.Hour).UTC().Format(time.RFC3339),
	})
}

type named struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
}

func element(name, text string) named { return named{xml.Name{Local: name}, text} }
