//! Every box as the reader measures it: rectified, 8 samples to a millimetre.

use image::ExtendedColorType;
use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::reading::PageOutcome;

use crate::measure::surroundings;
use crate::patch::Grid;
use crate::stencil::{BoxStencil, CORE_SHARE};

use super::canvas::{Canvas, Colour, EXPECTED, FOUND, WORDS, colour_of, encoded, name_of};
use super::{BoxPatch, Inspection};

/// Pixels of the drawing to a sample.
const ZOOM: usize = 2;
/// Free space round a patch, in pixels.
const GAP: usize = 14;
/// Height of the words below a patch, in pixels.
const SIZE: f64 = 17.0;
/// Width of the column with the questions' ids, in pixels.
const ID_COLUMN: usize = 90;
/// What is printed on the form and left out of the measures.
const PRINTED: Colour = Colour([86, 180, 233], 0.35);
/// What counts as a stroke.
const STROKES: Colour = Colour([213, 94, 0], 0.55);

/// A box as it is measured.
struct Measured<'i> {
    stencil: &'i BoxStencil,
    ink: Vec<f32>,
    /// Ink from which a sample is part of a stroke.
    stroke: f32,
}

/// The boxes of a page that was read, in the layout's order.
fn measured<'i>(inspection: &'i Inspection) -> Vec<Measured<'i>> {
    let PageOutcome::Read(_) = &inspection.outcome else { return Vec::new() };
    let (Some(prepared), Some(registered), Some(shown)) =
        (inspection.trail.page, &inspection.trail.registered, &inspection.shown)
    else {
        return Vec::new();
    };
    let stencils = &prepared.stencils.boxes;
    let (surroundings, level) = surroundings(shown.picture(), registered, stencils);
    let boxes = stencils.iter().zip(surroundings);
    boxes
        .map(|(stencil, around)| {
            let ink = shown.flat(&stencil.grid, around.ink);
            Measured { stencil, ink, stroke: level.stroke }
        })
        .collect()
}

fn brightness(ink: f32) -> u8 {
    (255.0 * (1.0 - ink.clamp(0.0, 1.0))) as u8
}

/// Every box with its own small picture.
pub fn boxes(inspection: &Inspection) -> Vec<BoxPatch> {
    let PageOutcome::Read(reading) = &inspection.outcome else { return Vec::new() };
    let boxes = reading.boxes.iter().zip(measured(inspection));
    boxes
        .map(|(read, Measured { stencil: BoxStencil { grid, .. }, ink, .. })| {
            let pixels: Vec<u8> = ink.into_iter().map(brightness).collect();
            let size = (grid.width as u32, grid.height as u32);
            BoxPatch {
                question: read.question.clone(),
                option: read.option.clone(),
                mark: read.mark,
                marked: read.marked,
                measures: read.measures,
                png: encoded(&pixels, size, ExtendedColorType::L8),
            }
        })
        .collect()
}

/// One row for each question; printed content is tinted blue, strokes orange, the outline
/// is green, the core blue.
pub fn draw(inspection: &Inspection) -> Option<Canvas> {
    let PageOutcome::Read(reading) = &inspection.outcome else { return None };
    let page = inspection.trail.page?.page;
    let boxes = measured(inspection);
    let widest = |of: fn(&Grid) -> usize| boxes.iter().map(|b| of(&b.stencil.grid)).max().unwrap_or(0) * ZOOM;
    let (cell_w, cell_h) = (widest(|g| g.width) + GAP, widest(|g| g.height) + GAP + (2.4 * SIZE) as usize);
    let most = page.questions.iter().map(|q| page.boxes_of(&q.question).count()).max()?;
    let mut canvas = Canvas::new(ID_COLUMN + most * cell_w + GAP, page.questions.len() * cell_h + GAP);
    for (row, question) in page.questions.iter().enumerate() {
        let top = GAP + row * cell_h;
        let id = PointPx::new(GAP as f64, top as f64 + SIZE);
        canvas.text(id, (SIZE + 3.0, WORDS), &question.question);
        let own = page.boxes.iter().zip(&reading.boxes).zip(&boxes);
        for (column, ((place, read), measured)) in
            own.filter(|((place, _), _)| place.question == question.question).enumerate()
        {
            let corner = (ID_COLUMN + column * cell_w, top);
            draw_box(&mut canvas, corner, measured);
            let grid = &measured.stencil.grid;
            let at = |p: PointMm| {
                let samples = |v: f64, origin: f64| (v - origin) / grid.step * ZOOM as f64;
                PointPx::new(
                    corner.0 as f64 + samples(p.x, grid.origin.x),
                    corner.1 as f64 + samples(p.y, grid.origin.y),
                )
            };
            let core = place.rect.grown(-place.rect.w * (1.0 - CORE_SHARE) / 2.0);
            canvas.outline(&core.corners().map(at), (1.2, EXPECTED));
            canvas.outline(&place.rect.corners().map(at), (1.5, FOUND));
            let whole = RectMm::new(
                grid.origin.x,
                grid.origin.y,
                grid.width as f64 * grid.step,
                grid.height as f64 * grid.step,
            );
            canvas.outline(&whole.corners().map(at), (2.5, colour_of(read.mark)));
            let words = PointPx::new(corner.0 as f64, at(PointMm::new(0.0, whole.bottom())).y + SIZE);
            canvas.text(words, (SIZE, WORDS), &format!("{}: {}", read.option, name_of(read.mark)));
            let below = PointPx::new(words.x, words.y + SIZE);
            canvas.text(below, (SIZE - 2.0, WORDS), &format!("core {:.3}", read.measures.core_ink));
        }
    }
    Some(canvas)
}

fn draw_box(canvas: &mut Canvas, (left, top): (usize, usize), measured: &Measured) {
    let Measured { stencil: BoxStencil { grid, free, .. }, ink, stroke } = measured;
    for (i, ink) in ink.iter().enumerate() {
        let (x, y) = (i % grid.width * ZOOM, i / grid.width * ZOOM);
        for (dx, dy) in (0..ZOOM).flat_map(|dy| (0..ZOOM).map(move |dx| (dx, dy))) {
            let place = (left + x + dx, top + y + dy);
            canvas.grey(place, brightness(*ink));
            let signed = (place.0 as i64, place.1 as i64);
            if !free[i] {
                canvas.tint(signed, PRINTED);
            } else if ink > stroke {
                canvas.tint(signed, STROKES);
            }
        }
    }
}
