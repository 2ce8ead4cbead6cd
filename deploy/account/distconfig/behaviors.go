package distconfig

// cacheBehaviors is the name of a config's list of behaviours other than the default one.
const cacheBehaviors = "CacheBehaviors"

// WithBehavior returns the config with a behaviour before all others. CloudFront tries
// them in their order. xml is a CacheBehavior element, without a namespace.
func (c *Config) WithBehavior(xml string) (*Config, error) {
	l, err := listIn(c.root, cacheBehaviors)
	if err != nil {
		return nil, err
	}
	if l.all == nil || l.items == nil || l.items.isOneTag() {
		return c.add(l, xml)
	}
	return c.counted(l, len(l.items.children)+1, l.items.inner, l.items.inner, xml)
}

// WithoutBehavior returns the config without the behaviour with a path pattern, or the
// same config if there is none.
func (c *Config) WithoutBehavior(pattern string) (*Config, error) {
	l, err := listIn(c.root, cacheBehaviors)
	if err != nil {
		return nil, err
	}
	one, err := l.find("PathPattern", pattern)
	if one == nil || err != nil {
		return c, err
	}
	return c.remove(l, one)
}
