//! The upright page with the verdict on every box and the answer to every question.

use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::reading::{Answer, AnswerState, MarkKind, PageOutcome, ReviewReason};

use crate::patch::{Detail, Grid, Patch};

use super::Inspection;
use super::canvas::{Canvas, DOUBT, FOUND, QUIET, WORDS, colour_of, name_of, text_width};

/// Pixels of the drawing to a millimetre.
pub const PX_PER_MM: f64 = 6.0;
/// How much of the page's darkness is left below the drawing.
const DARKNESS: f32 = 0.65;
/// Ink that is left out of the overview: the shade of the paper itself.
const BARE: f32 = 0.04;
/// Width of the column with the answers, in pixels.
const COLUMN: usize = 430;
/// Height of its words, in pixels.
const SIZE: f64 = 22.0;
/// Height of the name of a mark, in pixels.
const NAME_SIZE: f64 = 16.0;

/// The page, turned upright through its map and darkened only so much, with a free column
/// of `column` pixels on its right; blank where the page may not be shown.
pub fn upright(inspection: &Inspection, (darkness, column): (f32, usize)) -> Option<Canvas> {
    let (prepared, registered) = inspection.trail.page.zip(inspection.trail.registered.as_ref())?;
    let shown = inspection.shown.as_ref()?;
    let [w, h] = prepared.layout.page_size_mm;
    let grid = Grid::of(RectMm::new(0.0, 0.0, w, h), 1.0 / PX_PER_MM);
    let mut canvas = Canvas::new(grid.width + column, grid.height);
    if shown.is_clear() {
        let patch = Patch::over(shown.picture(), &registered.map, (grid, Detail::Coarse));
        for (i, ink) in shown.flat(&grid, patch.ink).iter().enumerate() {
            let ink = if *ink < BARE { 0.0 } else { *ink };
            let brightness = 255.0 * (1.0 - darkness * ink);
            canvas.grey((i % grid.width, i / grid.width), brightness as u8);
        }
    }
    Some(canvas)
}

/// Boxes coloured by their verdict, questions framed by whether they are accepted, and
/// beside them the answers in the words of the stored readings.
pub fn draw(inspection: &Inspection) -> Option<Canvas> {
    let PageOutcome::Read(reading) = &inspection.outcome else { return None };
    let page = inspection.trail.page?.page;
    let mut canvas = upright(inspection, (DARKNESS, COLUMN))?;
    let at = |p: PointMm| PointPx::new(p.x * PX_PER_MM, p.y * PX_PER_MM);
    let page_right = inspection.trail.page?.layout.page_size_mm[0] * PX_PER_MM;
    for (place, answer) in page.questions.iter().zip(&reading.answers) {
        let colour = if answer.needs_review { DOUBT } else { FOUND };
        canvas.outline(&place.rect.corners().map(at), (2.0, colour));
        let middle = at(PointMm::new(place.rect.right(), place.rect.center().y));
        let words = PointPx::new(page_right + 24.0, middle.y - 3.0);
        canvas.line((middle, PointPx::new(words.x - 8.0, middle.y)), (1.2, colour));
        let answered = format!("{} {}", answer.question, value(answer));
        canvas.text(words, (fitting(SIZE, &answered), WORDS), &answered);
        let below = PointPx::new(words.x, words.y + SIZE);
        let (colour, text) = standing(answer);
        canvas.text(below, (fitting(SIZE - 2.0, &text), colour), &text);
    }
    for (place, read) in page.boxes.iter().zip(&reading.boxes) {
        let pen = if read.mark == MarkKind::Empty { (1.5, QUIET) } else { (3.5, colour_of(read.mark)) };
        let corners = place.rect.grown(0.4).corners().map(at);
        canvas.outline(&corners, pen);
        if read.mark != MarkKind::Empty {
            let words = PointPx::new(corners[1].x + 3.0, corners[1].y + 0.3 * NAME_SIZE);
            canvas.label(words, (NAME_SIZE, WORDS), name_of(read.mark));
        }
    }
    Some(canvas)
}

/// The size, at most `size`, at which `text` fits into the column.
fn fitting(size: f64, text: &str) -> f64 {
    size.min(size * (COLUMN as f64 - 40.0) / text_width(size, text).max(1.0))
}

fn value(answer: &Answer) -> String {
    let state = match answer.state {
        AnswerState::Answered => "answered",
        AnswerState::Blank => "blank",
        AnswerState::Multiple => "multiple",
        AnswerState::Unclear => "unclear",
    };
    if answer.options.is_empty() {
        state.to_owned()
    } else {
        format!("{state}: {}", answer.options.join(", "))
    }
}

/// The confidence, cut off and not rounded, whether it is accepted, and what speaks against it.
fn standing(answer: &Answer) -> (super::canvas::Colour, String) {
    let confidence = (answer.confidence * 10_000.0).floor() / 10_000.0;
    let (colour, sign) = if answer.needs_review { (WORDS, "?") } else { (QUIET, "ok") };
    let words: Vec<&str> = [sign].into_iter().chain(answer.reasons.iter().map(|r| reason(*r))).collect();
    (colour, format!("{confidence:.4} {}", words.join(" ")))
}

fn reason(reason: ReviewReason) -> &'static str {
    match reason {
        ReviewReason::FaintMark => "faint_mark",
        ReviewReason::TwoMarks => "two_marks",
        ReviewReason::Correction => "correction",
        ReviewReason::Ring => "ring",
        ReviewReason::StrayInk => "stray_ink",
        ReviewReason::DotOrDash => "dot_or_dash",
        ReviewReason::BoxNotFound => "box_not_found",
        ReviewReason::Covered => "covered",
        ReviewReason::OneBit => "one_bit",
        ReviewReason::LowConfidence => "low_confidence",
    }
}
