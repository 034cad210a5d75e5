-- Who may sign in, who has, and the journal of it. Like tokens these are no layers:
-- no history, no feed, and no role but the store's own sees them.

ALTER TABLE yiping.token ADD COLUMN display boolean NOT NULL DEFAULT false;

-- password is a hash with its parameters, '' for those who sign in elsewhere.
CREATE TABLE yiping.account (
	name        text PRIMARY KEY CHECK (name <> ''),
	title       text NOT NULL,
	role        text NOT NULL,
	districts   text[] NOT NULL,
	unit        text NOT NULL,
	password    text NOT NULL,
	subject     text UNIQUE,
	must_change boolean NOT NULL,
	disabled    boolean NOT NULL,
	created     timestamptz NOT NULL
);

-- hash is the SHA-256 of the secret in the cookie.
CREATE TABLE yiping.session (
	hash    bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
	account text NOT NULL REFERENCES yiping.account (name),
	created timestamptz NOT NULL,
	seen    timestamptz NOT NULL
);
CREATE INDEX session_account ON yiping.session (account);

-- attempt counts failed sign-ins by account and by address.
CREATE TABLE yiping.attempt (
	key   text PRIMARY KEY,
	count integer NOT NULL,
	last  timestamptz NOT NULL
);
CREATE INDEX attempt_last ON yiping.attempt (last);

CREATE TABLE yiping.journal (
	seq     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at      timestamptz NOT NULL,
	what    text NOT NULL,
	account text NOT NULL,
	actor   text NOT NULL,
	address text NOT NULL,
	note    text NOT NULL
);
