package edge

import (
	"slices"
	"testing"
)

func TestLocationsFindTheBucket(t *testing.T) {
	s3 := func(domain, region string) *originRead {
		return &originRead{S3: &s3Read{DomainName: domain, Region: region}}
	}
	custom := func(domain string) *originRead { return &originRead{Custom: &customRead{DomainName: domain}} }
	for _, tt := range []struct {
		origin         *originRead
		bucket, region string
	}{
		{s3("pics.s3.amazonaws.com", "eu-west-1"), "pics", "eu-west-1"},
		{s3("pics.s3.amazonaws.com", ""), "pics", "us-east-1"},
		{s3("pics.s3.eu-west-1.amazonaws.com", ""), "pics", "eu-west-1"},
		{s3("pics.s3.eu-west-1.amazonaws.com", "eu-west-1"), "pics", "eu-west-1"},
		{s3("PICS.S3.EU-WEST-1.amazonaws.com", ""), "pics", "eu-west-1"},
		{s3("pics.s3-eu-west-1.amazonaws.com", ""), "pics", "eu-west-1"},
		{s3("pics.s3.dualstack.ap-southeast-2.amazonaws.com", ""), "pics", "ap-southeast-2"},
		{s3("pics.s3.us-gov-west-1.amazonaws.com", ""), "pics", "us-gov-west-1"},
		{s3("pics.s3.cn-north-1.amazonaws.com.cn", ""), "pics", "cn-north-1"},
		{s3("my.pics.example.com.s3.eu-west-1.amazonaws.com", ""), "my.pics.example.com", "eu-west-1"},
		{s3("a.s3.b.s3.eu-west-1.amazonaws.com", ""), "a.s3.b", "eu-west-1"},
		{s3("s3.pics.s3.amazonaws.com", ""), "s3.pics", "us-east-1"},
		{s3("pics.s3.eu-west-1.s3.us-west-2.amazonaws.com", ""), "pics.s3.eu-west-1", "us-west-2"},
		{custom("pics.s3-website-us-east-1.amazonaws.com"), "pics", "us-east-1"},
		{custom("pics.s3-website.eu-central-1.amazonaws.com"), "pics", "eu-central-1"},
		{custom("my.pics.s3-website.eu-central-1.amazonaws.com"), "my.pics", "eu-central-1"},

		{custom("www.example.com"), "", ""},
		{custom("s3.eu-west-1.amazonaws.com"), "", ""},
		{custom("pics.s3.eu-west-1.amazonaws.com.example.com"), "", ""},
		{custom("pics.s3x.eu-west-1.amazonaws.com"), "", ""},
		{custom("lb-1.eu-west-1.elb.amazonaws.com"), "", ""},
		{custom(""), "", ""},
		{&originRead{}, "", ""},
		{nil, "", ""},
	} {
		places, err := locations(requested{Origin: tt.origin, URI: "/a.jpg"}, `"e"`, DefaultConfig())
		if tt.bucket == "" {
			check(t, "no bucket", err, NotS3)
			continue
		}
		want := []Location{{tt.bucket, tt.region, "a.jpg", `"e"`}}
		if err != nil || !slices.Equal(places, want) {
			t.Errorf("%+v: got %+v, %v; want %+v", tt.origin, places, err, want)
		}
	}
}

func TestLocationsKeepTheKeyAsItIs(t *testing.T) {
	for _, tt := range []struct {
		path, uri string
		keys      []string
	}{
		{"", "/a.jpg", []string{"a.jpg"}},
		{"/images", "/a.jpg", []string{"images/a.jpg"}},
		{"/images", "//a.jpg", []string{"images//a.jpg"}},
		{"", "//a.jpg", []string{"/a.jpg"}},
		{"", "/a/../b/./c.jpg", []string{"a/../b/./c.jpg"}},
		{"", "/%2e%2e/c.jpg", []string{"../c.jpg"}},
		{"", "/a%20b.jpg", []string{"a b.jpg"}},
		{"", "/a%2Bb.jpg", []string{"a+b.jpg"}},
		{"", "/a+b%2Bc.jpg", []string{"a+b+c.jpg", "a b+c.jpg"}},
		{"", "/100%25.jpg", []string{"100%.jpg"}},
		{"", "/a%2520b.jpg", []string{"a%20b.jpg"}},
		{"", "/a%2Fb.jpg", []string{"a/b.jpg"}},
		{"", "/%C3%A9t%C3%A9.jpg", []string{"été.jpg"}},
		{"", "/%00.jpg", []string{"\x00.jpg"}},
		{"", "/é?.jpg", []string{"é?.jpg"}},

		{"/my%20folder", "/a.jpg", []string{"my folder/a.jpg", "my%20folder/a.jpg"}},
		{"/a%2Fb", "/c+d.jpg", []string{"a/b/c+d.jpg", "a/b/c d.jpg", "a%2Fb/c+d.jpg", "a%2Fb/c d.jpg"}},
		{"/100%", "/a.jpg", []string{"100%/a.jpg"}},
		{"/a+b", "/c.jpg", []string{"a+b/c.jpg"}},

		{"", "/", nil},
		{"", "", nil},
		{"", "a.jpg", nil},
		{"", "/%zz.jpg", nil},
		{"", "/%2", nil},
	} {
		req := requested{URI: tt.uri, Origin: &originRead{S3: &s3Read{DomainName: "pics.s3.amazonaws.com", Path: tt.path}}}
		places, err := locations(req, `"e"`, DefaultConfig())
		if tt.keys == nil {
			check(t, tt.uri, err, BadURI)
			continue
		}
		var keys []string
		for _, p := range places {
			keys = append(keys, p.Key)
		}
		if err != nil || !slices.Equal(keys, tt.keys) {
			t.Errorf("%s%s: got %q, %v; want %q", tt.path, tt.uri, keys, err, tt.keys)
		}
	}
}

func TestConfigPinsTheLocation(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Bucket, cfg.Region, cfg.KeyPrefix = "pinned", "eu-north-1", "originals/"
	want := []Location{{"pinned", "eu-north-1", "originals/a.jpg", ""}}
	for _, origin := range []*originRead{
		{S3: &s3Read{DomainName: "pics.s3.amazonaws.com", Region: "eu-west-1", Path: "/x"}},
		{Custom: &customRead{DomainName: "www.example.com", Path: "/x"}},
	} {
		got, err := locations(requested{Origin: origin, URI: "/a.jpg"}, "", cfg)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v: got %+v, %v; want %+v", origin, got, err, want)
		}
	}
}

// Without a strong ETag nothing shows which of several keys the origin answered
// with.
func TestLocationsOfSeveralKeysNeedAStrongETag(t *testing.T) {
	for _, etag := range []string{"", `W/"e"`} {
		for _, tt := range []struct{ path, uri string }{{"", "/a+b.jpg"}, {"/my%20folder", "/a.jpg"}} {
			req := requested{URI: tt.uri, Origin: &originRead{S3: &s3Read{DomainName: "pics.s3.amazonaws.com", Path: tt.path}}}
			_, err := locations(req, etag, DefaultConfig())
			check(t, tt.path+tt.uri, err, AmbiguousKey)
		}
	}
}

func TestLocationsLeaveOutAWeakETag(t *testing.T) {
	req := requested{URI: "/a.jpg", Origin: &originRead{S3: &s3Read{DomainName: "pics.s3.amazonaws.com"}}}
	places, err := locations(req, `W/"e"`, DefaultConfig())
	if err != nil || places[0].ETag != "" {
		t.Errorf("got %+v, %v", places, err)
	}
}

func FuzzLocations(f *testing.F) {
	f.Add("pics.s3.eu-west-1.amazonaws.com", "/images", "/a%20b+c.jpg")
	f.Add("my.pics.s3-website.eu-west-1.amazonaws.com", "", "/../%2e%2e//x")
	f.Fuzz(func(t *testing.T, domain, path, uri string) {
		cfg := DefaultConfig()
		cfg.Bucket = "pinned"
		req := requested{URI: uri, Origin: &originRead{S3: &s3Read{DomainName: domain, Path: path}}}
		places, err := locations(req, "", cfg)
		for _, p := range places {
			if err != nil || p.Bucket != "pinned" || p.Key == "" {
				t.Errorf("%q %q %q: got %+v, %v", domain, path, uri, p, err)
			}
		}
		places, _ = locations(req, "", DefaultConfig())
		for _, p := range places {
			if !bucketName.MatchString(p.Bucket) {
				t.Errorf("%q gives bucket %q", domain, p.Bucket)
			}
		}
	})
}
