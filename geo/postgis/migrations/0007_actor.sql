-- Who a change is by: what the service says of its own, and the login of everybody
-- else. yiping.actor is a setting that any session may give itself, so that it is
-- believed only of the owner of the store and of its members. The default is
-- evaluated in the trigger functions, where the owner is the current user.
ALTER TABLE yiping.history ALTER COLUMN actor SET DEFAULT
	coalesce(CASE WHEN pg_has_role(session_user, current_user, 'MEMBER') THEN nullif(current_setting('yiping.actor', true), '') END, session_user);
