package fakecloudfront

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// accessControlConfig is an OriginAccessControlConfig.
type accessControlConfig struct {
	Name                          string
	Description                   string
	SigningProtocol               string
	SigningBehavior               string
	OriginAccessControlOriginType string
}

// accessControl is an origin access control.
type accessControl struct {
	accessControlConfig
	etag string
}

// handleAccessControls adds the operations on origin access controls.
func (c *CloudFront) handleAccessControls(service *fakeaws.Service) {
	for pattern, op := range map[string]fakeaws.Operation{
		"GET /2020-05-31/origin-access-control":         {Name: "ListOriginAccessControls", Do: c.listAccessControls},
		"POST /2020-05-31/origin-access-control":        {Name: "CreateOriginAccessControl", Writes: true, Do: c.createAccessControl},
		"GET /2020-05-31/origin-access-control/{id}":    {Name: "GetOriginAccessControl", Do: c.getAccessControl},
		"DELETE /2020-05-31/origin-access-control/{id}": {Name: "DeleteOriginAccessControl", Writes: true, Do: c.deleteAccessControl},
	} {
		service.Handle(pattern, op)
	}
}

// AddAccessControl makes an origin access control for S3. behavior says which requests
// it signs, such as "always".
func (c *CloudFront) AddAccessControl(id, name, behavior string) {
	c.server.Lock()
	defer c.server.Unlock()
	c.accessControls[id] = &accessControl{accessControlConfig{Name: name, SigningProtocol: "sigv4", SigningBehavior: behavior, OriginAccessControlOriginType: "s3"}, newETag()}
}

// elements returns the elements of its config in XML.
func (a *accessControl) elements() string {
	return fmt.Sprintf("<Description>%s</Description><Name>%s</Name><SigningProtocol>%s</SigningProtocol><SigningBehavior>%s</SigningBehavior>"+
		"<OriginAccessControlOriginType>%s</OriginAccessControlOriginType>",
		escaped(a.Description), escaped(a.Name), a.SigningProtocol, a.SigningBehavior, a.OriginAccessControlOriginType)
}

// document returns an OriginAccessControl in XML.
func (a *accessControl) document(id string) string {
	return fmt.Sprintf(`%s<OriginAccessControl xmlns="%s"><Id>%s</Id><OriginAccessControlConfig>%s</OriginAccessControlConfig></OriginAccessControl>`,
		xml.Header, namespace, id, a.elements())
}

// listAccessControls handles ListOriginAccessControls.
func (c *CloudFront) listAccessControls(*fakeaws.Request) (*fakeaws.Response, error) {
	var items strings.Builder
	for _, id := range slices.Sorted(maps.Keys(c.accessControls)) {
		fmt.Fprintf(&items, "<OriginAccessControlSummary><Id>%s</Id>%s</OriginAccessControlSummary>", id, c.accessControls[id].elements())
	}
	return answer("", fmt.Sprintf(`%s<OriginAccessControlList xmlns="%s"><Marker></Marker><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>%d</Quantity>`+
		`<Items>%s</Items></OriginAccessControlList>`, xml.Header, namespace, len(c.accessControls), &items)), nil
}

// createAccessControl handles CreateOriginAccessControl. CloudFront API Reference,
// "OriginAccessControlConfig".
func (c *CloudFront) createAccessControl(r *fakeaws.Request) (*fakeaws.Response, error) {
	var in struct {
		XMLName xml.Name
		accessControlConfig
	}
	if err := xml.Unmarshal(r.Body, &in); err != nil || in.XMLName.Local != "OriginAccessControlConfig" || in.XMLName.Space != namespace {
		return nil, invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: %v", err)
	}
	if in.Name == "" || len(in.Name) > 64 || len(in.Description) > 256 || in.SigningProtocol != "sigv4" ||
		!slices.Contains([]string{"never", "always", "no-override"}, in.SigningBehavior) ||
		!slices.Contains([]string{"s3", "mediastore", "mediapackagev2", "lambda"}, in.OriginAccessControlOriginType) {
		return nil, invalid("InvalidArgument", "The origin access control %+v is not valid.", in.accessControlConfig)
	}
	for _, a := range c.accessControls {
		if a.Name == in.Name {
			return nil, &fakeaws.Error{Status: http.StatusConflict, Code: "OriginAccessControlAlreadyExists",
				Message: "An origin access control with the specified parameters already exists."}
		}
	}
	id, made := "E"+strings.ToUpper(strings.ReplaceAll(idOf("OriginAccessControl", in.Name), "-", ""))[:13], &accessControl{in.accessControlConfig, newETag()}
	c.accessControls[id] = made
	response := answer(made.etag, made.document(id))
	response.Status = http.StatusCreated
	return response, nil
}

// findAccessControl returns the origin access control that a request names.
func (c *CloudFront) findAccessControl(r *fakeaws.Request) (*accessControl, error) {
	if a := c.accessControls[r.PathValue("id")]; a != nil {
		return a, nil
	}
	return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchOriginAccessControl", Message: "The origin access control does not exist."}
}

// getAccessControl handles GetOriginAccessControl.
func (c *CloudFront) getAccessControl(r *fakeaws.Request) (*fakeaws.Response, error) {
	a, err := c.findAccessControl(r)
	if err != nil {
		return nil, err
	}
	return answer(a.etag, a.document(r.PathValue("id"))), nil
}

// deleteAccessControl handles DeleteOriginAccessControl.
func (c *CloudFront) deleteAccessControl(r *fakeaws.Request) (*fakeaws.Response, error) {
	a, err := c.findAccessControl(r)
	if err != nil {
		return nil, err
	}
	if err := checkIfMatch(r, a.etag); err != nil {
		return nil, err
	}
	if c.uses("OriginAccessControlId", r.PathValue("id")) {
		return nil, &fakeaws.Error{Status: http.StatusConflict, Code: "OriginAccessControlInUse",
			Message: "Cannot delete the origin access control because it's in use by one or more origins."}
	}
	delete(c.accessControls, r.PathValue("id"))
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}
