//! Whether handwriting stands in a field. What it says is never looked at.

use phieu_model::layout::PageLayout;
use phieu_model::reading::FieldInk;

use crate::drawing::Drawing;
use crate::patch::{Detail, Patch, Picture};
use crate::policy::Policy;
use crate::register::Registered;

const STEP_MM: f64 = 0.25;
/// Ink from which a sample is part of a stroke.
const STROKE: f32 = 0.3;

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
            let patch = Patch::sample(picture, &registered.map, field.rect, (STEP_MM, Detail::Coarse));
            let inked = (0..patch.ink.len())
                .filter(|&i| {
                    patch.ink[i] > STROKE
                        && !drawing.printed_at(patch.place(i % patch.width, i / patch.width))
                })
                .count();
            let mm2 = inked as f32 * (STEP_MM * STEP_MM) as f32;
            FieldInk { field: field.field.clone(), ink: mm2 > policy.writing_ink_mm2 }
        })
        .collect()
}
