// Package bulletin composes the 通报 of a district's month from a snapshot judged
// at the month's end, and writes it as a page to print and as a .docx to edit on.
//
// A bulletin is a pure function of its snapshot and options: the same two give
// the same bytes. What makes an issued one lasting is that its snapshot is loaded
// as recorded at the moment it was issued (geo.Historian).
package bulletin
