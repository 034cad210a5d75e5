package postgis

import (
	"context"
	"errors"
	"regexp"

	"github.com/jackc/pgx/v5/pgconn"

	"yiping/geo"
)

// asStoreError gives an error of pgx or of the server its code. Errors of the
// domain and of an ended context pass unchanged.
func asStoreError(err error, doing string) error {
	var e *geo.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded) && !isConnect(err):
		return err
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return &geo.Error{Code: geo.Unavailable, Message: "the database cannot be reached: " + doing, Err: err,
			Mend: "check that the server runs and that the store URL names it"}
	}
	return fromServer(pg, doing)
}

// isConnect tells the time-out of a connection attempt from the caller's own.
func isConnect(err error) bool {
	var c *pgconn.ConnectError
	return errors.As(err, &c)
}

// fromServer maps what the server reports, by class of SQLSTATE.
func fromServer(pg *pgconn.PgError, doing string) error {
	e := &geo.Error{Code: geo.Internal, Message: doing, Err: pg, Mend: pg.Hint}
	switch {
	case pg.Code == "55P03":
		e.Code, e.Message = geo.Unavailable, "another session holds what is needed: "+doing
		e.Mend = "end the transaction left open in psql, QGIS or another program, then try again"
	case pg.Code == "42501":
		e.Code, e.Message = geo.Unavailable, "the database role may not do this: "+doing
		e.Mend = "connect as the owner of the schema yiping and of the layer tables"
	case pg.Code == "53300", pg.Code[:2] == "57", pg.Code[:2] == "08", pg.Code[:2] == "53", pg.Code[:2] == "58", pg.Code[:2] == "28", pg.Code == "3D000":
		e.Code, e.Message = geo.Unavailable, "the database cannot be used just now: "+doing
	case pg.Code[:2] == "40":
		e.Code, e.Message = geo.Unavailable, "other writers were in the way: "+doing
	case pg.Code[:2] == "22", pg.Code[:2] == "23":
		e.Code = geo.Invalid
	}
	return e
}

// keyValue reads the value out of the detail of a unique or foreign key error:
// Key (code)=(A-1) already exists.
var keyValue = regexp.MustCompile(`(?s)^Key \([^)]*\)=\((.*)\) `)

func keyOf(pg *pgconn.PgError) string {
	m := keyValue.FindStringSubmatch(pg.Detail)
	if m == nil {
		return ""
	}
	return m[1]
}
