package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ReadResource returns the state as it is: nothing else changes resources.
func (p *Provider) ReadResource(_ context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: r.CurrentState}, nil
}

// ApplyResourceChange makes what is planned. As CloudFront does, it refuses to delete what
// the distribution names, and a key value store that a function names.
func (p *Provider) ApplyResourceChange(_ context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	kind := p.resources[r.TypeName].ValueType()
	prior, err := r.PriorState.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	planned, err := r.PlannedState.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !prior.IsNull() && planned.IsNull() && r.TypeName != distribution {
		if text, by := p.namedAs(r.TypeName, prior); text != "" {
			return nil, fmt.Errorf("%s is in use by the %s", text, by)
		}
	}
	if kind := naming[r.TypeName]; kind != "" {
		p.named[kind+" "+nameOf(prior)] = nil
		p.named[kind+" "+nameOf(planned)] = texts(planned)
	}
	made, err := tftypes.Transform(planned, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if !v.IsKnown() {
			v = tftypes.NewValue(v.Type(), nil)
		}
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(kind, made)
	return &tfprotov6.ApplyResourceChangeResponse{NewState: &state}, err
}

const distribution = "aws_cloudfront_distribution"

// naming are the resources that keep what they name from being deleted, by type.
var naming = map[string]string{distribution: "distribution", "aws_cloudfront_function": "function"}

// namedAs returns the id or ARN by which another resource names a resource, and that
// resource's kind and name. It returns "" if none does.
func (p *Provider) namedAs(kind string, resource tftypes.Value) (text, by string) {
	for text := range texts(resource) {
		for by, named := range p.named {
			if named[text] && strings.HasPrefix(text, "<"+kind+".") && by != naming[kind]+" "+nameOf(resource) {
				return text, strings.TrimSpace(by)
			}
		}
	}
	return "", ""
}

// nameOf returns the argument name of a resource, "" if it has none.
func nameOf(resource tftypes.Value) (name string) {
	attributes := map[string]tftypes.Value{}
	if resource.IsNull() || resource.As(&attributes) != nil {
		return ""
	}
	if v, ok := attributes["name"]; ok && v.IsKnown() && !v.IsNull() {
		_ = v.As(&name) // a text in each of the types in naming
	}
	return name
}

// texts returns the texts within a value.
func texts(value tftypes.Value) map[string]bool {
	all := map[string]bool{}
	_ = tftypes.Walk(value, func(_ *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		var text string
		if v.IsKnown() && !v.IsNull() && v.Type().Is(tftypes.String) && v.As(&text) == nil {
			all[text] = true
		}
		return true, nil
	})
	return all
}
