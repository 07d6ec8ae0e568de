-- What each batch of pages came to when it ended. When and by whom stands in the audit log too; here it is beside the
-- numbers that it speaks of.
CREATE TABLE batches (
    id       INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    received TEXT NOT NULL,
    engine   TEXT NOT NULL,
    summary  TEXT NOT NULL
) STRICT;

CREATE TRIGGER batches_no_update BEFORE UPDATE ON batches
BEGIN SELECT RAISE(ABORT, 'batches is never changed'); END;
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches
BEGIN SELECT RAISE(ABORT, 'batches is never deleted from'); END;
CREATE TRIGGER batches_no_replace BEFORE INSERT ON batches WHEN EXISTS (SELECT 1 FROM batches WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'batches is never replaced'); END;
