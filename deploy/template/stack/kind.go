package stack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Kind is one of the project's templates, with what its stacks have in common.
type Kind struct {
	// Name is the command's name.
	Name string
	// File is the template's path in the repository.
	File string
	// Region is the only region for its stacks; "" for the region of the aws command
	// line.
	Region string

	// suffix follows the site's name in the stack's name.
	suffix string
	// longest is the maximum length of a stack name, in characters. The names of
	// resources contain it.
	longest int
	// mark is a parameter that none of the other templates has.
	mark string
	// waits says that the function waits for changes of the bucket BucketName.
	waits bool
	// serves has the parameters that say what a stack is for.
	serves []string
}

// The project's templates.
var (
	// Site makes a bucket, the function and a distribution. CloudFront takes functions
	// from us-east-1 only.
	Site = Kind{Name: "site", File: "deploy/template/template.yaml", Region: "us-east-1", longest: 50, mark: "MaxWidth", serves: []string{"BucketName", "DomainName"}}
	// Purge makes the function that purges changed originals.
	Purge = Kind{Name: "purge", File: "deploy/purge/purge.yaml", suffix: "-purge", longest: 64, mark: "MonthlyPaths", waits: true, serves: []string{"DistributionId"}}
	// Invoker makes the function for a pipeline in another account.
	Invoker = Kind{Name: "invoker", File: "deploy/purge/invoker.yaml", suffix: "-invoker", longest: 64, mark: "Purge", serves: []string{"Purge"}}
	// Backend makes the load balancer and the servers of a site behind the images.
	Backend = Kind{Name: "backend", File: "deploy/template/backend.yaml", suffix: "-backend", longest: 64, mark: "PrefixListId"}
)

// names matches what CloudFormation takes as a stack's name, apart from the length,
// which is at most 128 characters.
var names = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// stackName returns the name of a site's stack of this kind.
func (k Kind) stackName(site string) (string, error) {
	if longest := k.longest - len(k.suffix); !names.MatchString(site) || len(site) > longest {
		return "", fmt.Errorf("STACK is %q: want a letter, then letters, digits and hyphens, at most %d in all", site, longest)
	}
	return site + k.suffix, nil
}

// fromElsewhere has the parameters that another flag sets, with make's name for that
// flag.
var fromElsewhere = map[string]string{
	"CodeBucket":   "CODE_BUCKET=BUCKET",
	"CodeKey":      "nothing, the package determines it",
	"CodeSha256":   "nothing, the package determines it",
	"Architecture": "ARCH=arm64 or ARCH=x86_64",
}

// check refuses parameters that the template refuses, that another flag sets, or that
// contradict the package.
func (o Order) check() error {
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(o.Parameters)) {
		if instead, ok := fromElsewhere[name]; ok {
			wrong = append(wrong, fmt.Sprintf("%s cannot be given as a parameter: give %s", name, instead))
			continue
		}
		if want, ok := o.Own[name]; ok && o.Parameters[name] != want {
			wrong = append(wrong, fmt.Sprintf("%s is %q, but %q follows from %s: choose another config with CONFIG=FILE, and leave %s out",
				name, o.Parameters[name], want, o.Source, name))
		}
	}
	if wrong = append(wrong, o.Template.refusals(with(o.Parameters, o.Own))...); len(wrong) > 0 {
		return &ParameterError{wrong}
	}
	return nil
}

// with returns parameters and more together. Of a name in both, the value in more
// counts.
func with(parameters, more map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, parameters)
	maps.Copy(all, more)
	return all
}

// checkPurpose refuses to update a stack of another template, or one that serves
// something else than the order says.
func (o Order) checkPurpose(now *state) error {
	if !now.exists() {
		return nil
	}
	if _, ok := now.parameters[o.Kind.mark]; !ok {
		return fmt.Errorf("the stack %s in %s was not made from %s: choose another name with STACK=NAME", now.name, now.region, o.Kind.File)
	}
	for _, name := range o.Kind.serves {
		have, known := now.parameters[name]
		want, given := o.Parameters[name]
		if !given || !known || have == want || o.Replace || have == "" && name != "BucketName" {
			continue
		}
		return fmt.Errorf("the stack %s is for %s: for %s name another stack with STACK=NAME, or let this one switch with REPLACE=yes",
			now.name, named(name, have), named(name, want))
	}
	return nil
}

// named returns a parameter's name and value for a sentence.
func named(parameter, value string) string {
	if value == "" {
		return "an empty " + parameter
	}
	return parameter + " " + value
}

// checkRegion refuses a function in another region than the bucket whose events it
// gets.
func (k Kind) checkRegion(region string, values map[string]string, bucketRegion string) error {
	if k.Region == "" && bucketRegion != "" && bucketRegion != region {
		return fmt.Errorf("the bucket %s is in %s and the function would be in %s, where it gets no events of the bucket: run AWS_REGION=%s make %s …",
			values["BucketName"], bucketRegion, region, bucketRegion, k.Name)
	}
	return nil
}

// ParseParameters parses "Name=Value Name=Value".
func ParseParameters(text string) (map[string]string, error) {
	given := map[string]string{}
	for word := range strings.FieldsSeq(text) {
		name, value, ok := strings.Cut(word, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("the parameter %q: want Name=Value without spaces, and spaces between parameters", word)
		}
		if before, twice := given[name]; twice && before != value {
			return nil, fmt.Errorf("the parameter %s is given twice, as %q and %q", name, before, value)
		}
		given[name] = value
	}
	return given, nil
}
