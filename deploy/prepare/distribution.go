package prepare

import (
	"context"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
)

// edit plans an edit of the distribution's config.
func (w *work) edit(apply func(*distconfig.Config) (*distconfig.Config, error), format string, args ...any) {
	w.edits = append(w.edits, edit{fmt.Sprintf(format, args...), apply})
}

// setting plans an edit that gives the behaviour a policy. It records current under
// key.
func (w *work) setting(name, key string, to *ref, current, subject, from string) {
	w.before[key] = current
	if current == "" {
		w.before[key] = none
	}
	w.edit(func(c *distconfig.Config) (*distconfig.Config, error) { return c.WithSetting(w.behavior, name, to.id) },
		"%s %s instead of %s", subject, to.name, from)
}

// planDistribution plans the record of the former state and then one update with all
// edits: no viewer is served by half of it. Whatever the edits name exists by then.
func (w *work) planDistribution(context.Context) error {
	if len(w.before) > 0 {
		w.planRecord()
	}
	if len(w.edits) == 0 {
		return nil
	}
	c := change{make: func(ctx context.Context) error {
		config := w.document.Config
		var err error
		for _, e := range w.edits {
			if config, err = e.apply(config); err != nil {
				return err
			}
		}
		return w.document.Update(ctx, w.cloudFront, config)
	}}
	for _, e := range w.edits {
		c.words = append(c.words, fmt.Sprintf("%s: %s", w.target, e.words))
	}
	w.changes = append(w.changes, c)
	return nil
}

// planRecord plans the record, as tags of the distribution, in front of all other
// changes.
func (w *work) planRecord() {
	key := recordKey(w.options.Function, w.target)
	has := readRecord(w.tags, key)
	record := maps.Clone(has)
	maps.Copy(record, w.before)
	if maps.Equal(has, record) {
		return
	}
	written := record.tags(key)
	if written == nil {
		w.note("the legacy cache settings of %s are too long to be recorded: `teardown` will not restore them", w.target)
		delete(record, cacheKey)
		written = record.tags(key)
	}
	for _, name := range recordKeys(key) {
		if _, has := w.tags[name]; has && written[name] == "" {
			written[name] = "" // of a longer record
		}
	}
	items := &types.Tags{}
	for name, value := range written {
		items.Items = append(items.Items, types.Tag{Key: &name, Value: &value})
	}
	arn := w.distributionARN()
	c := change{[]string{fmt.Sprintf("distribution %s: tag %s, which records the former settings for `teardown`", w.id, key)}, func(ctx context.Context) error {
		_, err := w.cloudFront.TagResource(ctx, &cloudfront.TagResourceInput{Resource: &arn, Tags: items})
		return err
	}}
	w.changes = append([]change{c}, w.changes...)
}

// tagsOf returns the tags of a distribution.
func (p *Preparer) tagsOf(ctx context.Context, arn string) (map[string]string, error) {
	out, err := p.cloudFront.ListTagsForResource(ctx, &cloudfront.ListTagsForResourceInput{Resource: &arn})
	if err != nil {
		return nil, err
	}
	tags := map[string]string{}
	if out.Tags != nil {
		for _, t := range out.Tags.Items {
			if t.Key != nil && t.Value != nil {
				tags[*t.Key] = *t.Value
			}
		}
	}
	return tags, nil
}
