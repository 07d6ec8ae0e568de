//! Answers that wait for a person, and all that is known about one answer.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::adjudication::Adjudication;
use crate::period::Date;
use crate::reading::{Answer, AnswerState, ReviewReason};
use crate::serial::{Serial, SerialError};

/// The name of one answer: a sheet and a question, written `26Q4-000123-7XK/q3_2`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AnswerId {
    /// The sheet.
    pub serial: Serial,
    /// Question id.
    pub question: String,
}

/// A string that is not the name of an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerIdError {
    /// There is no `/question` after the serial.
    #[error("not of the form 26Q4-000123-7XK/q3_2")]
    Form,
    /// The part before the `/` is not a serial.
    #[error("the serial is wrong: {0}")]
    Serial(SerialError),
}

impl FromStr for AnswerId {
    type Err = AnswerIdError;

    fn from_str(text: &str) -> Result<Self, AnswerIdError> {
        let (serial, question) = text.trim().split_once('/').ok_or(AnswerIdError::Form)?;
        if question.is_empty() || question.contains(char::is_whitespace) {
            return Err(AnswerIdError::Form);
        }
        let serial = serial.parse().map_err(AnswerIdError::Serial)?;
        Ok(Self { serial, question: question.to_owned() })
    }
}

impl fmt::Display for AnswerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.serial, self.question)
    }
}

impl TryFrom<String> for AnswerId {
    type Error = AnswerIdError;

    fn try_from(text: String) -> Result<Self, AnswerIdError> {
        text.parse()
    }
}

impl From<AnswerId> for String {
    fn from(id: AnswerId) -> Self {
        id.to_string()
    }
}

/// Why an answer is in the queue of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    /// The machine does not take responsibility for it.
    NeedsReview,
    /// Two scans of the sheet give different accepted answers.
    Conflict,
    /// The sheet came back, but the page with this question did not.
    PageMissing,
    /// Accepted, but below the confidence that was asked for.
    BelowThreshold,
}

/// One answer that a person should look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubtful {
    /// Sheet and question.
    pub id: AnswerId,
    /// Form of the sheet, to find the question's wording.
    pub form: String,
    /// Version of the form.
    pub version: u16,
    /// Unit whose procedure the sheet asks about.
    pub unit: String,
    /// Why it is here.
    pub doubt: Doubt,
    /// The machine's state in the first reading (`unclear` when the page is missing).
    pub state: AnswerState,
    /// The machine's options in the first reading.
    pub options: Vec<String>,
    /// Smallest confidence of any reading, 0–1; 0 when the page is missing.
    pub confidence: f64,
    /// The reader's reasons.
    pub reasons: Vec<ReviewReason>,
    /// Where the first picture came from; empty when the page is missing.
    pub source: String,
    /// Page of that file, from 0.
    pub page_index: u32,
}

/// Everything that is known about one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerDetail {
    /// Sheet and question.
    pub id: AnswerId,
    /// Form of the sheet.
    pub form: String,
    /// Version of the form.
    pub version: u16,
    /// Unit whose procedure the sheet asks about.
    pub unit: String,
    /// What counts now; `None` while the answer waits for a person.
    pub counts: Option<(AnswerState, Vec<String>)>,
    /// The machine's value in every reading: pictures in the order of arrival, the
    /// readings of one picture from the oldest to the one that stands.
    pub readings: Vec<MachineAnswer>,
    /// Every decision of a person, oldest first; the last one stands.
    pub decisions: Vec<PersonAnswer>,
}

/// What the machine read in one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineAnswer {
    /// Where the picture came from.
    pub source: String,
    /// Page of that file, from 0.
    pub page_index: u32,
    /// The day it was received.
    pub received: Date,
    /// The engine that read it, or decided it again.
    pub engine: String,
    /// Whether the same picture was decided again later, so that this answer no longer
    /// counts.
    pub superseded: bool,
    /// The answer.
    pub answer: Answer,
    /// The boxes of the question, in the order of the paper.
    pub boxes: Vec<BoxMark>,
    /// A PNG file's bytes, where the reading kept a picture of the question.
    pub evidence: Option<Vec<u8>>,
}

/// What the machine took a box for. Whatever else is stored of the box, by whatever engine, is
/// passed over.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BoxMark {
    /// Question id.
    pub question: String,
    /// Option id.
    pub option: String,
    /// Probability that the box is marked (and stands), 0–1.
    pub marked: f64,
}

/// What a person decided, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonAnswer {
    /// The decision.
    pub adjudication: Adjudication,
    /// When it was recorded.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::Period;

    #[test]
    fn an_answer_id_is_read_as_it_is_written() {
        let serial = Serial::new(Period::new(2026, 4).unwrap(), 123, 100).unwrap();
        let id = AnswerId { serial, question: "q3_2".into() };
        assert_eq!(id.to_string().parse::<AnswerId>().unwrap(), id);
        assert_eq!(id.to_string().to_lowercase().parse::<AnswerId>().unwrap(), id);
        for wrong in ["", "q3_2", "26Q4-000123-7XK", "26Q4-000123-000/q3_2", &format!("{}/", id.serial)] {
            assert!(wrong.parse::<AnswerId>().is_err(), "{wrong}");
        }
    }
}
