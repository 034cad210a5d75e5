-- Layers served from the database: their rows are in no follower's memory, so that
-- the feed must say where they changed.

-- bound is that of rows of kind a, area: west, south, east, north in degrees.
ALTER TABLE yiping.feed ADD COLUMN bound double precision[];

-- log_areas is a statement trigger of such layers beside log_features. It tells the
-- box of each row as it was and as it is; those of a large statement are joined by
-- where they lie, so that the feed stays small.
CREATE FUNCTION yiping.log_areas() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	gis  text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis');
	rows text := CASE TG_OP
		WHEN 'INSERT' THEN 'SELECT geom FROM new_rows'
		WHEN 'DELETE' THEN 'SELECT geom FROM old_rows'
		ELSE 'SELECT geom FROM old_rows UNION ALL SELECT geom FROM new_rows' END;
	many bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM (' || rows || ') r' INTO many;
	EXECUTE format(
		'INSERT INTO yiping.feed (kind, layer, bound)
		SELECT ''a'', %1$L, ARRAY[min(w), min(s), max(e), max(n)]
		FROM (SELECT %2$s.ST_XMin(geom) w, %2$s.ST_YMin(geom) s, %2$s.ST_XMax(geom) e, %2$s.ST_YMax(geom) n FROM (%3$s) r) b
		WHERE w IS NOT NULL GROUP BY floor((w + e) / %4$s), floor((s + n) / %4$s)',
		TG_ARGV[0], gis, rows, CASE WHEN many > 1000 THEN 0.04 ELSE 1e-9 END);
	RETURN NULL;
END $$;

-- A layer that is served in another way is read anew, or let go of.
CREATE FUNCTION yiping.log_serve() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO yiping.feed (kind, layer) VALUES ('r', NEW.id);
	RETURN NULL;
END $$;
CREATE TRIGGER yiping_serve AFTER UPDATE ON yiping.layer FOR EACH ROW
	WHEN (OLD.declaration->>'serve' IS DISTINCT FROM NEW.declaration->>'serve') EXECUTE FUNCTION yiping.log_serve();
