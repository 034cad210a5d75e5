package main

import (
	"bytes"
	"testing"
	"time"
)

func TestProgressInALogAndOnATerminal(t *testing.T) {
	for name, c := range map[string]struct {
		terminal bool
		want     string
	}{
		"log":      {false, "export:  25 %, zoom 7, 3 a second, 25s left\nexport:  50 %, zoom 7, 4 a second, 13s left\n"},
		"terminal": {true, "\r\x1b[Kexport: ██████░░░░░░░░░░░░░░░░░░  25 %, zoom 7, 3 a second, 25s left\r\x1b[Kexport: ████████████░░░░░░░░░░░░  50 %, zoom 7, 4 a second, 13s left\r\x1b[K"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			now := time.Unix(0, 0)
			p := newProgress(&out, "export")
			p.now, p.terminal = func() time.Time { return now }, c.terminal
			p.begin(10)
			for _, done := range []uint64{25, 50} {
				now = now.Add(lineEvery)
				p.show(done, 100, "zoom 7")
				p.show(done+1, 100, "not drawn: a moment ago")
			}
			p.clear()
			// 15 done in 5 s: 3 a second, 75 to do; 40 in 10 s: 4 a second, 50 to do,
			// which is rounded up.
			if got := out.String(); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
