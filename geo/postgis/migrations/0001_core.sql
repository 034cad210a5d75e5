-- System objects of Yiping. Layer tables live in schema public and are made from
-- their declarations; this is what stands behind them.

-- meta has one row. epoch names this life of the store; horizon is one more than
-- the greatest transaction id ever pruned from the feed.
CREATE TABLE yiping.meta (
	single  boolean PRIMARY KEY DEFAULT true CHECK (single),
	epoch   text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''),
	horizon xid8 NOT NULL DEFAULT '0'
);
INSERT INTO yiping.meta DEFAULT VALUES;

CREATE TABLE yiping.layer (
	id          text PRIMARY KEY,
	declaration jsonb NOT NULL,
	version     bigint NOT NULL DEFAULT 1
);

-- tables remembers which tables a layer was given and their columns, to notice
-- that another table was put in place of one, or a column added or dropped by
-- hand. Not part of the declaration: the OIDs differ after a restore.
CREATE TABLE yiping.tables (
	name    text PRIMARY KEY,
	oid     oid NOT NULL,
	columns text[] NOT NULL
);

CREATE TABLE yiping.evaluation (
	district text PRIMARY KEY CHECK (district <> ''),
	date     date NOT NULL CHECK (date BETWEEN '0001-01-01' AND '9999-12-31'),
	live     boolean NOT NULL DEFAULT false
);

-- feed says what changed, for followers. kind: f feature or its reports, r reset
-- of a layer, l declaration, d evaluation date.
CREATE TABLE yiping.feed (
	xid      xid8 NOT NULL DEFAULT pg_current_xact_id(),
	kind     "char" NOT NULL,
	layer    text NOT NULL,
	id       bigint NOT NULL DEFAULT 0,
	recorded timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX feed_xid ON yiping.feed (xid);

-- history keeps every version, for ever. what: feature, report, layer, date.
-- op: I, U, D as in SQL; T truncated; the row is the one after the change, for D
-- the last one before it. Geometry stands beside the row, exact.
CREATE TABLE yiping.history (
	n        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	what     text NOT NULL,
	layer    text NOT NULL,
	id       bigint NOT NULL DEFAULT 0,
	date     date,
	op       "char" NOT NULL,
	row      jsonb,
	geom     geometry,
	actor    text NOT NULL DEFAULT coalesce(nullif(current_setting('yiping.actor', true), ''), session_user),
	login    text NOT NULL DEFAULT session_user,
	note     text DEFAULT nullif(current_setting('yiping.note', true), ''),
	recorded timestamptz NOT NULL DEFAULT clock_timestamp(),
	xid      xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX history_feature ON yiping.history (layer, id, n);

-- batch remembers what a batch answered, so that its key may come again.
CREATE TABLE yiping.batch (
	key      text PRIMARY KEY,
	result   jsonb,
	recorded timestamptz NOT NULL DEFAULT now()
);

-- ring wakes the followers when the transaction commits.
CREATE FUNCTION yiping.ring() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$ SELECT pg_notify('yiping', '') $$;

-- columns lists the columns of a table as r.name, without those of geometry,
-- which jsonb would round.
CREATE FUNCTION yiping.columns(tab oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT string_agg(format('r.%I', a.attname), ', ' ORDER BY a.attnum)
	FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
	WHERE a.attrelid = tab AND a.attnum > 0 AND NOT a.attisdropped
		AND t.typname NOT IN ('geometry', 'geography', 'raster', 'topogeometry')
$$;

CREATE FUNCTION yiping.has_geom(tab oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
		WHERE a.attrelid = tab AND a.attname = 'geom' AND NOT a.attisdropped AND t.typname = 'geometry')
$$;

-- first_version is for programs that write every column, NULL where nothing was
-- entered, as QGIS does.
CREATE FUNCTION yiping.first_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	NEW.version := 1;
	RETURN NEW;
END $$;

-- next_version numbers the versions of a row; its identity never changes.
CREATE FUNCTION yiping.next_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF TG_ARGV[0] = 'feature' THEN
		IF NEW.id <> OLD.id THEN
			RAISE EXCEPTION 'the id of feature % cannot change', OLD.id
				USING ERRCODE = 'check_violation', COLUMN = 'id', TABLE = TG_TABLE_NAME;
		END IF;
	END IF;
	NEW.version := OLD.version + 1;
	RETURN NEW;
END $$;

-- keep gives the statement that writes the rows of a transition table into
-- history. Only the trigger function itself can run it: nobody else sees the table.
CREATE FUNCTION yiping.keep(tab oid, rows text, what text, layer text, op text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format(
		'INSERT INTO yiping.history (what, layer, id, date, op, row, geom)
		SELECT %L, %L, %s, %s, %L, (SELECT jsonb_strip_nulls(to_jsonb(x)) FROM (SELECT %s) x), %s FROM %I r',
		what, layer,
		CASE what WHEN 'report' THEN 'r.feature_id' ELSE 'r.id' END,
		CASE what WHEN 'report' THEN 'r.date' ELSE 'NULL' END,
		op, yiping.columns(tab),
		CASE WHEN what = 'feature' AND yiping.has_geom(tab) THEN 'r.geom' ELSE 'NULL' END,
		rows)
$$;

-- log_features and log_reports are the statement triggers of layer and report
-- tables. They run as the owner of the store, so that a role that may edit a
-- layer needs no right on feed and history. TG_ARGV[0] is the layer.
CREATE FUNCTION yiping.log_features() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	drawn bigint;
	wrong bigint;
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		INSERT INTO yiping.history (what, layer, op) VALUES ('feature', TG_ARGV[0], 'T');
		INSERT INTO yiping.feed (kind, layer) VALUES ('r', TG_ARGV[0]);
	ELSIF TG_OP = 'DELETE' THEN
		IF NOT EXISTS (SELECT FROM old_rows) THEN RETURN NULL; END IF;
		EXECUTE yiping.keep(TG_RELID, 'old_rows', 'feature', TG_ARGV[0], 'D');
		INSERT INTO yiping.feed (kind, layer, id) SELECT 'f', TG_ARGV[0], id FROM old_rows;
	ELSE
		IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
		IF TG_OP = 'INSERT' THEN
			EXECUTE format('SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM yiping.%I', TG_ARGV[0] || '_id') INTO drawn;
			SELECT id INTO wrong FROM new_rows WHERE id > drawn OR id < 1 LIMIT 1;
			IF wrong IS NULL THEN
				SELECT r.id INTO wrong FROM new_rows r CROSS JOIN LATERAL (
					SELECT h.row->>'code' AS code FROM yiping.history h
					WHERE h.layer = TG_ARGV[0] AND h.id = r.id AND h.what = 'feature' ORDER BY h.n DESC LIMIT 1) last
				WHERE last.code IS DISTINCT FROM r.code LIMIT 1;
			END IF;
			IF wrong IS NOT NULL THEN
				RAISE EXCEPTION 'id % is not one to be given here', wrong
					USING ERRCODE = 'check_violation', CONSTRAINT = 'id_drawn', COLUMN = 'id', TABLE = TG_TABLE_NAME,
					HINT = 'Leave the id out; an id is given only to bring a deleted feature back, with its code.';
			END IF;
		END IF;
		EXECUTE yiping.keep(TG_RELID, 'new_rows', 'feature', TG_ARGV[0], left(TG_OP, 1));
		INSERT INTO yiping.feed (kind, layer, id) SELECT 'f', TG_ARGV[0], id FROM new_rows;
	END IF;
	PERFORM yiping.ring();
	RETURN NULL;
END $$;

CREATE FUNCTION yiping.log_reports() RETURNS trigger
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
		EXECUTE yiping.keep(TG_RELID, 'new_rows', 'report', TG_ARGV[0], 'U');
		INSERT INTO yiping.feed (kind, layer, id)
			SELECT DISTINCT "char" 'f', TG_ARGV[0], feature_id
			FROM (SELECT feature_id FROM new_rows UNION SELECT feature_id FROM old_rows) x;
	END IF;
	PERFORM yiping.ring();
	RETURN NULL;
END $$;

-- The declarations and evaluation dates are followed row by row.
CREATE FUNCTION yiping.log_system() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r record;
BEGIN
	IF TG_OP = 'DELETE' THEN r := OLD; ELSE r := NEW; END IF;
	IF TG_TABLE_NAME = 'layer' THEN
		INSERT INTO yiping.history (what, layer, op, row) VALUES ('layer', r.id, left(TG_OP, 1), to_jsonb(r));
		INSERT INTO yiping.feed (kind, layer) VALUES ('l', r.id);
	ELSE
		INSERT INTO yiping.history (what, layer, date, op, row) VALUES ('date', '', r.date, left(TG_OP, 1), to_jsonb(r));
		INSERT INTO yiping.feed (kind, layer) VALUES ('d', r.district);
	END IF;
	PERFORM yiping.ring();
	RETURN NULL;
END $$;

CREATE FUNCTION yiping.next_declaration() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NEW.id <> OLD.id THEN
		RAISE EXCEPTION 'the id of layer % cannot change', OLD.id USING ERRCODE = 'check_violation';
	END IF;
	NEW.version := OLD.version + 1;
	RETURN NEW;
END $$;

CREATE TRIGGER yiping_version BEFORE UPDATE ON yiping.layer FOR EACH ROW EXECUTE FUNCTION yiping.next_declaration();
CREATE TRIGGER yiping_log AFTER INSERT OR UPDATE OR DELETE ON yiping.layer FOR EACH ROW EXECUTE FUNCTION yiping.log_system();
CREATE TRIGGER yiping_log AFTER INSERT OR UPDATE OR DELETE ON yiping.evaluation FOR EACH ROW EXECUTE FUNCTION yiping.log_system();

-- reconcile brings history into line with tables that were changed while nothing
-- watched them, and tells the followers to read the layer anew.
CREATE FUNCTION yiping.reconcile(of_layer text, tab regclass, reports regclass) RETURNS void
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
			SELECT r.id, (SELECT jsonb_strip_nulls(to_jsonb(x)) FROM (SELECT %2$s) x) AS row, %3$s AS geom FROM %4$s r
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
				SELECT r.feature_id AS id, r.date, (SELECT jsonb_strip_nulls(to_jsonb(x)) FROM (SELECT %2$s) x) AS row FROM %3$s r
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

-- prune forgets feed rows that are both older than keep and visible to everyone,
-- and batches ten times as old. Two nodes may call it at once: one does the work.
CREATE FUNCTION yiping.prune(keep interval) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	young xid8;
	upto  xid8 := pg_snapshot_xmin(pg_current_snapshot());
	last  xid8;
	count bigint;
BEGIN
	IF NOT pg_try_advisory_xact_lock(hashtextextended('yiping.prune', 0)) THEN RETURN 0; END IF;
	SELECT xid INTO young FROM yiping.feed WHERE recorded > now() - keep ORDER BY xid LIMIT 1;
	IF young < upto THEN upto := young; END IF;
	WITH gone AS (DELETE FROM yiping.feed WHERE xid < upto RETURNING xid)
	SELECT count(*), (SELECT xid FROM gone ORDER BY xid DESC LIMIT 1) INTO count, last FROM gone;
	IF count > 0 THEN
		UPDATE yiping.meta SET horizon = (last::text::numeric + 1)::text::xid8 WHERE horizon <= last;
	END IF;
	DELETE FROM yiping.batch WHERE recorded < now() - 10 * keep;
	RETURN count;
END $$;

-- Roles that are granted a layer table need nothing else; feed, history and the
-- rest stay closed to them.
GRANT USAGE ON SCHEMA yiping TO PUBLIC;
REVOKE EXECUTE ON FUNCTION yiping.prune(interval), yiping.reconcile(text, regclass, regclass),
	yiping.keep(oid, text, text, text, text) FROM PUBLIC;
