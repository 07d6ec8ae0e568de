//! The database file: made, opened, read from and written to.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use phieu_model::layout::Layout;
use phieu_model::office::Office;

use crate::db::{Connection, OpenFlags, TransactionBehavior};
use crate::error::{DatabaseFault, Error};
use crate::words::Stamp;
use crate::write::{Action, Writer};
use crate::{Result, office, schema};

/// How long a write waits for another program's: longer than any batch of ours
/// takes, short enough that a person still waits for it.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// The database of one office.
///
/// Calls that write take a [`Stamp`] and are entire or not at all, also when the
/// program or the machine stops in the middle.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    pub(crate) conn: Connection,
    pub(crate) layouts: LayoutCache,
}

/// Layouts already read from the database. They never change, so neither does this.
#[derive(Debug, Default)]
pub(crate) struct LayoutCache(pub(crate) RefCell<HashMap<(String, u16), Arc<Layout>>>);

impl Store {
    /// Makes the database of a new office at `path`; refuses a file that exists.
    /// Leaves no file behind when it fails.
    pub fn create(path: &Path, office: &Office, stamp: Stamp) -> Result<Self> {
        // Made here and not by SQLite, so that two programs cannot both make it.
        OpenOptions::new().write(true).create_new(true).open(path).map_err(|e| match e.kind() {
            ErrorKind::AlreadyExists => Error::AlreadyExists { path: path.to_owned() },
            _ => Error::Database { path: path.to_owned(), fault: DatabaseFault::CannotOpen(e.to_string()) },
        })?;
        let made = Self::make(path, office, stamp).map_err(|e| e.at(path));
        if made.is_err() {
            // The file is ours and holds nothing yet; a failure to remove it changes
            // nothing about the failure that is reported.
            let _ = std::fs::remove_file(path);
        }
        made
    }

    fn make(path: &Path, office: &Office, stamp: Stamp) -> Result<Self> {
        let mut store = Self::connect(path)?;
        store.conn.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
        store.set_modes()?;
        store.migrate()?;
        store.write(stamp, |w, _| {
            office::insert(w, office)?;
            w.seal(Action::Create)
        })?;
        Ok(store)
    }

    /// Opens the database at `path`, bringing an older one to the present schema.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.is_file() {
            return Err(Error::NotFound { path: path.to_owned() });
        }
        Self::open_file(path).map_err(|e| e.at(path))
    }

    fn open_file(path: &Path) -> Result<Self> {
        let not_phieu = || Error::NotPhieu { path: path.to_owned() };
        let mut store = Self::connect(path)?;
        // Before anything is written: this may be somebody else's file.
        let id = store.conn.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0));
        match id.map_err(Error::from) {
            Ok(schema::APPLICATION_ID) => {}
            Ok(_) | Err(Error::Database { fault: DatabaseFault::Corrupt(_), .. }) => return Err(not_phieu()),
            Err(other) => return Err(other),
        }
        let found = version(&store.conn)?;
        if found > schema::SCHEMA {
            return Err(Error::NewerDatabase { path: path.to_owned(), found, known: schema::SCHEMA });
        }
        store.set_modes()?;
        if found < schema::SCHEMA {
            store.migrate()?;
        }
        Ok(store)
    }

    fn connect(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(BUSY_WAIT)?;
        conn.set_prepared_statement_cache_capacity(128);
        Ok(Self { path: path.to_owned(), conn, layouts: LayoutCache::default() })
    }

    fn set_modes(&self) -> Result<()> {
        // On a share where WAL is not possible SQLite keeps its rollback journal,
        // which is slower and as safe.
        self.conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        self.conn.pragma_update(None, "synchronous", "FULL")?;
        self.conn.pragma_update(None, "foreign_keys", true)?;
        self.conn.pragma_update(None, "recursive_triggers", true)?;
        Ok(())
    }

    fn migrate(&mut self) -> Result<()> {
        self.conn.pragma_update(None, "foreign_keys", false)?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read again under the lock: another program may just have done it.
        schema::migrate(&tx, version(&tx)?)?;
        if tx.prepare("PRAGMA foreign_key_check")?.exists([])? {
            return Err(Error::corrupt("a row names another one that is not there"));
        }
        tx.commit()?;
        Ok(self.conn.pragma_update(None, "foreign_keys", true)?)
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `f` in one transaction that is kept only if all of it succeeds. Every
    /// write of the store goes through here.
    pub(crate) fn write<T>(
        &mut self,
        stamp: Stamp,
        f: impl FnOnce(&mut Writer, &LayoutCache) -> Result<T>,
    ) -> Result<T> {
        let Self { path, conn, layouts } = self;
        let run = || {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut writer = Writer::begin(&tx, stamp)?;
            let value = f(&mut writer, layouts)?;
            writer.finish()?;
            tx.commit()?;
            Ok(value)
        };
        run().map_err(|e: Error| e.at(path))
    }

    /// Runs `f` on one unchanging view of the database.
    pub(crate) fn read<T>(&self, f: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let run = || {
            let tx = self.conn.unchecked_transaction()?;
            let value = f(&tx)?;
            tx.finish()?;
            Ok(value)
        };
        run().map_err(|e: Error| e.at(&self.path))
    }
}

fn version(conn: &Connection) -> Result<u32> {
    Ok(conn.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
