-- Migration 1. Frozen: a database in use was made by it. Changes are new migrations.
-- The office and its settings. Logged; rows may change, never go.
CREATE TABLE office (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    parent TEXT NOT NULL,
    name   TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE units (
    id         TEXT PRIMARY KEY NOT NULL,
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    valid_from TEXT,
    valid_to   TEXT,
    successor  TEXT REFERENCES units (id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE procedures (
    code     TEXT PRIMARY KEY NOT NULL,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    unit     TEXT NOT NULL REFERENCES units (id)
) STRICT, WITHOUT ROWID;

-- What was printed. A printed layout never changes.
CREATE TABLE layouts (
    form        TEXT NOT NULL,
    version     INTEGER NOT NULL,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    json        TEXT NOT NULL,
    PRIMARY KEY (form, version)
) STRICT;

CREATE TABLE sheets (
    serial         TEXT PRIMARY KEY NOT NULL,
    period         TEXT NOT NULL,
    running        INTEGER NOT NULL,
    form           TEXT NOT NULL,
    version        INTEGER NOT NULL,
    unit           TEXT NOT NULL REFERENCES units (id),
    unit_name      TEXT NOT NULL,
    procedure      TEXT NOT NULL REFERENCES procedures (code),
    procedure_name TEXT NOT NULL,
    counter        TEXT,
    printed_on     TEXT NOT NULL,
    batch          INTEGER NOT NULL,
    UNIQUE (period, running),
    FOREIGN KEY (form, version) REFERENCES layouts (form, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX sheets_by_batch ON sheets (batch);

-- What came in. A picture is known by its file's hash and its page in the file.
CREATE TABLE scans (
    id         INTEGER PRIMARY KEY,
    file_hash  BLOB,
    page_index INTEGER NOT NULL,
    source     TEXT NOT NULL,
    channel    TEXT NOT NULL CHECK (channel IN ('scan', 'keyed')),
    received   TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('ok', 'rejected')),
    code       TEXT,
    detail     TEXT,
    form       TEXT,
    version    INTEGER,
    serial     TEXT,
    page       INTEGER
) STRICT;

CREATE INDEX scans_by_picture ON scans (file_hash, page_index) WHERE file_hash IS NOT NULL;
CREATE INDEX scans_by_source ON scans (source) WHERE file_hash IS NULL;

CREATE TABLE readings (
    id           INTEGER PRIMARY KEY,
    scan         INTEGER NOT NULL UNIQUE REFERENCES scans (id),
    serial       TEXT NOT NULL REFERENCES sheets (serial),
    page         INTEGER NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('first', 'rescan', 'conflict')),
    engine       TEXT NOT NULL,
    registration TEXT NOT NULL
) STRICT;

CREATE INDEX readings_by_serial ON readings (serial);

CREATE TABLE answers (
    reading      INTEGER NOT NULL REFERENCES readings (id),
    question     TEXT NOT NULL,
    position     INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('answered', 'blank', 'multiple', 'unclear')),
    options      TEXT NOT NULL,
    confidence   REAL NOT NULL,
    needs_review INTEGER NOT NULL CHECK (needs_review IN (0, 1)),
    reasons      TEXT NOT NULL,
    PRIMARY KEY (reading, question)
) STRICT, WITHOUT ROWID;

CREATE TABLE fields (
    reading  INTEGER NOT NULL REFERENCES readings (id),
    field    TEXT NOT NULL,
    position INTEGER NOT NULL,
    ink      INTEGER NOT NULL CHECK (ink IN (0, 1)),
    PRIMARY KEY (reading, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE box_measures (
    reading INTEGER PRIMARY KEY REFERENCES readings (id),
    boxes   TEXT NOT NULL
) STRICT;

CREATE TABLE evidence (
    reading  INTEGER NOT NULL REFERENCES readings (id),
    question TEXT NOT NULL,
    png      BLOB NOT NULL,
    PRIMARY KEY (reading, question)
) STRICT;

-- What people decided: appended, the newest counts.
CREATE TABLE adjudications (
    id         INTEGER PRIMARY KEY,
    serial     TEXT NOT NULL REFERENCES sheets (serial),
    question   TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('answered', 'blank', 'multiple', 'unclear')),
    options    TEXT NOT NULL,
    decided_by TEXT NOT NULL CHECK (decided_by <> ''),
    why        TEXT NOT NULL CHECK (why <> ''),
    at         TEXT NOT NULL
) STRICT;

CREATE INDEX adjudications_by_serial ON adjudications (serial);

-- The hash chain over all of the above.
CREATE TABLE audit (
    seq    INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    rows   TEXT NOT NULL,
    hash   BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE audit_head (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    entries INTEGER NOT NULL,
    hash    BLOB NOT NULL
) STRICT;

INSERT INTO audit_head (id, entries, hash) VALUES (1, 0, zeroblob(32));

-- Derived: can be computed again from the tables above at any time.
CREATE TABLE returned (
    serial TEXT PRIMARY KEY NOT NULL,
    period TEXT NOT NULL,
    held   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE effective (
    serial    TEXT NOT NULL,
    question  TEXT NOT NULL,
    standing  TEXT NOT NULL,
    options   TEXT NOT NULL,
    by_person INTEGER NOT NULL,
    PRIMARY KEY (serial, question)
) STRICT, WITHOUT ROWID;

CREATE INDEX effective_open ON effective (serial) WHERE standing IN ('waiting', 'conflict');

CREATE TABLE tally (
    period   TEXT NOT NULL,
    form     TEXT NOT NULL,
    version  INTEGER NOT NULL,
    unit     TEXT NOT NULL,
    question TEXT NOT NULL,
    cell     TEXT NOT NULL,
    n        INTEGER NOT NULL,
    PRIMARY KEY (period, form, version, unit, question, cell)
) STRICT, WITHOUT ROWID;

-- Guards. REPLACE deletes without a delete trigger firing, so a second row of one key is
-- refused before it can push out the first.

CREATE TRIGGER layouts_no_update BEFORE UPDATE ON layouts
BEGIN SELECT RAISE(ABORT, 'layouts is never changed'); END;
CREATE TRIGGER layouts_no_delete BEFORE DELETE ON layouts
BEGIN SELECT RAISE(ABORT, 'layouts is never deleted from'); END;
CREATE TRIGGER layouts_no_replace BEFORE INSERT ON layouts WHEN EXISTS (SELECT 1 FROM layouts WHERE form = NEW.form AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'layouts is never replaced'); END;

CREATE TRIGGER sheets_no_update BEFORE UPDATE ON sheets
BEGIN SELECT RAISE(ABORT, 'sheets is never changed'); END;
CREATE TRIGGER sheets_no_delete BEFORE DELETE ON sheets
BEGIN SELECT RAISE(ABORT, 'sheets is never deleted from'); END;
CREATE TRIGGER sheets_no_replace BEFORE INSERT ON sheets WHEN EXISTS (SELECT 1 FROM sheets WHERE serial = NEW.serial)
BEGIN SELECT RAISE(ABORT, 'sheets is never replaced'); END;

CREATE TRIGGER scans_no_update BEFORE UPDATE ON scans
BEGIN SELECT RAISE(ABORT, 'scans is never changed'); END;
CREATE TRIGGER scans_no_delete BEFORE DELETE ON scans
BEGIN SELECT RAISE(ABORT, 'scans is never deleted from'); END;
CREATE TRIGGER scans_no_replace BEFORE INSERT ON scans WHEN EXISTS (SELECT 1 FROM scans WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'scans is never replaced'); END;

CREATE TRIGGER readings_no_update BEFORE UPDATE ON readings
BEGIN SELECT RAISE(ABORT, 'readings is never changed'); END;
CREATE TRIGGER readings_no_delete BEFORE DELETE ON readings
BEGIN SELECT RAISE(ABORT, 'readings is never deleted from'); END;
CREATE TRIGGER readings_no_replace BEFORE INSERT ON readings WHEN EXISTS (SELECT 1 FROM readings WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'readings is never replaced'); END;

CREATE TRIGGER answers_no_update BEFORE UPDATE ON answers
BEGIN SELECT RAISE(ABORT, 'answers is never changed'); END;
CREATE TRIGGER answers_no_delete BEFORE DELETE ON answers
BEGIN SELECT RAISE(ABORT, 'answers is never deleted from'); END;
CREATE TRIGGER answers_no_replace BEFORE INSERT ON answers WHEN EXISTS (SELECT 1 FROM answers WHERE reading = NEW.reading AND question = NEW.question)
BEGIN SELECT RAISE(ABORT, 'answers is never replaced'); END;

CREATE TRIGGER fields_no_update BEFORE UPDATE ON fields
BEGIN SELECT RAISE(ABORT, 'fields is never changed'); END;
CREATE TRIGGER fields_no_delete BEFORE DELETE ON fields
BEGIN SELECT RAISE(ABORT, 'fields is never deleted from'); END;
CREATE TRIGGER fields_no_replace BEFORE INSERT ON fields WHEN EXISTS (SELECT 1 FROM fields WHERE reading = NEW.reading AND field = NEW.field)
BEGIN SELECT RAISE(ABORT, 'fields is never replaced'); END;

CREATE TRIGGER box_measures_no_update BEFORE UPDATE ON box_measures
BEGIN SELECT RAISE(ABORT, 'box_measures is never changed'); END;
CREATE TRIGGER box_measures_no_delete BEFORE DELETE ON box_measures
BEGIN SELECT RAISE(ABORT, 'box_measures is never deleted from'); END;
CREATE TRIGGER box_measures_no_replace BEFORE INSERT ON box_measures WHEN EXISTS (SELECT 1 FROM box_measures WHERE reading = NEW.reading)
BEGIN SELECT RAISE(ABORT, 'box_measures is never replaced'); END;

CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never deleted from'); END;
CREATE TRIGGER evidence_no_replace BEFORE INSERT ON evidence WHEN EXISTS (SELECT 1 FROM evidence WHERE reading = NEW.reading AND question = NEW.question)
BEGIN SELECT RAISE(ABORT, 'evidence is never replaced'); END;

CREATE TRIGGER adjudications_no_update BEFORE UPDATE ON adjudications
BEGIN SELECT RAISE(ABORT, 'adjudications is never changed'); END;
CREATE TRIGGER adjudications_no_delete BEFORE DELETE ON adjudications
BEGIN SELECT RAISE(ABORT, 'adjudications is never deleted from'); END;
CREATE TRIGGER adjudications_no_replace BEFORE INSERT ON adjudications WHEN EXISTS (SELECT 1 FROM adjudications WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'adjudications is never replaced'); END;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is never changed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is never deleted from'); END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'audit is never replaced'); END;

CREATE TRIGGER office_no_delete BEFORE DELETE ON office
BEGIN SELECT RAISE(ABORT, 'office is never deleted from'); END;

CREATE TRIGGER settings_no_delete BEFORE DELETE ON settings
BEGIN SELECT RAISE(ABORT, 'settings is never deleted from'); END;

CREATE TRIGGER units_no_delete BEFORE DELETE ON units
BEGIN SELECT RAISE(ABORT, 'units is never deleted from'); END;

CREATE TRIGGER procedures_no_delete BEFORE DELETE ON procedures
BEGIN SELECT RAISE(ABORT, 'procedures is never deleted from'); END;
