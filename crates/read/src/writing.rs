//! Whether handwriting stands in a field. What it says is never looked at.

use phieu_model::geometry::RectMm;
use phieu_model::layout::{FieldPlace, PageLayout};
use phieu_model::reading::FieldInk;

use crate::drawing::Drawing;
use crate::patch::{Detail, Patch, Picture};
use crate::policy::Policy;
use crate::register::Registered;

const STEP_MM: f64 = 0.25;
/// Ink from which a sample is part of a stroke.
const STROKE: f32 = 0.3;
/// Writing stands on its line: it is looked for from here to there above the line,
/// in mm. Lower lies the printed line itself, higher the tails of the letters above.
const ABOVE_LINE_MM: (f64, f64) = (1.2, 5.0);
/// A column of samples that is inked over more than this share of a band is a
/// streak of the scanner and not a letter.
const STREAK_SHARE: f64 = 0.9;

/// One entry for each field of the page.
pub fn fields(
    picture: &Picture,
    registered: &Registered,
    page: &PageLayout,
    (drawing, policy): (&Drawing, &Policy),
) -> Vec<FieldInk> {
    page.fields
        .iter()
        .map(|field| {
            let bands = bands(field, page);
            let mm2: f32 = bands.iter().map(|band| band_ink_mm2(picture, registered, (band, drawing))).sum();
            FieldInk { field: field.field.clone(), ink: mm2 > policy.writing_ink_mm2 }
        })
        .collect()
}

/// The parts of a field in which writing must leave ink: a band over each line to
/// write on, or the whole field where no line is printed.
fn bands(field: &FieldPlace, page: &PageLayout) -> Vec<RectMm> {
    let r = &field.rect;
    let bands: Vec<RectMm> = page
        .rules
        .iter()
        .filter(|rule| {
            rule.from.y == rule.to.y
                && rule.from.y > r.y
                && rule.from.y < r.bottom() + 0.5
                && rule.from.x < r.right()
                && rule.to.x > r.x
        })
        .map(|rule| {
            let top = (rule.from.y - ABOVE_LINE_MM.1).max(r.y);
            RectMm::new(r.x, top, r.w, rule.from.y - ABOVE_LINE_MM.0 - top)
        })
        .collect();
    if bands.is_empty() { vec![*r] } else { bands }
}

fn band_ink_mm2(picture: &Picture, registered: &Registered, (band, drawing): (&RectMm, &Drawing)) -> f32 {
    let patch = Patch::sample(picture, &registered.map, *band, (STEP_MM, Detail::Coarse));
    let inked = |x: usize, y: usize| {
        let i = y * patch.grid.width + x;
        patch.ink[i] > STROKE && !drawing.printed_at(patch.grid.place(i))
    };
    let samples: usize = (0..patch.grid.width)
        .map(|x| (0..patch.grid.height).filter(|&y| inked(x, y)).count())
        .filter(|&n| (n as f64) < STREAK_SHARE * patch.grid.height as f64)
        .sum();
    samples as f32 * (STEP_MM * STEP_MM) as f32
}
