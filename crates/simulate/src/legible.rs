//! What is left of the print in the picture: of a box whose outline is gone nobody can say where it was.

use phieu_model::geometry::{PointMm, RectMm};

use crate::scan::Scanned;

/// Places looked at along each side of an outline.
const PLACES: usize = 9;
/// Where across the line it is looked for, and where the paper beside it, in mm from the line outwards.
const LINE_MM: [f64; 3] = [-0.12, 0.0, 0.12];
const PAPER_MM: [f64; 2] = [0.9, 1.2];
/// How much darker than the paper beside it a place of the line is at least, of the range from black to
/// white: half of that is the noise of a poor scanner.
const DARKER: f64 = 0.08;
/// Share of the places at which the line must be seen.
const SEEN: f64 = 0.5;

/// Whether the outline `rect` is to be seen. `place` takes a place of the layout to the sheet that was scanned.
pub(crate) fn is_outline_seen(scanned: &Scanned, rect: &RectMm, place: &dyn Fn(PointMm) -> PointMm) -> bool {
    let level = |x: f64, y: f64| {
        let at = place(PointMm::new(x, y));
        let ([px, py], _) = scanned.view.picture_place([at.x, at.y]);
        let picture = &scanned.picture;
        let inside = px >= 0.0 && py >= 0.0 && px < picture.width as f64 && py < picture.height as f64;
        inside.then(|| {
            let first = (py as usize * picture.width + px as usize) * picture.channels;
            let sum: u32 = picture.data[first..first + picture.channels].iter().map(|v| u32::from(*v)).sum();
            f64::from(sum) / picture.channels as f64 / 255.0
        })
    };
    let mut seen = 0;
    for k in 0..PLACES {
        let along = (k as f64 + 1.0) / (PLACES as f64 + 1.0);
        let (x, y) = (rect.x + along * rect.w, rect.y + along * rect.h);
        // A place on each side, and the way out of the box there.
        let sides = [
            (x, rect.y, 0.0, -1.0),
            (x, rect.bottom(), 0.0, 1.0),
            (rect.x, y, -1.0, 0.0),
            (rect.right(), y, 1.0, 0.0),
        ];
        for (x, y, ox, oy) in sides {
            let at = |mm: f64| level(x + ox * mm, y + oy * mm);
            let line = LINE_MM.iter().filter_map(|&mm| at(mm)).reduce(f64::min);
            let paper: Vec<f64> = PAPER_MM.iter().filter_map(|&mm| at(mm)).collect();
            let mean = paper.iter().sum::<f64>() / paper.len() as f64;
            seen += u32::from(line.is_some_and(|line| mean - line >= DARKER));
        }
    }
    f64::from(seen) >= SEEN * (4 * PLACES) as f64
}
