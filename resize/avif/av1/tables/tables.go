// Package tables holds tables of the AV1 specification ("Additional tables" and
// the tables in its other sections) for pictures of 8 bits and square
// transforms of 4 to 32 samples. The specification's name of each is in its
// comment; generated.go is made of tables.json by gen.
package tables

//go:generate go run ./gen tables.json generated.go
