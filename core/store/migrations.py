"""The store's schema, one numbered step after another; a step that has shipped is never changed."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE decisions (           -- the journal of the Data tab; core/data/decisions.py
        id       INTEGER PRIMARY KEY,
        batch    INTEGER NOT NULL,     -- one key press, which may decide many records; undo goes by it
        at       TEXT NOT NULL,
        who      TEXT NOT NULL,
        record   TEXT NOT NULL,        -- the record's identity
        content  TEXT NOT NULL,        -- hash of what was judged: a later change makes the decision stale
        kind     TEXT NOT NULL,        -- flag, note, tag, edit
        value    TEXT,                 -- NULL takes it away
        undone   TEXT                  -- when it was undone; NULL while it holds
    );
    CREATE INDEX decisions_by_record ON decisions (record, kind, id);
    CREATE INDEX decisions_by_batch  ON decisions (batch);

    CREATE TABLE settings (            -- where the dashboard was; tui/app.py
        key   TEXT PRIMARY KEY,
        value TEXT NOT NULL
    );

    CREATE TABLE operations (          -- every paid or destructive intent; core/store/operations.py
        id       TEXT PRIMARY KEY,     -- also the client token, so that a repeat is recognised
        kind     TEXT NOT NULL,
        location TEXT NOT NULL,
        subject  TEXT NOT NULL,        -- the name of what is made or destroyed
        request  TEXT NOT NULL,
        state    TEXT NOT NULL,        -- planned, sent, acknowledged, failed
        result   TEXT,
        planned  TEXT NOT NULL,
        changed  TEXT NOT NULL
    );
    CREATE INDEX operations_by_subject ON operations (kind, subject);

    CREATE TABLE tasks (               -- long work in a child process; core/tasks.py
        id        TEXT PRIMARY KEY,
        title     TEXT NOT NULL,
        argv      TEXT NOT NULL,
        pid       INTEGER NOT NULL,
        state     TEXT NOT NULL,       -- running, done, failed, stopped
        progress  TEXT,
        result    TEXT,
        started   TEXT NOT NULL,
        heartbeat TEXT NOT NULL,
        ended     TEXT
    );

    CREATE TABLE jobs (                -- what was submitted from here, and with what; core/tuning/ledger.py
        arn      TEXT PRIMARY KEY,
        location TEXT NOT NULL,
        name     TEXT NOT NULL,
        model    TEXT NOT NULL,        -- the catalogue's key
        manifest TEXT NOT NULL,        -- the export that was trained on
        created  TEXT NOT NULL
    );

    CREATE TABLE runs (                -- one model asked one test set; core/evaluation/runs.py
        id       TEXT PRIMARY KEY,
        location TEXT NOT NULL,
        label    TEXT NOT NULL,        -- how a person calls the model: base, tuned
        model    TEXT NOT NULL,        -- the catalogue's key
        job      TEXT,                 -- the ARN of the job that tuned it
        spec     TEXT NOT NULL,
        started  TEXT NOT NULL,
        ended    TEXT
    );
    CREATE TABLE answers (             -- each paid once; core/inference/answers.py
        run           TEXT NOT NULL,
        ask           TEXT NOT NULL,
        text          TEXT NOT NULL,
        stop_reason   TEXT NOT NULL,
        input_tokens  INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        latency_ms    INTEGER NOT NULL,
        at            TEXT NOT NULL,
        PRIMARY KEY (run, ask)
    ) WITHOUT ROWID;

    CREATE TABLE openings (            -- how often a test set was opened; core/evaluation/runs.py
        test TEXT NOT NULL,            -- hash of the file's content
        run  TEXT NOT NULL,
        at   TEXT NOT NULL,
        PRIMARY KEY (test, run)
    ) WITHOUT ROWID;

    CREATE TABLE endpoints (           -- what was created from here and bills; core/deployment/ledger.py
        arn      TEXT PRIMARY KEY,
        location TEXT NOT NULL,
        name     TEXT NOT NULL,
        model    TEXT NOT NULL,        -- the catalogue's key, for the price
        purpose  TEXT NOT NULL,        -- a run's id when it is to be deleted after it, else empty
        created  TEXT NOT NULL,
        deleted  TEXT
    );
    """,
    """
    CREATE TABLE sweeps (              -- many jobs as one experiment; core/experiments/sweep.py
        location TEXT NOT NULL,
        name     TEXT NOT NULL,
        plan     TEXT NOT NULL,        -- every cell with its export and values, fixed when it was begun
        state    TEXT NOT NULL,        -- running, paused, done
        created  TEXT NOT NULL,
        PRIMARY KEY (location, name)
    );
    """,
    """
    ALTER TABLE decisions ADD COLUMN undone_by TEXT;  -- who undid it; NULL while it holds
    """,
    """
    ALTER TABLE decisions ADD COLUMN changed TEXT;

    CREATE TABLE decision_changes (    -- every change of the journal in its order, written by the triggers below
        seq      INTEGER PRIMARY KEY,
        decision INTEGER NOT NULL,     -- decisions.id
        record   TEXT NOT NULL,
        kind     TEXT NOT NULL,
        at       TEXT NOT NULL,        -- when that happened here: `decisions.changed`, which the writer sets
        state    TEXT NOT NULL         -- decided, undone, redone
    );
    INSERT INTO decision_changes (decision, record, kind, at, state)
        SELECT id, record, kind, at, state FROM (
            SELECT id, record, kind, at, 'decided' AS state,
                   MAX(at) OVER (ORDER BY id) AS moment, 0 AS undo, id AS nth FROM decisions
            UNION ALL
            SELECT id, record, kind, undone, 'undone', undone, 1, -batch FROM decisions WHERE undone IS NOT NULL
        ) ORDER BY moment, undo, nth;
    CREATE TRIGGER decision_made AFTER INSERT ON decisions BEGIN
        INSERT INTO decision_changes (decision, record, kind, at, state)
            VALUES (NEW.id, NEW.record, NEW.kind, COALESCE(NEW.changed, NEW.at), 'decided'); END;
    CREATE TRIGGER decision_turned AFTER UPDATE OF undone ON decisions WHEN NEW.undone IS NOT OLD.undone BEGIN
        INSERT INTO decision_changes (decision, record, kind, at, state)
            VALUES (NEW.id, NEW.record, NEW.kind, COALESCE(NEW.changed, NEW.undone, NEW.at),
                    IIF(NEW.undone IS NULL, 'redone', 'undone')); END;

    CREATE VIEW decisions_held AS      -- of each record and kind the newest decision that was not undone
        SELECT * FROM decisions AS this WHERE undone IS NULL AND NOT EXISTS (
            SELECT 1 FROM decisions AS newer WHERE newer.record = this.record AND newer.kind = this.kind
                AND newer.id > this.id AND newer.undone IS NULL);

    CREATE TABLE writes (              -- how often a table was written to, for who watches it; tui/watch.py
        topic  TEXT PRIMARY KEY,
        number INTEGER NOT NULL
    ) WITHOUT ROWID;
    INSERT INTO writes VALUES ('answers', 0), ('runs', 0);
    CREATE TRIGGER answer_came AFTER INSERT ON answers BEGIN
        UPDATE writes SET number = number + 1 WHERE topic = 'answers'; END;
    CREATE TRIGGER run_began AFTER INSERT ON runs BEGIN
        UPDATE writes SET number = number + 1 WHERE topic = 'runs'; END;
    CREATE TRIGGER run_changed AFTER UPDATE ON runs BEGIN
        UPDATE writes SET number = number + 1 WHERE topic = 'runs'; END;
    """,
)
