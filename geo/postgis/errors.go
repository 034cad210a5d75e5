package postgis

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

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
	if errors.Is(err, errMoved) {
		return &geo.Error{Code: geo.Unavailable, Message: "tables are being changed just now: " + doing, Mend: "try again in a moment"}
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

// explain turns what a constraint reports into an error that names layer, field
// and edit. r is the run at fault, nil for constraints looked at in the end.
func (w *work) explain(err error, r *run) error {
	var pg *pgconn.PgError
	if err == nil || !errors.As(err, &pg) || len(pg.Code) != 5 || pg.Code[:2] != "23" && pg.Code[:2] != "22" {
		return err
	}
	e := &geo.Error{Code: geo.Invalid, Layer: geo.LayerID(strings.TrimSuffix(pg.TableName, "_report")), Field: pg.ColumnName, Mend: pg.Hint, Err: pg, Message: "the value is refused"}
	if r != nil {
		e.Layer = r.layer
		if r.end-r.start == 1 {
			e.Row = r.start + 1
		}
	} else if w.cat.layers[geo.LayerID(pg.TableName)] != nil {
		e.Layer = geo.LayerID(pg.TableName)
	}
	switch pg.Code {
	case "23505":
		e.Code, e.Err = geo.Conflict, nil
		e.Message, e.Field = fmt.Sprintf("code “%s” is taken", keyOf(pg)), "code"
		if !strings.HasSuffix(pg.ConstraintName, "_code_key") {
			e.Message, e.Field = "it is there already: "+pg.Detail, ""
		}
		e.Row = w.rowOfCode(e.Layer, keyOf(pg))
	case "23503":
		e.Code, e.Message, e.Field = geo.NotFound, fmt.Sprintf("feature %s does not exist", keyOf(pg)), ""
		e.Err = nil
		if r != nil {
			e.Row = w.rowOfFeature(*r, keyOf(pg))
		}
	case "23514":
		e.Field, e.Message = w.fieldOf(e.Layer, pg), "the value breaks the rule “"+pg.ConstraintName+"”"
		if pg.ConstraintName == "id_drawn" {
			e.Code = geo.Conflict
		}
	}
	return e
}

// rowOfCode finds the edit that claims a code; the last, since it is the one too many.
func (w *work) rowOfCode(layer geo.LayerID, code string) int {
	for i := len(w.batch.Edits) - 1; i >= 0; i-- {
		if e := &w.batch.Edits[i]; (e.Op == geo.Create || e.Op == geo.Replace) && e.Feature.Layer == layer && e.Feature.Code == code {
			return i + 1
		}
	}
	return 0
}

func (w *work) rowOfFeature(r run, id string) int {
	for i := r.start; i < r.end; i++ {
		if of, err := w.idOf(i); err == nil && strconv.FormatUint(uint64(of), 10) == id {
			return i + 1
		}
	}
	return 0
}

// fieldOf finds the field of a constraint.
func (w *work) fieldOf(layer geo.LayerID, pg *pgconn.PgError) string {
	e := w.cat.layers[layer]
	if e == nil {
		return pg.ColumnName
	}
	for _, t := range tables(&e.decl) {
		for _, c := range t.checks {
			if t.name == pg.TableName && c.name == pg.ConstraintName {
				return c.field
			}
		}
	}
	return pg.ColumnName
}
