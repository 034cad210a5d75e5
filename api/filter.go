package api

import (
	"errors"
	"iter"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Languages of filter=.
const (
	cqlText = "cql2-text"
	cqlJSON = "cql2-json"
)

// filter reads filter= and checks it against a layer; nil when it is absent.
func (q *query) filter(l *geo.Layer) (*cql.Filter, error) {
	e, err := q.condition()
	if e == nil || err != nil {
		return nil, err
	}
	f, err := cql.Compile(e, l)
	if err != nil {
		return nil, badFilter(err)
	}
	return f, nil
}

// condition reads filter= in the language of filter-lang=, cql2-text unless said
// otherwise; nil when it is absent.
func (q *query) condition() (cql.Expr, error) {
	lang, err := q.choice("filter-lang", cqlText, cqlJSON)
	if err != nil {
		return nil, err
	}
	text := q.text("filter")
	if text == "" {
		return nil, nil
	}
	parse := cql.Parse
	if lang == cqlJSON {
		parse = func(s string) (cql.Expr, error) { return cql.ParseJSON([]byte(s)) }
	}
	e, err := parse(text)
	if err != nil {
		return nil, badFilter(err)
	}
	return e, nil
}

// badFilter says where a filter is wrong and what would mend it.
func badFilter(err error) error {
	var e *geo.Error
	if !errors.As(err, &e) {
		return err
	}
	return badParameter("filter", geo.Text{ZH: "过滤条件有误：" + inChinese(e), EN: "The filter is wrong: " + inEnglish(e)})
}

// find reads bbox= and filter=, and gives the layer's features that they let
// through, in no particular order.
func (q *query) find(l *snapshot.Layer) (iter.Seq[snapshot.Item], error) {
	bound, boxed, err := q.bbox()
	if err != nil {
		return nil, err
	}
	f, err := q.filter(l.Decl())
	if err != nil {
		return nil, err
	}
	return func(take func(snapshot.Item) bool) {
		switch {
		case boxed && f != nil:
			l.Search(tiles.BoxOf(bound), func(i snapshot.Item) bool { return !f.Match(i) || take(i) })
		case boxed:
			l.Search(tiles.BoxOf(bound), take)
		case f != nil:
			cql.Each(f, l, take)
		default:
			l.All(take)
		}
	}, nil
}
