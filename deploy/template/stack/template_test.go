package stack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadTemplate checks that a template is sent as it is written where that is short
// enough, else as JSON, and that a longer one is refused.
func TestReadTemplate(t *testing.T) {
	const text = "Resources:\n  # what\n  A: {Type: B, Description: \"c # d\"} # e\n"
	comments := strings.Repeat("# comment\n", maxTemplate/10)
	for _, tt := range []struct{ name, body, want string }{
		{"short", text, text},
		{"with long comments", comments + text, `{"Resources":{"A":{"Description":"c # d","Type":"B"}}}` + "\n"},
		{"with functions", comments + "Resources: {A: {Type: B, a: !Sub '<${C}>', b: !GetAtt C.D, c: '404'}}\n",
			`{"Resources":{"A":{"Type":"B","a":{"Fn::Sub":"<${C}>"},"b":{"Fn::GetAtt":["C","D"]},"c":"404"}}}` + "\n"},
		{"with descriptions", comments + "Metadata: {A: b}\nParameters: {P: {Type: String, Description: p}}\n" + text,
			`{"Parameters":{"P":{"Type":"String"}},"Resources":{"A":{"Description":"c # d","Type":"B"}}}` + "\n"},
		{"too long", text + "  B: {Type: " + strings.Repeat("b", maxTemplate) + "}\n", ""},
	} {
		file := filepath.Join(t.TempDir(), "template.yaml")
		if err := os.WriteFile(file, []byte(tt.body), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := ReadTemplate(file)
		if tt.want == "" && err == nil {
			t.Errorf("%s: it is taken", tt.name)
		} else if tt.want != "" && (err != nil || got.Body != tt.want) {
			t.Errorf("%s: got %v, %v", tt.name, got, err)
		}
	}
}
