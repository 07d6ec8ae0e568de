//! The residual field: how far the paper lies from where the marks alone have it.

use phieu_model::geometry::{PointMm, PointPx, RectMm};

use super::Inspection;
use super::canvas::{Canvas, EXPECTED, FOUND, MISSING, QUIET, SEEN, WORDS};
use super::decision::{PX_PER_MM, upright};

/// How much longer arrows are than what they stand for.
const ENLARGED: f64 = 20.0;
/// Distance between the arrows of the field, in mm.
const STEP_MM: f64 = 15.0;
/// How much of the page's darkness is left below the drawing.
const DARKNESS: f32 = 0.18;
/// The length that the scale bar stands for, in mm.
const BAR_MM: f64 = 0.5;

/// Height of a number, in pixels.
const NUMBER_PX: f64 = 13.0;

/// The field as arrows (blue), each mark's and each box's distance from it as an arrow and a
/// number, outlines found (green) or not (crossed out).
pub fn draw(inspection: &Inspection) -> Option<Canvas> {
    let (prepared, registered) = inspection.trail.page.zip(inspection.trail.registered.as_ref())?;
    let mut canvas = upright(inspection, (DARKNESS, 0))?;
    let at = |p: PointMm| PointPx::new(p.x * PX_PER_MM, p.y * PX_PER_MM);
    let tip = |p: PointMm, by: (f64, f64)| at(PointMm::new(p.x + ENLARGED * by.0, p.y + ENLARGED * by.1));
    let corners = |rect: &RectMm| rect.corners().map(at);
    let [w, h] = prepared.layout.page_size_mm;
    let steps = |length: f64| (1..(length / STEP_MM).ceil() as usize).map(|i| i as f64 * STEP_MM);
    for y in steps(h) {
        for x in steps(w) {
            let p = PointMm::new(x, y);
            canvas.arrow((at(p), tip(p, registered.map.displacement(p))), (1.6, EXPECTED));
        }
    }
    for (mark, by) in prepared.page.marks.iter().zip(&registered.marks) {
        let place = mark.rect.center();
        match by {
            Some(by) => {
                canvas.outline(&corners(&mark.rect), (1.5, FOUND));
                let field = registered.map.displacement(place);
                canvas.arrow((at(place), tip(place, (by.0 - field.0, by.1 - field.1))), (1.8, SEEN));
            }
            None => {
                canvas.outline(&corners(&mark.rect), (1.5, MISSING));
                canvas.crossed_out(&corners(&mark.rect), (1.5, MISSING));
            }
        }
    }
    for (place, fix) in prepared.page.boxes.iter().zip(&registered.boxes) {
        let rect = corners(&place.rect);
        let centre = place.rect.center();
        let number = PointPx::new(rect[1].x + 3.0, rect[1].y + NUMBER_PX);
        if fix.outline >= inspection.outline_share {
            canvas.outline(&rect, (1.5, FOUND));
            canvas.arrow((at(centre), tip(centre, fix.shift)), (1.8, SEEN));
            canvas.label(number, (NUMBER_PX, WORDS), &format!("{:.2}", fix.residual_mm));
        } else {
            canvas.outline(&rect, (2.0, MISSING));
            canvas.crossed_out(&rect, (2.0, MISSING));
            canvas.label(number, (NUMBER_PX, MISSING), &format!("{:.0} %", fix.outline * 100.0));
        }
    }
    let (left, bottom) = (10.0, h - 4.0);
    let bar = [PointMm::new(left, bottom), PointMm::new(left + BAR_MM * ENLARGED, bottom)].map(at);
    canvas.line((bar[0], bar[1]), (3.0, WORDS));
    for end in bar {
        canvas.line((PointPx::new(end.x, end.y - 6.0), PointPx::new(end.x, end.y + 6.0)), (2.0, WORDS));
    }
    let words = PointPx::new(bar[1].x + 8.0, bar[1].y + 5.0);
    canvas.label(words, (16.0, WORDS), &format!("{BAR_MM} mm (×{ENLARGED})"));
    canvas.outline(&corners(&RectMm::new(0.1, 0.1, w - 0.3, h - 0.3)), (1.0, QUIET));
    Some(canvas)
}
