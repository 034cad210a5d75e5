package postgis_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
	"yiping/geo/postgis/pgtest"
)

// breaker stands between store and server and cuts the first connection on which
// it sees what it is armed with.
type breaker struct {
	server     string
	fromClient atomic.Pointer[[]byte]
	fromServer atomic.Pointer[[]byte]
}

// between starts a breaker before the server of url and gives the URL to use.
func between(t *testing.T, url string) (*breaker, string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "pg") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	b := &breaker{server: filepath.Join(cfg.Host, ".s.PGSQL.5432")}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go b.serve(conn)
		}
	}()
	return b, "postgres://postgres@/" + cfg.Database + "?host=" + dir + "&port=5432"
}

func (b *breaker) serve(client net.Conn) {
	server, err := net.Dial("unix", b.server)
	if err != nil {
		client.Close()
		return
	}
	pass := func(to, from net.Conn, armed *atomic.Pointer[[]byte]) {
		defer to.Close()
		defer from.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := from.Read(buf)
			if word := armed.Load(); word != nil && bytes.Contains(buf[:n], *word) && armed.CompareAndSwap(word, nil) {
				return
			}
			if _, werr := to.Write(buf[:n]); err != nil || werr != nil {
				return
			}
		}
	}
	go pass(server, client, &b.fromClient)
	pass(client, server, &b.fromServer)
}

func TestBatchWhoseCommitIsNotAnsweredIsReportedAsItEnded(t *testing.T) {
	direct := pgtest.Start(t).URL(t, "city") // always on a Unix socket
	b, url := between(t, direct)
	s := open(t, url)
	declareCity(t, s)
	apply := func(code string) error {
		_, err := s.Apply(context.Background(), geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Create, Feature: project(code)}}})
		return err
	}
	answer, order := []byte("COMMIT\x00"), []byte("commit\x00")
	b.fromServer.Store(&answer)
	if err := apply("landed"); err != nil {
		t.Errorf("the batch landed, and is reported as %v", err)
	}
	if b.fromServer.Load() != nil {
		t.Fatal("the connection was not cut at the answer")
	}
	b.fromClient.Store(&order)
	if err := apply("lost"); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("the batch was lost, and is reported as %v", err)
	}
	if b.fromClient.Load() != nil {
		t.Fatal("the connection was not cut at the order")
	}
	follow(t, s).mustHave("landed")
}
