-- What the migrations of migrations/postgres add up to, as pg_dump tells it.

CREATE FUNCTION journal_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;

CREATE FUNCTION journal_make_room(place bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET lock_timeout TO '2s'
    SET search_path TO 'public', 'pg_temp'
    AS $$
  DECLARE
    bounds CONSTANT text := 'FROM \(''(\d+)''\) TO \(''(\d+)''\)';
    starts bigint;
    ends bigint;
  BEGIN
    LOOP
      SELECT bound[1]::bigint, bound[2]::bigint INTO starts, ends
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid,
             regexp_match(pg_get_expr(relpartbound, pg_class.oid), bounds) AS bound
       WHERE inhparent = 'event'::regclass ORDER BY 2 DESC LIMIT 1;
      EXIT WHEN starts > place;
      BEGIN
        -- Made aside and then attached: nobody who reads has to wait, nor is waited for.
        EXECUTE format('CREATE TABLE event_%s (LIKE event INCLUDING ALL, UNIQUE (stream, version),
                        UNIQUE (command, command_seq))', ends);
        EXECUTE format('ALTER TABLE event ATTACH PARTITION event_%s FOR VALUES FROM (%s) TO (%s)',
                       ends, ends, ends + least(ends - starts, 16777216));
        EXECUTE format('CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event_%s
                        FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()', ends);
        EXECUTE format('ALTER TABLE event_%s ENABLE ALWAYS TRIGGER event_is_not_emptied', ends);
      EXCEPTION WHEN lock_not_available THEN
        -- Somebody works on the whole table. While there is room, that can wait.
        IF place >= ends THEN
          RAISE;
        END IF;
        RETURN least(ends, place + 10000);
      END;
    END LOOP;
    RETURN starts;
  END $$;

CREATE FUNCTION matter_office_follows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
  UPDATE matter_office SET ended = NEW.ended, step = NEW.step, due = NEW.due
    WHERE matter = NEW.id AND (ended, step, due) IS DISTINCT FROM (NEW.ended, NEW.step, NEW.due);
  RETURN NULL;
END $$;

CREATE TABLE account (
    login text NOT NULL COLLATE pg_catalog."C",
    password text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE attachment (
    stream text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    bytes bytea NOT NULL
);

CREATE TABLE contact_probe (
    login text NOT NULL COLLATE pg_catalog."C",
    day text NOT NULL COLLATE pg_catalog."C",
    asked bigint NOT NULL
);

CREATE TABLE erased (
    stream text NOT NULL COLLATE pg_catalog."C",
    party bigint NOT NULL,
    through bigint NOT NULL
);

CREATE TABLE event (
    "position" bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    node text NOT NULL COLLATE pg_catalog."C",
    stream text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    at bigint NOT NULL,
    recorded bigint NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    command text NOT NULL COLLATE pg_catalog."C",
    command_seq bigint NOT NULL,
    schema bigint NOT NULL,
    procedure text NOT NULL COLLATE pg_catalog."C",
    public text NOT NULL COLLATE pg_catalog."C",
    sealed bytea NOT NULL,
    salt bytea NOT NULL,
    digest bytea NOT NULL
)
PARTITION BY RANGE ("position");

CREATE TABLE event_0 (
    "position" bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    node text NOT NULL COLLATE pg_catalog."C",
    stream text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    at bigint NOT NULL,
    recorded bigint NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    command text NOT NULL COLLATE pg_catalog."C",
    command_seq bigint NOT NULL,
    schema bigint NOT NULL,
    procedure text NOT NULL COLLATE pg_catalog."C",
    public text NOT NULL COLLATE pg_catalog."C",
    sealed bytea NOT NULL,
    salt bytea NOT NULL,
    digest bytea NOT NULL
);

CREATE TABLE fact (
    "position" bigint NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    family text NOT NULL COLLATE pg_catalog."C",
    matter text COLLATE pg_catalog."C",
    session text COLLATE pg_catalog."C",
    office text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    label text NOT NULL COLLATE pg_catalog."C",
    about text NOT NULL COLLATE pg_catalog."C",
    amount bigint NOT NULL,
    on_time bigint,
    due text COLLATE pg_catalog."C",
    event bigint DEFAULT 0 NOT NULL
);

CREATE TABLE factor (
    login text NOT NULL COLLATE pg_catalog."C",
    secret bytea NOT NULL,
    step bigint NOT NULL
);

CREATE TABLE follower (
    name text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    rules text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE head (
    one bigint NOT NULL,
    "position" bigint NOT NULL,
    digest bytea NOT NULL,
    mac bytea NOT NULL,
    CONSTRAINT head_one_check CHECK ((one = 1))
);

CREATE TABLE leaf (
    number bigint NOT NULL,
    digest bytea NOT NULL,
    "position" bigint
);

CREATE TABLE matter (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    reference text NOT NULL COLLATE pg_catalog."C",
    code_digest text NOT NULL COLLATE pg_catalog."C",
    procedure text NOT NULL COLLATE pg_catalog."C",
    family text NOT NULL COLLATE pg_catalog."C",
    step text NOT NULL COLLATE pg_catalog."C",
    ended bigint NOT NULL,
    channel text NOT NULL COLLATE pg_catalog."C",
    people bigint NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    category text NOT NULL COLLATE pg_catalog."C",
    registered bigint NOT NULL,
    since bigint NOT NULL,
    due text COLLATE pg_catalog."C",
    clock text COLLATE pg_catalog."C",
    wake bigint,
    is_key bigint NOT NULL,
    intakes bigint DEFAULT 1 NOT NULL
);

CREATE TABLE matter_bar (
    matter text NOT NULL COLLATE pg_catalog."C",
    who text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE matter_office (
    matter text NOT NULL COLLATE pg_catalog."C",
    office text NOT NULL COLLATE pg_catalog."C",
    ended bigint NOT NULL,
    step text NOT NULL COLLATE pg_catalog."C",
    due text COLLATE pg_catalog."C",
    registered bigint NOT NULL
);

CREATE TABLE migration (
    name text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE notice (
    "position" bigint NOT NULL,
    office text NOT NULL COLLATE pg_catalog."C",
    matter text NOT NULL COLLATE pg_catalog."C",
    clock text NOT NULL COLLATE pg_catalog."C",
    due text NOT NULL COLLATE pg_catalog."C",
    nth bigint NOT NULL,
    at bigint NOT NULL
);

CREATE TABLE opening (
    matter text NOT NULL COLLATE pg_catalog."C",
    asked bigint NOT NULL,
    came text NOT NULL COLLATE pg_catalog."C",
    event bigint NOT NULL,
    at bigint NOT NULL,
    home text NOT NULL COLLATE pg_catalog."C",
    login text NOT NULL COLLATE pg_catalog."C",
    office text NOT NULL COLLATE pg_catalog."C",
    ground text NOT NULL COLLATE pg_catalog."C",
    track text NOT NULL COLLATE pg_catalog."C",
    custodian text COLLATE pg_catalog."C"
);

CREATE TABLE origin (
    source text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    stream text NOT NULL COLLATE pg_catalog."C",
    intake bigint NOT NULL
);

CREATE TABLE party_key (
    stream text NOT NULL COLLATE pg_catalog."C",
    party bigint NOT NULL,
    wrapped bytea NOT NULL
);

CREATE TABLE session (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    office text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    starts bigint NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    held bigint NOT NULL
);

CREATE TABLE sign_in (
    token bytea NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    login text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    device text NOT NULL COLLATE pg_catalog."C",
    began bigint NOT NULL,
    seen bigint NOT NULL,
    expires bigint NOT NULL
);

CREATE TABLE single_sign_on (
    login text NOT NULL COLLATE pg_catalog."C",
    account bytea NOT NULL,
    linked bigint NOT NULL
);

CREATE TABLE tally (
    viewer text NOT NULL COLLATE pg_catalog."C",
    report text NOT NULL COLLATE pg_catalog."C",
    figure bigint NOT NULL,
    day text NOT NULL COLLATE pg_catalog."C",
    known text NOT NULL COLLATE pg_catalog."C",
    amount bigint NOT NULL
);

CREATE TABLE tally_apart (
    unit text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE tally_viewer (
    unit text NOT NULL COLLATE pg_catalog."C",
    viewer text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE task (
    matter text NOT NULL COLLATE pg_catalog."C",
    track text NOT NULL COLLATE pg_catalog."C",
    office text NOT NULL COLLATE pg_catalog."C",
    step text NOT NULL COLLATE pg_catalog."C",
    since bigint NOT NULL,
    due text COLLATE pg_catalog."C",
    clock text COLLATE pg_catalog."C"
);

ALTER TABLE ONLY event ATTACH PARTITION event_0 FOR VALUES FROM ('0') TO ('16777216');

ALTER TABLE ONLY account
    ADD CONSTRAINT account_pkey PRIMARY KEY (login);

ALTER TABLE ONLY attachment
    ADD CONSTRAINT attachment_pkey PRIMARY KEY (stream, version);

ALTER TABLE ONLY contact_probe
    ADD CONSTRAINT contact_probe_pkey PRIMARY KEY (login, day);

ALTER TABLE ONLY erased
    ADD CONSTRAINT erased_pkey PRIMARY KEY (stream, party);

ALTER TABLE ONLY event_0
    ADD CONSTRAINT event_0_command_command_seq_key UNIQUE (command, command_seq);

ALTER TABLE ONLY event
    ADD CONSTRAINT event_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY event_0
    ADD CONSTRAINT event_0_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY event_0
    ADD CONSTRAINT event_0_stream_version_key UNIQUE (stream, version);

ALTER TABLE ONLY fact
    ADD CONSTRAINT fact_pkey PRIMARY KEY ("position", seq);

ALTER TABLE ONLY factor
    ADD CONSTRAINT factor_pkey PRIMARY KEY (login);

ALTER TABLE ONLY follower
    ADD CONSTRAINT follower_pkey PRIMARY KEY (name);

ALTER TABLE ONLY head
    ADD CONSTRAINT head_pkey PRIMARY KEY (one);

ALTER TABLE ONLY leaf
    ADD CONSTRAINT leaf_pkey PRIMARY KEY (number);

ALTER TABLE ONLY leaf
    ADD CONSTRAINT leaf_position_key UNIQUE ("position");

ALTER TABLE ONLY matter_bar
    ADD CONSTRAINT matter_bar_pkey PRIMARY KEY (matter, who);

ALTER TABLE ONLY matter_office
    ADD CONSTRAINT matter_office_pkey PRIMARY KEY (matter, office);

ALTER TABLE ONLY matter
    ADD CONSTRAINT matter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY matter
    ADD CONSTRAINT matter_reference_key UNIQUE (reference);

ALTER TABLE ONLY migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY ("position", office);

ALTER TABLE ONLY opening
    ADD CONSTRAINT opening_pkey PRIMARY KEY (matter, asked, came);

ALTER TABLE ONLY origin
    ADD CONSTRAINT origin_pkey PRIMARY KEY (source, name);

ALTER TABLE ONLY party_key
    ADD CONSTRAINT party_key_pkey PRIMARY KEY (stream, party);

ALTER TABLE ONLY session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY sign_in
    ADD CONSTRAINT sign_in_pkey PRIMARY KEY (token);

ALTER TABLE ONLY single_sign_on
    ADD CONSTRAINT single_sign_on_account_key UNIQUE (account);

ALTER TABLE ONLY single_sign_on
    ADD CONSTRAINT single_sign_on_pkey PRIMARY KEY (login);

ALTER TABLE ONLY tally_apart
    ADD CONSTRAINT tally_apart_pkey PRIMARY KEY (unit);

ALTER TABLE ONLY tally
    ADD CONSTRAINT tally_pkey PRIMARY KEY (viewer, report, figure, day, known);

ALTER TABLE ONLY tally_viewer
    ADD CONSTRAINT tally_viewer_pkey PRIMARY KEY (unit, viewer);

ALTER TABLE ONLY task
    ADD CONSTRAINT task_pkey PRIMARY KEY (matter, track);

CREATE INDEX fact_by_family ON fact USING btree (family, at);

CREATE INDEX fact_by_matter ON fact USING btree (matter) WHERE (matter IS NOT NULL);

CREATE INDEX fact_by_session ON fact USING btree (session) WHERE (session IS NOT NULL);

CREATE INDEX matter_bar_by_who ON matter_bar USING btree (who, matter);

CREATE INDEX matter_by_place ON matter USING btree (place, registered);

CREATE INDEX matter_by_wake ON matter USING btree (wake) WHERE (wake IS NOT NULL);

CREATE INDEX matter_office_by_due ON matter_office USING btree (office, ended, COALESCE(due, '9999-12-31'::text), registered, matter);

CREATE INDEX matter_office_by_step ON matter_office USING btree (office, step, ended, COALESCE(due, '9999-12-31'::text), registered, matter);

CREATE INDEX notice_by_office ON notice USING btree (office, at);

CREATE INDEX opening_by_home ON opening USING btree (home, came, at);

CREATE INDEX opening_by_login ON opening USING btree (login, came, at);

CREATE INDEX session_by_office ON session USING btree (office, starts);

CREATE INDEX sign_in_by_login ON sign_in USING btree (login, began);

CREATE INDEX task_by_due ON task USING btree (office, COALESCE(due, '9999-12-31'::text), since, matter, track);

CREATE INDEX task_by_step ON task USING btree (office, step, COALESCE(due, '9999-12-31'::text), since, matter, track);

ALTER INDEX event_pkey ATTACH PARTITION event_0_pkey;

CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();

ALTER TABLE event ENABLE ALWAYS TRIGGER event_is_not_changed;

CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

ALTER TABLE event ENABLE ALWAYS TRIGGER event_is_not_emptied;

CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event_0 FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

ALTER TABLE event_0 ENABLE ALWAYS TRIGGER event_is_not_emptied;

CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();

ALTER TABLE event ENABLE ALWAYS TRIGGER event_is_not_removed;

CREATE TRIGGER matter_office_follows AFTER UPDATE ON matter FOR EACH ROW WHEN (((old.ended IS DISTINCT FROM new.ended) OR (old.step IS DISTINCT FROM new.step) OR (old.due IS DISTINCT FROM new.due))) EXECUTE FUNCTION matter_office_follows();
