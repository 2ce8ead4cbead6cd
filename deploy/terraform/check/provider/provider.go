// Package provider stands in for the AWS provider where OpenTofu validates, plans and tests
// the module. It takes the arguments and blocks of schema, and plans a text such as
// "<aws_s3_bucket.id edgeresize>" for what only AWS can tell, so that a plan has no unknowns.
//
// It calls nothing: what it applies is in OpenTofu's state only. It allows values, conflicts
// and omissions that the AWS provider would refuse.
package provider

import (
	"context"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/edgeresize/edgeresize/deploy/terraform/check/schema"
)

// Account is the account of the plans.
const Account = "111122223333"

// Provider is a provider of the schemas.
type Provider struct {
	// ProviderServer has the methods that validating and planning do not need. It is nil.
	tfprotov6.ProviderServer
	resources, data map[string]*tfprotov6.Schema

	mu    sync.Mutex
	named map[string]map[string]bool // texts in the distribution and in each function that was applied last, by "TYPE NAME"
}

// New returns the stand-in for the AWS provider.
func New() (*Provider, error) {
	schemas, err := schema.Read()
	if err != nil {
		return nil, err
	}
	return &Provider{resources: protocol(schemas.Resources), data: protocol(schemas.Data), named: map[string]map[string]bool{}}, nil
}

// GetMetadata names the resources and data sources.
func (p *Provider) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	answer := new(tfprotov6.GetMetadataResponse)
	for name := range p.resources {
		answer.Resources = append(answer.Resources, tfprotov6.ResourceMetadata{TypeName: name})
	}
	for name := range p.data {
		answer.DataSources = append(answer.DataSources, tfprotov6.DataSourceMetadata{TypeName: name})
	}
	return answer, nil
}

// GetProviderSchema returns all schemas.
func (p *Provider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "region", Type: tftypes.String, Optional: true},
		}}},
		ResourceSchemas: p.resources, DataSourceSchemas: p.data,
	}, nil
}

// GetResourceIdentitySchemas returns none.
func (p *Provider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return new(tfprotov6.GetResourceIdentitySchemasResponse), nil
}

// ValidateProviderConfig accepts every configuration.
func (p *Provider) ValidateProviderConfig(_ context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: r.Config}, nil
}

// ConfigureProvider does nothing.
func (p *Provider) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return new(tfprotov6.ConfigureProviderResponse), nil
}

// StopProvider does nothing.
func (p *Provider) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return new(tfprotov6.StopProviderResponse), nil
}

// ValidateResourceConfig accepts what the schema accepts.
func (p *Provider) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return new(tfprotov6.ValidateResourceConfigResponse), nil
}

// ValidateDataResourceConfig accepts what the schema accepts.
func (p *Provider) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return new(tfprotov6.ValidateDataResourceConfigResponse), nil
}

// PlanResourceChange plans a new resource, with texts for what only AWS can tell.
func (p *Provider) PlanResourceChange(_ context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	planned, err := filled(p.resources[r.TypeName], r.ProposedNewState, tftypes.UnknownValue, func(attribute, name string) string {
		return unknown(r.TypeName, attribute, name)
	})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: planned}, nil
}

// ReadDataSource returns the account, or the reference by which CloudFormation resolves a
// secret.
func (p *Provider) ReadDataSource(_ context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	state, err := filled(p.data[r.TypeName], r.Config, nil, func(attribute, name string) string {
		switch attribute {
		case "account_id":
			return Account
		case "secret_string":
			return "{{resolve:secretsmanager:" + name + "}}"
		default:
			return unknown(r.TypeName, attribute, name)
		}
	})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ReadDataSourceResponse{State: state}, nil
}

// UpgradeResourceState returns the state that a test has made before.
func (p *Provider) UpgradeResourceState(_ context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	kind := p.resources[r.TypeName].ValueType()
	value, err := r.RawState.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(kind, value)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &state}, err
}

// unknown returns the text for an attribute that only AWS can tell.
func unknown(kind, attribute, name string) string {
	return "<" + strings.TrimSuffix(kind+"."+attribute+" "+name, " ") + ">"
}

// namesOf are the arguments by which resources of one type differ.
var namesOf = []string{"name", "function_name", "alarm_name", "dashboard_name", "bucket", "secret_id", "domain_name"}

// filled returns a value of a schema in which each text that is computed and not given is
// what text returns for the attribute and the name of the resource, and all else that is
// computed and not given is other.
func filled(of *tfprotov6.Schema, given *tfprotov6.DynamicValue, other any, text func(attribute, name string) string) (*tfprotov6.DynamicValue, error) {
	kind := of.ValueType()
	value, err := given.Unmarshal(kind)
	if err != nil || value.IsNull() {
		return given, err
	}
	attributes := map[string]tftypes.Value{}
	if err := value.As(&attributes); err != nil {
		return nil, err
	}
	name := ""
	for _, key := range namesOf {
		v, ok := attributes[key]
		if ok && name == "" && v.IsKnown() && !v.IsNull() && v.Type().Is(tftypes.String) {
			if err := v.As(&name); err != nil {
				return nil, err
			}
		}
	}
	for _, attribute := range of.Block.Attributes {
		computed := attribute.Computed && (!attribute.Optional || attribute.Name == "id" || attribute.Name == "bucket")
		switch v := attributes[attribute.Name]; {
		case !computed || !v.IsNull():
		case attribute.Type.Is(tftypes.String):
			attributes[attribute.Name] = tftypes.NewValue(tftypes.String, text(attribute.Name, name))
		default:
			attributes[attribute.Name] = tftypes.NewValue(attribute.Type, other)
		}
	}
	all, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, attributes))
	return &all, err
}
