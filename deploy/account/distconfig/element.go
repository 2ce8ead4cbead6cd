package distconfig

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// element is an element of a document, with its offsets there in bytes.
type element struct {
	name       string
	start, end int // of the whole element
	// inner and innerEnd bound what is between the tags. In an element such as <a/>
	// both are end.
	inner, innerEnd int
	children        []*element
	text            string // all text between the tags but that of children
}

// FormatError says that a document is not a distribution's config.
type FormatError struct{ Reason string }

func (e *FormatError) Error() string { return "the distribution's config: " + e.Reason }

// readElements parses a document and returns an element that holds its root.
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

// only returns the one child called name, nil if there is none.
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

// path follows names from child to child by [element.only]. It returns nil where one is
// missing.
func (e *element) path(names ...string) (*element, error) {
	for _, name := range names {
		var err error
		if e, err = e.only(name); e == nil || err != nil {
			return nil, err
		}
	}
	return e, nil
}

// textOf returns the trimmed text of the child called name, "" if there is none.
func (e *element) textOf(name string) (string, error) {
	child, err := e.only(name)
	if child == nil || err != nil {
		return "", err
	}
	return strings.TrimSpace(child.text), nil
}

// isOneTag reports whether the element is written as <a/>.
func (e *element) isOneTag() bool { return e.inner == e.end }

// splice returns document with text in place of the bytes from from to to.
func splice(document []byte, from, to int, text string) []byte {
	return bytes.Join([][]byte{document[:from], []byte(text), document[to:]}, nil)
}

// Escaped returns text as the text of an element in XML.
func Escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
