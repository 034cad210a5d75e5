package api

import (
	"sync"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/reporting"
	"yiping/geo/snapshot"
)

// seals keeps what periods held when they were sealed. A seal never changes: the
// past is read once for each.
type seals struct {
	mu   sync.Mutex
	kept map[sealKey]reporting.Seal
}

type sealKey struct {
	row geo.ID
	at  int64 // the moment, in microseconds
}

// broken lists the reports that are other than when their periods were sealed.
func (s *server) broken(q *query, f reporting.Filter) ([]reporting.Finding, error) {
	if f.Kind != "" && f.Kind != reporting.Broken {
		return nil, nil
	}
	asked := map[geo.ID]reporting.Seal{}
	return q.desk().Broken(f, func(row snapshot.Item) (reporting.Seal, bool, error) {
		if seal, ok := asked[row.ID()]; ok {
			return seal, !seal.At.IsZero(), nil
		}
		seal, err := s.seal(q, row)
		asked[row.ID()] = seal
		return seal, !seal.At.IsZero(), err
	})
}

// seal gives the seal of a period; the zero Seal where history does not know when
// it was sealed.
func (s *server) seal(q *query, row snapshot.Item) (reporting.Seal, error) {
	at, err := s.sealedAt(q, row.ID())
	if err != nil || at.IsZero() {
		return reporting.Seal{}, err
	}
	key := sealKey{row.ID(), at.UnixMicro()}
	s.seals.mu.Lock()
	seal, ok := s.seals.kept[key]
	s.seals.mu.Unlock()
	if ok {
		return seal, nil
	}
	recorded, err := s.Follower.Known(q.ctx, at)
	if err != nil {
		return reporting.Seal{}, err
	}
	month, _ := row.Value("ends").(geo.Date)
	seal = reporting.TakeSeal(at, recorded, geo.LayerID(row.Text("layer")), month)
	s.seals.mu.Lock()
	defer s.seals.mu.Unlock()
	if s.seals.kept == nil {
		s.seals.kept = map[sealKey]reporting.Seal{}
	}
	s.seals.kept[key] = seal
	return seal, nil
}

// sealedAt gives the moment from which a period has been sealed without a break.
func (s *server) sealedAt(q *query, period geo.ID) (at time.Time, err error) {
	versions, err := s.Store.Trace(q.ctx, city.Period, period, maxVersions)
	if geo.CodeOf(err) == geo.NotFound {
		return at, nil
	}
	for _, v := range versions {
		switch known := q.clock.known; {
		case !known.IsZero() && v.Recorded.After(known):
		case v.What != "feature" || v.Op == "delete" || v.Properties.Text("state") != geo.Sealed:
			return at, err
		default:
			at = v.Recorded
		}
	}
	return at, err
}
