//! What a batch of pages came to: every page in exactly one number.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::period::{Date, Period};
use crate::reading::PageOutcome;
use crate::rejection::RejectCode;
use crate::scanner::ScannerHealth;
use crate::serial::Serial;

/// What the account made of a page.
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

/// The pages of a batch; each is in exactly one of the numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCounts {
    /// Pages read for the first time.
    pub new: u64,
    /// Pictures that were stored before.
    pub same_image: u64,
    /// Other scans of pages already read.
    pub rescans: u64,
    /// Other scans that disagree.
    pub conflicts: u64,
    /// Readable pages that are not stored, since they would have come back before they
    /// were printed.
    pub before_printing: u64,
    /// Pages refused, by code.
    pub refused: BTreeMap<RejectCode, u64>,
}

impl PageCounts {
    /// Counts one page of the batch.
    pub fn count(&mut self, outcome: &PageOutcome, recorded: Recorded) {
        match (outcome, recorded) {
            (PageOutcome::Rejected(r), _) => *self.refused.entry(r.code).or_default() += 1,
            (PageOutcome::Read(_), Recorded::SameImage) => self.same_image += 1,
            (PageOutcome::Read(_), Recorded::Rescan) => self.rescans += 1,
            (PageOutcome::Read(_), Recorded::Conflict) => self.conflicts += 1,
            (PageOutcome::Read(_), Recorded::New | Recorded::Refused | Recorded::RefusedBefore) => {
                self.new += 1;
            }
        }
    }

    /// Pages whose picture could be read.
    pub fn read(&self) -> u64 {
        self.new + self.same_image + self.rescans + self.conflicts + self.before_printing
    }

    /// Pages refused.
    pub fn refused(&self) -> u64 {
        self.refused.values().sum()
    }

    /// All pages that came in: those read and those refused.
    pub fn pages_in(&self) -> u64 {
        self.read() + self.refused()
    }

    /// Pages that the batch added to the account as readings.
    pub fn stored(&self) -> u64 {
        self.new + self.rescans + self.conflicts
    }

    /// Pages of files that could not be opened or decoded.
    pub fn file_faults(&self) -> u64 {
        self.refused.iter().filter(|(code, _)| RejectCode::is_file_fault(**code)).map(|(_, n)| n).sum()
    }
}

/// A sheet of several pages of which some have not come in yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncompleteSheet {
    /// The sheet.
    pub serial: Serial,
    /// Its pages that no picture shows, from 1.
    pub missing: Vec<u8>,
}

/// The sheets printed in a quarter and how many of them have not come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outstanding {
    /// The quarter of printing.
    pub printed_in: Period,
    /// Sheets printed in it.
    pub printed: u64,
    /// Those of which no page was read.
    pub not_seen: u64,
    /// The first few of these, in the order of their numbers.
    pub first: Vec<Serial>,
}

/// The sheets of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetsOfBatch {
    /// Sheets in the batch all of whose pages have come in, in this batch or before.
    pub complete: u64,
    /// The others, in the order of their serials.
    pub incomplete: Vec<IncompleteSheet>,
    /// Their answers that wait for a person, also those that were read before.
    pub waiting: u64,
    /// What is out, for each quarter in which a sheet of the batch was printed.
    pub outstanding: Vec<Outstanding>,
}

/// What a batch came to, as it is told at its end and kept in the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BatchSummary {
    /// Files given.
    pub files: u64,
    /// Its pages.
    pub pages: PageCounts,
    /// Accepted answers on new pages.
    pub accepted: u64,
    /// Answers on new pages that wait for a person.
    pub to_review: u64,
    /// Its sheets.
    pub sheets: SheetsOfBatch,
    /// What its pages say about the scanner.
    pub scanner: ScannerHealth,
}

/// A batch as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptBatch {
    /// Its number, from 1.
    pub id: u32,
    /// When it ended.
    pub at: Timestamp,
    /// Whose account it was read under.
    pub actor: String,
    /// The day of return that it was read for.
    pub received: Date,
    /// What read it.
    pub engine: String,
    /// What it came to.
    pub summary: BatchSummary,
}
