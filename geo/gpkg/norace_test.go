//go:build !race

package gpkg_test

// kills is how many writing processes are killed.
const kills = 200
