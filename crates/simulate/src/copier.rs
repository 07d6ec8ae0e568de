//! The copier: one more generation of print, from whatever lies on a sheet.

use serde::{Deserialize, Serialize};

use crate::paper::{Paper, Placement, Plane};
use crate::plane::Smooth;
use crate::random::Random;
use crate::toner::within;
use crate::truth::rounded;

/// One photocopy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Photocopy {
    /// Scale, across and down.
    pub scale: [f64; 2],
    /// Shift in millimetres.
    pub shift_mm: [f64; 2],
    /// Skew in degrees, clockwise.
    pub skew_deg: f64,
    /// Blur of its optics, deviation in millimetres.
    pub blur_mm: f64,
    /// Darkness that becomes half covered, 0–1.
    pub threshold: f64,
    /// Steepness of the tone curve, 1 straight.
    pub contrast: f64,
    /// Noise of the tone, deviation, 0–1.
    pub noise: f64,
    /// Specks of toner on the whole page.
    pub specks: u32,
    /// Width of the rim that is not printed, millimetres.
    pub lost_rim_mm: f64,
    /// Toner that solid areas lose in their middle, 0–1.
    pub hollow: f64,
    /// Grey veil over the page, 0–1.
    pub veil: f64,
}

impl Photocopy {
    /// Draws the settings of one copy.
    pub(crate) fn draw(random: &mut Random) -> Self {
        let scale = if random.chance(0.6) { [0.99, 1.01] } else { [0.96, 1.02] };
        let across = within(scale, random);
        Self {
            scale: [across, rounded(across + random.bounded(0.002, 0.006))],
            shift_mm: std::array::from_fn(|_| rounded(random.bounded(1.2, 3.5))),
            skew_deg: rounded(random.bounded(0.6, 1.8)),
            blur_mm: within([0.04, 0.11], random),
            threshold: within([0.28, 0.5], random),
            contrast: within([1.6, 5.0], random),
            noise: within([0.01, 0.08], random),
            specks: (random.unit() * random.unit() * 250.0) as u32,
            lost_rim_mm: within([0.0, 5.0], random),
            hollow: if random.chance(0.3) { within([0.1, 0.5], random) } else { 0.0 },
            veil: if random.chance(0.3) { within([0.02, 0.1], random) } else { 0.0 },
        }
    }

    /// Where the copy has what the original has, millimetres to millimetres.
    pub(crate) fn placement(&self, size_mm: [f64; 2]) -> Placement {
        Placement::about_middle(size_mm, self.scale, (self.skew_deg, self.shift_mm))
    }

    /// The copy: all that was to be seen on `paper` is toner on a white sheet.
    pub(crate) fn of(&self, paper: &Paper, random: &mut Random) -> Paper {
        let Plane { width, height, .. } = paper.print;
        let mut seen = darkness(paper);
        seen.blur(self.blur_mm * paper.scale);
        let mut copy = Paper::bare(paper.size_mm, paper.scale);
        copy.tint = paper.tint;

        let middle = self.hollow_middle(&seen);
        let back = self.placement(paper.size_mm).inverse().m;
        let grain = Smooth::new((0.1 * paper.scale).max(1.0), random);
        let tone: Vec<u8> = (0..512).map(|i| self.tone(f64::from(i) / 256.0 - 0.5)).collect();
        let rim = self.lost_rim_mm * paper.scale;
        let (left, right) = (rim, width as f64 - rim);
        // The offset of the map is in millimetres, the rest has no unit.
        let (u0, v0) = (back[2] * paper.scale, back[5] * paper.scale);
        let pale = self.tone(0.0);
        for y in 0..height {
            let yy = y as f64 + 0.5;
            if yy < rim || yy > height as f64 - rim {
                continue;
            }
            for x in left as usize..right as usize {
                let xx = x as f64 + 0.5;
                let (u, v) = (back[0] * xx + back[1] * yy + u0 - 0.5, back[3] * xx + back[4] * yy + v0 - 0.5);
                let value = seen.sample(u, v);
                let cell = &mut copy.print.data[y * width + x];
                if value == 0.0 {
                    *cell = pale;
                    continue;
                }
                let mut value = f64::from(value) / 255.0;
                if let Some(middle) = &middle {
                    value -= self.hollow * f64::from(middle.sample(u, v)) / 255.0;
                }
                let rough = f64::from(grain.at(x, y)) * self.noise * 2.0;
                *cell = tone[((value + rough + 0.5) * 256.0).clamp(0.0, 511.0) as usize];
            }
        }
        for _ in 0..self.specks {
            let at = [random.unit() * paper.size_mm[0], random.unit() * paper.size_mm[1]];
            let (radius, dark) = (random.between(0.04, 0.2), random.between(80.0, 255.0));
            for (x, y, [dx, dy]) in copy.around(at, radius + 0.1) {
                let cover = ((radius - dx.hypot(dy)) * paper.scale + 0.5).clamp(0.0, 1.0);
                let cell = &mut copy.print.data[y * width + x];
                *cell = (*cell).max((dark * cover) as u8);
            }
        }
        copy
    }

    /// Toner for what the copier sees, which is 0 (white) to 1, and noise beyond.
    fn tone(&self, dark: f64) -> u8 {
        let cover = (dark - self.threshold) * self.contrast + 0.5;
        ((self.veil + (1.0 - self.veil) * cover.clamp(0.0, 1.0)) * 255.0) as u8
    }

    /// How deep within a solid area each place is, if this copier leaves those hollow.
    fn hollow_middle(&self, seen: &Plane) -> Option<Plane> {
        (self.hollow > 0.0).then(|| {
            let mut middle = seen.clone();
            for _ in 0..3 {
                middle.blur(4.0);
            }
            middle.data.iter_mut().for_each(|v| *v = v.saturating_sub(150).saturating_mul(2));
            middle
        })
    }
}

/// How dark each place of the sheet looks, 0–255.
fn darkness(paper: &Paper) -> Plane {
    let mut seen = paper.print.clone();
    for ink in &paper.inks {
        let absorb = 0.299 * ink.absorb[0] + 0.587 * ink.absorb[1] + 0.114 * ink.absorb[2];
        let passes: Vec<f32> = (0..256u16).map(|d| (-f32::from(d) / 100.0 * absorb).exp()).collect();
        for (cell, density) in seen.data.iter_mut().zip(&ink.plane.data).filter(|(_, d)| **d > 0) {
            *cell = 255 - (f32::from(255 - *cell) * passes[usize::from(*density)]) as u8;
        }
    }
    let light = 0.299 * paper.tint[0] + 0.587 * paper.tint[1] + 0.114 * paper.tint[2];
    // Coloured paper is grey to a copier, which takes most of that away.
    let veil = ((1.0 - light) * 120.0) as u8;
    if veil > 0 {
        seen.data.iter_mut().for_each(|v| *v = (*v).max(veil));
    }
    seen
}
