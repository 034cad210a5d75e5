// Package snapshot holds every layer of a store in memory, as one immutable
// picture at one cursor: features with their reports, where each lies, and the
// light each has on its district's evaluation date.
//
// A Snapshot never changes once it is made. Apply gives a new one that shares
// with the old all that did not change, so that readers keep what they have for
// as long as they hold it, without locks, and one changed feature costs
// microseconds whatever the size of its layer.
//
// Coordinates are longitude and latitude in degrees, exactly as stored, and
// beside them world coordinates (package tiles) to search and draw by.
package snapshot
