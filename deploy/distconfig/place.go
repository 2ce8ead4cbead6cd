package distconfig

import (
	"fmt"
	"strconv"
)

// place is where a behaviour's function for an event is, or would be. What
// there is not is nil.
type place struct {
	behavior *element
	all      *element // LambdaFunctionAssociations
	quantity *element // of all; there if all is
	items    *element // of all
	one      *element // of items: the function for the event
}

// find looks for a behaviour's function.
func (c *Config) find(pattern, event string) (p place, err error) {
	if p.behavior, err = c.behavior(pattern); err != nil {
		return place{}, err
	}
	if p.all, err = p.behavior.only("LambdaFunctionAssociations"); p.all == nil || err != nil {
		return p, err
	}
	if p.items, err = p.all.only("Items"); err != nil {
		return place{}, err
	}
	if p.quantity, err = p.all.only("Quantity"); err != nil {
		return place{}, err
	}
	if err := p.check(); err != nil {
		return place{}, err
	}
	if p.items == nil {
		return p, nil
	}
	for _, item := range p.items.children {
		of, err := item.textOf("EventType")
		switch {
		case err != nil:
			return place{}, err
		case of != event:
			continue
		case p.one != nil:
			return place{}, &FormatError{"two functions for " + event}
		}
		p.one = item
	}
	return p, nil
}

// check compares the quantity with what there is.
func (p place) check() error {
	if p.quantity == nil {
		return &FormatError{"functions without a Quantity"}
	}
	have := 0
	if p.items != nil {
		have = len(p.items.children)
	}
	if n, err := strconv.Atoi(p.quantity.text); err != nil || n != have {
		return &FormatError{fmt.Sprintf("%d functions where the quantity is %q", have, p.quantity.text)}
	}
	return nil
}

// add gives a behaviour one function more.
func (c *Config) add(p place, event, arn string) (*Config, error) {
	item := c.written("LambdaFunctionAssociation", c.written("LambdaFunctionARN", escaped(arn))+
		c.written("EventType", escaped(event))+c.written("IncludeBody", "false"))
	items := c.written("Items", item)
	switch {
	case p.behavior.isOneTag():
		return nil, &FormatError{p.behavior.name + " is empty"}
	case p.all == nil:
		end := p.behavior.innerEnd
		return Parse(splice(c.xml, end, end, c.written("LambdaFunctionAssociations", c.written("Quantity", "1")+items)))
	case p.items == nil:
		end := p.quantity.end
		return c.counted(p, 1, end, end, items)
	case p.items.isOneTag():
		return c.counted(p, 1, p.items.start, p.items.end, items)
	}
	end := p.items.innerEnd
	return c.counted(p, len(p.items.children)+1, end, end, item)
}

// written is an element as the document writes them.
func (c *Config) written(name, inner string) string {
	return "<" + c.prefix + name + ">" + inner + "</" + c.prefix + name + ">"
}

// remove takes a behaviour's function away, and the list of functions if it
// was the only one.
func (c *Config) remove(p place) (*Config, error) {
	gone := p.one
	if len(p.items.children) == 1 {
		gone = p.items
	}
	return c.counted(p, len(p.items.children)-1, gone.start, gone.end, "")
}

// counted edits a list and its quantity. The later of them comes first, so
// that the offsets before it hold.
func (c *Config) counted(p place, quantity, from, to int, text string) (*Config, error) {
	count := strconv.Itoa(quantity)
	if from < p.quantity.start {
		edited := splice(c.xml, p.quantity.inner, p.quantity.innerEnd, count)
		return Parse(splice(edited, from, to, text))
	}
	edited := splice(c.xml, from, to, text)
	return Parse(splice(edited, p.quantity.inner, p.quantity.innerEnd, count))
}
