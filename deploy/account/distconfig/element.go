package distconfig

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// element is one of a document, with where it is in it. Offsets are in bytes.
type element struct {
	name       string
	start, end int // of all of it
	// inner and innerEnd are what is between the tags. They are end in an
	// element that is one tag.
	inner, innerEnd int
	children        []*element
	text            string // all that is directly in it
}

// FormatError says that a document is not a distribution's config.
type FormatError struct{ Reason string }

func (e *FormatError) Error() string { return "the distribution's config: " + e.Reason }

// readElements is the tree of a document.
func readElements(document []byte) (*element, error) {
	dec := xml.NewDecoder(bytes.NewReader(document))
	root := &element{end: len(document), innerEnd: len(document)}
	open := []*element{root}
	for {
		before := int(dec.InputOffset())
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		} else if err != nil {
			return nil, &FormatError{err.Error()}
		}
		after := int(dec.InputOffset())
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, start: before, inner: after}
			top.children = append(top.children, e)
			open = append(open, e)
		case xml.EndElement:
			top.innerEnd, top.end = before, after
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
}

// only is the one child of a name, nil if there is none.
func (e *element) only(name string) (*element, error) {
	var found *element
	for _, child := range e.children {
		if child.name != name {
			continue
		}
		if found != nil {
			return nil, &FormatError{fmt.Sprintf("%s has %s twice", e.name, name)}
		}
		found = child
	}
	return found, nil
}

// path is the only child of an only child and so on, nil if one is missing.
func (e *element) path(names ...string) (*element, error) {
	for _, name := range names {
		var err error
		if e, err = e.only(name); e == nil || err != nil {
			return nil, err
		}
	}
	return e, nil
}

// textOf is the text of a child, "" if there is none.
func (e *element) textOf(name string) (string, error) {
	child, err := e.only(name)
	if child == nil || err != nil {
		return "", err
	}
	return strings.TrimSpace(child.text), nil
}

// isOneTag reports whether an element is written as <a/>.
func (e *element) isOneTag() bool { return e.inner == e.end }

// splice is a document with another text from one offset to another.
func splice(document []byte, from, to int, text string) []byte {
	return bytes.Join([][]byte{document[:from], []byte(text), document[to:]}, nil)
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
