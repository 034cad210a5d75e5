package storetest

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"yiping/geo"
)

// The environment of the process that is to be killed.
const (
	killPlace = "YIPING_STORETEST_PLACE" // where its store is
	killRun   = "YIPING_STORETEST_RUN"   // which run it is
)

// killTimes in the environment is how many processes RunKill kills; else 40.
const killTimes = "YIPING_STORETEST_KILLS"

// Child makes the test binary a writer to be killed when RunKill started it, and
// then never returns. TestMain calls it first; open opens the store at place.
func Child(open func(place string) (geo.Store, error)) {
	place := os.Getenv(killPlace)
	if place == "" {
		return
	}
	s, err := open(place)
	if err == nil {
		err = writeForever(s, os.Getenv(killRun), os.Stdout)
	}
	fmt.Fprintln(os.Stderr, "child:", err)
	os.Exit(3)
}

// writeForever lands batch after batch and prints the number of each when it is
// acknowledged. Batch n makes two features, sets the run's ledger to n and puts
// its n-th report, so that a batch that is partly there can be told.
func writeForever(s geo.Store, run string, out io.Writer) error {
	ledger := ledgerOf(run, 0)
	res, err := s.Apply(context.Background(), by(geo.Edit{Op: geo.Create, Feature: ledger}))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, 0)
	for n := 1; ; n++ {
		put := report(res.IDs[0], geo.Date(700000+n), 1)
		b := by(create(fmt.Sprintf("%s-%d-a", run, n)), replace(ledgerOf(run, n), res.IDs[0], uint64(n)), put, create(fmt.Sprintf("%s-%d-b", run, n)))
		if _, err := s.Apply(context.Background(), b); err != nil {
			return fmt.Errorf("batch %d: %w", n, err)
		}
		fmt.Fprintln(out, n)
	}
}

func ledgerOf(run string, n int) geo.Feature {
	f := named("ledger " + run)
	f.Properties["total"] = int64(n)
	return f
}

// Kill says how RunKill reaches one store from several processes.
type Kill struct {
	Place string                                // given to Child's open
	Open  func(t testing.TB) (geo.Store, error) // a handle of our own; RunKill closes it
}

// RunKill kills a writing process at a random moment, many times: every batch
// it was told to have landed is wholly there and every other wholly absent.
func RunKill(t *testing.T, k Kill) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 3))
	times := timesAsked(t)
	s, err := k.Open(t)
	if err != nil {
		t.Fatal(err)
	}
	declareAll(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	landed := 0
	for run := range times {
		acked := k.once(t, r, strconv.Itoa(run))
		n, err := k.check(t, strconv.Itoa(run), acked)
		if err != nil {
			t.Fatalf("seed %d, run %d, batch %d acknowledged: %v", seed, run, acked, err)
		}
		landed += n
	}
	t.Logf("%d processes killed, %d batches landed", times, landed)
	if landed < times {
		t.Errorf("only %d batches landed: the processes were killed too soon to prove anything", landed)
	}
}

func timesAsked(t *testing.T) int {
	asked := cmp.Or(os.Getenv(killTimes), "40")
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q is no number of processes", killTimes, asked)
	}
	return n
}

// once starts a writer, kills it and gives the last batch it acknowledged.
func (k Kill) once(t *testing.T, r *rand.Rand, run string) int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killPlace+"="+k.Place, killRun+"="+run)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acks := bufio.NewScanner(out)
	last := -1
	read := func() bool {
		if !acks.Scan() {
			return false
		}
		n, err := strconv.Atoi(strings.TrimSpace(acks.Text()))
		if err != nil || n != last+1 {
			t.Errorf("run %s: after batch %d the writer said %q", run, last, acks.Text())
		}
		last = n
		return true
	}
	for range 1 + r.IntN(5) {
		if !read() {
			_ = cmd.Wait()
			t.Fatalf("run %s: the writer ended by itself: %v", run, cmd.ProcessState)
		}
	}
	<-time.After(time.Duration(r.IntN(3000)) * time.Microsecond) // anywhere within the next batch
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for read() { // what it said before it died counts
	}
	_ = cmd.Wait() // killed: its exit status is of no interest
	return last
}

// check compares the store with what was acknowledged, then clears it, and gives
// the number of batches found.
func (k Kill) check(t *testing.T, run string, acked int) (int, error) {
	t.Helper()
	s, err := k.Open(t)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	m, err := tryLoad(context.Background(), s)
	if err != nil {
		return 0, err
	}
	if !m.has(site, "ledger "+run) {
		return 0, fmt.Errorf("the ledger is gone")
	}
	l := m.record(t, site, "ledger "+run)
	n := int(l.Feature.Properties["total"].(int64))
	switch {
	case n < acked || n > acked+1:
		return 0, fmt.Errorf("%d batches are there", n)
	case len(l.Reports) != n || l.Feature.Version != uint64(n+1) || len(m.records[site]) != 1+2*n:
		return 0, fmt.Errorf("ledger says %d, version %d, with %d reports, %d features", n, l.Feature.Version, len(l.Reports), len(m.records[site]))
	}
	b := by(remove(l.ID, 0))
	for i := 1; i <= n; i++ {
		for _, side := range []string{"a", "b"} {
			code := fmt.Sprintf("%s-%d-%s", run, i, side)
			if !m.has(site, code) {
				return 0, fmt.Errorf("feature %s is not there", code)
			}
			b.Edits = append(b.Edits, remove(m.record(t, site, code).ID, 1))
		}
	}
	_, err = s.Apply(context.Background(), b)
	return n + 1, err
}
