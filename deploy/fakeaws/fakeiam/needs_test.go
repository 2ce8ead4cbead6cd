package fakeiam

import (
	"slices"
	"testing"
)

// TestNeeds checks what a policy lacks and what it has too much.
func TestNeeds(t *testing.T) {
	const policy = `{"Statement": [
		{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]},
		{"Effect": "Allow", "Action": ["iam:GetRole"], "Resource": ["*"]}]}`
	read, role := Need{"s3:GetObject", "arn:aws:s3:::a/1"}, Need{"iam:GetRole", "arn:aws:iam::1:role/r"}
	write, other := Need{"s3:PutObject", "arn:aws:s3:::b/1"}, Need{"s3:DeleteObject", "arn:aws:s3:::a/1"}
	for name, tt := range map[string]struct {
		needs    []Need
		unmet    []Need
		unneeded []string
	}{
		"all":        {[]Need{read, write, role}, nil, nil},
		"too much":   {[]Need{read, role}, nil, []string{"s3:PutObject", "arn:aws:s3:::b/*"}},
		"too little": {[]Need{read, other, write, role, other}, []Need{other}, nil},
	} {
		if got, err := Unmet(policy, tt.needs); err != nil || !slices.Equal(got, tt.unmet) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, tt.unmet)
		}
		if got, err := Unneeded(policy, tt.needs); err != nil || !slices.Equal(got, tt.unneeded) {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, tt.unneeded)
		}
	}
}
