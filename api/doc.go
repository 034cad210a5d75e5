// Package api answers HTTP: the application's JSON, vector tiles, the live
// stream, health, metrics and the built pages.
//
// Every read is answered from one snapshot taken once per request, and says its
// cursor and revision in the headers Yiping-Cursor and Yiping-Revision. A
// request may ask for no less than a cursor with Yiping-Min-Cursor. Bodies have
// strong ETags and are revalidated, never served stale.
//
// at= looks at the city on another day, judged with what is known now; known=
// looks at what was recorded by a moment, which has no cursor. One place (see
// clock) picks the snapshot that both show; no resource knows of them otherwise.
// Where an answer counts, an address beside the number (href) leads to the
// features it counts, by the same clock: of a block of counts by light, with
// light= added, to those of one light.
//
// Every failure is a problem document (RFC 9457) in Chinese or English by
// Accept-Language.
//
// One file holds one resource: parse, call one thing, give a value to write.
package api
