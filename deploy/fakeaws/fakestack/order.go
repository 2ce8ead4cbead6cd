package fakestack

import (
	"encoding/xml"
	"slices"
	"strings"
)

// node is an element of an XML document.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Nodes   []node `xml:",any"`
}

// order has the elements whose order differs between CloudFront and the SDK, as
// CloudFront writes them.
var order = []string{"Quantity", "Items", "LambdaFunctionARN", "FunctionARN", "EventType", "IncludeBody"}

// ordered returns a config in CloudFront's order, so that an element that is removed
// and added again has its place.
func ordered(document string) (string, error) {
	var root node
	if err := xml.Unmarshal([]byte(document), &root); err != nil {
		return "", err
	}
	var b strings.Builder
	root.write(&b, ` xmlns="`+root.XMLName.Space+`"`)
	return b.String(), nil
}

// write writes an element with its children in CloudFront's order.
func (n node) write(b *strings.Builder, attributes string) {
	b.WriteString("<" + n.XMLName.Local + attributes + ">")
	if len(n.Nodes) == 0 {
		_ = xml.EscapeText(b, []byte(n.Text)) // a strings.Builder takes everything
	}
	slices.SortStableFunc(n.Nodes, func(x, y node) int {
		i, j := slices.Index(order, x.XMLName.Local), slices.Index(order, y.XMLName.Local)
		if i < 0 || j < 0 {
			return 0
		}
		return i - j
	})
	for _, child := range n.Nodes {
		child.write(b, "")
	}
	b.WriteString("</" + n.XMLName.Local + ">")
}
