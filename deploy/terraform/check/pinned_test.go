package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPinned wants a function with other code than code_sha256 to be refused. A mock gives a
// checksum only to a function that names none itself, and gives it when planning.
func TestPinned(t *testing.T) {
	need(t)
	dir := broken{"function.tf", `var.code_sha256 == "" ? null : var.code_sha256`, "null", ""}.in(t)
	tests := filepath.Join(dir, "tests")
	if err := os.Mkdir(tests, 0o755); err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("CODE", codeBucket, "KEY", codeKey, "SUM", checksum).Replace(`
mock_provider "aws" {
  mock_resource "aws_lambda_function" {
    defaults = { code_sha256 = "SUM" }
  }
}

variables {
  code_bucket = "CODE"
  code_key    = "KEY"
}

run "another" {
  command = plan
  variables {
    code_sha256 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
  }
  expect_failures = [aws_lambda_function.images]
}

run "none" {
}

run "the_same" {
  variables {
    code_sha256 = "SUM"
  }
}
`)
	if err := os.WriteFile(filepath.Join(tests, "pinned.tftest.hcl"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	tofu.apart(t).each(t, dir, "init -backend=false", "test")
}
