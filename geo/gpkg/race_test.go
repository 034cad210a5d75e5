//go:build race

package gpkg_test

// kills is small here: the race detector sees nothing of a process that is
// killed, and makes each take a second to start.
const kills = 20
