package iampolicy

import (
	"slices"
	"testing"
)

// TestParse reads the same policy with values alone and with arrays of them.
func TestParse(t *testing.T) {
	for _, text := range []string{
		`{"Statement":{"Sid":"A","Effect":"Allow","Principal":{"Service":"a.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"Bool":{"aws:SecureTransport":true}}}}`,
		`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"Service":["a.amazonaws.com"],"AWS":"1"},"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"],"Condition":{"Bool":{"AWS:SecureTransport":["true"]}}}]}`,
	} {
		p, err := Parse(text)
		if err != nil || len(p.Statement) != 1 {
			t.Fatalf("%s: got %+v, %v", text, p, err)
		}
		s := p.Statement[0]
		if s.Sid != "A" || !s.Allows("s3:GetObject") || !s.IsFor("a.amazonaws.com") || !s.Covers("arn:aws:s3:::b/c") || s.IsForEverybody() ||
			!slices.Equal(s.Wanted("aws:securetransport"), []string{"true"}) || s.Wanted("aws:SourceArn") != nil {
			t.Errorf("%s: got %+v", text, s)
		}
	}
	for _, text := range []string{"", "[]", `{"Statement":1}`, `{"Statement":{"Principal":"a"}}`, `{"Statement":{"Action":[1]}}`} {
		if p, err := Parse(text); err == nil {
			t.Errorf("%s: got %+v", text, p)
		}
	}
}

func TestAllows(t *testing.T) {
	for _, tt := range []struct {
		statement                 string
		allows, covers, everybody bool
		trusts                    bool
	}{
		{`"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"`, true, true, true, false},
		{`"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"`, false, true, true, false},
		{`"Effect":"Allow","Principal":{"AWS":"*"},"Action":"S3:getobject","Resource":"arn:aws:s3:::b/c"`, true, true, true, false},
		{`"Effect":"Allow","Principal":{"AWS":["1","*"]},"Action":"s3:Get*","Resource":["a","arn:aws:s3:::b*"]`, true, true, true, false},
		{`"Effect":"Allow","Principal":{"AWS":"1"},"Action":"s3:GetObjec","Resource":"arn:aws:s3:::b/C"`, false, false, false, false},
		{`"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/c/*","Condition":{"Null":{"a":"true"}}`, true, false, false, false},
		{`"Effect":"Allow","Principal":{"Service":["a","lambda.amazonaws.com"]},"Action":"sts:AssumeRole"`, false, false, false, true},
		{`"Effect":"Deny","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"`, false, false, false, false},
		{`"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:TagSession"`, false, false, false, false},
		{`"Effect":"Allow","Principal":{"AWS":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"`, false, false, false, false},
	} {
		p, err := Parse(`{"Statement":[{` + tt.statement + `}]}`)
		if err != nil {
			t.Fatalf("%s: %v", tt.statement, err)
		}
		s := p.Statement[0]
		if s.Allows("s3:GetObject") != tt.allows || s.Covers("arn:aws:s3:::b/c") != tt.covers || s.IsForEverybody() != tt.everybody || p.Trusts("lambda.amazonaws.com") != tt.trusts {
			t.Errorf("%s: got %v, %v, %v, %v", tt.statement, s.Allows("s3:GetObject"), s.Covers("arn:aws:s3:::b/c"), s.IsForEverybody(), p.Trusts("lambda.amazonaws.com"))
		}
	}
}
