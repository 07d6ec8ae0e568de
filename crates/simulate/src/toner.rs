//! One run of the printer: where its image lies, and how its toner holds.

use serde::{Deserialize, Serialize};

use crate::copier::Photocopy;
use crate::paper::{Paper, Placement};
use crate::plane::{Plane, Smooth};
use crate::profile::{Printing, Span};
use crate::random::Random;
use crate::truth::rounded;

/// How one sheet was printed, copied included.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PrintRun {
    /// Scale of the print, across and down.
    pub scale: [f64; 2],
    /// Shift on the paper in millimetres.
    pub shift_mm: [f64; 2],
    /// Skew of the print in degrees, clockwise.
    pub skew_deg: f64,
    /// Darkness of the toner, 0–1.
    pub darkness: f64,
    /// How the toner fades, if it does.
    pub fading: Option<Fading>,
    /// Softness of the edges, deviation in millimetres.
    pub soft_mm: f64,
    /// Raggedness of the edges and grain of solid areas, 0–1.
    pub coarse: f64,
    /// Share of red, green and blue light that the bare paper gives back.
    pub paper: [f64; 3],
    /// Density with which the other side shines through.
    pub bleed: f64,
    /// The blank form was copied.
    pub copied_blank: Option<Photocopy>,
    /// The filled-in sheet was copied.
    pub copied_filled: Option<Photocopy>,
}

/// How toner fades over a page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fading {
    /// Bands down the page: the drum is worn.
    Down {
        /// Distance of the bands, millimetres.
        every_mm: f64,
        /// Toner lost in the middle of a band, 0–1.
        loss: f64,
    },
    /// Bands across the page, once a turn of the drum.
    Across {
        /// Distance of the bands, millimetres.
        every_mm: f64,
        /// Toner lost in the middle of a band, 0–1.
        loss: f64,
    },
    /// Less and less towards one side.
    Side {
        /// The right side; else the left one.
        right: bool,
        /// Toner lost at that side, 0–1.
        loss: f64,
    },
}

/// Kinds of paper in a tray, with weights: white light given back.
const PAPERS: [([f64; 3], f64); 7] = [
    ([0.86, 0.86, 0.84], 3.0),
    ([0.97, 0.95, 0.86], 3.0),
    ([0.99, 0.97, 0.70], 1.5),
    ([0.98, 0.80, 0.84], 1.5),
    ([0.78, 0.93, 0.80], 1.5),
    ([0.78, 0.88, 0.98], 1.5),
    ([0.72, 0.70, 0.68], 1.0),
];

pub(crate) fn within(span: Span, random: &mut Random) -> f64 {
    rounded(random.between(span[0], span[1]))
}

impl PrintRun {
    /// Draws how one sheet is printed.
    pub(crate) fn draw(printing: &Printing, random: &mut Random) -> Self {
        let both = within(printing.scale, random);
        let differ = random.between(-printing.unequal, printing.unequal) / 2.0;
        let copy = |chance: f64, random: &mut Random| random.chance(chance).then(|| Photocopy::draw(random));
        Self {
            scale: [rounded(both + differ), rounded(both - differ)],
            shift_mm: std::array::from_fn(|_| {
                rounded(random.bounded(printing.shift_mm / 2.5, printing.shift_mm))
            }),
            skew_deg: within([-printing.skew_deg, printing.skew_deg], random),
            darkness: within(printing.darkness, random),
            fading: random.chance(printing.fading).then(|| Fading::draw(random)),
            soft_mm: within(printing.soft_mm, random),
            coarse: within(printing.coarse, random),
            paper: if random.chance(printing.coloured) { *random.pick(&PAPERS) } else { [1.0; 3] },
            bleed: if random.chance(printing.bleed) { within([0.03, 0.2], random) } else { 0.0 },
            copied_blank: copy(printing.copied_blank, random),
            copied_filled: copy(printing.copied_filled, random),
        }
    }

    /// Where the printer puts its image: printers shrink towards the middle of the sheet.
    pub(crate) fn printed(&self, size_mm: [f64; 2]) -> Placement {
        Placement::about_middle(size_mm, self.scale, (self.skew_deg, self.shift_mm))
    }

    /// Where the print lies on the sheet that a person fills in.
    pub(crate) fn blank(&self, size_mm: [f64; 2]) -> Placement {
        let copied = self.copied_blank.as_ref().map(|copy| copy.placement(size_mm));
        copied.iter().fold(self.printed(size_mm), |place, copy| place.then(copy))
    }

    /// What becomes of the printed image: its darkness, fading and edges, then the copier.
    pub(crate) fn age(&self, mut paper: Paper, random: &mut Random) -> Paper {
        paper.tint = self.paper;
        if self.bleed > 0.0 {
            self.shine_through(&mut paper, random);
        }
        paper.print.blur(self.soft_mm * paper.scale);
        self.fade(&mut paper, random);
        match &self.copied_blank {
            Some(copy) => copy.of(&paper, random),
            None => paper,
        }
    }

    fn fade(&self, paper: &mut Paper, random: &mut Random) {
        let Plane { width, height, .. } = paper.print;
        let (mut down, mut across) = (vec![1f32; width], vec![self.darkness as f32; height]);
        let phase = random.unit();
        let band = |at: f64, every_mm: f64, loss: f64| {
            let turn = ((at / every_mm + phase) * std::f64::consts::TAU).cos() * 0.5 + 0.5;
            (1.0 - loss * turn.powi(3)) as f32
        };
        let mm = |pixel: usize| pixel as f64 / paper.scale;
        match self.fading {
            Some(Fading::Down { every_mm, loss }) => {
                down.iter_mut().enumerate().for_each(|(x, f)| *f *= band(mm(x), every_mm, loss));
            }
            Some(Fading::Across { every_mm, loss }) => {
                across.iter_mut().enumerate().for_each(|(y, f)| *f *= band(mm(y), every_mm, loss));
            }
            Some(Fading::Side { right, loss }) => {
                for (x, f) in down.iter_mut().enumerate() {
                    let along = x as f64 / width as f64;
                    let near = if right { along } else { 1.0 - along };
                    *f *= (1.0 - loss * ((near - 0.3) / 0.7).clamp(0.0, 1.0)) as f32;
                }
            }
            None => {}
        }
        let grain = Smooth::new((0.12 * paper.scale).max(1.0), random);
        let coarse = self.coarse as f32;
        for (y, row) in paper.print.data.chunks_exact_mut(width).enumerate() {
            for (x, toner) in row.iter_mut().enumerate().filter(|(_, toner)| **toner > 0) {
                let cover = f32::from(*toner) / 255.0;
                let mut left = cover;
                if coarse > 0.0 {
                    let rough = grain.at(x, y);
                    // Edges are where cover is neither 0 nor 1.
                    left += coarse * rough * (3.0 * cover * (1.0 - cover) - 0.12 * cover * (1.0 - rough));
                }
                *toner = (left.clamp(0.0, 1.0) * down[x] * across[y] * 255.0) as u8;
            }
        }
    }

    /// The other side of the sheet, seen in the mirror and softly: print of the same kind.
    fn shine_through(&self, paper: &mut Paper, random: &mut Random) {
        let (width, height) = (paper.print.width, paper.print.height);
        let shift: [i64; 2] = std::array::from_fn(|_| (random.between(-6.0, 6.0) * paper.scale) as i64);
        let mut other = Plane::zeros(width, height);
        for y in 0..height {
            let from = y as i64 + shift[1];
            if !(0..height as i64).contains(&from) {
                continue;
            }
            let row = &paper.print.data[from as usize * width..][..width];
            for (x, cell) in other.data[y * width..][..width].iter_mut().enumerate() {
                let from = (width - 1 - x) as i64 + shift[0];
                *cell = if (0..width as i64).contains(&from) { row[from as usize] / 3 } else { 0 };
            }
        }
        other.blur(0.15 * paper.scale);
        let layer = paper.add_ink([1.0, 1.0, 1.0].map(|a| a * self.bleed as f32));
        layer.plane = other;
        layer.tiles = crate::plane::Tiles::of(&layer.plane);
    }
}

impl Fading {
    fn draw(random: &mut Random) -> Self {
        let loss = within([0.2, 0.75], random);
        match random.below(3) {
            0 => Self::Down { every_mm: within([25.0, 120.0], random), loss },
            1 => Self::Across { every_mm: within([38.0, 95.0], random), loss },
            _ => Self::Side { right: random.chance(0.5), loss },
        }
    }
}
