package cfn

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parameter is a template's declaration of a parameter.
type Parameter struct {
	Type                  string   `yaml:"Type"`
	Default               *string  `yaml:"Default"`
	AllowedValues         []string `yaml:"AllowedValues"`
	AllowedPattern        string   `yaml:"AllowedPattern"`
	ConstraintDescription string   `yaml:"ConstraintDescription"`
	MinValue              *float64 `yaml:"MinValue"`
	MaxValue              *float64 `yaml:"MaxValue"`
	MinLength             *int     `yaml:"MinLength"`
	MaxLength             *int     `yaml:"MaxLength"`
}

// Refusal returns what value would have to be, or "" where the declaration accepts it.
// AWS CloudFormation User Guide, "CloudFormation template Parameters syntax".
func (p Parameter) Refusal(value string) string {
	if len(p.AllowedValues) > 0 && !slices.Contains(p.AllowedValues, value) {
		return "want one of " + strings.Join(p.AllowedValues, ", ")
	}
	if p.AllowedPattern != "" && !wholly(p.AllowedPattern, value) {
		if p.ConstraintDescription != "" {
			return "it " + p.ConstraintDescription
		}
		return "it must match " + p.AllowedPattern
	}
	length := utf8.RuneCountInString(value)
	switch {
	case p.MinLength != nil && length < *p.MinLength:
		return fmt.Sprintf("want at least %d characters", *p.MinLength)
	case p.MaxLength != nil && length > *p.MaxLength:
		return fmt.Sprintf("want at most %d characters, not %d", *p.MaxLength, length)
	case p.Type != "Number":
		return ""
	}
	number, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil || number != number:
		return "want a number"
	case p.MinValue != nil && number < *p.MinValue, p.MaxValue != nil && number > *p.MaxValue:
		return "want " + p.span()
	}
	return ""
}

// span returns the range of accepted numbers in words.
func (p Parameter) span() string {
	switch {
	case p.MaxValue == nil:
		return fmt.Sprintf("at least %v", *p.MinValue)
	case p.MinValue == nil:
		return fmt.Sprintf("at most %v", *p.MaxValue)
	}
	return fmt.Sprintf("%v to %v", *p.MinValue, *p.MaxValue)
}

// wholly reports whether pattern matches the whole value. It reports true for a pattern
// that Go cannot compile, and leaves that to CloudFormation.
func wholly(pattern, value string) bool {
	expression, err := regexp.Compile(`^(?:` + pattern + `)$`)
	return err != nil || expression.MatchString(value)
}
