-- The history is the truth: cards, scores and plans are worked out from these rows.
-- Times are ISO 8601 with the learner's offset at that moment. A place is the order of doing: microseconds UTC, but never
-- below the one before, so that a clock that stands still or is moved back changes no order.

-- One run through a scenario.
CREATE TABLE sessions (
    id            TEXT PRIMARY KEY,          -- unique across machines, sortable by time
    scenario      TEXT NOT NULL,
    title         TEXT NOT NULL,
    family        TEXT NOT NULL,             -- the call type
    digest        TEXT NOT NULL,             -- of the scenario's text
    application   TEXT NOT NULL,
    level         TEXT NOT NULL,
    seed          TEXT NOT NULL,             -- a whole number of any size
    mode          TEXT NOT NULL,             -- voice, typed, recordings
    started       TEXT NOT NULL,
    place         INTEGER NOT NULL,          -- that of its action
    ended         TEXT,                      -- complete, hung_up, …; NULL: cut off
    finished      TEXT,
    scheduled     INTEGER NOT NULL,          -- 0: does not touch the schedule
    plan          TEXT,
    nerves_before INTEGER,                   -- 0 to 10
    nerves_after  INTEGER,
    aside         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sessions_by_place ON sessions (place, id);

-- One attempt at a turn, as it was judged when it was made. Never changed.
CREATE TABLE takes (
    id            TEXT PRIMARY KEY,
    session       TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    turn          TEXT NOT NULL,
    number        INTEGER NOT NULL,          -- 1 for the first of the session
    kind          TEXT NOT NULL,             -- first, again, retake
    at            TEXT NOT NULL,
    says          TEXT NOT NULL,             -- the other side's line
    heard         TEXT NOT NULL,             -- what was understood
    said          TEXT NOT NULL,             -- what was judged
    verdict       TEXT NOT NULL,             -- JSON: [score, judge, ms, key points, don'ts]; a point: [id, hit, confidence, unsure]
    evidence      TEXT NOT NULL,             -- JSON: a row a hit: [place among the points, evidence or null, further spans]
    grades        TEXT NOT NULL,             -- JSON: kind, id, grade of each point that was reviewed
    weight        REAL NOT NULL,
    obstacle      TEXT,
    mood          TEXT,
    engine        TEXT NOT NULL,
    words         TEXT NOT NULL,             -- JSON: [word, start, end] in seconds
    seconds       REAL,                      -- length of the recording
    transcribe_ms INTEGER NOT NULL,
    assisted      INTEGER NOT NULL,
    aside         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX takes_by_session ON takes (session, number);

-- Whatever changes what stands is one row here, so that taking it back is one changed row.
CREATE TABLE actions (
    id            TEXT PRIMARY KEY,
    at            TEXT NOT NULL,
    place         INTEGER NOT NULL,
    kind          TEXT NOT NULL,             -- session, overrule, exclude, dispute, rejudge, suspend, resume
    session       TEXT,                      -- the session that it is about, where there is one
    body          TEXT NOT NULL,             -- JSON: the rest of it
    undone        TEXT                       -- when it was taken back; NULL: it stands
) STRICT;
CREATE INDEX actions_by_place ON actions (place, id);
CREATE INDEX actions_by_session ON actions (session);

-- The scenario as it was played, placeholders filled, and the facts that held: enough to judge a take again.
CREATE TABLE scripts (
    digest        TEXT PRIMARY KEY,
    text          TEXT NOT NULL              -- JSON: {"scenario": …, "facts": …}
) STRICT;
CREATE TABLE played (
    session       TEXT PRIMARY KEY,
    script        TEXT NOT NULL REFERENCES scripts (digest)
) STRICT;

-- Small things to remember, such as the application last used. JSON values.
CREATE TABLE states (
    key           TEXT PRIMARY KEY,
    value         TEXT NOT NULL
) STRICT;
