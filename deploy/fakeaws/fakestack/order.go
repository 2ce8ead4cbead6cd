package fakestack

import (
	"encoding/xml"
	"slices"
	"strings"
)

// node is an element of a document.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Nodes   []node `xml:",any"`
}

// order is in which CloudFront writes elements that the SDK writes in another.
var order = []string{"Quantity", "Items", "LambdaFunctionARN", "FunctionARN", "EventType", "IncludeBody"}

// ordered is a config in the order in which CloudFront writes it, so that what is
// taken away and put back is where it was.
func ordered(document string) (string, error) {
	var root node
	if err := xml.Unmarshal([]byte(document), &root); err != nil {
		return "", err
	}
	var b strings.Builder
	root.write(&b, ` xmlns="`+root.XMLName.Space+`"`)
	return b.String(), nil
}

func (n node) write(b *strings.Builder, attributes string) {
	b.WriteString("<" + n.XMLName.Local + attributes + ">")
	if len(n.Nodes) == 0 {
		_ = xml.EscapeText(b, []byte(n.Text)) // a Builder takes everything
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
