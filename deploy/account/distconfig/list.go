package distconfig

import (
	"fmt"
	"strconv"
)

// list is a list in a config: an element that has a Quantity and, unless that is 0,
// Items. Elements that do not exist are nil.
type list struct {
	name     string
	parent   *element
	all      *element
	quantity *element // of all; not nil if all is not
	items    *element // of all
}

// listIn returns the list called name of parent.
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

// check compares the quantity with the number of items.
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

// find returns the one item whose child has the given text, nil if none has.
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

// add returns the config with item, in XML, at the end of the list.
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

// remove returns the config without an item of the list, and without its Items if that
// was the only one.
func (c *Config) remove(l list, item *element) (*Config, error) {
	gone := item
	if len(l.items.children) == 1 {
		gone = l.items
	}
	return c.counted(l, len(l.items.children)-1, gone.start, gone.end, "")
}

// counted puts text in place of the bytes from from to to, which are in the list, and
// sets the list's quantity. It edits the later place first, so that offsets before it
// hold.
func (c *Config) counted(l list, quantity, from, to int, text string) (*Config, error) {
	count := strconv.Itoa(quantity)
	if from < l.quantity.start {
		edited := splice(c.xml, l.quantity.inner, l.quantity.innerEnd, count)
		return Parse(splice(edited, from, to, text))
	}
	edited := splice(c.xml, from, to, text)
	return Parse(splice(edited, l.quantity.inner, l.quantity.innerEnd, count))
}

// written returns an element as XML, with the document's prefix.
func (c *Config) written(name, inner string) string {
	return "<" + c.prefix + name + ">" + inner + "</" + c.prefix + name + ">"
}
