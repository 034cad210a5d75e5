package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const (
	redrawEvery = 200 * time.Millisecond // of a bar on a terminal
	lineEvery   = 5 * time.Second        // of a line where there is none
	barWidth    = 24
)

// progress shows how far something is: as a bar that is drawn over on a
// terminal, as a line now and then in a log.
type progress struct {
	w        io.Writer
	what     string
	terminal bool
	now      func() time.Time
	begun    time.Time
	last     time.Time
	skipped  uint64 // done before begun
	shown    bool   // a bar stands on the terminal
}

// newProgress begins; what stands before each line.
func newProgress(w io.Writer, what string) *progress {
	p := &progress{w: w, what: what, now: time.Now, terminal: isTerminal(w)}
	p.begin(0)
	return p
}

// begin starts the clock. skipped is how much was done before, which says nothing
// of the pace.
func (p *progress) begin(skipped uint64) {
	p.begun, p.skipped = p.now(), skipped
	p.last = p.begun
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// show draws, unless this was done a moment ago.
func (p *progress) show(done, total uint64, note string) {
	now, every := p.now(), lineEvery
	if p.terminal {
		every = redrawEvery
	}
	if total == 0 || now.Sub(p.last) < every {
		return
	}
	p.last = now
	line := fmt.Sprintf("%s: %3d %%, %s%s", p.what, done*100/total, note, p.left(done, total, now))
	if !p.terminal {
		fmt.Fprintln(p.w, line)
		return
	}
	full := int(done * barWidth / total)
	bar := strings.Repeat("█", full) + strings.Repeat("░", barWidth-full)
	p.shown = true
	fmt.Fprintf(p.w, "\r\x1b[K%s: %s%s", p.what, bar, strings.TrimPrefix(line, p.what+":"))
}

// left says how long it still takes at the pace so far.
func (p *progress) left(done, total uint64, now time.Time) string {
	took := now.Sub(p.begun)
	if done <= p.skipped || took < time.Second {
		return ""
	}
	pace := float64(done-p.skipped) / took.Seconds()
	rest := time.Duration(float64(total-done) / pace * float64(time.Second))
	return fmt.Sprintf(", %.0f a second, %s left", pace, rest.Round(time.Second))
}

// clear takes the bar off the terminal.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
