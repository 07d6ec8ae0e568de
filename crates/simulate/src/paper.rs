//! The sheet of paper: toner and ink in separate layers, in the paper's own frame.
//!
//! Layers hold how much of a thing lies where, not how it looks; light is added
//! when the sheet is scanned.

use phieu_model::geometry::{PointMm, RectMm};

/// A grid of bytes over the sheet.
#[derive(Debug, Clone)]
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<u8>,
}

/// Side of a tile in the map of where a layer holds anything, pixels.
pub(crate) const TILE: usize = 32;

/// Ink of one colour on the sheet.
#[derive(Debug, Clone)]
pub(crate) struct InkLayer {
    /// How strongly the ink takes away red, green and blue light: what passes a
    /// layer of density d is exp(−d · absorb).
    pub(crate) absorb: [f32; 3],
    /// Density in steps of 1/100.
    pub(crate) plane: Plane,
    /// Which tiles hold any ink, row by row.
    pub(crate) tiles: Vec<bool>,
    pub(crate) tiles_across: usize,
}

impl InkLayer {
    fn new(absorb: [f32; 3], width: usize, height: usize) -> Self {
        let tiles_across = width.div_ceil(TILE);
        Self {
            absorb,
            plane: Plane { width, height, data: vec![0; width * height] },
            tiles: vec![false; tiles_across * height.div_ceil(TILE)],
            tiles_across,
        }
    }

    /// Adds `density` at a pixel; what is there already stays.
    pub(crate) fn add(&mut self, x: usize, y: usize, density: f32) {
        let steps = (density * 100.0) as u8;
        if steps > 0 {
            let cell = &mut self.plane.data[y * self.plane.width + x];
            *cell = cell.saturating_add(steps);
            self.tiles[y / TILE * self.tiles_across + x / TILE] = true;
        }
    }
}

/// Where the print came to lie on the paper: millimetres of the layout to
/// millimetres of the sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Placement {
    pub(crate) scale: [f64; 2],
    pub(crate) shift_mm: [f64; 2],
}

impl Placement {
    pub(crate) fn apply(&self, p: PointMm) -> PointMm {
        PointMm::new(p.x * self.scale[0] + self.shift_mm[0], p.y * self.scale[1] + self.shift_mm[1])
    }

    pub(crate) fn apply_rect(&self, r: &RectMm) -> RectMm {
        let at = self.apply(PointMm::new(r.x, r.y));
        RectMm::new(at.x, at.y, r.w * self.scale[0], r.h * self.scale[1])
    }
}

/// A sheet with what was printed and written on it.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    pub(crate) size_mm: [f64; 2],
    /// Pixels to a millimetre.
    pub(crate) scale: f64,
    /// Toner: 0 none, 255 covered.
    pub(crate) print: Plane,
    pub(crate) inks: Vec<InkLayer>,
}

impl Paper {
    /// A bare sheet with `scale` pixels to a millimetre.
    pub(crate) fn bare(size_mm: [f64; 2], scale: f64) -> Self {
        let [width, height] = size_mm.map(|mm| (mm * scale).round() as usize);
        Self {
            size_mm,
            scale,
            print: Plane { width, height, data: vec![0; width * height] },
            inks: Vec::new(),
        }
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
}
