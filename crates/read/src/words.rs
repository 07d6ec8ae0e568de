//! Where printed words lie. On paper that does not lie flat they tell of the places between the boxes, of which
//! nothing else does: a question's text takes half of a row, and print beside its place would pass for ink.

use phieu_model::geometry::PointMm;

use crate::drawing::Drawing;
use crate::field::Find;
use crate::patch::{Detail, Grid, Mapping, Patch, Picture};
use crate::register::vertex;

/// Distance between the places looked at, in mm: half the stem of a letter.
const STEP_MM: f64 = 0.25;
/// Places in a piece of a page, across and down: 14 by 6 mm, a word or two of a line.
const ACROSS: usize = 56;
const DOWN: usize = 24;
/// Furthest that words are looked for, in steps: 0.75 mm.
const REACH: usize = 3;
/// Share of a place, 0–255, that letters cover from which it belongs to them.
const COVERED: u8 = 128;
/// Places of letters that a piece must have to say anything.
const LEAST_LETTERS: usize = 60;
/// How much more ink than on average within reach there must be where the words are found.
const CONTRAST: f32 = 0.08;

/// The printed words of a page, in pieces.
#[derive(Debug)]
pub struct Words {
    pieces: Vec<Piece>,
}

/// Words that lie together.
#[derive(Debug)]
struct Piece {
    /// The piece and what lies within reach of it.
    grid: Grid,
    /// For each place of letters the first place on the grid that is looked at for it: by the whole reach to the left
    /// of it and above.
    letters: Vec<usize>,
    middle: PointMm,
}

impl Words {
    /// The words that `drawing` has on a page of this size.
    pub fn of(drawing: &Drawing, [width, height]: [f64; 2]) -> Self {
        let places = |length: f64| (length / STEP_MM) as usize + 1;
        let page = Grid {
            origin: PointMm::new(0.0, 0.0),
            step: STEP_MM,
            width: places(width),
            height: places(height),
        };
        let starts = |n: usize, by: usize| (REACH..(n - REACH).saturating_sub(by)).step_by(by);
        let pieces = starts(page.height, DOWN)
            .flat_map(|y| starts(page.width, ACROSS).map(move |x| (x, y)))
            .filter_map(|(x, y)| Piece::of(drawing, page.place(y * page.width + x)))
            .collect();
        Self { pieces }
    }

    /// Those that are found near to where `map` has them, with their displacement in mm.
    pub fn finds(&self, picture: &Picture, map: &Mapping) -> Vec<Find> {
        self.pieces.iter().filter_map(|piece| piece.find(picture, map)).collect()
    }
}

impl Piece {
    /// The piece whose first place is `first`; `None` where there are too few letters.
    fn of(drawing: &Drawing, first: PointMm) -> Option<Self> {
        let origin = PointMm::new(first.x - REACH as f64 * STEP_MM, first.y - REACH as f64 * STEP_MM);
        let grid = Grid { origin, step: STEP_MM, width: ACROSS + 2 * REACH, height: DOWN + 2 * REACH };
        let (mut letters, mut x, mut y) = (Vec::new(), 0.0, 0.0);
        for start in (0..DOWN).flat_map(|v| (0..ACROSS).map(move |u| v * grid.width + u)) {
            let p = grid.place(start + REACH * grid.width + REACH);
            if drawing.letter_share(p) >= COVERED {
                letters.push(start);
                (x, y) = (x + p.x, y + p.y);
            }
        }
        let n = letters.len() as f64;
        (letters.len() >= LEAST_LETTERS).then(|| Self { grid, letters, middle: PointMm::new(x / n, y / n) })
    }

    /// Where the letters show most ink; `None` where that is at the border of what is looked at, or nowhere in particular.
    fn find(&self, picture: &Picture, map: &Mapping) -> Option<Find> {
        const SIDE: usize = 2 * REACH + 1;
        let ink = Patch::over(picture, map, (self.grid, Detail::Coarse)).ink;
        let shown = |i: usize, j: usize| {
            let by = j * self.grid.width + i;
            self.letters.iter().map(|start| ink[start + by]).sum::<f32>() / self.letters.len() as f32
        };
        let scores: Vec<f32> = (0..SIDE * SIDE).map(|k| shown(k % SIDE, k / SIDE)).collect();
        let mean = scores.iter().sum::<f32>() / scores.len() as f32;
        let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
        let (i, j) = (best % SIDE, best / SIDE);
        let is_inner = |v: usize| v > 0 && v < SIDE - 1;
        if !is_inner(i) || !is_inner(j) || scores[best] - mean < CONTRAST {
            return None;
        }
        let fine = |step: usize| vertex(scores[best - step], scores[best], scores[best + step]);
        let by = |at: usize, step: usize| (at as f64 - REACH as f64 + fine(step)) * STEP_MM;
        let (x, y) = map.displacement(self.middle);
        Some(Find { place: self.middle, by: (x + by(i, 1), y + by(j, SIDE)), sure: false })
    }
}
