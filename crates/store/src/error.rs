//! What can go wrong in the store, and the one sentence for each case.

use std::path::{Path, PathBuf};

use phieu_model::adjudication::AnswerFault;
use phieu_model::doubtful::AnswerId;
use phieu_model::layout::Fingerprint;
use phieu_model::period::{Date, Period};
use phieu_model::serial::Serial;

/// A fault of the store. Whatever it is, nothing that was stored before is lost
/// and nothing of the refused call is kept.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A new database was asked for where a file stands.
    #[error("{path:?} exists")]
    AlreadyExists {
        /// The file.
        path: PathBuf,
    },
    /// There is no database.
    #[error("{path:?} does not exist")]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a database of phieu.
    #[error("{path:?} is not a database of phieu")]
    NotPhieu {
        /// The file.
        path: PathBuf,
    },
    /// The database was written by a newer program.
    #[error("{path:?} has schema {found}, this program knows {known}")]
    NewerDatabase {
        /// The file.
        path: PathBuf,
        /// Schema number found.
        found: u32,
        /// Newest schema number that this program knows.
        known: u32,
    },
    /// The machine or the file failed.
    #[error("{path:?}: {fault}")]
    Database {
        /// The database file.
        path: PathBuf,
        /// What failed.
        fault: DatabaseFault,
    },
    /// No such unit.
    #[error("no unit {unit:?}")]
    UnknownUnit {
        /// The id given.
        unit: String,
        /// The ids of the office.
        known: Vec<String>,
    },
    /// No such procedure.
    #[error("no procedure {code:?}")]
    UnknownProcedure {
        /// The code given.
        code: String,
    },
    /// No such sheet was ever printed here.
    #[error("no sheet {serial}")]
    UnknownSerial {
        /// The serial.
        serial: Serial,
    },
    /// No such form or version was ever printed here.
    #[error("no form {form} version {version}")]
    UnknownForm {
        /// Form id.
        form: String,
        /// Version.
        version: u16,
    },
    /// The sheet's form has no such question.
    #[error("no question {0}")]
    UnknownQuestion(AnswerId),
    /// The sheet was printed, but none of its pages was read yet.
    #[error("sheet {serial} was not read yet")]
    NotRead {
        /// The serial.
        serial: Serial,
    },
    /// A printed version never changes: this layout differs from the one that was
    /// printed under the same form and version.
    #[error("form {form} version {version} was printed with layout {stored}, not {given}")]
    LayoutChanged {
        /// Form id.
        form: String,
        /// Version.
        version: u16,
        /// The fingerprint of the printed layout.
        stored: Fingerprint,
        /// The fingerprint of the layout given.
        given: Fingerprint,
    },
    /// The page names another form, version or page than the ledger has for its sheet.
    #[error("sheet {serial} was printed as {printed}, the page says {read}")]
    OtherForm {
        /// The serial.
        serial: Serial,
        /// Form and version in the ledger.
        printed: String,
        /// Form, version and page on the picture.
        read: String,
    },
    /// A page says to be received before its sheet was printed.
    #[error("sheet {serial} was printed on {printed_on}, it cannot have come back on {received}")]
    BeforePrinting {
        /// The serial.
        serial: Serial,
        /// The day of printing.
        printed_on: Date,
        /// The day of return that was given.
        received: Date,
    },
    /// A quarter has no running numbers left.
    #[error("no running numbers left in {period}: {asked} asked, {left} left")]
    NoNumbersLeft {
        /// The quarter.
        period: Period,
        /// Sheets asked for.
        asked: u32,
        /// Numbers left.
        left: u32,
    },
    /// An id stands twice in the office's list.
    #[error("{id:?} stands twice among the {what}")]
    Duplicate {
        /// `units` or `procedures`.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// State and options are not a possible answer to the question.
    #[error("{id}: {fault}")]
    NotAnAnswer {
        /// Sheet and question.
        id: AnswerId,
        /// Why not.
        fault: AnswerFault,
    },
    /// A decision without a name or a reason.
    #[error("{id}: a decision needs a name and a reason")]
    Unsigned {
        /// Sheet and question.
        id: AnswerId,
    },
}

/// What failed below the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseFault {
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// Another program writes to it for longer than the waiting time.
    #[error("another program is writing to it")]
    Busy,
    /// The file or its folder cannot be written.
    #[error("it cannot be written")]
    ReadOnly,
    /// The file cannot be opened.
    #[error("it cannot be opened: {0}")]
    CannotOpen(String),
    /// The file is damaged.
    #[error("it is damaged: {0}")]
    Corrupt(String),
    /// The machine could not read or write.
    #[error("input or output failed: {0}")]
    Io(String),
    /// A fault of this program.
    #[error("fault of this program: {0}")]
    Bug(String),
}

/// Characters of a damaged row that a sentence repeats: two lines of a terminal.
const LONGEST_FIND: usize = 160;

impl Error {
    /// This fault, with the database file named in it.
    pub(crate) fn at(self, at: &Path) -> Self {
        match self {
            Self::Database { fault, .. } => Self::Database { path: at.to_owned(), fault },
            other => other,
        }
    }

    pub(crate) fn bug(what: impl Into<String>) -> Self {
        Self::Database { path: PathBuf::new(), fault: DatabaseFault::Bug(what.into()) }
    }

    /// What is found in a damaged file may be of any length; the sentence repeats
    /// the start of it.
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        let mut what = what.into();
        if let Some((end, _)) = what.char_indices().nth(LONGEST_FIND) {
            what.truncate(end);
            what.push('…');
        }
        Self::Database { path: PathBuf::new(), fault: DatabaseFault::Corrupt(what) }
    }
}
