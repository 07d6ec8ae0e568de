//! Strokes too weak to be ink: what a pen leaves that is hardly pressed, or the grain of a pencil.
//!
//! No sample of such a stroke is darker than the noise of paper; a straight piece of it is, as a whole, against the paper
//! on both of its sides, for noise has no direction. So lines are laid through every place in all directions, and
//! the one that stands out most is the measure: a matched filter for pieces of lines, as Chaudhuri et al. 1989 find
//! blood vessels. What is normal depends on paper and scanner; boxes of one sheet are compared with each other.

use phieu_model::geometry::RectMm;

use crate::stencil::BoxStencil;
use crate::wide::widely;

/// Half the length of a line, in samples of 1/8 mm: 2.25 mm in all, about a stroke of a small mark.
const HALF: usize = 9;
/// Every which sample of a line is looked at; each is a mean over 0.4 mm.
const EVERY: usize = 2;
/// Samples of a line that are looked at.
const LINE: usize = 2 * HALF / EVERY + 1;
/// Distance of the paper beside a line, in samples: 0.75 mm, beyond the stroke of a felt tip.
const ASIDE: f32 = 6.0;
/// Samples by which a line, or the paper beside it, may leave the surroundings of a box.
const MARGIN: usize = HALF + ASIDE as usize + 1;
/// Samples of a line, and of the paper on each of its sides, that must be free.
const LEAST_FREE: usize = 7;
const LEAST_PAPER: usize = 5;
/// Directions, over half a turn.
const DIRECTIONS: usize = 8;
/// Distance between the middles of lines, in samples.
const STRIDE: usize = 2;
/// Places that are looked at together: so many stay in the registers of a processor.
const TOGETHER: usize = 16;
/// Distance from clear ink, in samples, up to which anything is part of it: 0.75 mm.
const INK_REACH: usize = 6;

/// How much more ink, 0–1, than the paper on both of its sides that line has which stands out most in and round a box, within
/// its question's place `row`; 0 where none does. `ink` is that of the stencil's grid; a sample of clear ink has
/// more than `stroke`.
pub fn weak_stroke(ink: &[f32], stencil: &BoxStencil, (row, stroke): (&RectMm, f32)) -> f32 {
    let grid = &stencil.grid;
    let clear: Vec<bool> = ink.iter().zip(&stencil.free).map(|(v, free)| *free && *v > stroke).collect();
    let near_ink = widened(&clear, grid.width);
    let mut free: Vec<bool> = stencil.free.iter().zip(&near_ink).map(|(free, near)| *free & !near).collect();
    let [across, down] = [grid.width, grid.height].map(|n| 0..n);
    let columns: Vec<bool> = across.map(|x| (row.x..=row.right()).contains(&grid.place(x).x)).collect();
    for (y, free) in down.zip(free.chunks_exact_mut(grid.width)) {
        let in_row = (row.y..=row.bottom()).contains(&grid.place(y * grid.width).y);
        free.iter_mut().zip(&columns).for_each(|(free, column)| *free &= in_row & column);
    }
    strongest(&Samples::of(ink, &free, grid.width))
}

/// Samples of a line, as steps across and down from the place that it is looked at for.
type Line = [(isize, isize); LINE];

/// The line in direction (dx, dy) that lies so many samples to the side of its place.
fn line((dx, dy): (f32, f32), aside: f32) -> Line {
    std::array::from_fn(|k| {
        let t = (k * EVERY) as f32 - HALF as f32;
        ((t * dx - aside * dy).round() as isize, (t * dy + aside * dx).round() as isize)
    })
}

/// Ink on free paper, with a margin in which nothing is free. Samples in even and in odd columns stand apart, since only
/// every [`STRIDE`]th place is looked at.
struct Samples {
    columns: [Columns; STRIDE],
    /// Samples in a row of one kind of columns, the margin included.
    stride: usize,
    /// Places that are looked at in a row, and rows.
    width: usize,
    height: usize,
}

#[derive(Clone)]
struct Columns {
    /// Ink; 0 where a sample is not free.
    ink: Vec<f32>,
    /// 1 where a sample is free, else 0.
    free: Vec<f32>,
}

impl Samples {
    fn of(ink: &[f32], free: &[bool], width: usize) -> Self {
        let height = ink.len() / width;
        let stride = (width + 2 * MARGIN).div_ceil(STRIDE);
        let nothing = vec![0.0; stride * (height + 2 * MARGIN)];
        let columns = Columns { ink: nothing.clone(), free: nothing };
        let mut columns: [Columns; STRIDE] = std::array::from_fn(|_| columns.clone());
        for (y, (ink, free)) in ink.chunks_exact(width).zip(free.chunks_exact(width)).enumerate() {
            for (x, ink) in ink.iter().enumerate().filter(|(x, _)| free[*x]) {
                let at = (y + MARGIN) * stride + (x + MARGIN) / STRIDE;
                let column = &mut columns[(x + MARGIN) % STRIDE];
                (column.ink[at], column.free[at]) = (*ink, 1.0);
            }
        }
        Self { columns, stride, width: width.div_ceil(STRIDE), height }
    }

    fn is_free(&self, place: usize, y: usize) -> bool {
        self.columns[MARGIN % STRIDE].free[(y + MARGIN) * self.stride + MARGIN / STRIDE + place] > 0.0
    }

    /// Puts down, for each place that is looked at in row `y`, the mean ink of its line, the two darkest samples left out, for a
    /// speck is no stroke; `none` with fewer free samples than `least`, which is more than two. What stands beyond the last
    /// place means nothing.
    fn means(&self, y: usize, line: &Line, (least, none): (usize, f32), means: &mut [[f32; TOGETHER]]) {
        let greater = |a: f32, b: f32| if a > b { a } else { b };
        let less = |a: f32, b: f32| if a < b { a } else { b };
        widely(
            #[inline(always)]
            || {
                for (k, means) in means.iter_mut().enumerate() {
                    let (mut sum, mut count) = ([0.0_f32; TOGETHER], [0.0_f32; TOGETHER]);
                    let (mut first, mut second) = ([0.0_f32; TOGETHER], [0.0_f32; TOGETHER]);
                    for (across, down) in line {
                        let row = (y + MARGIN).wrapping_add_signed(*down) * self.stride + k * TOGETHER;
                        let column = MARGIN.wrapping_add_signed(*across);
                        let (from, column) = (row + column / STRIDE, &self.columns[column % STRIDE]);
                        let (ink, free) = (&column.ink[from..][..TOGETHER], &column.free[from..][..TOGETHER]);
                        for x in 0..TOGETHER {
                            sum[x] += ink[x];
                            count[x] += free[x];
                            second[x] = greater(second[x], less(ink[x], first[x]));
                            first[x] = greater(first[x], ink[x]);
                        }
                    }
                    for x in 0..TOGETHER {
                        let mean = (sum[x] - first[x] - second[x]) / (count[x] - 2.0);
                        means[x] = if count[x] >= least as f32 { mean } else { none };
                    }
                }
            },
        );
    }
}

fn strongest(samples: &Samples) -> f32 {
    let mut best = 0.0_f32;
    let nothing = vec![[0.0; TOGETHER]; samples.width.div_ceil(TOGETHER)];
    let [mut lines, mut before, mut after] = std::array::from_fn(|_| nothing.clone());
    for direction in 0..DIRECTIONS {
        let (dy, dx) = (direction as f32 * std::f32::consts::PI / DIRECTIONS as f32).sin_cos();
        let [middle, left, right] = [0.0, ASIDE, -ASIDE].map(|aside| line((dx, dy), aside));
        for y in (0..samples.height).step_by(STRIDE) {
            samples.means(y, &middle, (LEAST_FREE, f32::NEG_INFINITY), &mut lines);
            // Paper never counts as less than none, so that only a darker line can be the best.
            let may_be_best = |x: usize, best: f32| lines.as_flattened()[x] > best && samples.is_free(x, y);
            if !(0..samples.width).any(|x| may_be_best(x, best)) {
                continue;
            }
            samples.means(y, &left, (LEAST_PAPER, f32::INFINITY), &mut before);
            samples.means(y, &right, (LEAST_PAPER, f32::INFINITY), &mut after);
            for x in 0..samples.width {
                if may_be_best(x, best) {
                    let [line, one, other] = [&lines, &before, &after].map(|means| means.as_flattened()[x]);
                    best = best.max(line - one.max(other).max(0.0));
                }
            }
        }
    }
    best
}

/// Whether one of `samples` that hold lies no further away than [`INK_REACH`], across and down.
fn widened(samples: &[bool], width: usize) -> Vec<bool> {
    let height = samples.len() / width;
    let mut across = vec![false; samples.len()];
    for i in (0..samples.len()).filter(|&i| samples[i]) {
        let (x, y) = (i % width, i / width);
        across[y * width..][x.saturating_sub(INK_REACH)..(x + INK_REACH + 1).min(width)].fill(true);
    }
    let mut both = vec![false; samples.len()];
    for i in (0..samples.len()).filter(|&i| across[i]) {
        let (x, y) = (i % width, i / width);
        (y.saturating_sub(INK_REACH)..(y + INK_REACH + 1).min(height))
            .for_each(|v| both[v * width + x] = true);
    }
    both
}

#[cfg(test)]
mod tests {
    use phieu_model::geometry::PointMm;

    use super::*;
    use crate::drawing::Drawing;
    use crate::stencil::BoxStencil;

    /// The measure at a box on empty paper with grain of ±0.02 that is the same in each run, on which `pen` leaves so much.
    fn measured(pen: &dyn Fn(PointMm) -> f32) -> f32 {
        let rect = RectMm::new(10.0, 10.0, 4.8, 4.8);
        let stencil = BoxStencil::of(&rect, &Drawing::of_text("", PointMm::new(5.0, 50.0)));
        let grain =
            |i: usize| (((i as u32 + 1).wrapping_mul(2_654_435_761) >> 8) % 101) as f32 / 101.0 * 0.04 - 0.02;
        let ink: Vec<f32> = (0..stencil.grid.len()).map(|i| grain(i) + pen(stencil.grid.place(i))).collect();
        weak_stroke(&ink, &stencil, (&RectMm::new(0.0, 8.0, 100.0, 10.0), 0.3))
    }

    #[test]
    fn a_stroke_no_darker_than_the_grain_of_paper_stands_out_and_a_speck_a_shade_and_clear_ink_do_not() {
        let paper = measured(&|_| 0.0);
        let diagonal = |p: PointMm| (p.x - p.y).abs() < 0.25 && (10.5..14.5).contains(&p.x);
        let stroke = measured(&|p| if diagonal(p) { 0.03 } else { 0.0 });
        assert!(stroke > 1.5 * paper + 0.01, "{stroke} on paper of {paper}");
        let speck = measured(&|p| if p.distance(PointMm::new(12.0, 12.0)) < 0.2 { 0.25 } else { 0.0 });
        assert!(speck < paper + 0.006, "a speck: {speck} on paper of {paper}");
        let shade = measured(&|p| if p.x > 12.0 { 0.03 } else { 0.0 });
        assert!(shade < paper + 0.006, "the shade of a fold: {shade} on paper of {paper}");
        let ink = measured(&|p| if diagonal(p) { 0.7 } else { 0.0 });
        assert!(ink < paper + 0.006, "clear ink is measured elsewhere: {ink} on paper of {paper}");
        let above = measured(&|p| if (p.y - 7.4).abs() < 0.25 { 0.1 } else { 0.0 });
        assert!(above < paper + 0.006, "a stroke in the row above: {above} on paper of {paper}");
    }
}
