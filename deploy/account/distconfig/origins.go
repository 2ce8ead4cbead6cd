package distconfig

// The names of a config's lists of origins and of groups of origins.
const (
	originList = "Origins"
	groupList  = "OriginGroups"
)

// WithOriginCopy returns the config with a copy of the origin id at the end of the list.
// The copy has the ID as and another path.
func (c *Config) WithOriginCopy(id, as, path string) (*Config, error) {
	o, err := c.origin(id)
	if err != nil {
		return nil, err
	}
	changed, err := c.withText(o, "Id", as)
	if err != nil {
		return nil, err
	}
	if o, err = changed.origin(as); err != nil {
		return nil, err
	}
	if one, missing := o.only("OriginPath"); one == nil && missing == nil {
		changed, err = changed.append(o, changed.written("OriginPath", Escaped(path)))
	} else {
		changed, err = changed.withText(o, "OriginPath", path)
	}
	if err != nil {
		return nil, err
	}
	if o, err = changed.origin(as); err != nil {
		return nil, err
	}
	l, err := listIn(c.root, originList)
	if err != nil {
		return nil, err
	}
	return c.add(l, string(changed.xml[o.start:o.end]))
}

// WithoutOrigin returns the config without the origin with an ID, or the same config if
// there is none.
func (c *Config) WithoutOrigin(id string) (*Config, error) { return c.withoutID(originList, id) }

// WithOriginGroup returns the config with a group of origins at the end of the list. xml is
// an OriginGroup element, without a namespace.
func (c *Config) WithOriginGroup(xml string) (*Config, error) {
	l, err := listIn(c.root, groupList)
	if err != nil {
		return nil, err
	}
	return c.add(l, xml)
}

// WithoutOriginGroup returns the config without the group of origins with an ID, or the
// same config if there is none.
func (c *Config) WithoutOriginGroup(id string) (*Config, error) { return c.withoutID(groupList, id) }

// withoutID returns the config without the item with an ID in the list called name.
func (c *Config) withoutID(name, id string) (*Config, error) {
	l, err := listIn(c.root, name)
	if err != nil {
		return nil, err
	}
	one, err := l.find("Id", id)
	if one == nil || err != nil {
		return c, err
	}
	return c.remove(l, one)
}
