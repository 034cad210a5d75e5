// Package oas says in the words of OpenAPI 3.0 what the service encodes: schemas
// are read off the Go types that encoding/json writes and off the declarations of
// layers, so that a description cannot stay behind the answers.
package oas
