// Package fakests is the part of AWS STS's API that says who calls (AWS STS
// API Reference, "GetCallerIdentity").
package fakests

import (
	"encoding/xml"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// ARN is who calls.
const ARN = "arn:aws:iam::" + fakeaws.Account + ":user/somebody"

// New adds STS to server.
func New(server *fakeaws.Server) {
	service := server.Service("sts", fakeaws.RefuseQuery)
	service.HandleQuery("2011-06-15", map[string]fakeaws.Operation{
		"GetCallerIdentity": {Name: "GetCallerIdentity", Do: func(*fakeaws.Request) (*fakeaws.Response, error) {
			return fakeaws.QueryResult("GetCallerIdentity", namespace, []any{
				element("Arn", ARN), element("UserId", "AIDAFAKEAWSFAKEAWS00"), element("Account", fakeaws.Account),
			})
		}},
	})
}

type named struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
}

func element(name, text string) named { return named{xml.Name{Local: name}, text} }
