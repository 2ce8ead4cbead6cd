package schema

// Needed is the first version of the provider that has all that the module uses.
const Needed = "6.46.0"

// add adds what the module uses and the bindings lack: cache_tag_config of distributions,
// which provider 6.46.0 brought (its CHANGELOG, and pull request 47872), code_sha256 as an
// argument of functions (pull request 45618), and the rate-based statement of AWS WAF (the
// provider's documentation of aws_wafv2_web_acl).
func (s *Schemas) add() {
	s.Resources["aws_lambda_function"].Attributes["code_sha256"] = Attribute{Type: "string", Optional: true, Computed: true}
	distribution := s.Resources["aws_cloudfront_distribution"]
	distribution.Blocks["cache_tag_config"] = &NestedBlock{
		Nesting: "list", Max: 1,
		Block: Block{Attributes: map[string]Attribute{"header_name": {Type: "string", Required: true}}},
	}
	statement := s.Resources["aws_wafv2_web_acl"].Blocks["rule"].Blocks["statement"]
	statement.Blocks = map[string]*NestedBlock{"rate_based_statement": {
		Nesting: "list", Max: 1,
		Block: Block{Attributes: map[string]Attribute{
			"aggregate_key_type":    {Type: "string", Optional: true},
			"evaluation_window_sec": {Type: "number", Optional: true},
			"limit":                 {Type: "number", Required: true},
		}},
	}}
}
