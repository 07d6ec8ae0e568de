//! The SQLite ledger: sheets, readings, adjudications, audit chain, effective answers.
//!
//! Every write goes through one function that also appends to the hash-chained
//! audit log. Readings, decisions and log entries are never changed. What counts
//! (effective answers and tallies) is kept beside them in the same transaction and
//! can be computed again from them at any time.
//!
//! The store reads no clock and draws no random numbers: days, times and salts come
//! from the caller.

mod db;
mod error;
mod words;

mod schema;
mod write;

mod store;

mod office;
mod sheets;

mod scans;
mod standing;

mod batches;

mod decisions;
mod redecide;
mod tally;

mod audit;
mod log;

mod sentence;

#[cfg(test)]
mod tests;

pub use audit::{AuditVerdict, Discrepancy, Mismatch};
pub use error::{DatabaseFault, Error};
pub use jiff::Timestamp;
pub use log::AuditEntry;
pub use redecide::{Decide, Measured, NewReading, SheetRedecision};
pub use store::Store;
pub use words::{Channel, DoubtfulFilter, PrintOrder, ScannedPage, SheetRecord, Stamp};

/// What the store's functions return.
pub type Result<T> = std::result::Result<T, Error>;
