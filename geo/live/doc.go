// Package live keeps a snapshot current and tells who listens.
//
// A Follower loads a store, follows its feed and survives its absence. A Hub
// announces what changed to any number of listeners and lets each resume where
// it was. The order is fixed: tiles are told first, then the snapshot pointer is
// swapped, then waiters wake, and the announcement comes last, so that a client
// that hears of a cursor can read at least that cursor everywhere.
package live
