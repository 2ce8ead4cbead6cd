package check

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// inTemplate returns the leaves of a plan's resources as the template names them, by
// resource of the template.
func inTemplate(t *testing.T, p *plan) map[string]leaves {
	t.Helper()
	all := map[string]leaves{}
	for _, r := range p.Planned.Root.Resources {
		row, ok := rows[r.Type+"."+r.Name]
		if !ok {
			t.Errorf("no row for %s", r.Address)
			continue
		}
		logical := strings.ReplaceAll(row.logical, "*", fmt.Sprint(r.Index))
		if logical == "" {
			logical = addressOf(fmt.Sprint(r.Index))
		}
		if all[logical] == nil {
			all[logical] = leaves{}
		}
		arguments := argumentsOf(row.arguments)
		given := leaves{}
		given.flatten("", nil, r.Values)
		for leaf, value := range given {
			path, keys, _ := strings.Cut(leaf, " ")
			place, known := arguments[path]
			switch {
			case known && place == "":
			case known:
				name, list := strings.CutPrefix(place, "[]")
				if list {
					value = "[" + value + "]"
				}
				name = strings.ReplaceAll(name, "*", fmt.Sprint(r.Index))
				if keys != "" {
					name += " " + keys
				}
				all[logical][name] = standing(value)
			case path == "region":
				checkRegion(t, r, value)
			case path == "tags.managed-by":
				if value != "terraform" {
					t.Errorf("%s: managed-by is %s", r.Address, value)
				}
			case !strings.HasPrefix(value, "<"+r.Type+"."):
				t.Errorf("%s: no row for %s, which is %s", r.Address, leaf, value)
			}
		}
	}
	return all
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

// checkRegion compares the region of a resource: its index if it is made in several.
func checkRegion(t *testing.T, r planned, region string) {
	t.Helper()
	want := "us-east-1"
	if index, ok := r.Index.(string); ok {
		want = index
	} else if r.Type == "aws_chatbot_slack_channel_configuration" {
		want = "us-east-2"
	}
	if region != want {
		t.Errorf("%s is in %s, not %s", r.Address, region, want)
	}
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
		if path == "AlarmDescription" {
			l[leaf] = variables.Replace(value)
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

// compare fails for each difference between the leaves of resources.
func compare(t *testing.T, made, wanted map[string]leaves) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if made[name] == nil {
			t.Errorf("the module makes no %s", name)
			continue
		}
		for path, value := range wanted[name] {
			if path != "Metrics.ReturnData [share]" && made[name][path] != value {
				t.Errorf("%s: %s is\n%s, in the template\n%s", name, path, made[name][path], value)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		if wanted[name] == nil {
			t.Errorf("the template makes no %s", name)
			continue
		}
		for path, value := range made[name] {
			_, there := wanted[name][path]
			if !there && !(path == "Metrics.ReturnData [share]" && value == "true") {
				t.Errorf("%s: the module gives %s, %s", name, path, value)
			}
		}
	}
}
