package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// addresses are those of the AWS provider in the registries of OpenTofu and Terraform.
var addresses = []string{"registry.opentofu.org/hashicorp/aws", "registry.terraform.io/hashicorp/aws"}

// Serve serves p until ctx is done. It returns the value of TF_REATTACH_PROVIDERS, by which
// OpenTofu and Terraform find it.
func Serve(ctx context.Context, p *Provider) (string, error) {
	reattach := make(chan *plugin.ReattachConfig)
	closed := make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		failed <- tf6server.Serve(addresses[0], func() tfprotov6.ProviderServer { return p },
			tf6server.WithDebug(ctx, reattach, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
	}()
	var config *plugin.ReattachConfig
	select {
	case config = <-reattach:
	case err := <-failed:
		return "", err
	}
	described := map[string]any{
		"Protocol": config.Protocol, "ProtocolVersion": config.ProtocolVersion, "Pid": config.Pid, "Test": config.Test,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}
	all := map[string]any{}
	for _, address := range addresses {
		all[address] = described
	}
	text, err := json.Marshal(all)
	return string(text), err
}
