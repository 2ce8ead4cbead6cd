package distconfig

import (
	"fmt"
	"strconv"
)

// list is one of a config's: an element that has a Quantity and, unless that is
// 0, Items. What there is not is nil.
type list struct {
	name     string
	parent   *element
	all      *element
	quantity *element // of all; there if all is
	items    *element // of all
}

// listIn looks for the list of a name that parent has.
func listIn(parent *element, name string) (l list, err error) {
	l = list{name: name, parent: parent}
	if l.all, err = parent.only(name); l.all == nil || err != nil {
		return l, err
	}
	if l.items, err = l.all.only("Items"); err != nil {
		return l, err
	}
	if l.quantity, err = l.all.only("Quantity"); err != nil {
		return l, err
	}
	return l, l.check()
}

// check compares the quantity with what there is.
func (l list) check() error {
	if l.quantity == nil {
		return &FormatError{l.name + " without a Quantity"}
	}
	if n, err := strconv.Atoi(l.quantity.text); err != nil || n != len(l.children()) {
		return &FormatError{fmt.Sprintf("%s: %d items where the quantity is %q", l.name, len(l.children()), l.quantity.text)}
	}
	return nil
}

// children returns the list's items.
func (l list) children() []*element {
	if l.items == nil {
		return nil
	}
	return l.items.children
}

// find returns the one item whose child of a name has a text, nil if none has.
func (l list) find(child, text string) (*element, error) {
	var found *element
	for _, item := range l.children() {
		of, err := item.textOf(child)
		switch {
		case err != nil:
			return nil, err
		case of != text:
			continue
		case found != nil:
			return nil, &FormatError{fmt.Sprintf("%s has two items for %s", l.name, text)}
		}
		found = item
	}
	return found, nil
}

// add gives a list one item more, which is written as item is.
func (c *Config) add(l list, item string) (*Config, error) {
	items := c.written("Items", item)
	switch {
	case l.parent.isOneTag():
		return nil, &FormatError{l.parent.name + " is empty"}
	case l.all == nil:
		end := l.parent.innerEnd
		return Parse(splice(c.xml, end, end, c.written(l.name, c.written("Quantity", "1")+items)))
	case l.items == nil:
		end := l.quantity.end
		return c.counted(l, 1, end, end, items)
	case l.items.isOneTag():
		return c.counted(l, 1, l.items.start, l.items.end, items)
	}
	end := l.items.innerEnd
	return c.counted(l, len(l.items.children)+1, end, end, item)
}

// remove takes an item of a list away, and its Items if it was the only one.
func (c *Config) remove(l list, item *element) (*Config, error) {
	gone := item
	if len(l.items.children) == 1 {
		gone = l.items
	}
	return c.counted(l, len(l.items.children)-1, gone.start, gone.end, "")
}

// counted edits a list and its quantity. The later of them comes first, so
// that the offsets before it hold.
func (c *Config) counted(l list, quantity, from, to int, text string) (*Config, error) {
	count := strconv.Itoa(quantity)
	if from < l.quantity.start {
		edited := splice(c.xml, l.quantity.inner, l.quantity.innerEnd, count)
		return Parse(splice(edited, from, to, text))
	}
	edited := splice(c.xml, from, to, text)
	return Parse(splice(edited, l.quantity.inner, l.quantity.innerEnd, count))
}

// written is an element as the document writes them.
func (c *Config) written(name, inner string) string {
	return "<" + c.prefix + name + ">" + inner + "</" + c.prefix + name + ">"
}
