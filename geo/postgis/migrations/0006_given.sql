-- given is the expression that makes JSON of what is given in the row r of a table,
-- without geometry: jsonb_strip_nulls(to_jsonb(…)) at little more than half the
-- cost, since most columns of most rows are NULL and are not turned into JSON only
-- to be left out again. Nulls within columns of JSON are left out as ever.
CREATE FUNCTION yiping.given(tab oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 'jsonb_strip_nulls((''{'' || substr('
		|| string_agg(format('CASE WHEN r.%1$I IS NULL THEN '''' ELSE %2$L || to_json(r.%1$I)::text END', a.attname, ',' || to_json(a.attname::text)::text || ':'),
			' || ' ORDER BY a.attnum)
		|| ', 2) || ''}'')::jsonb)'
	FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
	WHERE a.attrelid = tab AND a.attnum > 0 AND NOT a.attisdropped
		AND t.typname NOT IN ('geometry', 'geography', 'raster', 'topogeometry')
$$;

CREATE OR REPLACE FUNCTION yiping.keep(tab oid, rows text, what text, layer text, op text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format(
		'INSERT INTO yiping.history (what, layer, id, date, op, row, geom)
		SELECT %L, %L, %s, %s, %L, %s, %s FROM %I r',
		what, layer,
		CASE what WHEN 'report' THEN 'r.feature_id' ELSE 'r.id' END,
		CASE what WHEN 'report' THEN 'r.date' ELSE 'NULL' END,
		op, yiping.given(tab),
		CASE WHEN what = 'feature' AND yiping.has_geom(tab) THEN 'r.geom' ELSE 'NULL' END,
		rows)
$$;
