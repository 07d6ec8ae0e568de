//! The sheet of paper: toner and ink in separate layers, in the paper's own frame.
//!
//! Layers hold how much of a thing lies where, not how it looks; light is added
//! when the sheet is scanned.

use phieu_model::geometry::RectMm;

pub(crate) use crate::placement::Placement;
pub(crate) use crate::plane::{Plane, Tiles};

/// Ink of one colour on the sheet.
#[derive(Debug, Clone)]
pub(crate) struct InkLayer {
    /// How strongly the ink takes away red, green and blue light: what passes a
    /// layer of density d is exp(−d · absorb).
    pub(crate) absorb: [f32; 3],
    /// Density in steps of 1/100.
    pub(crate) plane: Plane,
    /// Which tiles hold any ink.
    pub(crate) tiles: Tiles,
}

impl InkLayer {
    fn new(absorb: [f32; 3], width: usize, height: usize) -> Self {
        Self { absorb, plane: Plane::zeros(width, height), tiles: Tiles::empty(width, height) }
    }

    /// Adds `density` at a pixel; what is there already stays.
    pub(crate) fn add(&mut self, x: usize, y: usize, density: f32) {
        let steps = (density * 100.0) as u8;
        if steps > 0 {
            let cell = &mut self.plane.data[y * self.plane.width + x];
            *cell = cell.saturating_add(steps);
            self.tiles.hold(x, y);
        }
    }
}

/// Where the sheet is no longer.
#[derive(Debug, Clone)]
pub(crate) struct Absence {
    /// 0 paper, 255 none.
    pub(crate) plane: Plane,
    pub(crate) tiles: Tiles,
}

/// A sheet with what was printed and written on it.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    pub(crate) size_mm: [f64; 2],
    /// Pixels to a millimetre.
    pub(crate) scale: f64,
    /// Share of red, green and blue light that the bare paper gives back, against white.
    pub(crate) tint: [f64; 3],
    /// Toner: 0 none, 255 covered.
    pub(crate) print: Plane,
    pub(crate) inks: Vec<InkLayer>,
    /// Holes and lost corners, if there are any.
    pub(crate) absence: Option<Absence>,
}

impl Paper {
    /// A bare white sheet with `scale` pixels to a millimetre.
    pub(crate) fn bare(size_mm: [f64; 2], scale: f64) -> Self {
        let [width, height] = size_mm.map(|mm| (mm * scale).round() as usize);
        let print = Plane::zeros(width, height);
        Self { size_mm, scale, tint: [1.0; 3], print, inks: Vec::new(), absence: None }
    }

    /// A new, empty layer of ink.
    pub(crate) fn add_ink(&mut self, absorb: [f32; 3]) -> &mut InkLayer {
        self.inks.push(InkLayer::new(absorb, self.print.width, self.print.height));
        self.inks.last_mut().expect("one was just added")
    }

    /// Whether there is toner within a few pixels of a place given in pixels.
    pub(crate) fn is_printed_near(&self, u: f64, v: f64) -> bool {
        const REACH: usize = 5;
        let around = |at: f64, most: usize| {
            let at = at.max(0.0) as usize;
            at.saturating_sub(REACH)..(at + REACH + 1).min(most)
        };
        around(v, self.print.height)
            .any(|y| around(u, self.print.width).any(|x| self.print.data[y * self.print.width + x] > 20))
    }

    /// Covers an upright rectangle (sheet millimetres) with toner, edges by coverage.
    pub(crate) fn print_rect(&mut self, r: &RectMm) {
        let (x0, x1) = (r.x * self.scale, r.right() * self.scale);
        let (y0, y1) = (r.y * self.scale, r.bottom() * self.scale);
        let overlap =
            |i: usize, lo: f64, hi: f64| (hi.min(i as f64 + 1.0) - lo.max(i as f64)).clamp(0.0, 1.0);
        for y in y0.max(0.0) as usize..(y1.max(0.0).ceil() as usize).min(self.print.height) {
            for x in x0.max(0.0) as usize..(x1.max(0.0).ceil() as usize).min(self.print.width) {
                let cover = (255.0 * overlap(x, x0, x1) * overlap(y, y0, y1)) as u8;
                let cell = &mut self.print.data[y * self.print.width + x];
                *cell = cell.saturating_add(cover);
            }
        }
    }

    /// The pixels around a place (millimetres) within `reach_mm`, each with its offset from
    /// the place in millimetres.
    pub(crate) fn around(
        &self,
        at: [f64; 2],
        reach_mm: f64,
    ) -> impl Iterator<Item = (usize, usize, [f64; 2])> + use<> {
        let scale = self.scale;
        let span = move |at: f64, most: usize| {
            let low = ((at - reach_mm) * scale).clamp(0.0, most as f64) as usize;
            low..((at + reach_mm) * scale).ceil().clamp(0.0, most as f64) as usize
        };
        let (columns, rows) = (span(at[0], self.print.width), span(at[1], self.print.height));
        rows.flat_map(move |y| columns.clone().map(move |x| (x, y)))
            .map(move |(x, y)| (x, y, [(x as f64 + 0.5) / scale - at[0], (y as f64 + 0.5) / scale - at[1]]))
    }

    /// Takes toner and ink away at a pixel.
    pub(crate) fn wipe(&mut self, x: usize, y: usize) {
        let at = y * self.print.width + x;
        self.print.data[at] = 0;
        self.inks.iter_mut().for_each(|ink| ink.plane.data[at] = 0);
    }

    /// Takes `share` (0–1) of the paper away at a pixel.
    pub(crate) fn take(&mut self, x: usize, y: usize, share: f64) {
        let (width, height) = (self.print.width, self.print.height);
        let absence = self.absence.get_or_insert_with(|| Absence {
            plane: Plane::zeros(width, height),
            tiles: Tiles::empty(width, height),
        });
        let cell = &mut absence.plane.data[y * width + x];
        *cell = (*cell).max((share.clamp(0.0, 1.0) * 255.0) as u8);
        if *cell > 0 {
            absence.tiles.hold(x, y);
        }
    }

    /// Whether most of the paper is missing at a place (millimetres).
    pub(crate) fn is_absent(&self, x_mm: f64, y_mm: f64) -> bool {
        let (x, y) = ((x_mm * self.scale) as usize, (y_mm * self.scale) as usize);
        let beyond = x_mm < 0.0 || y_mm < 0.0 || x >= self.print.width || y >= self.print.height;
        beyond || self.absence.as_ref().is_some_and(|a| a.plane.data[y * self.print.width + x] > 127)
    }
}
