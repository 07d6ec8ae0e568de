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
/// Furthest that words are looked for, in steps: 0.75 mm. Those that seem to lie there are not believed.
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
        let starts = |n: usize, by: usize| (REACH..(n + 1).saturating_sub(REACH + by)).step_by(by);
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
        let Patch { ink, visible, .. } = Patch::over(picture, map, (self.grid, Detail::Coarse));
        // Beyond the picture there is no ink, and a piece that is cut would be drawn inwards.
        if visible < 1.0 {
            return None;
        }
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

#[cfg(test)]
mod tests {
    use phieu_model::geometry::PointPx;
    use phieu_model::homography::Homography;

    use super::*;
    use crate::frame::Frame;

    /// Pixels to a millimetre.
    const PX: f64 = 8.0;
    const SIDE_MM: f64 = 60.0;

    /// A picture of what `drawing` has, all of it moved by so many millimetres.
    fn picture(drawing: &Drawing, (dx, dy): (f64, f64)) -> Picture {
        let side = (SIDE_MM * PX) as usize;
        let cover = |i: usize| {
            let (x, y) = ((i % side) as f64 / PX, (i / side) as f64 / PX);
            drawing.letters_at(PointMm::new(x - dx, y - dy), 0.1)
        };
        let pixels = (0..side * side).map(|i| 250 - (200.0 * cover(i)) as u8).collect();
        Picture::small(Frame::new(side, side, pixels).unwrap())
    }

    fn map() -> Mapping {
        let corners = [(0.0, 0.0), (SIDE_MM, 0.0), (SIDE_MM, SIDE_MM), (0.0, SIDE_MM)];
        let pairs = corners.map(|(x, y)| (PointMm::new(x, y), PointPx::new(x * PX, y * PX)));
        Mapping::of(Homography::fit(&pairs).unwrap())
    }

    #[test]
    fn words_are_found_where_they_lie_and_nowhere_else() {
        let drawing = Drawing::of_text("Thái độ phục vụ", PointMm::new(8.0, 30.0));
        let words = Words::of(&drawing, [SIDE_MM, SIDE_MM]);
        for by in [(0.0, 0.0), (0.4, -0.3), (-0.45, 0.2)] {
            let finds = words.finds(&picture(&drawing, by), &map());
            assert!(finds.len() >= 2, "{by:?}: {finds:?}");
            for find in finds {
                let (x, y) = (find.by.0 - by.0, find.by.1 - by.1);
                assert!(x.hypot(y) < 0.08, "{by:?} {find:?}");
            }
        }
        let too_far = words.finds(&picture(&drawing, (0.0, 1.4)), &map());
        assert!(too_far.is_empty(), "{too_far:?}");
        let empty = Drawing::of_text("", PointMm::new(8.0, 30.0));
        assert!(words.finds(&picture(&empty, (0.0, 0.0)), &map()).is_empty());
    }
}
