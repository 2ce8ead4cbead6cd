// Package tables holds tables of the AV1 specification ("Additional tables" and those in
// its other sections) for pictures of 8 bits and square transforms of 4 to 32 samples.
// Each table's comment has its name in the specification. gen makes generated.go of
// tables.json.
package tables

//go:generate go run ./gen tables.json generated.go
