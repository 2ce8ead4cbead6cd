package prepare

import (
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/edge"
)

// restoration restores a target's part of the config.
type restoration struct {
	*undoing
	target
	before record
	config *distconfig.Config
	words  []string
}

// put adopts an edited config and its description.
func (r *restoration) put(config *distconfig.Config, err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	r.config = config
	r.words = append(r.words, fmt.Sprintf("%s: %s", r.target, fmt.Sprintf(format, args...)))
	return nil
}

// all restores everything that is still ours and returns the config.
func (r *restoration) all() (*distconfig.Config, error) {
	for _, step := range []func() error{
		r.viewerFunction,
		func() error { return r.setting(distconfig.OriginRequestPolicy, requestKey, "origin request policy") },
		func() error {
			return r.setting(distconfig.ResponseHeadersPolicy, headersKey, "response headers policy")
		},
		r.cache, r.header, r.tags, r.access,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return r.config, nil
}

func (r *restoration) viewerFunction() error {
	arn, err := r.config.ViewerFunction(r.behavior)
	if err != nil || !r.viewer.exists || arn != r.viewer.arn {
		return err
	}
	config, err := r.config.WithViewerFunction(r.behavior, "")
	return r.put(config, err, "remove the viewer-request function %s", r.viewer.name)
}

// setting restores the policy that was there before ours.
func (r *restoration) setting(name, key, subject string) error {
	id, err := r.config.Setting(r.behavior, name)
	if err != nil || !r.isOurs(id) {
		return err
	}
	former := r.before[key]
	if former == none {
		former = ""
	}
	if former != "" && !r.policyIDs[former] {
		r.say("left: %s has no %s, because the former one, %s, is deleted", r.target, subject, former)
		former = ""
	}
	config, err := r.config.WithSetting(r.behavior, name, former)
	return r.put(config, err, "%s back to %s", subject, orNone(former))
}

// cache restores the cache policy or the legacy elements in its place.
func (r *restoration) cache() error {
	id, _, err := r.config.Cache(r.behavior)
	if err != nil || !r.isOurs(id) {
		return err
	}
	former, elements, err := r.before.cache()
	if err != nil {
		return err
	}
	if former == "" && elements == "" {
		r.say("left: %s keeps its cache policy, because the former settings were not recorded", r.target)
		return nil
	}
	if former != "" && !r.policyIDs[former] {
		r.say("left: %s keeps its cache policy, because the former one, %s, is deleted", r.target, former)
		return nil
	}
	config, err := r.config.WithCache(r.behavior, former, elements)
	if former == "" {
		former = "the legacy cache settings"
	}
	return r.put(config, err, "cache policy back to %s", former)
}

func (r *restoration) header() error {
	former := r.before[headerKey]
	if former == "" {
		return nil
	}
	value := ""
	if former != none {
		read, err := base64.StdEncoding.DecodeString(former)
		if err != nil {
			return err
		}
		value = string(read)
	}
	origin := aws.ToString(r.origin.Id)
	if has, err := r.config.OriginHeader(origin, edge.CacheTagHeaderHeader); err != nil || has == value {
		return err
	}
	config, err := r.config.WithOriginHeader(origin, edge.CacheTagHeaderHeader, value)
	return r.put(config, err, "origin %s: header %s back to %s", origin, edge.CacheTagHeaderHeader, orNone(value))
}

func (r *restoration) tags() error {
	if has, err := r.config.CacheTags(); err != nil || has == "" || r.before[tagsKey] == "" {
		return err
	}
	config, err := r.config.WithCacheTags("")
	return r.put(config, err, "cache tags are no longer read")
}

// access keeps our access control: without it CloudFront could not read a bucket that
// has become private meanwhile.
func (r *restoration) access() error {
	id, err := r.config.AccessControl(aws.ToString(r.origin.Id))
	if err != nil || r.control == nil || id != aws.ToString(r.control.Id) {
		return err
	}
	r.say("left: %s: origin %s keeps the origin access control %s, and its bucket keeps the statement in its policy, because the bucket may be private by now",
		r.target, aws.ToString(r.origin.Id), aws.ToString(r.control.Name))
	r.keepsControl = true
	return nil
}
