-- What auth does in its database, as the role tokenroute_auth_service: src/service-role.ts. A table that is not here is closed to it. It
-- owns nothing, so it cannot change the schema, nor take away the triggers that write the audit log and guard it.

-- Only ever added to.
GRANT SELECT, INSERT ON audit_events, key_events TO tokenroute_auth_service;

-- Revoked, blocked or renamed, and never removed.
GRANT SELECT, INSERT, UPDATE ON api_keys, people, organisations, invitations TO tokenroute_auth_service;

GRANT SELECT, INSERT, UPDATE, DELETE ON
  sessions, credentials, verifications, two_factors, memberships, used_totp_codes, balance_alerts
  TO tokenroute_auth_service;

GRANT USAGE ON SEQUENCE audit_events_id_seq, key_events_id_seq TO tokenroute_auth_service;
