package check

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// comparison collects the differences between a plan and a resolved template.
type comparison struct{ differences []string }

// note adds a difference.
func (c *comparison) note(format string, args ...any) {
	c.differences = append(c.differences, fmt.Sprintf(format, args...))
}

// inTemplate returns the leaves of a plan's resources as the template names them, by
// resource of the template.
func (c *comparison) inTemplate(p *plan) map[string]leaves {
	all := map[string]leaves{}
	for _, r := range p.Planned.Root.Resources {
		row, ok := rows[r.Type+"."+r.Name]
		if !ok {
			c.note("no row for %s", r.Address)
			continue
		}
		logical := strings.ReplaceAll(row.logical, "*", fmt.Sprint(r.Index))
		if logical == "" {
			logical = addressOf(fmt.Sprint(r.Index))
		}
		if all[logical] == nil {
			all[logical] = leaves{}
		}
		c.add(all[logical], r, argumentsOf(row.arguments))
	}
	return all
}

// add adds the leaves of a resource, of which arguments has the places in the template.
func (c *comparison) add(to leaves, r planned, arguments map[string]string) {
	// Without a region of its own a resource would be in the provider's.
	if region, regional := r.Values["region"]; regional && region != regionOf(r) {
		c.note("%s is in %v, not %s", r.Address, region, regionOf(r))
	}
	if tags, taggable := r.Values["tags"]; taggable {
		if given, _ := tags.(map[string]any); given["managed-by"] != "terraform" {
			c.note("%s: managed-by is %v", r.Address, given["managed-by"])
		}
	}
	given := leaves{}
	given.flatten("", nil, r.Values)
	for leaf, value := range given {
		path, keys, _ := strings.Cut(leaf, " ")
		place, known := arguments[path]
		switch {
		case known && place == "" || path == "region" || path == "tags.managed-by":
		case known:
			name, list := strings.CutPrefix(place, "[]")
			if list {
				value = "[" + value + "]"
			}
			if name, list = strings.CutSuffix(name, "[]"); list {
				value = strings.Trim(value, "[]")
			}
			name = strings.ReplaceAll(name, "*", fmt.Sprint(r.Index))
			if keys != "" {
				name += " " + keys
			}
			to[name] = standing(value)
		case !strings.HasPrefix(value, "<"+r.Type+"."):
			c.note("%s: no row for %s, which is %s", r.Address, leaf, value)
		}
	}
}

// addressOf returns the template's name of a DNS record from the record's key.
func addressOf(key string) string {
	name, kind, _ := strings.Cut(key, " ")
	logical := map[string]string{"A": "AddressIPv4", "AAAA": "AddressIPv6"}[kind]
	if name != domain {
		logical = "Other" + logical
	}
	return logical
}

// regionOf returns the region that a resource must be in: its index if it is made in
// several.
func regionOf(r planned) string {
	if index, ok := r.Index.(string); ok {
		return index
	}
	if r.Type == "aws_chatbot_slack_channel_configuration" {
		return "us-east-2"
	}
	return "us-east-1"
}

var (
	argument    = regexp.MustCompile(`(?m)^(\S+) +([=!]) *(.*)$`)
	placeholder = regexp.MustCompile(`<aws_[^<>]*>`)
)

// argumentsOf returns where a resource's arguments stand in the template, "" for nowhere.
func argumentsOf(text string) map[string]string {
	behaviours := strings.ReplaceAll(strings.ReplaceAll(behaviour, "\n@.", "\ndefault_cache_behavior."), "= @.", "= DistributionConfig.DefaultCacheBehavior.") +
		strings.ReplaceAll(strings.ReplaceAll(behaviour, "\n@.", "\nordered_cache_behavior."), "= @.", "= DistributionConfig.CacheBehaviors.")
	if strings.Contains(text, "cache_tag_config") {
		text += behaviours
	}
	places := map[string]string{}
	for _, m := range argument.FindAllStringSubmatch(text, -1) {
		places[m[1]] = ""
		if m[2] == "=" {
			places[m[1]] = m[3]
		}
	}
	return places
}

// standing returns a value with the template's texts for what only AWS can tell.
func standing(value string) string {
	return placeholder.ReplaceAllStringFunc(value, func(text string) string {
		if known, ok := stand[text]; ok {
			return known
		}
		return text
	})
}

// want returns the leaves of a resolved template's resources, by resource.
func want(t *testing.T, resources map[string]any) map[string]leaves {
	t.Helper()
	all := map[string]leaves{}
	for name, resource := range resources {
		if _, ok := lacking[name]; ok {
			continue
		}
		properties, _ := resource.(map[string]any)["Properties"].(map[string]any)
		if name == "AlarmsOfRegions" {
			maps.Copy(all, ofRegions(t, properties))
			continue
		}
		all[name] = leavesOf(name, properties)
	}
	return all
}

// variables replaces parameters in the texts of alarms by variables.
var variables = strings.NewReplacer("MemorySize", "memory_size", "MaxWidth", "max_width", "MaxHeight", "max_height")

// stackSets are the services for which stack sets take the role of the template's alarms.
const stackSets = ", cloudformation.amazonaws.com, cloudformation.me-central-1.amazonaws.com"

// leavesOf returns the leaves of the properties of a resource of the template.
func leavesOf(name string, properties any) leaves {
	l := leaves{}
	l.flatten("", nil, mapped(properties))
	for leaf, value := range l {
		path, _, _ := strings.Cut(leaf, " ")
		_, lacks := lacking[name+" "+path]
		if lacks {
			delete(l, leaf)
		}
		switch path {
		case "AlarmDescription":
			l[leaf] = variables.Replace(value)
		case "AssumeRolePolicyDocument":
			l[leaf] = strings.Replace(value, stackSets, "", 1)
		}
	}
	return l
}

// mapped returns a value in which lists of names and values, and of keys and values, are
// maps.
func mapped(value any) any {
	switch v := value.(type) {
	case map[string]any:
		inner := map[string]any{}
		for name, item := range v {
			inner[name] = mapped(item)
		}
		return inner
	case []any:
		pairs := map[string]any{}
		items := []any{}
		for _, item := range v {
			items = append(items, mapped(item))
			object, _ := item.(map[string]any)
			for _, key := range []string{"Name", "Key"} {
				if name, ok := object[key].(string); ok && len(object) == 2 && object["Value"] != nil {
					pairs[name] = object["Value"]
				}
			}
		}
		if len(v) > 0 && len(pairs) == len(v) {
			return pairs
		}
		return items
	default:
		return v
	}
}

// compare returns the differences between a plan and a resolved template.
func compare(t *testing.T, p *plan, template answer) []string {
	t.Helper()
	c := new(comparison)
	made, wanted := c.inTemplate(p), want(t, template.Resources)
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if made[name] == nil {
			c.note("the module makes no %s", name)
			continue
		}
		for path, value := range wanted[name] {
			if made[name][path] != value {
				c.note("%s: %s is\n%s, in the template\n%s", name, path, made[name][path], value)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		if wanted[name] == nil {
			c.note("the template makes no %s", name)
			continue
		}
		for path, value := range made[name] {
			// The template leaves this to its default.
			if _, there := wanted[name][path]; !there && path+value != "Metrics.ReturnData [share]true" {
				c.note("%s: the module gives %s, %s", name, path, value)
			}
		}
	}
	c.outputs(p, template)
	return c.differences
}

// outputs compares the outputs.
func (c *comparison) outputs(p *plan, template answer) {
	for name, value := range p.Planned.Outputs {
		made := standing(plain(value.Value, false))
		var wanted string
		switch name {
		case "bucket_policy_statements":
			made = standing(plain(value.Value, true))
			var statements []string
			for _, name := range []string{"BucketPolicyStatement", "BucketListStatement"} {
				if statement := template.output(name); statement != "" {
					statements = append(statements, plain(statement, true))
				}
			}
			if statements != nil {
				wanted = "[" + strings.Join(statements, ", ") + "]"
			}
		case "origin_shield":
			made = strings.Replace(made, "origin_shield_region", "OriginShieldRegion=REGION", 1)
			wanted = template.output("OriginShield")
		default:
			wanted = template.output(parameterOf(name))
		}
		if made != wanted && !(made == "<nil>" && wanted == "") {
			c.note("the output %s is %s, in the template %s", name, made, wanted)
		}
	}
	for name := range template.Outputs {
		own := variableOf(name)
		if name == "BucketPolicyStatement" || name == "BucketListStatement" {
			own = "bucket_policy_statements"
		}
		if _, ok := p.Planned.Outputs[own]; !ok {
			c.note("the module has no output %s", own)
		}
	}
}

// output returns the value of an output of the template, "" if there is none.
func (a answer) output(name string) string {
	declared, _ := a.Outputs[name].(map[string]any)
	if declared == nil {
		return ""
	}
	return fmt.Sprint(declared["Value"])
}
