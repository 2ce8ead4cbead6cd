// Package schema holds names and types of the AWS provider's resources that the module
// uses: which arguments and blocks each takes, which are required, which attributes the
// provider computes. They stand in schema.json, which extract.go makes of the bindings for
// TypeScript that HashiCorp generated from the provider and published on npm.
//
// The last bindings are of the provider's version 6.25.0; the module needs a later one. What
// it needs of that is in added.go. Bindings hold no allowed values, defaults or conflicts.
package schema

import (
	_ "embed"
	"encoding/json"
)

// Schemas are the schemas of resources and data sources by type.
type Schemas struct {
	// Bindings is the npm package and version that the schemas come from, and Provider the
	// provider's version.
	Bindings, Provider string
	Resources, Data    map[string]*Block
}

// Block is a schema of a resource, a data source or a nested block.
type Block struct {
	Attributes map[string]Attribute    `json:",omitempty"`
	Blocks     map[string]*NestedBlock `json:",omitempty"`
}

// Attribute is an argument, an attribute that the provider computes, or both.
type Attribute struct {
	// Type is a type in the notation of the provider protocol, such as "string" or
	// ["set","string"].
	Type                         any
	Required, Optional, Computed bool `json:",omitempty"`
}

// NestedBlock is a block within another.
type NestedBlock struct {
	// Nesting is list, set or single.
	Nesting string
	// Min and Max limit how often the block occurs; a Max of 0 is no limit.
	Min, Max int `json:",omitempty"`
	Block
}

//go:embed schema.json
var committed []byte

// Read returns the schemas of schema.json with what the bindings lack.
func Read() (*Schemas, error) {
	schemas := new(Schemas)
	if err := json.Unmarshal(committed, schemas); err != nil {
		return nil, err
	}
	schemas.add()
	return schemas, nil
}
