//! The people of a profile: which answers they give, and how they put them on paper.

use serde::{Deserialize, Serialize};

use super::Span;
use crate::pen::{InkColour, PenKind};
use crate::shape::Shape;

/// Who fills in, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// Which answers they give.
    pub answers: AnswerMix,
    /// Chance that a question is left blank.
    pub blank: f64,
    /// Chance of a correction on a sheet.
    pub correction: f64,
    /// Kinds of corrections.
    pub corrections: Vec<(CorrectionKind, f64)>,
    /// Chance of two standing marks in a question that allows one.
    pub double: f64,
    /// Chance that a mark is faint.
    pub faint: f64,
    /// Chance that a mark is put down carelessly, partly or wholly beside its box.
    pub astray: f64,
    /// Habits: the shape a person uses for nearly all marks.
    pub habits: Vec<(Shape, f64)>,
    /// Pens.
    pub pens: Vec<((PenKind, InkColour), f64)>,
    /// Line width in millimetres.
    pub width_mm: Span,
    /// Pressure, 0–1.
    pub pressure: Span,
    /// Size of the marks against the box.
    pub size: Span,
    /// Tremor in millimetres.
    pub tremor_mm: Span,
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
    /// The mark is ringed and nothing is put in its place.
    RingedOnly,
}

impl People {
    /// Careful people: one cross, well in its box, from a good pen.
    pub fn clean() -> Self {
        Self {
            correction: 0.0,
            double: 0.0,
            faint: 0.0,
            astray: 0.0,
            habits: vec![(Shape::Cross, 1.0)],
            width_mm: [0.45, 0.7],
            pressure: [0.75, 0.95],
            size: [0.9, 1.15],
            tremor_mm: [0.01, 0.04],
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
            corrections: vec![
                (CorrectionKind::RingedThenOther, 0.5),
                (CorrectionKind::RingedThenRefilled, 0.13),
                (CorrectionKind::ScribbledThenOther, 0.32),
                (CorrectionKind::RingedOnly, 0.05),
            ],
            // Of a question: 0.0015 × 10 questions = 1.5 % of the sheets.
            double: 0.0015,
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
            pens: vec![
                ((PenKind::Ballpoint, InkColour::Blue), 0.60),
                ((PenKind::Gel, InkColour::Blue), 0.15),
                ((PenKind::Ballpoint, InkColour::Black), 0.11),
                ((PenKind::Gel, InkColour::Black), 0.07),
                ((PenKind::Felt, InkColour::Black), 0.04),
                ((PenKind::Pencil, InkColour::Graphite), 0.03),
            ],
            width_mm: [0.35, 0.75],
            pressure: [0.5, 0.95],
            size: [0.65, 1.6],
            tremor_mm: [0.01, 0.12],
            scatter: [0.03, 0.16],
            comment: 0.06,
            contact: 0.30,
        }
    }

    /// As in the office, with every option marked equally often and more corrections: for tuning and
    /// training.
    pub fn even() -> Self {
        Self { answers: AnswerMix::Even, correction: 0.15, ..Self::office() }
    }
}
