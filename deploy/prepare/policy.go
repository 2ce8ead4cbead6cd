package prepare

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/policykind"
	"github.com/edgeresize/edgeresize/deploy/template/policies"
)

// readConfig decodes a file of package policies into a value of the SDK's, with
// function as the function's name.
func readConfig(file, function string, into any) error {
	text, err := policies.Read(file)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(strings.ReplaceAll(text, "FUNCTION", function)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// ref names a policy that exists or will be made. Then id is empty until it is.
type ref struct{ id, name string }

// planPolicy returns the policy for a behaviour. It keeps somebody else's policy, the
// current one or the one called name, if that is right, and refuses one called name that
// is not. Otherwise it plans to make ours, or to bring it up to date.
func (w *work) planPolicy(k policykind.Kind, all []policykind.Policy, current, name string, want any, right func(config any) bool) (*ref, error) {
	var own *policykind.Policy
	for i, p := range all {
		if p.Name == name {
			own = &all[i]
		}
		if p.ID == current && !isMarked(p.Comment) && right(p.Config) {
			return &ref{p.ID, p.Name}, nil
		}
	}
	switch {
	case own == nil:
		made := &ref{name: name}
		w.will(func(ctx context.Context) (err error) {
			made.id, err = k.Make(ctx, want)
			return err
		}, "%s %s: create it", k.Subject, name)
		return made, nil
	case !isMarked(own.Comment) && right(own.Config):
	case !isMarked(own.Comment):
		return nil, &ForeignError{fmt.Sprintf("the %s %s was not made by this command and differs from what is needed", k.Subject, name),
			"rename it, or choose another name with -function"}
	case !same(own.Config, want):
		w.will(func(ctx context.Context) error { return k.Change(ctx, own.ID, want) }, "%s %s: update it", k.Subject, name)
	}
	return &ref{own.ID, own.Name}, nil
}

// nameOf returns the name of the policy with an ID, or the ID.
func nameOf(all []policykind.Policy, id string) string {
	for _, p := range all {
		if p.ID == id {
			return p.Name
		}
	}
	return orNone(id)
}

func orNone(name string) string {
	if name == "" {
		return "none"
	}
	return name
}
