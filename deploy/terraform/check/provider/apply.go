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
// the distribution names.
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
		if text := p.namedAs(r.TypeName, prior); text != "" {
			return nil, fmt.Errorf("%s is in use by the distribution", text)
		}
	}
	if r.TypeName == distribution {
		p.named = texts(planned)
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

// namedAs returns the id or ARN by which the distribution names a resource, "" if it does not.
func (p *Provider) namedAs(kind string, resource tftypes.Value) string {
	for text := range texts(resource) {
		if p.named[text] && strings.HasPrefix(text, "<"+kind+".") {
			return text
		}
	}
	return ""
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
