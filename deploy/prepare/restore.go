package prepare

import (
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/edge"
)

// restoration puts a place back to what was there before.
type restoration struct {
	*undoing
	place
	before record
	config *distconfig.Config
	words  []string
}

// put takes over an edit, and says so.
func (r *restoration) put(config *distconfig.Config, err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	r.config = config
	r.words = append(r.words, fmt.Sprintf("%s: %s", r.place, fmt.Sprintf(format, args...)))
	return nil
}

// all puts everything back that is ours still, and returns the config.
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
	if err != nil || !r.images.exists || arn != r.images.arn {
		return err
	}
	config, err := r.config.WithViewerFunction(r.behavior, "")
	return r.put(config, err, "without the viewer-request function %s", r.images.name)
}

// setting puts a policy back that was there before ours.
func (r *restoration) setting(name, key, subject string) error {
	id, err := r.config.Setting(r.behavior, name)
	if err != nil || !r.is(id) {
		return err
	}
	former := r.before[key]
	if former == none {
		former = ""
	}
	if former != "" && !r.there[former] {
		r.say("left: %s has no %s, as the one from before, %s, is deleted", r.place, subject, former)
		former = ""
	}
	config, err := r.config.WithSetting(r.behavior, name, former)
	return r.put(config, err, "%s back to %s", subject, orNone(former))
}

// cache puts the cache policy, or what stood in its place, back.
func (r *restoration) cache() error {
	id, _, err := r.config.Cache(r.behavior)
	if err != nil || !r.is(id) {
		return err
	}
	former, elements, err := r.before.cached()
	if err != nil {
		return err
	}
	if former == "" && elements == "" {
		r.say("left: %s keeps its cache policy, as it is not known what was there before", r.place)
		return nil
	}
	if former != "" && !r.there[former] {
		r.say("left: %s keeps its cache policy, as the one from before, %s, is deleted", r.place, former)
		return nil
	}
	config, err := r.config.WithCache(r.behavior, former, elements)
	if former == "" {
		former = "settings from before there were policies"
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

// access leaves an access control of ours: without it CloudFront may read nothing of
// a bucket that has been made private meanwhile.
func (r *restoration) access() error {
	id, err := r.config.AccessControl(aws.ToString(r.origin.Id))
	if err != nil || r.control == nil || id != aws.ToString(r.control.Id) {
		return err
	}
	r.say("left: %s: origin %s keeps the origin access control %s, and its bucket the policy's statement, as the bucket may be private by now",
		r.place, aws.ToString(r.origin.Id), aws.ToString(r.control.Name))
	r.controls = true
	return nil
}
