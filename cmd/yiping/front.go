package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"

	"yiping/api"
	"yiping/geo"
)

// front is where the service meets its clients: one listener, by HTTPS where it
// has a certificate, and perhaps one more that sends plain HTTP there.
type front struct {
	cert            *certificate // nil: plain HTTP
	listener, plain net.Listener // plain: nil for none
	server, detour  *http.Server
	logger          *slog.Logger
}

// newFront reads the certificate and listens.
func newFront(ctx context.Context, o serveOptions, logger *slog.Logger) (*front, error) {
	f := &front{logger: logger}
	var err error
	if o.tlsCert != "" {
		if f.cert, err = newCertificate(o.tlsCert, o.tlsKey, logger); err != nil {
			return nil, err
		}
	}
	if f.listener, err = listen(ctx, "listen", o.listen); err != nil {
		return nil, err
	}
	if o.redirectHTTP != "" {
		if f.plain, err = listen(ctx, "redirect-http", o.redirectHTTP); err != nil {
			return nil, errors.Join(err, f.close())
		}
	}
	return f, nil
}

func listen(ctx context.Context, flag, addr string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, &geo.Error{Code: geo.Unavailable, Field: flag, Message: "cannot listen on " + addr, Err: err, Mend: "choose another address with --" + flag}
	}
	return api.Listener(l), nil
}

// prepare makes the servers, so that what is to happen when they end can be said
// before they begin.
func (f *front) prepare(handler http.Handler, o serveOptions) {
	f.server = api.Server(f.listener.Addr().String(), handler)
	f.server.ErrorLog = slog.NewLogLogger(f.logger.Handler(), slog.LevelWarn)
	if f.cert != nil {
		f.server.TLSConfig = f.cert.config()
	}
	if f.plain != nil {
		f.detour = api.Server(f.plain.Addr().String(), redirector(f.listener.Addr(), o.publicURL))
		f.detour.ErrorLog = f.server.ErrorLog
	}
}

// serve serves until shutdown, or until one of the servers fails.
func (f *front) serve(ctx context.Context) error {
	if f.cert == nil {
		return f.server.Serve(f.listener)
	}
	go f.cert.follow(ctx)
	ended := make(chan error, 2)
	if f.detour != nil {
		go func() { ended <- f.detour.Serve(f.plain) }()
	}
	go func() { ended <- f.server.ServeTLS(f.listener, "", "") }()
	return <-ended
}

// shutdown lets requests in flight finish.
func (f *front) shutdown(ctx context.Context) error {
	err := f.server.Shutdown(ctx)
	if f.detour != nil {
		err = errors.Join(err, f.detour.Shutdown(ctx))
	}
	return err
}

// close ends everything at once.
func (f *front) close() error {
	var err error
	for _, s := range []*http.Server{f.server, f.detour} {
		if s != nil {
			err = errors.Join(err, s.Close())
		}
	}
	for _, l := range []net.Listener{f.listener, f.plain} {
		if l == nil {
			continue
		}
		if e := l.Close(); !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// url is where a person on this machine finds the service, without base path.
func (f *front) url() string {
	addr := f.listener.Addr().String()
	host, port, err := net.SplitHostPort(addr)
	if err == nil {
		if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		addr = net.JoinHostPort(host, port)
	}
	if f.cert != nil {
		return "https://" + addr
	}
	return "http://" + addr
}
