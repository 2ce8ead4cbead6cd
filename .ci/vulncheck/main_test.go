package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vulnerability returns an entry of a database: container/list has it, in the
// functions that are named. https://go.dev/security/vuln/database#schema
func vulnerability(functions ...string) map[string]any {
	return map[string]any{
		"schema_version": "1.3.1", "id": "GO-2026-0001", "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z",
		"summary": "Lists are too long in container/list", "details": "They are.",
		"database_specific": map[string]any{"url": "https://pkg.go.dev/vuln/GO-2026-0001"},
		"affected": []any{map[string]any{
			"package": map[string]any{"name": "stdlib", "ecosystem": "Go"},
			"ranges":  []any{map[string]any{"type": "SEMVER", "events": []any{map[string]any{"introduced": "0"}}}},
			"ecosystem_specific": map[string]any{"imports": []any{map[string]any{
				"path": "container/list", "symbols": functions,
			}}},
		}},
	}
}

// database writes a database with an entry, or none if it is nil, and returns its
// folder.
func database(t *testing.T, entry map[string]any) string {
	t.Helper()
	dir := t.TempDir()
	modules := []any{}
	if entry != nil {
		modules = append(modules, map[string]any{"path": "stdlib", "vulns": []any{map[string]any{"id": entry["id"], "modified": entry["modified"]}}})
	}
	for name, content := range map[string]any{
		"index/db": map[string]any{"modified": "2026-01-01T00:00:00Z"}, "index/modules": modules, "ID/GO-2026-0001": entry,
	} {
		data, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".json")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// served serves a database's files, compressed, as https://vuln.go.dev does.
func served(t *testing.T, dir string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(r.URL.Path, ".gz")))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		compressed := gzip.NewWriter(w)
		defer compressed.Close()
		_, _ = compressed.Write(content) // the client may be gone
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestCheck(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	missing := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(missing.Close)
	for _, tt := range []struct {
		name, db, module string
		want             string // in what it says
		failed           string // in its error; empty for none
	}{
		{"a vulnerability that is called", "file://" + database(t, vulnerability("New")), "calls", "GO-2026-0001", "vulnerabilities found"},
		{"one that is not called", "file://" + database(t, vulnerability("List.MoveAfter")), "calls", "no known vulnerability is called, modules: 1", ""},
		{"none, from a server", served(t, database(t, nil)), "calls", "no known vulnerability is called", ""},
		{"called, from a server", served(t, database(t, vulnerability("New"))), "calls", "GO-2026-0001", "vulnerabilities found"},
		{"no server", gone.URL, "calls", "govulncheck: skipped: ", ""},
		{"no server, and a module that does not compile", gone.URL, "broken", "govulncheck: skipped: ", ""},
		{"a server without database", missing.URL, "calls", "govulncheck: skipped: " + missing.URL + " answers 404", ""},
		{"a module that does not compile", served(t, database(t, nil)), "broken", "", "undefined: missing"},
		{"no module", "file://" + database(t, nil), "nothing", "", "testdata/nothing"},
		{"no database in the folder", "file:///nowhere", "calls", "", "nowhere"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var stdout bytes.Buffer
			err := check(t.Context(), tt.db, []string{filepath.Join("testdata", tt.module)}, &stdout)
			if !strings.Contains(stdout.String(), tt.want) || (err == nil) != (tt.failed == "") || err != nil && !strings.Contains(err.Error()+stdout.String(), tt.failed) {
				t.Errorf("got %v and %s", err, &stdout)
			}
			if tt.failed == "" && strings.Count(stdout.String(), "\n") != 1 {
				t.Errorf("more than a line: %s", &stdout)
			}
		})
	}
}
