package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// loadRecords streams every layer of the past.
func (s *Store) loadRecords(ctx context.Context, tx pgx.Tx, cat *catalog, record func(geo.Record) error) error {
	return s.eachLayer(ctx, tx, cat, func(other pgx.Tx, e *entry) error {
		return streamLayer(ctx, tx, other, e, record)
	})
}

func streamLayer(ctx context.Context, tx, other pgx.Tx, e *entry, record func(geo.Record) error) error {
	var reports reportStream
	if e.reports != nil {
		rows, err := other.Query(ctx, e.reports.all(), e.reports.withArgs()...)
		if err != nil {
			return err
		}
		defer rows.Close()
		reports = reportStream{r: e.reports.fresh(), rows: rows}
		if err := reports.advance(); err != nil {
			return err
		}
	}
	rows, err := tx.Query(ctx, e.features.all(), e.features.withArgs()...)
	if err != nil {
		return err
	}
	defer rows.Close()
	r := e.features.fresh()
	for rows.Next() {
		f, err := r.feature(rows.RawValues())
		if err != nil {
			return err
		}
		rec := geo.Record{Layer: f.Layer, ID: f.ID, Feature: f}
		if rec.Reports, err = reports.of(f.ID); err != nil {
			return err
		}
		if err := record(rec); err != nil {
			return err
		}
	}
	return rows.Err()
}

// reportStream gives the reports of one feature after the other, in order of id.
type reportStream struct {
	r    *reader
	rows pgx.Rows
	next geo.Report
	more bool
}

func (s *reportStream) advance() error {
	if s.more = s.rows.Next(); !s.more {
		return s.rows.Err()
	}
	var err error
	s.next, err = s.r.reportRow(s.rows.RawValues())
	return err
}

func (s *reportStream) of(id geo.ID) ([]geo.Report, error) {
	var out []geo.Report
	for s.more && s.next.Feature <= id {
		if s.next.Feature == id {
			out = append(out, s.next)
		}
		if err := s.advance(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
