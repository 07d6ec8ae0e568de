-- One picture may have several readings: the first one, of its pixels, and later ones
-- decided again from the measures of that. The newest stands. SQLite cannot take a
-- constraint from a table, so the table is made anew; its rows stay as they were logged.
CREATE TABLE new_readings (
    id           INTEGER PRIMARY KEY,
    scan         INTEGER NOT NULL REFERENCES scans (id),
    serial       TEXT NOT NULL REFERENCES sheets (serial),
    page         INTEGER NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('first', 'rescan', 'conflict', 'redecided')),
    engine       TEXT NOT NULL,
    registration TEXT NOT NULL
) STRICT;

INSERT INTO new_readings (id, scan, serial, page, kind, engine, registration)
SELECT id, scan, serial, page, kind, engine, registration FROM readings;

DROP TABLE readings;

ALTER TABLE new_readings RENAME TO readings;

CREATE INDEX readings_by_serial ON readings (serial);
CREATE UNIQUE INDEX readings_of_pixels ON readings (scan) WHERE kind <> 'redecided';

CREATE TRIGGER readings_no_update BEFORE UPDATE ON readings
BEGIN SELECT RAISE(ABORT, 'readings is never changed'); END;
CREATE TRIGGER readings_no_delete BEFORE DELETE ON readings
BEGIN SELECT RAISE(ABORT, 'readings is never deleted from'); END;
CREATE TRIGGER readings_no_replace BEFORE INSERT ON readings WHEN EXISTS (SELECT 1 FROM readings WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'readings is never replaced'); END;

-- The newest reading of each picture; only these count.
CREATE VIEW standing_readings AS
SELECT * FROM readings r
WHERE NOT EXISTS (SELECT 1 FROM readings n WHERE n.serial = r.serial AND n.scan = r.scan AND n.id > r.id);
