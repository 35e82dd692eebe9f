-- Who changed the catalogue and the price book, when, and from what to what. The tables record it themselves: an
-- administrator's command, a migration and a statement typed by hand all leave an event, in their own transaction.

CREATE TABLE catalogue_events (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  what     text NOT NULL CHECK (what IN ('model-created', 'model-changed', 'model-removed', 'price-added')),
  model_id text NOT NULL,
  -- The row as it was and as it is; null where there was or is none.
  before   jsonb,
  after    jsonb,
  at       timestamptz NOT NULL DEFAULT now(),
  -- The operator, or the database's user where no operator was named.
  by       text NOT NULL
);
CREATE INDEX catalogue_events_of_model ON catalogue_events (model_id, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The operator of this transaction: set_config('tokenroute.operator', name, true).
CREATE FUNCTION catalogue_operator() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('tokenroute.operator', true), ''), session_user)
$$;

CREATE FUNCTION record_model_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN
      INSERT INTO catalogue_events (what, model_id, after, by)
      VALUES ('model-created', NEW.id, to_jsonb(NEW), catalogue_operator());
    WHEN 'UPDATE' THEN
      -- A change to what it was already is none.
      IF NEW IS DISTINCT FROM OLD THEN
        INSERT INTO catalogue_events (what, model_id, before, after, by)
        VALUES ('model-changed', OLD.id, to_jsonb(OLD), to_jsonb(NEW), catalogue_operator());
      END IF;
    WHEN 'DELETE' THEN
      INSERT INTO catalogue_events (what, model_id, before, by)
      VALUES ('model-removed', OLD.id, to_jsonb(OLD), catalogue_operator());
  END CASE;
  RETURN NULL;
END $$;
CREATE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON models
  FOR EACH ROW EXECUTE FUNCTION record_model_change();

CREATE FUNCTION record_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO catalogue_events (what, model_id, after, by)
  VALUES ('price-added', NEW.model_id, to_jsonb(NEW), catalogue_operator());
  RETURN NULL;
END $$;
CREATE TRIGGER recorded AFTER INSERT ON prices
  FOR EACH ROW EXECUTE FUNCTION record_price();
