package stack

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// combinations calls visit for every choice of one value from each option, with the
// combination's number n and its parameters.
func combinations(options [][2]string, visit func(n int, parameters string)) {
	// An option is two of "Name=Value", where "" leaves the parameter out.
	for n := range 1 << len(options) {
		var given []string
		for i, option := range options {
			if choice := option[n>>i&1]; choice != "" {
				given = append(given, choice)
			}
		}
		visit(n, strings.Join(given, " "))
	}
}

// TestEveryCombinationOfASite checks, with two configs, that every combination of a
// site's options is accepted or refused as the template's rules say. It deploys every
// 29th accepted one, and updates the stack to have no option.
func TestEveryCombinationOfASite(t *testing.T) {
	plain, none := edge.DefaultConfig(), edge.DefaultConfig()
	none.Formats, none.Missing = []resize.Format{}, edge.MissingKeepRatio
	made := 0
	for _, cfg := range []edge.Config{plain, none} {
		combinations([][2]string{
			{"", "BucketName=originals"}, {"", "KeyPrefix=media"}, {"", "UrlPrefix=/img"}, {"", "Sizes=500x300,640x"},
			{"", "DomainName=a.example.com"}, {"", "HostedZoneId=Z1"}, {"", "CertificateArn=arn:aws:acm:us-east-1:123456789012:certificate/0"},
			{"CloseDefaultDomain=false", "CloseDefaultDomain=true"}, {"", "SiteDomainName=alb.example.com"}, {"", "SiteSecret=secret"},
		}, func(n int, parameters string) {
			given, err := ParseParameters(parameters)
			if err != nil {
				t.Fatal(err)
			}
			has := func(name string) bool { return given[name] != "" && given[name] != "false" }
			right := true
			switch {
			case has("DomainName") && !has("HostedZoneId") && !has("CertificateArn"),
				!has("DomainName") && (has("HostedZoneId") || has("CertificateArn") || has("CloseDefaultDomain")),
				has("SiteDomainName") && !has("SiteSecret"),
				has("Sizes") && cfg.Missing != edge.MissingKeepRatio,
				has("SiteDomainName") && has("KeyPrefix") && has("UrlPrefix"): // ImagePath is outside of UrlPrefix
				right = false
			}
			o := order(t, Site, "edgeresize", parameters)
			o.Own = ConfigParameters(cfg)
			wrong := o.Template.refusals(with(o.Parameters, o.Own))
			o.Agree = func(values map[string]string) []string { return Agree(cfg, values) }
			values := o.Template.values(with(o.Parameters, o.Own), nil)
			wrong = append(append(wrong, o.Template.contradictions(values)...), o.Agree(values)...)
			if (len(wrong) == 0) != right {
				t.Errorf("%s: %q", parameters, wrong)
			}
			if !right || n%29 != 0 {
				return
			}
			made++
			a := newAccount(t)
			a.stacks.Pace = 100
			a.buckets.Bucket("originals", tokyo, "")
			a.mustDeploy(t, virginia, o)
			for name, value := range with(given, o.Own) {
				if got := a.stacks.Stack(virginia, "edgeresize").Parameters[name]; got != value {
					t.Errorf("%s: %s is %q", parameters, name, got)
				}
			}
			back := order(t, Site, "edgeresize", "KeyPrefix= UrlPrefix= Sizes= DomainName= HostedZoneId= CertificateArn= CloseDefaultDomain=false SiteDomainName= SiteSecret= BucketName=")
			back.Own, back.Agree, back.Replace = o.Own, o.Agree, true
			a.mustDeploy(t, virginia, back)
		})
	}
	if made < 15 {
		t.Errorf("made %d", made)
	}
}

// TestEveryCombinationOfAFunction deploys every combination of the options of a purge
// and of an invoker in two regions.
func TestEveryCombinationOfAFunction(t *testing.T) {
	for _, region := range []string{virginia, tokyo} {
		a := newAccount(t)
		a.stacks.Pace = 100
		a.buckets.Bucket("originals", tokyo, "")
		combinations([][2]string{
			{"", "BucketName=originals"}, {"", "InvokerRole=arn:aws:iam::222222222222:role/a"}, {"Mode=tag", "Mode=all"},
			{"", "LedgerStack=ledger"}, {"", "KeyPrefix=media"}, {"", "UrlPrefix=/img"},
		}, func(n int, parameters string) {
			_, err := a.deploy(t, region, order(t, Purge, fmt.Sprintf("site%d", n), "DistributionId=E1 "+parameters))
			if elsewhere := strings.Contains(parameters, "BucketName") && region != tokyo; (err != nil) != elsewhere {
				t.Errorf("purge in %s, %s: %v", region, parameters, err)
			}
		})
		combinations([][2]string{
			{"Mode=invoke", "Mode=assume-role"}, {"", "DistributionId=E1"},
			{"Purge=arn:aws:iam::222222222222:role/a", "Purge=arn:aws:lambda:eu-west-1:222222222222:function:a"},
		}, func(n int, parameters string) {
			_, err := a.deploy(t, region, order(t, Invoker, fmt.Sprintf("site%d", n), parameters))
			assumes, role := strings.Contains(parameters, "assume-role"), strings.Contains(parameters, ":role/")
			if wrong := assumes && !strings.Contains(parameters, "DistributionId") || assumes != role; (err != nil) != wrong {
				t.Errorf("invoker in %s, %s: %v", region, parameters, err)
			}
		})
	}
}
