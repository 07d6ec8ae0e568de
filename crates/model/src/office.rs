//! The office: its units and procedures.

use serde::{Deserialize, Serialize};

use crate::period::Date;

/// A unit of the office. Names change, so a unit has a span of validity and a
/// successor; a printed sheet keeps the name of its day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Short ASCII id, e.g. `qltm`.
    pub id: String,
    /// Full name.
    pub name: String,
    /// First day on which it exists under this name, if known.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// Last day, if it has ended.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// The unit that takes its place.
    #[serde(default)]
    pub successor: Option<String>,
}

/// An administrative procedure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Procedure {
    /// Code, e.g. `2.000648`.
    pub code: String,
    /// Name as printed on the sheet.
    pub name: String,
    /// Id of the unit that handles it.
    pub unit: String,
}

/// The office as it signs its reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Office {
    /// The superior body, first line of the letterhead.
    pub parent: String,
    /// The office, second line.
    pub name: String,
    /// Its units.
    pub units: Vec<Unit>,
    /// Its procedures.
    pub procedures: Vec<Procedure>,
}
