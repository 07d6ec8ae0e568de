//! Answers decided again from stored measures, by a newer engine or another policy.

use crate::doubtful::AnswerId;
use crate::reading::{Answer, AnswerState};

/// One answer of one picture that comes out otherwise than it was stored: another
/// state, other options, or a person must look now and had not to, or the other way
/// round. Confidence and reasons alone are no change.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerChange {
    /// Sheet and question.
    pub id: AnswerId,
    /// Where the picture came from.
    pub source: String,
    /// Page of that file, from 0.
    pub page_index: u32,
    /// The machine's answer that stands so far.
    pub before: Answer,
    /// What is decided now.
    pub after: Answer,
    /// What that does to what counts.
    pub effect: Effect,
}

/// What new readings do to what counts of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: another scan of the sheet decides.
    Nothing,
    /// Another value counts.
    OtherValue,
    /// A value counted; now the answer waits for a person.
    ToPerson,
    /// The answer waited for a person; now a value counts.
    FromPerson,
    /// The answer waits for a person as before; only the machine's proposal is another.
    OtherProposal,
    /// Nothing: a person decided this, and that stands.
    Decided(AnswerState, Vec<String>),
}

/// The answers of the sheets looked at; each is in exactly one of the numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// What counts is the same, or the answer waits for a person as before.
    pub same: u64,
    /// Another value counts.
    pub other_value: u64,
    /// Newly wait for a person.
    pub to_person: u64,
    /// No longer wait for a person.
    pub from_person: u64,
    /// Wait for a person as before, with another proposal of the machine.
    pub other_proposal: u64,
    /// Decided by people, who have the last word.
    pub by_person: u64,
}

impl ChangeCounts {
    /// All answers looked at.
    pub fn all(&self) -> u64 {
        let Self { same, other_value, to_person, from_person, other_proposal, by_person } = self;
        same + other_value + to_person + from_person + other_proposal + by_person
    }
}

impl std::ops::AddAssign for ChangeCounts {
    fn add_assign(&mut self, more: Self) {
        self.same += more.same;
        self.other_value += more.other_value;
        self.to_person += more.to_person;
        self.from_person += more.from_person;
        self.other_proposal += more.other_proposal;
        self.by_person += more.by_person;
    }
}
