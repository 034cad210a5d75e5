-- Pictures of the past, and tokens.

-- landing says when a transaction's changes count as recorded: at its end, all of
-- them at one moment. history.recorded alone would show half of a transaction
-- known by a moment within it, and one begun in the morning and committed in the
-- evening would change what was known at noon. begun tells the transaction from
-- another that had its id before the database was restored.
CREATE TABLE yiping.landing (
	xid   xid8 NOT NULL DEFAULT pg_current_xact_id(),
	begun timestamptz NOT NULL DEFAULT now(),
	at    timestamptz,
	PRIMARY KEY (xid, begun)
);

-- land runs when the transaction commits. Its lock says, until the commit is
-- through, that a moment has been written down which nobody can see yet: who
-- reads the past waits for the holders, never they for him.
CREATE FUNCTION yiping.land() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM pg_advisory_xact_lock_shared(X'796970696e670003'::bigint);
	UPDATE yiping.landing SET at = clock_timestamp() WHERE xid = NEW.xid AND begun = NEW.begun;
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER yiping_land AFTER INSERT ON yiping.landing
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION yiping.land();

-- ring wakes the followers when the transaction commits, and lets it land. Every
-- function that writes history calls it.
CREATE OR REPLACE FUNCTION yiping.ring() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO yiping.landing DEFAULT VALUES ON CONFLICT DO NOTHING;
	SELECT pg_notify('yiping', '')
$$;

-- In these orders the last version of everything is read without sorting.
DROP INDEX yiping.history_feature;
CREATE INDEX history_feature ON yiping.history (layer, id, n DESC) WHERE what = 'feature';
CREATE INDEX history_report ON yiping.history (layer, id, date, n DESC) WHERE what = 'report';
CREATE INDEX history_system ON yiping.history (what, layer, n DESC) WHERE what IN ('layer', 'date');

-- A report that is given another date or feature is gone where it was.
CREATE OR REPLACE FUNCTION yiping.log_reports() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		INSERT INTO yiping.history (what, layer, op) VALUES ('report', TG_ARGV[0], 'T');
		INSERT INTO yiping.feed (kind, layer) VALUES ('r', TG_ARGV[0]);
	ELSIF TG_OP = 'DELETE' THEN
		IF NOT EXISTS (SELECT FROM old_rows) THEN RETURN NULL; END IF;
		EXECUTE yiping.keep(TG_RELID, 'old_rows', 'report', TG_ARGV[0], 'D');
		INSERT INTO yiping.feed (kind, layer, id) SELECT DISTINCT "char" 'f', TG_ARGV[0], feature_id FROM old_rows;
	ELSIF TG_OP = 'INSERT' THEN
		IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
		EXECUTE yiping.keep(TG_RELID, 'new_rows', 'report', TG_ARGV[0], 'I');
		INSERT INTO yiping.feed (kind, layer, id) SELECT DISTINCT "char" 'f', TG_ARGV[0], feature_id FROM new_rows;
	ELSE
		IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
		IF EXISTS (SELECT feature_id, date FROM old_rows EXCEPT SELECT feature_id, date FROM new_rows) THEN
			EXECUTE yiping.keep(TG_RELID, 'old_rows', 'report', TG_ARGV[0], 'D')
				|| ' WHERE NOT EXISTS (SELECT FROM new_rows w WHERE w.feature_id = r.feature_id AND w.date = r.date)';
		END IF;
		EXECUTE yiping.keep(TG_RELID, 'new_rows', 'report', TG_ARGV[0], 'U');
		INSERT INTO yiping.feed (kind, layer, id)
			SELECT DISTINCT "char" 'f', TG_ARGV[0], feature_id
			FROM (SELECT feature_id FROM new_rows UNION SELECT feature_id FROM old_rows) x;
	END IF;
	PERFORM yiping.ring();
	RETURN NULL;
END $$;

-- Such moves of before were not written down: what history still takes for there,
-- and is not, ends now.
DO $$
DECLARE
	l record;
BEGIN
	FOR l IN SELECT id, id || '_report' AS tab FROM yiping.layer WHERE EXISTS (
		SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(format('public.%I', id || '_report'))
			AND a.attname IN ('feature_id', 'date') AND NOT a.attisdropped HAVING count(*) = 2)
	LOOP
		EXECUTE format(
			'INSERT INTO yiping.history (what, layer, id, date, op, row, actor, note)
			SELECT ''report'', %1$L, last.id, last.date, ''D'', last.row, ''yiping'', ''it was given another date or feature''
			FROM (
				SELECT DISTINCT ON (id, date) id, date, op, row FROM yiping.history
				WHERE layer = %1$L AND what = ''report'' AND id > 0
					AND n > coalesce((SELECT max(n) FROM yiping.history WHERE layer = %1$L AND what = ''report'' AND op = ''T''), 0)
				ORDER BY id, date, n DESC
			) last
			WHERE op <> ''D'' AND NOT EXISTS (SELECT FROM public.%2$I r WHERE r.feature_id = last.id AND r.date = last.date)',
			l.id, l.tab);
	END LOOP;
END $$;

-- These two took a column named x for the whole row. What history has of such
-- tables cannot be read; it stays, and is gone on from what is there now.
CREATE OR REPLACE FUNCTION yiping.keep(tab oid, rows text, what text, layer text, op text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format(
		'INSERT INTO yiping.history (what, layer, id, date, op, row, geom)
		SELECT %L, %L, %s, %s, %L, (SELECT jsonb_strip_nulls(to_jsonb(x.*)) FROM (SELECT %s) x), %s FROM %I r',
		what, layer,
		CASE what WHEN 'report' THEN 'r.feature_id' ELSE 'r.id' END,
		CASE what WHEN 'report' THEN 'r.date' ELSE 'NULL' END,
		op, yiping.columns(tab),
		CASE WHEN what = 'feature' AND yiping.has_geom(tab) THEN 'r.geom' ELSE 'NULL' END,
		rows)
$$;

CREATE OR REPLACE FUNCTION yiping.reconcile(of_layer text, tab regclass, reports regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	geom text := CASE WHEN yiping.has_geom(tab) THEN 'r.geom' ELSE '(NULL::yiping.history).geom' END;
BEGIN
	EXECUTE format(
		'WITH last AS (
			SELECT DISTINCT ON (id) id, op, row, geom FROM yiping.history
			WHERE layer = %1$L AND what = ''feature'' AND id > 0
				AND n > coalesce((SELECT max(n) FROM yiping.history WHERE layer = %1$L AND what = ''feature'' AND op = ''T''), 0)
			ORDER BY id, n DESC
		), live AS (
			SELECT r.id, (SELECT jsonb_strip_nulls(to_jsonb(x.*)) FROM (SELECT %2$s) x) AS row, %3$s AS geom FROM %4$s r
		)
		INSERT INTO yiping.history (what, layer, id, op, row, geom)
		SELECT ''feature'', %1$L, coalesce(live.id, last.id),
			CASE WHEN live.id IS NULL THEN ''D'' WHEN last.id IS NULL OR last.op = ''D'' THEN ''I'' ELSE ''U'' END,
			coalesce(live.row, last.row), CASE WHEN live.id IS NULL THEN last.geom ELSE live.geom END
		FROM live FULL JOIN last ON live.id = last.id
		WHERE (live.id IS NULL AND last.op <> ''D'') OR (live.id IS NOT NULL AND (last.id IS NULL OR last.op = ''D''
			OR live.row IS DISTINCT FROM last.row OR live.geom::bytea IS DISTINCT FROM last.geom::bytea))',
		of_layer, yiping.columns(tab), geom, tab);
	IF reports IS NOT NULL THEN
		EXECUTE format(
			'WITH last AS (
				SELECT DISTINCT ON (id, date) id, date, op, row FROM yiping.history
				WHERE layer = %1$L AND what = ''report'' AND id > 0
					AND n > coalesce((SELECT max(n) FROM yiping.history WHERE layer = %1$L AND what = ''report'' AND op = ''T''), 0)
				ORDER BY id, date, n DESC
			), live AS (
				SELECT r.feature_id AS id, r.date, (SELECT jsonb_strip_nulls(to_jsonb(x.*)) FROM (SELECT %2$s) x) AS row FROM %3$s r
			)
			INSERT INTO yiping.history (what, layer, id, date, op, row)
			SELECT ''report'', %1$L, coalesce(live.id, last.id), coalesce(live.date, last.date),
				CASE WHEN live.id IS NULL THEN ''D'' WHEN last.id IS NULL OR last.op = ''D'' THEN ''I'' ELSE ''U'' END,
				coalesce(live.row, last.row)
			FROM live FULL JOIN last ON live.id = last.id AND live.date = last.date
			WHERE (live.id IS NULL AND last.op <> ''D'') OR (live.id IS NOT NULL AND (last.id IS NULL OR last.op = ''D''
				OR live.row IS DISTINCT FROM last.row))',
			of_layer, yiping.columns(reports), reports);
	END IF;
	INSERT INTO yiping.feed (kind, layer) VALUES ('r', of_layer);
	PERFORM yiping.ring();
END $$;

DO $$
DECLARE
	l record;
BEGIN
	FOR l IN SELECT DISTINCT layer, to_regclass(format('public.%I', layer)) AS tab, to_regclass(format('public.%I', layer || '_report')) AS reports
		FROM yiping.history WHERE what IN ('feature', 'report') AND jsonb_typeof(row) <> 'object'
	LOOP
		IF l.tab IS NOT NULL THEN
			PERFORM yiping.reconcile(l.layer, l.tab, l.reports);
		END IF;
	END LOOP;
END $$;

-- token holds who may write over the network. It is no layer: no history, no
-- feed, and no role but the store's own sees it. hash is the SHA-256 of the secret.
CREATE TABLE yiping.token (
	id       text PRIMARY KEY CHECK (id <> ''),
	actor    text NOT NULL CHECK (actor <> ''),
	hash     bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
	rights   text[] NOT NULL,
	district text NOT NULL,
	unit     text NOT NULL,
	created  timestamptz NOT NULL,
	expires  timestamptz,
	revoked  timestamptz
);
