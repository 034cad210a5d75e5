package api

import (
	"slices"
	"strings"

	"yiping/geo"
)

// Limits of a page of the log.
const (
	defaultVersions = 200
	maxVersions     = 2000
)

type logBody struct {
	Cursor   geo.Cursor    `json:"cursor"`
	Layer    geo.LayerID   `json:"layer"`
	ID       geo.ID        `json:"id"`
	Versions []geo.Version `json:"versions"`
	More     bool          `json:"more"` // there are older ones: ask with a larger limit=
}

// log gives the versions of a feature and of its reports, the latest first, with
// who made each and why. They are read from the store's history, which keeps
// those of features that are gone as well.
func (s *server) log(q *query) (any, error) {
	l, err := q.layer()
	if err != nil {
		return nil, err
	}
	id, err := q.logged()
	if err != nil {
		return nil, err
	}
	limit, err := q.number("limit", defaultVersions, 1, maxVersions)
	if err != nil {
		return nil, err
	}
	versions, err := s.Store.Trace(q.ctx, l.Decl().ID, id, limit+1)
	if geo.CodeOf(err) == geo.NotFound {
		return nil, unknownFeature(l.Decl().ID, id)
	}
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(versions, func(v geo.Version) bool { return q.belongsToHidden(l.Decl(), v.Properties) }) {
		return nil, unknownFeature(l.Decl().ID, id)
	}
	return logBody{q.snap.Cursor(), l.Decl().ID, id, versions[:min(limit, len(versions))], len(versions) > limit}, nil
}

// logged gives the id of the feature named in the path. By its id it may be one
// that is gone.
func (q *query) logged() (geo.ID, error) {
	if !strings.HasPrefix(q.vars["id"], byCode) {
		return q.id()
	}
	i, err := q.item()
	if err != nil {
		return 0, err
	}
	return i.ID(), nil
}
