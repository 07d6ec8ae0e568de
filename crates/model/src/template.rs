//! A checked template: what is asked, never where it stands.

use serde::{Deserialize, Serialize};

/// Everything a form asks, in the order of the paper. Made by the `form` crate,
/// which has checked it: ids are unique, every question has options, and so on.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The folder name below `form-templates/`: lower-case ASCII, digits, hyphens.
    pub form: String,
    /// Four capital letters that stand for the form in the code on the sheet.
    pub code: String,
    /// The version, from 1; the file is `v<version>.toml`.
    pub version: u16,
    /// The headline.
    pub title: String,
    /// The paragraphs under the headline.
    pub intro: Vec<String>,
    /// The correction rule, printed in one line under the instructions.
    pub correction_rule: String,
    /// What is asked, in the order of the paper.
    pub items: Vec<Item>,
    /// The closing line.
    pub closing: String,
}

/// One thing on the paper.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A heading or an instruction over the questions that follow.
    Heading(String),
    /// A line that is printed for each sheet (`q1`, `q2`).
    Preprint {
        /// The field id.
        id: String,
        /// The printed label, e.g. `1. Thủ tục ông (bà) đề nghị giải quyết:`.
        label: String,
        /// What is printed after it.
        content: PreprintContent,
    },
    /// A question of its own with its options below it.
    Choice {
        /// The question.
        question: Question,
        /// How the options stand.
        arrangement: Arrangement,
    },
    /// Questions that share a table with a heading row.
    Table {
        /// The heading over the questions (`Nội dung`).
        question_heading: String,
        /// The heading over the answers.
        answer_heading: String,
        /// The rows; every row has the same number of options.
        rows: Vec<Question>,
    },
    /// Lines to write on.
    Writing {
        /// The printed label over (or before) the lines.
        label: String,
        /// The parts, laid out in lines; see [`WritingPart::same_line`].
        parts: Vec<WritingPart>,
    },
}

/// What the printer puts after a preprinted label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreprintContent {
    /// The procedure's name and code.
    Procedure,
    /// The unit's name.
    Unit,
}

/// How the options of a question stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrangement {
    /// Side by side in one row.
    Row,
    /// One below the other.
    Column,
}

/// Place for handwriting.
#[derive(Debug, Clone, PartialEq)]
pub struct WritingPart {
    /// The field id (`q4`, `q5_name`).
    pub field: String,
    /// The label printed at the beginning of the line; may be empty.
    pub label: String,
    /// Number of lines to write on, from 1.
    pub lines: u8,
    /// Personal data: never cropped, stored, shown or exported.
    pub sensitive: bool,
    /// Whether it shares the line with the part before it.
    pub same_line: bool,
}

/// A closed question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable ASCII id, e.g. `q3_2`.
    pub id: String,
    /// The number printed before it, e.g. `3.2.`.
    pub number: String,
    /// The wording, without the number.
    pub text: String,
    /// How many answers are allowed.
    pub choose: Choose,
    /// What the answers say, for the report.
    pub kind: QuestionKind,
    /// The options in the order of the paper; at least two.
    pub options: Vec<ChoiceOption>,
}

/// One answer that can be ticked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// Stable ASCII id, unique in its question, e.g. `l4`.
    pub id: String,
    /// The printed wording.
    pub label: String,
}

/// The choice rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choose {
    /// At most one answer.
    One,
    /// Any number of answers.
    Many,
}

/// What a question measures, which decides the figures that a report may compute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// Several channels; shares may sum to more than 100 %.
    Channels,
    /// Five levels from best to worst; the first two count as satisfied and the
    /// mean score runs 5-4-3-2-1.
    Scale {
        /// Whether this is the headline question (3.10).
        headline: bool,
    },
    /// Facts; these options are the good ones.
    Fact {
        /// Ids of the good options.
        good: Vec<String>,
    },
}
