package api

func mapSVG(q *query) (any, error) { return nil, nil }
