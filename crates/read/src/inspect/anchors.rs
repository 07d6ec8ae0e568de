//! The picture as it came in, with what the page was found by.

use phieu_model::geometry::{PointMm, PointPx, RectMm};

use crate::anchors::Anchor;
use crate::frame::halved_place;
use crate::patch::Mapping;

use super::canvas::{Canvas, EXPECTED, FOUND, MISSING, SEEN};
use super::{Inspection, place_of};

/// Longest side of the drawing, in pixels.
const LONGEST: f64 = 1500.0;
/// How much of the page's darkness is left below the drawing.
const DARKNESS: f32 = 0.6;
/// A mark is drawn so much larger than it is, in mm, so that it can be seen itself.
const MARGIN_MM: f64 = 0.8;

/// Solid things (circles), marks and codes as expected (blue), found (green) or not
/// (crossed out), and the border of the page.
pub fn draw(inspection: &Inspection) -> Option<Canvas> {
    let shown = inspection.shown.as_ref()?;
    let picture = shown.picture();
    let coarse = &picture.coarse;
    let scale = (LONGEST / coarse.width().max(coarse.height()) as f64).min(1.0);
    let (width, height) =
        ((coarse.width() as f64 * scale) as usize, (coarse.height() as f64 * scale) as usize);
    let mut canvas = Canvas::new(width, height);
    for y in 0..height {
        for x in 0..width {
            let at = |v: usize| ((v as f64 + 0.5) / scale - 0.5) as f32;
            let brightness = coarse.sample(at(x), at(y)).unwrap_or(255.0);
            canvas.grey((x, y), (255.0 - DARKNESS * (255.0 - brightness)) as u8);
        }
    }
    let on_canvas = |p: PointPx| {
        let p = halved_place(p, picture.halvings);
        PointPx::new((p.x + 0.5) * scale - 0.5, (p.y + 0.5) * scale - 0.5)
    };
    let per_px = scale / f64::from(1_u32 << picture.halvings);

    let hidden = hidden_places(inspection);
    for blob in &inspection.trail.sought.blobs {
        if !hidden(blob.center) {
            let radius = (blob.long * per_px * 0.8).max(3.0);
            canvas.circle((on_canvas(blob.center), radius), (1.5, SEEN));
        }
    }
    let Some(tried) = place_of(&inspection.trail.sought.tried) else { return Some(canvas) };
    let registered = inspection.trail.page.zip(inspection.trail.registered.as_ref());
    let base = Mapping::of(tried.located.map);
    let map = registered.map_or(&base, |(_, registered)| &registered.map);
    let corners = |rect: &RectMm| rect.corners().map(|p| on_canvas(map.apply(p)));
    let mut mark = |rect: &RectMm, found: bool| {
        let rect = corners(&rect.grown(MARGIN_MM));
        if found {
            canvas.outline(&rect, (2.5, FOUND));
        } else {
            canvas.outline(&rect, (2.5, MISSING));
            canvas.crossed_out(&rect, (2.0, MISSING));
        }
    };
    for (_, anchor) in tried.anchors.all() {
        mark(&rect_of(anchor), tried.located.marks.contains(anchor));
    }
    for (place, read) in &inspection.codes {
        mark(&place.grown(1.0), *read);
    }
    if let Some((prepared, registered)) = registered {
        for (place, by) in prepared.page.marks.iter().zip(&registered.marks) {
            if !place.kind.is_corner() {
                mark(&place.rect, by.is_some());
            }
        }
        let [w, h] = prepared.layout.page_size_mm;
        canvas.outline(&corners(&RectMm::new(0.0, 0.0, w, h)), (1.5, EXPECTED));
    }
    Some(canvas)
}

/// Whether something at a place of the fine picture may not be told of: it lies on a
/// sensitive field.
fn hidden_places<'i>(inspection: &'i Inspection) -> impl Fn(PointPx) -> bool + 'i {
    move |p| {
        let Some((prepared, registered)) = inspection.trail.page.zip(inspection.trail.registered.as_ref())
        else {
            return false;
        };
        let sensitive = prepared.page.fields.iter().filter(|field| field.sensitive);
        let at = registered.map.unapply(p);
        sensitive
            .map(|field| field.rect.grown(crate::evidence::COVER_MM))
            .any(|cover| at.is_none_or(|p: PointMm| cover.overlaps(&RectMm::new(p.x, p.y, 0.01, 0.01))))
    }
}

/// The rectangle of an anchor.
fn rect_of(anchor: &Anchor) -> RectMm {
    let Anchor { at, width, height } = *anchor;
    RectMm::new(at.x - width / 2.0, at.y - height / 2.0, width, height)
}
