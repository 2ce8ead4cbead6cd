// Package policies holds the parts of deploy/template/template.yaml as JSON files in
// the form of AWS's API: for `prepare`, and for those who use the console.
package policies

import (
	"embed"
	"fmt"
)

//go:embed *.json
var files embed.FS

// Read returns a file, such as "cache-policy.json". Its words in capitals stand for
// what a site has; see deploy/template/README.md.
func Read(name string) (string, error) {
	content, err := files.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("policies: %w", err)
	}
	return string(content), nil
}
