package postgis

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yiping/geo"
)

// This file says why a store cannot be opened, and what to do about it, to whoever
// starts the program. It names servers and roles, so nothing of it goes to those
// who ask the service: what fails later is told by asStoreError.

// errStandby is told of a server that only reads.
var errStandby = errors.New("the server is a standby or read-only; name the primary")

// refused explains why no connection could be made.
func refused(cfg *pgx.ConnConfig, err error) error {
	var pg *pgconn.PgError
	var name *net.DNSError
	var uncertain *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	say := func(message, mend string) error {
		return &geo.Error{Code: geo.Unavailable, Message: message, Mend: mend}
	}
	at, several := servers(cfg)
	switch {
	case errors.As(err, &pg):
		return refusedBy(cfg, "PostgreSQL at "+at, pg)
	case several: // each has a reason of its own
		return &geo.Error{Code: geo.Unavailable, Message: "none of " + at + " can be used", Err: errors.New(strings.Join(strings.Fields(err.Error()), " ")),
			Mend: "look at the servers, and at the hosts and ports in the store URL"}
	case errors.Is(err, errStandby):
		return say("PostgreSQL at "+at+" is a standby or read-only", "name the primary in the store URL, or all servers: postgres://ROLE@HOST,HOST/DATABASE")
	case errors.As(err, &name):
		return say("there is no host “"+name.Name+"”", "look at the store URL, postgres://ROLE@HOST:5432/DATABASE, and at the network's names")
	case errors.As(err, &uncertain), errors.As(err, &unknown):
		return &geo.Error{Code: geo.Unavailable, Message: "the certificate of PostgreSQL at " + at + " is not trusted", Err: errors.Unwrap(errors.Unwrap(err)),
			Mend: "name the authority that signed it: sslrootcert=FILE in the store URL"}
	case strings.Contains(err.Error(), "server refused TLS connection"): // pgx has no type for it
		return say("PostgreSQL at "+at+" does not speak TLS", "turn ssl on at the server, or write sslmode=disable into the store URL where the network can be trusted")
	case pgconn.Timeout(err):
		return say(fmt.Sprintf("no answer from PostgreSQL at %s within %s", at, cfg.ConnectTimeout), "look at host and port in the store URL, and at firewalls between")
	}
	var reason *net.OpError
	if errors.As(err, &reason) {
		return &geo.Error{Code: geo.Unavailable, Message: "nothing answers at " + at, Err: reason.Err,
			Mend: "start PostgreSQL there, have it listen to this machine (listen_addresses), or mend host and port in the store URL"}
	}
	return asStoreError(err, "connect to "+at)
}

// servers names where a store is looked for, and whether in several places.
func servers(cfg *pgx.ConnConfig) (at string, several bool) {
	var all []string
	add := func(host string, port uint16) {
		if s := net.JoinHostPort(host, strconv.Itoa(int(port))); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	add(cfg.Host, cfg.Port)
	for _, f := range cfg.Fallbacks {
		add(f.Host, f.Port)
	}
	return strings.Join(all, ", "), len(all) > 1
}

// refusedBy explains what a server says to one who would connect. It goes by the
// state, and by the server's routine where a state has several reasons: the text
// is in the server's language.
func refusedBy(cfg *pgx.ConnConfig, server string, pg *pgconn.PgError) error {
	e := &geo.Error{Code: geo.Unavailable, Err: errors.New(pg.Message)}
	role, database := pgx.Identifier{cfg.User}.Sanitize(), pgx.Identifier{cfg.Database}.Sanitize()
	switch {
	case pg.Code == "28P01" && cfg.Password == "":
		e.Message, e.Mend = server+" asks role "+role+" for a password", "give it in PGPASSWORD or PGPASSFILE"
	case pg.Code == "28P01":
		e.Message = server + " knows no role " + role + " with this password"
		e.Mend = "look at the role in the store URL and at PGPASSWORD or PGPASSFILE; an administrator sets another password by \\password " + role + " in psql"
	case pg.Code == "28000" && pg.Routine == "InitializeSessionUserId":
		e.Message, e.Mend = server+" has no role "+role+" that may log in", "name another in the store URL, or as administrator: CREATE ROLE "+role+" LOGIN"
	case pg.Code[:2] == "28":
		e.Message = server + " does not let role " + role + " in from this machine"
		e.Mend = "let pg_hba.conf have a line for this machine, database " + database + " and role " + role + ", then SELECT pg_reload_conf()"
	case pg.Code == "3D000":
		e.Message, e.Mend = server+" has no database "+database, "name another in the store URL, or as administrator: CREATE DATABASE "+database+" OWNER "+role
	case pg.Code == "42501":
		e.Message, e.Mend = "role "+role+" may not connect to database "+database, "as administrator: GRANT CONNECT ON DATABASE "+database+" TO "+role
	case pg.Code == "53300":
		e.Message, e.Mend = server+" has no connection left", "raise max_connections, or end what else is connected"
	case pg.Code == "57P03":
		e.Message, e.Mend = server+" is starting or stopping", "try again in a moment"
	default:
		return fromServer(pg, "connect")
	}
	return e
}

// ground is what the store would stand on.
type ground struct {
	at                       string // the server
	role, database, encoding string
	store                    bool   // there is one
	owner                    string // of the store, "" without
	mayCreate, mayCreateIn   bool   // in the database; in schema public
}

const groundSQL = `SELECT quote_ident(current_user), quote_ident(current_database()), current_setting('server_encoding'),
	EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'yiping' AND c.relname = 'migration'),
	coalesce((SELECT quote_ident(pg_get_userbyid(nspowner)) FROM pg_catalog.pg_namespace WHERE nspname = 'yiping'), ''),
	has_database_privilege(current_database(), 'CREATE'),
	coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE nspname = 'public'), false)`

// bear says why a store cannot be made here.
func (g *ground) bear() error {
	say := func(message, mend string) error {
		return &geo.Error{Code: geo.Unavailable, Message: message, Mend: mend}
	}
	switch {
	case g.encoding != "UTF8":
		return say("database "+g.database+" is encoded as "+g.encoding, "make one that is UTF8: createdb -E UTF8 -T template0 -O "+g.role+" NAME")
	case !g.mayCreate:
		return say("role "+g.role+" may not make the store's schema in database "+g.database, "as administrator: GRANT CREATE ON DATABASE "+g.database+" TO "+g.role)
	case !g.mayCreateIn:
		return say("role "+g.role+" may not make the layers' tables in schema public of database "+g.database, "as administrator, in that database: GRANT CREATE ON SCHEMA public TO "+g.role)
	}
	return nil
}

// lacksPostGIS says why the extension could not be made.
func (g *ground) lacksPostGIS(err error) error {
	e := &geo.Error{Code: geo.Unavailable, Message: "database " + g.database + " has no PostGIS", Err: err,
		Mend: "install PostGIS 3 for this server's version of PostgreSQL, then as superuser, in that database: CREATE EXTENSION postgis"}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		e.Err = errors.New(pg.Message)
		if pg.Code == "42501" {
			e.Err, e.Message = nil, e.Message+", and role "+g.role+" may not install it"
			e.Mend = "as superuser, in that database: CREATE EXTENSION postgis"
		}
	}
	return e
}

// denied says who may what this role was denied; nil for other failures.
func (g *ground) denied(err error) error {
	var pg *pgconn.PgError
	if g.owner == "" || g.owner == g.role || !errors.As(err, &pg) || pg.Code != "42501" {
		return nil
	}
	return &geo.Error{Code: geo.Unavailable, Message: "the store in database " + g.database + " belongs to role " + g.owner + ", not to " + g.role, Err: errors.New(pg.Message),
		Mend: "name role " + g.owner + " in the store URL, or as administrator: GRANT " + g.owner + " TO " + g.role}
}

// unreadable says what is wrong with a URL, without a word of it: the password may
// be in any of them.
func unreadable(err error) error {
	e := &geo.Error{Code: geo.Invalid, Field: "store", Message: "the URL names no PostgreSQL server",
		Mend: "write postgres://ROLE@HOST:5432/DATABASE, each character of a name that is neither letter nor digit as %XX, and keep the password in PGPASSWORD or PGPASSFILE"}
	var file *fs.PathError
	if errors.As(err, &file) {
		e.Message, e.Err, e.Mend = "a file that the URL or the environment names cannot be read", file, "look at sslrootcert, sslcert and sslkey"
	}
	return e
}
