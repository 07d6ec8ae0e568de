//! The words of the store.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use phieu_model::adjudication::Adjudication;
use phieu_model::doubtful::{AnswerDetail, AnswerId, Doubtful};
use phieu_model::lang::Lang;
use phieu_model::layout::Layout;
use phieu_model::office::{Office, Unit};
use phieu_model::period::{Date, Period};
use phieu_model::reading::PageOutcome;
use phieu_model::rejection::RejectCode;
use phieu_model::serial::Serial;
use phieu_model::tally::PeriodTally;

use crate::{DatabaseFault, Error, Result};

/// When and by whom a write is made; both go into the audit log.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// The time, given by the caller: the store reads no clock.
    pub at: Timestamp,
    /// Who: the name of the account or of the person at the keyboard.
    pub actor: &'a str,
}

/// Sheets to be printed.
#[derive(Debug, Clone, Copy)]
pub struct PrintOrder<'a> {
    /// The placed form; registered with the first sheets printed from it.
    pub layout: &'a Layout,
    /// Unit id.
    pub unit: &'a str,
    /// Procedure code; must belong to the unit.
    pub procedure: &'a str,
    /// The counter (quầy) that hands them out, where known.
    pub counter: Option<&'a str>,
    /// Day of printing; its quarter is in the serials.
    pub printed_on: Date,
    /// One random number for each sheet (only its value modulo 529 matters).
    pub salts: &'a [u16],
}

/// A sheet in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRecord {
    /// The serial.
    pub serial: Serial,
    /// Form id.
    pub form: String,
    /// Form version.
    pub version: u16,
    /// Unit id.
    pub unit: String,
    /// The unit's name as printed.
    pub unit_name: String,
    /// Procedure code.
    pub procedure: String,
    /// The procedure's name as printed.
    pub procedure_name: String,
    /// The counter, where known.
    pub counter: Option<String>,
    /// Day of printing.
    pub printed_on: Date,
    /// Number of the print order, from 1.
    pub batch: u32,
}

/// How a page came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// Scanned.
    #[default]
    Scan,
    /// Typed in from the paper.
    Keyed,
}

/// A page with its outcome, to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct ScannedPage<'a> {
    /// The path as given, joined with the rest of the way to the file.
    pub source: &'a str,
    /// Hash of the file's bytes; `None` when it could not be opened.
    pub file_hash: Option<[u8; 32]>,
    /// Page of the file, from 0.
    pub page_index: u32,
    /// The day on which the sheet came back.
    pub received: Date,
    /// How it came in.
    pub channel: Channel,
    /// What was read.
    pub outcome: &'a PageOutcome,
}

/// What the store made of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// The first reading of this page of the sheet.
    New,
    /// The same picture was read before: nothing was written.
    SameImage,
    /// Another scan of a page already read, kept and not counted again.
    Rescan,
    /// Another scan of a page already read that gives a different accepted answer:
    /// kept; the sheet is left out of the counts until a person has settled it.
    Conflict,
    /// Refused, and noted.
    Refused,
    /// Refused, and nothing was written: the same picture was refused for the same
    /// reason (or even read) before.
    RefusedBefore,
}

/// Counts of one batch; every page is in exactly one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageCounts {
    /// Pages read for the first time.
    pub new: u64,
    /// Pictures that were stored before.
    pub same_image: u64,
    /// Other scans of pages already read.
    pub rescans: u64,
    /// Other scans that disagree.
    pub conflicts: u64,
    /// Pages refused, by code.
    pub refused: BTreeMap<RejectCode, u64>,
}

/// Which answers [`Store::doubtful`] lists; by default all that wait for a person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DoubtfulFilter {
    /// Also accepted answers that no person has decided yet, with a confidence below this.
    pub below: Option<f64>,
    /// Only sheets returned in this quarter.
    pub period: Option<Period>,
    /// Only sheets of this unit.
    pub unit: Option<String>,
}

/// What [`Store::verify_audit`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerdict {
    /// The chain and every row agree.
    Agrees {
        /// Entries in the log.
        entries: u64,
        /// Rows compared with their entries.
        rows: u64,
        /// The newest chain hash. Written down on paper, it later proves that
        /// nothing before it was cut off or rewritten.
        head: [u8; 32],
    },
    /// The first thing that does not agree.
    Differs(Discrepancy),
}

/// A row that does not agree with the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// Table.
    pub table: String,
    /// Key of the row (several key columns are joined with `/`).
    pub key: String,
    /// What is wrong with it.
    pub what: Mismatch,
}

/// What does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// The row is not the one that was written.
    Changed,
    /// The row that was written is gone.
    Missing,
    /// The row was never written by this program.
    Extra,
    /// The log entry does not follow from the one before it.
    Chain,
    /// The log is shorter or longer than its head says.
    Head,
    /// A derived value is not what the readings and decisions give.
    Derived,
    /// A table, an index or a guard against changes is missing, added or altered.
    Schema,
    /// The file's structure is damaged.
    Structure,
}

/// The database of one office.
pub struct Store {
    _private: (),
}

fn missing<T>() -> Result<T> {
    Err(Error::Database { path: Default::default(), fault: DatabaseFault::Bug("not built yet".into()) })
}

impl PageCounts {
    /// Counts one page.
    pub fn count(&mut self, _outcome: &PageOutcome, _recorded: Recorded) {}

    /// All pages that came in.
    pub fn pages_in(&self) -> u64 {
        self.new + self.same_image + self.rescans + self.conflicts + self.refused.values().sum::<u64>()
    }
}

impl Discrepancy {
    /// The sentence for the operator.
    pub fn sentence(&self, _lang: Lang) -> String {
        String::new()
    }
}

impl Store {
    /// Makes the database of a new office at `path`; refuses a file that exists.
    pub fn create(_path: &Path, _office: &Office, _stamp: Stamp) -> Result<Self> {
        missing()
    }

    /// Opens the database at `path`, bringing an older one to the present schema.
    pub fn open(_path: &Path) -> Result<Self> {
        missing()
    }

    /// The office with its units and procedures, in the order given.
    pub fn office(&self) -> Result<Office> {
        missing()
    }

    /// Adds a unit or changes its name, days or successor.
    pub fn save_unit(&mut self, _unit: &Unit, _stamp: Stamp) -> Result<()> {
        missing()
    }

    /// The value of a setting.
    pub fn setting(&self, _key: &str) -> Result<Option<String>> {
        missing()
    }

    /// Sets a setting.
    pub fn set_setting(&mut self, _key: &str, _value: &str, _stamp: Stamp) -> Result<()> {
        missing()
    }

    /// Every layout that was ever printed.
    pub fn layouts(&self) -> Result<Vec<Layout>> {
        missing()
    }

    /// Enters new sheets into the ledger: one for each salt, with running numbers
    /// that were never used before. Print them only after this returned.
    pub fn register_sheets(&mut self, _order: &PrintOrder, _stamp: Stamp) -> Result<Vec<Serial>> {
        missing()
    }

    /// The sheet with this serial; `None` when it was never printed here (the page is
    /// then refused as `unknown_serial`).
    pub fn sheet(&self, _serial: &Serial) -> Result<Option<SheetRecord>> {
        missing()
    }

    /// [`Error::BeforePrinting`] when the sheet cannot have come back on `received`,
    /// [`Error::UnknownSerial`] when it was never printed.
    pub fn check_received(&self, _serial: &Serial, _received: Date) -> Result<()> {
        missing()
    }

    /// Records one page; see [`Store::record_scans`].
    pub fn record_scan(&mut self, _page: &ScannedPage, _stamp: Stamp) -> Result<Recorded> {
        missing()
    }

    /// Records pages in one transaction: all or, on an error, none.
    pub fn record_scans(&mut self, _pages: &[ScannedPage], _stamp: Stamp) -> Result<Vec<Recorded>> {
        missing()
    }

    /// Appends a person's decision; the newest one counts.
    pub fn adjudicate(&mut self, _decision: &Adjudication, _stamp: Stamp) -> Result<()> {
        missing()
    }

    /// The answers that a person should look at, least sure first.
    pub fn doubtful(&self, _filter: &DoubtfulFilter) -> Result<Vec<Doubtful>> {
        missing()
    }

    /// Everything that is known about one answer.
    pub fn answer_detail(&self, _id: &AnswerId) -> Result<AnswerDetail> {
        missing()
    }

    /// All that the quarter's report is made of, from the kept tallies.
    pub fn tally(&self, _period: Period) -> Result<PeriodTally> {
        missing()
    }

    /// Recomputes the audit chain and compares every row with it.
    pub fn verify_audit(&self) -> Result<AuditVerdict> {
        missing()
    }
}
