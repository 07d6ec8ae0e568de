//! What can be wrong with a template.

/// One thing that is wrong with a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The file, as given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub kind: FaultKind,
}

/// The kinds of faults, with what was found.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultKind {
    /// The file is not TOML here.
    Syntax {
        /// What the TOML reader says, in English.
        detail: String,
    },
    /// The same key twice in one table.
    DuplicateKey,
    /// A key that means nothing here.
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that may stand here.
        known: Vec<&'static str>,
    },
    /// A key that must be here and is not.
    MissingKey {
        /// The key.
        key: &'static str,
    },
    /// A value of another type than the key wants.
    WrongType {
        /// The key.
        key: String,
        /// The type that it wants.
        expected: ValueType,
        /// The type's TOML name that was found.
        found: &'static str,
    },
    /// A text without any visible character.
    EmptyText {
        /// The key.
        key: String,
    },
    /// A list without entries.
    EmptyList {
        /// The key.
        key: &'static str,
    },
    /// A text with line breaks, tabs or other control characters.
    ControlCharacters {
        /// The key.
        key: String,
    },
    /// Characters that the shipped font lacks.
    MissingGlyphs {
        /// The key.
        key: String,
        /// The characters, each once.
        chars: Vec<char>,
    },
    /// A word that is not one of the allowed ones.
    UnknownWord {
        /// The key.
        key: &'static str,
        /// The word found.
        found: String,
        /// The allowed words.
        allowed: Vec<&'static str>,
    },
    /// An id that is not a small ASCII letter followed by small letters, digits, `_`.
    BadId {
        /// The id.
        id: String,
    },
    /// A question or field id used before.
    DuplicateId {
        /// The id.
        id: String,
        /// The line of its first use.
        first_line: usize,
    },
    /// An option id used before in the same question.
    DuplicateOption {
        /// The question.
        question: String,
        /// The option id.
        id: String,
        /// The line of its first use.
        first_line: usize,
    },
    /// Fewer than two options.
    TooFewOptions {
        /// The question.
        question: String,
        /// How many there are.
        found: usize,
    },
    /// A table row with another number of options than the first row.
    RowOptionsDiffer {
        /// The row's question.
        question: String,
        /// Options of this row.
        found: usize,
        /// Options of the first row.
        expected: usize,
    },
    /// A scale that does not have five levels.
    ScaleNotFive {
        /// The question.
        question: String,
        /// How many it has.
        found: usize,
    },
    /// `good` names an option that the question does not have.
    UnknownGood {
        /// The question.
        question: String,
        /// The option id.
        option: String,
    },
    /// A key that belongs to another `measure`.
    KeyOfOtherMeasure {
        /// The key.
        key: &'static str,
        /// The measure it belongs to.
        measure: &'static str,
    },
    /// A second headline question.
    SecondHeadline {
        /// The question.
        question: String,
        /// The line of the first one.
        first_line: usize,
    },
    /// The code is not four capital letters.
    BadCode {
        /// What was found.
        found: String,
    },
    /// The form's name is not lower-case ASCII, digits and hyphens.
    BadForm {
        /// What was found.
        found: String,
    },
    /// The form's name is not the folder's.
    FormIsNotFolder {
        /// The form's name.
        form: String,
        /// The folder.
        folder: String,
    },
    /// The version is not in 1–65535.
    BadVersion {
        /// What was found.
        found: String,
    },
    /// The file is not named `v<version>.toml`.
    FileIsNotVersion {
        /// The version.
        version: u16,
        /// The file's name.
        name: String,
    },
    /// The number of writing lines is not in 1–20.
    BadLineCount {
        /// What was found.
        found: String,
    },
    /// `same_line` on the first part, or on or after a part of several lines.
    SameLineImpossible {
        /// The field.
        field: String,
    },
    /// No item at all asks a closed question.
    NoQuestion,
    /// The form does not fit on the page from this item on; found only when nothing in
    /// the file itself is wrong.
    TooLong {
        /// Millimetres that the form is too long.
        too_long_mm: f64,
    },
    /// A word, a label or options in a row that are wider than the paper has room.
    TooWide {
        /// What is too wide: the word, or the id of a question or field.
        what: String,
        /// Millimetres that it is too wide.
        too_wide_mm: f64,
    },
}

/// The types of values in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// A string in quotes.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list in square brackets.
    List,
    /// A table.
    Table,
}
