package ingest_test

import (
	"context"
	"fmt"
	"slices"

	"yiping/geo"
)

// store is the least store an import can run against. It keeps the batches
// applied, and refuses the edit numbered refuse.
type store struct {
	layers   []geo.Layer
	features []geo.Feature
	reports  []geo.Report
	batches  []geo.Batch
	refuse   int
}

func (s *store) Layers(context.Context) ([]geo.Layer, error) { return s.layers, nil }

func (s *store) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	if err := head(geo.Head{Layers: s.layers}); err != nil {
		return err
	}
	for _, l := range s.layers {
		for i, f := range s.features {
			if f.Layer != l.ID {
				continue
			}
			r := geo.Record{Layer: l.ID, ID: f.ID, Feature: &s.features[i]}
			for _, p := range s.reports {
				if p.Layer == l.ID && p.Feature == f.ID {
					r.Reports = append(r.Reports, p)
				}
			}
			if err := record(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *store) Lookup(_ context.Context, layer geo.LayerID, codes []string) (map[string]geo.Ref, error) {
	out := map[string]geo.Ref{}
	for _, f := range s.features {
		if f.Layer == layer && slices.Contains(codes, f.Code) {
			out[f.Code] = geo.Ref{ID: f.ID, Version: f.Version}
		}
	}
	return out, nil
}

func (s *store) Apply(_ context.Context, b geo.Batch) (geo.Result, error) {
	if s.refuse > 0 {
		return geo.Result{}, &geo.Error{Code: geo.Conflict, Row: s.refuse, Message: "version is stale"}
	}
	s.batches = append(s.batches, b)
	for _, e := range b.Edits {
		switch e.Op {
		case geo.Declare:
			s.layers = slices.DeleteFunc(s.layers, func(l geo.Layer) bool { return l.ID == e.Layer.ID })
			s.layers = append(s.layers, e.Layer)
		case geo.Create:
			e.Feature.ID, e.Feature.Version = geo.ID(len(s.features)+1), 1
			s.features = append(s.features, e.Feature)
		case geo.Replace:
			e.Feature.Version++
			s.features[s.find(e.Feature)] = e.Feature
		case geo.Delete:
			i := s.find(e.Feature)
			s.features = slices.Delete(s.features, i, i+1)
		case geo.PutReport:
			if e.Report.Version == geo.Absent {
				e.Report.Version = 0
			}
			e.Report.Version++
			s.reports = slices.DeleteFunc(s.reports, func(r geo.Report) bool { return r.Feature == e.Report.Feature && r.Date == e.Report.Date })
			s.reports = append(s.reports, e.Report)
		}
	}
	return geo.Result{Cursor: geo.Cursor(fmt.Sprint(len(s.batches)))}, nil
}

func (s *store) find(f geo.Feature) int {
	return slices.IndexFunc(s.features, func(o geo.Feature) bool { return o.Layer == f.Layer && o.ID == f.ID })
}

func (s *store) feature(code string) *geo.Feature {
	for i := range s.features {
		if s.features[i].Code == code {
			return &s.features[i]
		}
	}
	return nil
}
