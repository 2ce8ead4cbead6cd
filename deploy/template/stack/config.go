package stack

import (
	"fmt"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// tagHeader is the header from which a site's distribution reads cache tags.
const tagHeader = "Edgeresize-Cache-Tag"

// ConfigParameters returns the parameters of a site that follow from a config.
func ConfigParameters(cfg edge.Config) map[string]string {
	parameters := map[string]string{}
	for _, p := range viewerfunction.Parameters(cfg) {
		name, value, _ := strings.Cut(p, "=")
		parameters[name] = value
	}
	return parameters
}

// Agree returns how a site's parameters contradict a config: the function would read
// where its role does not let it, or write where nobody reads.
func Agree(cfg edge.Config, values map[string]string) (wrong []string) {
	differ := func(field, have, parameter, want string) {
		wrong = append(wrong, fmt.Sprintf("%s is %q in the config, and %s is %q: leave %s out of the config, or make both equal", field, have, parameter, want, field))
	}
	if cfg.Bucket != "" && cfg.Bucket != values["BucketName"] {
		differ("bucket", cfg.Bucket, "BucketName", values["BucketName"])
	}
	if cfg.Region != "" && cfg.Region != values["BucketRegion"] {
		differ("region", cfg.Region, "BucketRegion", values["BucketRegion"])
	}
	prefix := strings.Trim(cfg.KeyPrefix, "/")
	switch {
	case prefix == "":
	case values["UrlPrefix"] != "":
		wrong = append(wrong, fmt.Sprintf("key_prefix is %q in the config, but with UrlPrefix the path already contains the folder: leave key_prefix out of the config", prefix))
	case prefix != values["KeyPrefix"]:
		differ("key_prefix", prefix, "KeyPrefix", values["KeyPrefix"])
	}
	if cfg.CacheTagHeader != "" && !strings.EqualFold(cfg.CacheTagHeader, tagHeader) {
		wrong = append(wrong, fmt.Sprintf("cache_tag_header is %q in the config, but the site's distribution reads %s: leave cache_tag_header out of the config", cfg.CacheTagHeader, tagHeader))
	}
	if url, images := values["UrlPrefix"], values["ImagePath"]; values["SiteDomainName"] != "" && values["KeyPrefix"] != "" && url != "" && disjoint(url+"/", images) {
		wrong = append(wrong, fmt.Sprintf("ImagePath is %q, but KeyPrefix applies only to paths below UrlPrefix, %q: no picture could be read; give ImagePath=%s/*", images, url, url))
	}
	if folder := values["KeyPrefix"]; cfg.FallbackKey != "" && values["UrlPrefix"] != "" && folder != "" && !strings.HasPrefix(cfg.FallbackKey, folder+"/") {
		wrong = append(wrong, fmt.Sprintf("fallback_key is %q in the config, but the function may read only KeyPrefix, which UrlPrefix leaves out of it: name a key that begins with %s/", cfg.FallbackKey, folder))
	}
	site := viewerrequest.SettingsOf(cfg)
	site.Host, site.URLPrefix, site.Sizes = values["DomainName"], values["UrlPrefix"], values["Sizes"]
	if values["KeyPrefix"] != "" {
		site.KeyPrefix = "/" + values["KeyPrefix"]
	}
	if n := len(site.Script()); n > viewerfunction.MaxBytes {
		wrong = append(wrong, fmt.Sprintf("the viewer-request function would have %d bytes, more than CloudFront's limit of %d: give fewer Sizes, or fewer presets in the config", n, viewerfunction.MaxBytes))
	}
	if cfg.Missing != edge.MissingKeepRatio {
		for size := range strings.SplitSeq(values["Sizes"], ",") {
			if strings.HasPrefix(size, "x") || strings.HasSuffix(size, "x") {
				wrong = append(wrong, fmt.Sprintf("Sizes is %q, but %s has one side, and missing is %q in the config: "+
					"leave that size out, or name with CONFIG=FILE a config whose missing is %q", values["Sizes"], size, cfg.Missing, edge.MissingKeepRatio))
				break
			}
		}
	}
	return wrong
}

// disjoint reports whether no path that begins with prefix matches the path pattern.
func disjoint(prefix, pattern string) bool {
	literal, _, _ := strings.Cut(strings.ReplaceAll(pattern, "?", "*"), "*")
	if !strings.HasPrefix(literal, "/") && literal != "" {
		literal = "/" + literal
	}
	return !strings.HasPrefix(literal, prefix) && !strings.HasPrefix(prefix, literal)
}

// AgreeInvoker returns how an invoker's parameters contradict each other, where the
// rules of a template cannot say it.
func AgreeInvoker(values map[string]string) []string {
	want := map[string][2]string{"invoke": {"arn:aws:lambda:", "a function"}, "assume-role": {"arn:aws:iam:", "a role"}}[values["Mode"]]
	if strings.HasPrefix(values["Purge"], want[0]) {
		return nil
	}
	return []string{fmt.Sprintf("Purge is %q: with Mode=%s it must be the ARN of %s", values["Purge"], values["Mode"], want[1])}
}
