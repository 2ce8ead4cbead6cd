package provider

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/edgeresize/edgeresize/deploy/terraform/check/schema"
)

// protocol returns schemas in the types of the provider protocol.
func protocol(schemas map[string]*schema.Block) map[string]*tfprotov6.Schema {
	all := map[string]*tfprotov6.Schema{}
	for name, block := range schemas {
		all[name] = &tfprotov6.Schema{Block: blockOf(block)}
	}
	return all
}

// blockOf returns a block in the types of the protocol.
func blockOf(b *schema.Block) *tfprotov6.SchemaBlock {
	block := new(tfprotov6.SchemaBlock)
	for _, name := range slices.Sorted(maps.Keys(b.Attributes)) {
		a := b.Attributes[name]
		block.Attributes = append(block.Attributes, &tfprotov6.SchemaAttribute{
			Name: name, Type: typeOf(a.Type), Required: a.Required, Optional: a.Optional, Computed: a.Computed,
		})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Blocks)) {
		n := b.Blocks[name]
		block.BlockTypes = append(block.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: name, Nesting: nestings[n.Nesting], MinItems: int64(n.Min), MaxItems: int64(n.Max), Block: blockOf(&n.Block),
		})
	}
	return block
}

var nestings = map[string]tfprotov6.SchemaNestedBlockNestingMode{
	"list":   tfprotov6.SchemaNestedBlockNestingModeList,
	"set":    tfprotov6.SchemaNestedBlockNestingModeSet,
	"single": tfprotov6.SchemaNestedBlockNestingModeSingle,
}

// typeOf returns a type from the protocol's notation in JSON. It panics for one that
// schema.json cannot have.
func typeOf(notation any) tftypes.Type {
	switch n := notation.(type) {
	case string:
		return map[string]tftypes.Type{"string": tftypes.String, "number": tftypes.Number, "bool": tftypes.Bool}[n]
	case []any:
		switch n[0] {
		case "list":
			return tftypes.List{ElementType: typeOf(n[1])}
		case "set":
			return tftypes.Set{ElementType: typeOf(n[1])}
		case "map":
			return tftypes.Map{ElementType: typeOf(n[1])}
		case "object":
			types := map[string]tftypes.Type{}
			for name, inner := range n[1].(map[string]any) {
				types[name] = typeOf(inner)
			}
			return tftypes.Object{AttributeTypes: types}
		}
	}
	panic(fmt.Sprintf("no type: %v", notation))
}
