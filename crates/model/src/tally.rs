//! Counts by question, as the report needs them.

use std::collections::BTreeMap;

use crate::layout::Layout;
use crate::office::{Office, Unit};
use crate::period::Period;

/// All that a quarterly report is made of.
#[derive(Debug, Clone)]
pub struct PeriodTally {
    /// The quarter.
    pub period: Period,
    /// The office.
    pub office: Office,
    /// One entry for each form version with returned sheets, in order.
    pub forms: Vec<FormTally>,
    /// Sheets printed in the period, by unit.
    pub printed: BTreeMap<String, u64>,
    /// Sheets with a decided or undecided reading returned in the period, by unit.
    pub returned: BTreeMap<String, u64>,
    /// Returned sheets left out of all counts until a person settles a conflict
    /// between two scans of one sheet, by unit.
    pub conflicts: BTreeMap<String, u64>,
    /// Answers (a sheet's question each) that still wait for a person.
    pub waiting: u64,
    /// Answers that a person decided.
    pub adjudicated: u64,
    /// Pages refused in scans received in the period, by code.
    pub refused: BTreeMap<String, u64>,
}

/// The counts of one form version.
#[derive(Debug, Clone)]
pub struct FormTally {
    /// The layout, with questions and labels.
    pub layout: Layout,
    /// Counts by unit id.
    pub units: BTreeMap<String, UnitTally>,
}

/// The counts of one unit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UnitTally {
    /// Sheets counted.
    pub sheets: u64,
    /// Counts by question id.
    pub questions: BTreeMap<String, QuestionTally>,
}

/// The counts of one question. For every sheet exactly one of `answered`, `blank`,
/// `multiple`, `unclear`, `waiting` goes up by one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QuestionTally {
    /// Sheets with a valid answer: the base of every percentage.
    pub answered: u64,
    /// Sheets on which nothing was marked.
    pub blank: u64,
    /// Sheets with several standing marks where one is allowed.
    pub multiple: u64,
    /// Sheets that a person could not decide either.
    pub unclear: u64,
    /// Sheets whose answer still waits for a person.
    pub waiting: u64,
    /// Valid answers by option id.
    pub options: BTreeMap<String, u64>,
}

impl UnitTally {
    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        self.sheets += other.sheets;
        for (id, question) in &other.questions {
            self.questions.entry(id.clone()).or_default().add(question);
        }
    }
}

impl QuestionTally {
    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        self.answered += other.answered;
        self.blank += other.blank;
        self.multiple += other.multiple;
        self.unclear += other.unclear;
        self.waiting += other.waiting;
        for (id, n) in &other.options {
            *self.options.entry(id.clone()).or_default() += n;
        }
    }
}

impl FormTally {
    /// The sum over all units.
    pub fn total(&self) -> UnitTally {
        let mut total = UnitTally::default();
        self.units.values().for_each(|unit| total.add(unit));
        total
    }
}

impl PeriodTally {
    /// The unit with this id.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.office.units.iter().find(|u| u.id == id)
    }
}
