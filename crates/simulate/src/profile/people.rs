//! The people of a profile: which answers they give, and how they put them on paper.

use serde::{Deserialize, Serialize};

use super::Span;
use crate::pen::{InkColour, PenKind};
use crate::shape::{FillForm, Shape, TickForm};

/// Who fills in, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// Which answers they give.
    pub answers: AnswerMix,
    /// Chance that a question is left blank.
    pub blank: f64,
    /// Chance of a correction on a sheet.
    pub correction: f64,
    /// Chance that a sheet with a correction has one more, and so on.
    pub correction_again: f64,
    /// Kinds of corrections; a person has one way of correcting.
    pub corrections: Vec<(CorrectionKind, f64)>,
    /// Chance of two standing marks in a question that allows one.
    pub double: f64,
    /// What else happens at a question, with its chance for each one.
    pub oddities: Vec<(Oddity, f64)>,
    /// Chance of one line through a column of boxes on a page, instead of single marks.
    pub column_line: f64,
    /// Chance of a note between the boxes of a page.
    pub note: f64,
    /// Chance of a telephone number between the boxes of a page.
    pub phone: f64,
    /// Chance that staff have put initials or a signature on a page.
    pub initials: f64,
    /// Chance that a mark is faint.
    pub faint: f64,
    /// Chance that a mark is put down carelessly, partly or wholly beside its box.
    pub astray: f64,
    /// Habits: the shape a person uses for nearly all marks.
    pub habits: Vec<(Shape, f64)>,
    /// Forms of ticks; a person mostly keeps one.
    pub ticks: Vec<(TickForm, f64)>,
    /// Ways of filling a box; a person mostly keeps one.
    pub fills: Vec<(FillForm, f64)>,
    /// Pens.
    pub pens: Vec<((PenKind, InkColour), f64)>,
    /// Line width of ballpoints and gel pens in millimetres.
    pub width_mm: Span,
    /// Line width of felt tips in millimetres.
    pub felt_mm: Span,
    /// Pressure, 0–1.
    pub pressure: Span,
    /// Size of the marks against the box.
    pub size: Span,
    /// Tremor in millimetres.
    pub tremor_mm: Span,
    /// How fast the hand moves, 0–1: fast strokes bow, run over their end and lift off early.
    pub speed: Span,
    /// Deviation of a person's slant, radians.
    pub slant: f64,
    /// Chance that a person goes over strokes twice.
    pub twice: f64,
    /// Deviation of a mark from the middle of its box, as a share of the box.
    pub scatter: Span,
    /// Chance that there is a comment (fields that are not sensitive).
    pub comment: f64,
    /// Chance that a person tells name and address (sensitive fields).
    pub contact: f64,
}

/// Which answers people give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMix {
    /// As at a counter: nearly all content.
    Believable,
    /// Every option equally often: for training and for even tests.
    Even,
}

/// How a choice is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionKind {
    /// School custom: a ring round the mark, and a mark elsewhere.
    RingedThenOther,
    /// School custom: the ringed mark is filled solid and stands again; the one
    /// chosen in between, if any, is ringed.
    RingedThenRefilled,
    /// The mark is scribbled out, and a mark stands elsewhere.
    ScribbledThenOther,
    /// The mark is ringed and nothing is put in its place: withdrawn, by the custom.
    RingedOnly,
    /// The mark is scribbled out and nothing is put in its place: withdrawn or filled in, nobody can say,
    /// so that the truth is `unclear`.
    ScribbledOnly,
    /// A line is drawn through the mark, and a mark stands elsewhere.
    StruckThenOther,
    /// Correction fluid or tape lies over the mark, and a mark stands elsewhere.
    WhitedOutThenOther,
    /// Correction fluid or tape lies over a mark that went wrong, and the same box is marked again on it.
    WhitedOutThenAgain,
    /// The mark is rubbed out, and a mark stands elsewhere.
    ErasedThenOther,
}

/// What is rare at a question. Whoever meant one answer is told apart from a case in which not
/// even a person who looks can say what was meant ([`Oddity::is_unclear`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// The chosen box stays empty and has a ring round it.
    RingedBox,
    /// The label of the chosen box has a ring round it and the box is empty.
    RingedLabel,
    /// The chosen box is marked and its label is underlined.
    UnderlinedLabel,
    /// The tail of the mark ends in another box.
    TailIntoNeighbour,
    /// The mark stands on the label and not in the box.
    MarkOnLabel,
    /// One mark midway between two boxes: unclear.
    BetweenBoxes,
    /// A mark in one box and a ring round another, empty one: unclear.
    OneMarkedOneRinged,
    /// Rings round two empty boxes: unclear.
    TwoRinged,
}

impl Oddity {
    /// Whether nobody can say what was meant, so that only a person may decide.
    pub fn is_unclear(self) -> bool {
        match self {
            Self::BetweenBoxes | Self::OneMarkedOneRinged | Self::TwoRinged => true,
            Self::RingedBox
            | Self::RingedLabel
            | Self::UnderlinedLabel
            | Self::TailIntoNeighbour
            | Self::MarkOnLabel => false,
        }
    }
}

impl People {
    /// Careful people: one cross, well in its box, from a good pen.
    pub fn clean() -> Self {
        Self {
            correction: 0.0,
            oddities: Vec::new(),
            column_line: 0.0,
            note: 0.0,
            phone: 0.0,
            initials: 0.0,
            double: 0.0,
            faint: 0.0,
            astray: 0.0,
            habits: vec![(Shape::Cross, 1.0)],
            width_mm: [0.45, 0.7],
            pressure: [0.75, 0.95],
            size: [0.9, 1.15],
            tremor_mm: [0.01, 0.04],
            speed: [0.0, 0.3],
            slant: 0.06,
            twice: 0.0,
            scatter: [0.03, 0.07],
            ..Self::office()
        }
    }

    /// The people of a usual day.
    pub fn office() -> Self {
        Self {
            answers: AnswerMix::Believable,
            blank: 0.065,
            correction: 0.04,
            correction_again: 0.0,
            corrections: vec![
                (CorrectionKind::RingedThenOther, 0.47),
                (CorrectionKind::RingedThenRefilled, 0.12),
                (CorrectionKind::ScribbledThenOther, 0.24),
                (CorrectionKind::RingedOnly, 0.03),
                (CorrectionKind::ScribbledOnly, 0.01),
                (CorrectionKind::StruckThenOther, 0.05),
                (CorrectionKind::WhitedOutThenOther, 0.05),
                (CorrectionKind::WhitedOutThenAgain, 0.01),
                (CorrectionKind::ErasedThenOther, 0.02),
            ],
            // Of a question: 0.0015 × 10 questions = 1.5 % of the sheets.
            double: 0.0015,
            oddities: vec![
                (Oddity::RingedBox, 0.0004),
                (Oddity::RingedLabel, 0.0004),
                (Oddity::UnderlinedLabel, 0.0004),
                (Oddity::TailIntoNeighbour, 0.0004),
                (Oddity::MarkOnLabel, 0.0003),
                (Oddity::BetweenBoxes, 0.0002),
                (Oddity::OneMarkedOneRinged, 0.0001),
                (Oddity::TwoRinged, 0.0001),
            ],
            column_line: 0.002,
            note: 0.004,
            phone: 0.002,
            initials: 0.006,
            faint: 0.004,
            astray: 0.003,
            habits: vec![
                (Shape::Cross, 0.70),
                (Shape::Tick, 0.20),
                (Shape::Fill, 0.08),
                (Shape::Slash, 0.008),
                (Shape::Dash, 0.003),
                (Shape::Dot, 0.004),
                (Shape::Ring, 0.005),
            ],
            ticks: TickForm::usual(),
            fills: FillForm::usual(),
            pens: vec![
                ((PenKind::Ballpoint, InkColour::Blue), 0.60),
                ((PenKind::Gel, InkColour::Blue), 0.15),
                ((PenKind::Ballpoint, InkColour::Black), 0.11),
                ((PenKind::Gel, InkColour::Black), 0.07),
                ((PenKind::Felt, InkColour::Black), 0.04),
                ((PenKind::Pencil, InkColour::Graphite), 0.03),
            ],
            width_mm: [0.35, 0.75],
            felt_mm: [0.75, 1.0],
            pressure: [0.5, 0.95],
            size: [0.65, 1.6],
            tremor_mm: [0.01, 0.12],
            speed: [0.0, 0.8],
            slant: 0.12,
            twice: 0.02,
            scatter: [0.03, 0.16],
            comment: 0.06,
            contact: 0.30,
        }
    }

    /// People that a reader must fear: every way of marking, correcting and scribbling that is
    /// known, each often enough to be met in a hundred pages.
    pub fn hard() -> Self {
        Self {
            answers: AnswerMix::Even,
            blank: 0.06,
            correction: 0.26,
            correction_again: 0.25,
            corrections: vec![
                (CorrectionKind::RingedThenOther, 0.26),
                (CorrectionKind::RingedThenRefilled, 0.16),
                (CorrectionKind::ScribbledThenOther, 0.16),
                (CorrectionKind::RingedOnly, 0.05),
                (CorrectionKind::ScribbledOnly, 0.04),
                (CorrectionKind::StruckThenOther, 0.12),
                (CorrectionKind::WhitedOutThenOther, 0.11),
                (CorrectionKind::WhitedOutThenAgain, 0.04),
                (CorrectionKind::ErasedThenOther, 0.06),
            ],
            double: 0.006,
            oddities: vec![
                (Oddity::RingedBox, 0.004),
                (Oddity::RingedLabel, 0.004),
                (Oddity::UnderlinedLabel, 0.004),
                (Oddity::TailIntoNeighbour, 0.006),
                (Oddity::MarkOnLabel, 0.002),
                (Oddity::BetweenBoxes, 0.0015),
                (Oddity::OneMarkedOneRinged, 0.0015),
                (Oddity::TwoRinged, 0.001),
            ],
            column_line: 0.02,
            note: 0.06,
            phone: 0.04,
            initials: 0.08,
            faint: 0.008,
            astray: 0.008,
            habits: vec![
                (Shape::Cross, 0.54),
                (Shape::Tick, 0.26),
                (Shape::Fill, 0.12),
                (Shape::Slash, 0.04),
                (Shape::Dash, 0.012),
                (Shape::Dot, 0.012),
                (Shape::Ring, 0.012),
            ],
            pens: vec![
                ((PenKind::Ballpoint, InkColour::Blue), 0.36),
                ((PenKind::Gel, InkColour::Blue), 0.13),
                ((PenKind::Ballpoint, InkColour::Black), 0.12),
                ((PenKind::Gel, InkColour::Black), 0.08),
                ((PenKind::Felt, InkColour::Black), 0.07),
                ((PenKind::Felt, InkColour::Blue), 0.05),
                ((PenKind::Ballpoint, InkColour::Red), 0.05),
                ((PenKind::Pencil, InkColour::Graphite), 0.14),
            ],
            width_mm: [0.3, 0.95],
            felt_mm: [0.75, 1.2],
            pressure: [0.35, 1.0],
            size: [0.5, 1.9],
            tremor_mm: [0.01, 0.22],
            speed: [0.0, 1.0],
            slant: 0.2,
            twice: 0.08,
            scatter: [0.03, 0.24],
            comment: 0.25,
            contact: 0.45,
            ..Self::office()
        }
    }

    /// As in the office, with every option marked equally often and more corrections: for tuning and
    /// training.
    pub fn even() -> Self {
        Self { answers: AnswerMix::Even, correction: 0.15, ..Self::office() }
    }
}
