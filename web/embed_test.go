package web_test

import (
	"io/fs"
	"testing"

	"yiping/web"
)

// The folder is never empty, so the program compiles before the first build of
// the pages; Built tells the two cases apart.
func TestDist(t *testing.T) {
	if _, err := fs.Stat(web.Dist(), "placeholder.txt"); err != nil {
		t.Fatalf("dist without its placeholder: %v", err)
	}
	_, err := fs.Stat(web.Dist(), "index.html")
	if got, want := web.Built(), err == nil; got != want {
		t.Errorf("Built() = %v with index.html present: %v", got, want)
	}
}
