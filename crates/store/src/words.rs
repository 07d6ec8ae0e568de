//! The words of the store.

use jiff::Timestamp;
use phieu_model::layout::Layout;
use phieu_model::period::{Date, Period};
use phieu_model::reading::PageOutcome;
use phieu_model::serial::Serial;

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

/// Which answers [`crate::Store::doubtful`] lists; by default all that wait for a person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DoubtfulFilter {
    /// Also accepted answers that no person has decided yet, with a confidence below this.
    pub below: Option<f64>,
    /// Only sheets returned in this quarter.
    pub period: Option<Period>,
    /// Only sheets of this unit.
    pub unit: Option<String>,
}

impl Channel {
    /// The word in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Keyed => "keyed",
        }
    }
}
