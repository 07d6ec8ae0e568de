//! What one scanned page says: measures first, then marks, then answers.

use serde::{Deserialize, Serialize};

use crate::rejection::{PageIdentity, Rejection};
use crate::scanner::Streak;

/// The one outcome of a page that came in.
#[derive(Debug, Clone, PartialEq)]
pub enum PageOutcome {
    /// The page was read.
    Read(Box<PageReading>),
    /// The page was refused.
    Rejected(Rejection),
}

/// Everything that was read on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageReading {
    /// Which page of which sheet.
    pub identity: PageIdentity,
    /// One answer for each question of the page, in the order of the paper.
    pub answers: Vec<Answer>,
    /// One entry for each place for handwriting.
    pub fields: Vec<FieldInk>,
    /// One entry for each box, in the layout's order.
    pub boxes: Vec<BoxReading>,
    /// How well the printed form was found.
    pub registration: Registration,
    /// Pictures of the questions that need a person; none of them shows a
    /// sensitive field.
    pub evidence: Vec<Evidence>,
    /// Version of the engine that read and decided.
    pub engine: String,
}

/// The state of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    /// A valid answer.
    Answered,
    /// Nothing was meant: no ink in the row at all.
    Blank,
    /// Two or more standing marks where one is allowed.
    Multiple,
    /// Cannot be decided.
    Unclear,
}

/// One decided question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Question id.
    pub question: String,
    /// State.
    pub state: AnswerState,
    /// Ids of the marks that stand, in the order of the paper.
    pub options: Vec<String>,
    /// Probability that state and options are what the person meant, 0–1.
    pub confidence: f64,
    /// Whether a person must look before the answer counts.
    pub needs_review: bool,
    /// Why a person must look; where none must, what speaks against the answer and is outweighed.
    #[serde(default)]
    pub reasons: Vec<ReviewReason>,
}

/// What speaks against an answer, so that a person must look, or would have had to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// A mark is between empty and marked.
    FaintMark,
    /// Two or more marks stand where one is allowed.
    TwoMarks,
    /// A mark seems to be withdrawn (ringed or scribbled) in a way no custom covers.
    Correction,
    /// A ring without a mark in it.
    Ring,
    /// Ink beside the boxes: on a label, between boxes, through several boxes.
    StrayInk,
    /// A lone dot or a dash.
    DotOrDash,
    /// A box's printed outline was not found.
    BoxNotFound,
    /// A box is off the picture or covered.
    Covered,
    /// The picture is black and white, so that a weak mark may have been lost on it.
    OneBit,
    /// The confidence is below the gate.
    LowConfidence,
}

/// What stands in one box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// Nothing.
    Empty,
    /// A cross.
    Cross,
    /// A tick.
    Tick,
    /// Filled.
    Fill,
    /// A dot or a dash.
    Dot,
    /// A mark that was withdrawn: ringed or scribbled.
    Cancelled,
    /// A ring round an empty box.
    Ring,
    /// Ink that belongs to something else.
    Stray,
    /// The box cannot be seen.
    Covered,
}

/// A box, measured and named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoxReading {
    /// Question id.
    pub question: String,
    /// Option id.
    pub option: String,
    /// What stands in it.
    pub mark: MarkKind,
    /// Probability that the box is marked (and stands), 0–1.
    pub marked: f64,
    /// The measures, without a decision.
    pub measures: BoxMeasures,
}

/// The measures of one box. Ink runs from 0 (paper) to 1 (as dark as print); ratios are of
/// the area named, printed content taken out. Every measure has to be there: one that an older engine did
/// not take must not pass for 0.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct BoxMeasures {
    /// Ink in the middle of the box (its inner 70 %).
    pub core_ink: f32,
    /// Ink inside the outline.
    pub inner_ink: f32,
    /// Ink in the ring round the box, 0.4–2.2 mm outside the outline.
    pub ring_ink: f32,
    /// Share of the inside that is covered by ink.
    pub inner_fill: f32,
    /// Side of the largest square of solid ink inside, as a share of the box.
    pub solid: f32,
    /// Share of the best closed way round the box, 0–1, along which a ring's stroke lies.
    pub ring_closed: f32,
    /// The same over that third of the way which shows least of one: low for the loop of a cross drawn
    /// in one go.
    pub ring_least: f32,
    /// How far the ink reaches through the middle, along both diagonals, 0–1.
    pub diagonal: f32,
    /// Free ink on and round the label, in mm².
    pub label_ink: f32,
    /// Free ink in the whole row of the question, in mm², the same for all its boxes.
    pub row_ink: f32,
    /// The part of it, in mm², in strokes that pass through no box of the page: notes, marks beside their boxes.
    pub beside_ink: f32,
    /// Furthest that the strokes in the box reach from its middle, across or down, in sides of the box: 1 for a mark as
    /// large as two boxes, 0 without strokes.
    pub reach: f32,
    /// Share of the area of these strokes that lies inside the box: low for the tail of another mark, 0 without.
    pub within: f32,
    /// Longer side of the rectangle round the ink inside, as a share of the box.
    pub extent: f32,
    /// Share of the inside that is a trace darker than the paper round the box: a
    /// mark too faint to count as ink.
    pub trace: f32,
    /// Mean ink inside less mean ink just outside, noise not cut off: may be negative.
    pub tone: f32,
    /// Mean ink close to the outline, along the side of the box that has most: a
    /// stroke on the printed line itself.
    pub rim: f32,
    /// Share of the straightest upright or level line across the box and its
    /// surroundings that is ink: 1 for a streak of the scanner, also for a pale one that the whole page shows.
    pub through: f32,
    /// Share of the printed outline that was found where it should be, 0–1.
    pub outline: f32,
    /// Distance between the outline and its expected place in millimetres; 0.5 where it was not found.
    pub residual_mm: f32,
    /// Whether another outline that was found near by lies as far from its place as this one, which is whole and farther than
    /// 0.5 mm from its own: 1, else 0.
    pub shared: f32,
    /// How much more ink than the paper on both of its sides the straight line 2¼ mm long has that stands out most in and
    /// round the box: a stroke too weak to be ink. Looked for only where a mark might have gone unseen: 0 in a
    /// row that holds a mark and allows no other.
    pub weak_stroke: f32,
    /// Darkness of the ink found, 0–1, over its strokes alone.
    pub stroke_darkness: f32,
    /// Whether the box is on the picture, 1, or cut off, 0.
    pub visible: f32,
}

/// Whether handwriting stands in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldInk {
    /// Field id.
    pub field: String,
    /// Whether handwriting is there, never what was printed.
    pub ink: bool,
}

/// The shades of grey that a picture has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tones {
    /// Many: the weakest stroke leaves a shade.
    #[default]
    Many,
    /// Black and white only: what was lighter than the scanner's threshold is gone.
    Two,
}

/// How well the printed form was found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Registration {
    /// Corner marks found, 0–4.
    pub corners: u8,
    /// Timing marks found.
    pub timing_marks: u8,
    /// Box outlines found.
    pub outlines: u8,
    /// Codes read, 0–2.
    pub codes: u8,
    /// Share of the printed form that was found, 0–1.
    pub printed_share: f32,
    /// Median distance of the printed content from its place after registration, mm.
    pub residual_mm: f32,
    /// Resolution of the picture along the page's width, dots per inch of paper.
    pub dpi: f32,
    /// Clockwise quarter turns by which the page lay on the glass, 0–3.
    pub quarter_turns: u8,
    /// The shades of grey that the picture has.
    pub tones: Tones,
    /// Streaks that run through the whole picture.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub streaks: Vec<Streak>,
    /// Size at which the sheet was printed, as a share of the form's, where the file tells the scanner's resolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub print_scale: Option<f32>,
}

/// A picture of one question for the person who decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Question id.
    pub question: String,
    /// A PNG file's bytes.
    pub png: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registrations_stored_by_an_older_engine_stay_readable() {
        let old: Registration = serde_json::from_str(r#"{"corners": 4}"#).unwrap();
        assert_eq!(old, Registration { corners: 4, ..Registration::default() });
    }
}
