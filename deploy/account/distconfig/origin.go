package distconfig

import (
	"fmt"
	"strings"
)

// NoOriginError says that no origin has the ID.
type NoOriginError struct{ ID string }

func (e *NoOriginError) Error() string { return fmt.Sprintf("the distribution has no origin %q", e.ID) }

// origin returns the element of the origin with an ID.
func (c *Config) origin(id string) (*element, error) {
	items, err := c.root.path("Origins", "Items")
	if err != nil {
		return nil, err
	}
	if items != nil {
		for _, origin := range items.children {
			if name, err := origin.textOf("Id"); err != nil || name == id {
				return origin, err
			}
		}
	}
	return nil, &NoOriginError{id}
}

// AccessControl returns the ID of the access control of an origin, "" if it has none.
func (c *Config) AccessControl(origin string) (string, error) {
	o, err := c.origin(origin)
	if err != nil {
		return "", err
	}
	return o.textOf("OriginAccessControlId")
}

// WithAccessControl returns the config with the access control id for an origin.
func (c *Config) WithAccessControl(origin, id string) (*Config, error) {
	const name = "OriginAccessControlId"
	o, err := c.origin(origin)
	if err != nil {
		return nil, err
	}
	if one, err := o.only(name); one == nil && err == nil {
		return c.append(o, c.written(name, Escaped(id)))
	}
	return c.withText(o, name, id)
}

// header returns the custom headers that CloudFront sends an origin, and the item of
// the one called name: nil if there is none.
func (c *Config) header(origin, name string) (l list, one *element, err error) {
	o, err := c.origin(origin)
	if err != nil {
		return list{}, nil, err
	}
	if l, err = listIn(o, "CustomHeaders"); err != nil {
		return list{}, nil, err
	}
	for _, item := range l.children() {
		if of, err := item.textOf("HeaderName"); err != nil || strings.EqualFold(of, name) {
			return l, item, err
		}
	}
	return l, nil, nil
}

// OriginHeader returns the value of a header that CloudFront sends an origin, "" if it
// sends none of that name.
func (c *Config) OriginHeader(origin, name string) (string, error) {
	_, one, err := c.header(origin, name)
	if one == nil || err != nil {
		return "", err
	}
	return one.textOf("HeaderValue")
}

// WithOriginHeader returns the config with a header that CloudFront sends an origin.
// With "" for value it sends none of that name.
func (c *Config) WithOriginHeader(origin, name, value string) (*Config, error) {
	l, one, err := c.header(origin, name)
	switch {
	case err != nil:
		return nil, err
	case one == nil && value == "":
		return c, nil
	case one == nil:
		return c.add(l, c.written("OriginCustomHeader", c.written("HeaderName", Escaped(name))+c.written("HeaderValue", Escaped(value))))
	case value == "":
		return c.remove(l, one)
	}
	return c.withText(one, "HeaderValue", value)
}
