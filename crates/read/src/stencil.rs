//! Which samples of a page each measure looks at: worked out once for a layout, since
//! boxes and printed content stand in the same place on every sheet.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{BoxPlace, PageLayout};

use crate::drawing::Drawing;
use crate::letters::Letters;
use crate::patch::Grid;
use crate::register::STEP_MM;
use crate::ring::{RingStencil, is_on_outline};

/// Distance from the outline's centre line to the nearest sample that is looked at,
/// in mm: half the line, and the blur of a 100-dpi scan.
const CLEAR_MM: f64 = 0.45;
/// The core is this share of the box's side.
pub const CORE_SHARE: f64 = 0.7;
/// How far inside its centre line a blurred outline reaches, in mm.
const RIM_MM: f64 = 1.1;
/// How far round a box its surroundings are looked at, in mm.
const AROUND_MM: f64 = 3.0;
/// How far beyond the surroundings a streak is followed, in mm: further than a mark's stroke reaches, not as far
/// as the marks in the row after the next.
const BEYOND_MM: f64 = 7.5;
/// How far outside the outline ink counts as ring ink, in mm.
const RING_MM: f64 = 2.2;
/// How far outside the outline paper is looked at for its shade, in mm.
const PAPER_MM: f64 = 1.8;
/// A stroke may lie this far beside the diagonal, in mm.
const DIAGONAL_MM: f64 = 0.625;
/// The paper round the questions is sampled this finely, in mm.
const GROUND_STEP_MM: f64 = 0.25;
/// Every which free sample of a row says what its paper looks like.
const PAPER_EVERY: usize = 5;
/// Ink closer than this to a box belongs to its mark, in mm.
const MARK_REACH_MM: f64 = 2.2;
/// How far round a label its ink is looked for, in mm.
const LABEL_REACH_MM: f64 = 0.8;

/// The stencils of one page.
#[derive(Debug)]
pub struct PageStencils {
    /// One for each box, in the layout's order.
    pub boxes: Vec<BoxStencil>,
    /// One for each question, in the order of the paper.
    pub rows: Vec<RowStencil>,
    /// The paper that all questions stand on.
    pub ground: GroundStencil,
}

impl PageStencils {
    /// The stencils of `page`, on which `drawing` is printed.
    pub fn of(page: &PageLayout, drawing: &Drawing) -> Self {
        let ground = GroundStencil::of(page, drawing);
        Self {
            boxes: page.boxes.iter().map(|place| BoxStencil::of(&place.rect, drawing)).collect(),
            rows: page
                .questions
                .iter()
                .map(|q| RowStencil::of((&q.question, q.rect), page, (drawing, &ground)))
                .collect(),
            ground,
        }
    }
}

/// The samples of one box and its surroundings, as indices into its grid.
#[derive(Debug)]
pub struct BoxStencil {
    /// The grid over box and surroundings.
    pub grid: Grid,
    /// Side of the box in mm.
    pub side_mm: f64,
    /// Samples where nothing is printed.
    pub free: Vec<bool>,
    /// Inside the outline: first sample, one past the last, in x and y.
    pub inside: [(usize, usize); 2],
    /// The part of the inside that is nearer than 1.1 mm to the centre line of the outline.
    pub rim_inside: Vec<usize>,
    /// The inner 70 % of the box.
    pub core: Vec<usize>,
    /// Free paper 0.45–2.2 mm outside the outline.
    pub ring: Vec<usize>,
    /// Free paper 0.45–1.8 mm outside the outline, not at the border of the grid.
    pub paper: Vec<usize>,
    /// 0.25–0.6 mm from the centre line of each side, on both sides of it.
    pub rims: [Vec<usize>; 4],
    /// Samples on the outline, or so near to it that its print may hide a ring.
    pub outline: Vec<usize>,
    /// For each diagonal, for each step along it: the samples near it.
    pub diagonals: [Vec<Vec<usize>>; 2],
    /// The strips beyond the surroundings: above, below, left and right of them.
    pub beyond: [Strip; 4],
    /// Where a ring round the box is looked for, on a grid of its own.
    pub round: RingStencil,
}

/// Paper beyond the surroundings of a box, where a streak goes on and a mark does not.
#[derive(Debug)]
pub struct Strip {
    /// The grid over it.
    pub grid: Grid,
    /// Samples where nothing is printed.
    pub free: Vec<bool>,
}

impl Strip {
    fn of(rect: RectMm, drawing: &Drawing) -> Self {
        let grid = Grid::of(rect, STEP_MM);
        let free = (0..grid.len()).map(|i| !drawing.printed_at(grid.place(i))).collect();
        Self { grid, free }
    }
}

/// The strips above, below, left and right of the surroundings of the box at `rect`.
fn strips(rect: &RectMm) -> [RectMm; 4] {
    let r = rect.grown(AROUND_MM);
    [
        RectMm::new(r.x, r.y - BEYOND_MM, r.w, BEYOND_MM),
        RectMm::new(r.x, r.bottom(), r.w, BEYOND_MM),
        RectMm::new(r.x - BEYOND_MM, r.y, BEYOND_MM, r.h),
        RectMm::new(r.right(), r.y, BEYOND_MM, r.h),
    ]
}

impl BoxStencil {
    /// The stencil of the box at `rect` on a page on which `drawing` is printed.
    pub fn of(rect: &RectMm, drawing: &Drawing) -> Self {
        let grid = Grid::of(rect.grown(AROUND_MM), STEP_MM);
        let printed: Vec<bool> = (0..grid.len()).map(|i| drawing.printed_at(grid.place(i))).collect();
        let select = |wanted: &dyn Fn(PointMm) -> bool| -> Vec<usize> {
            (0..grid.len()).filter(|&i| wanted(grid.place(i))).collect()
        };
        let inner = rect.grown(-CLEAR_MM);
        let core = rect.grown(-rect.w * (1.0 - CORE_SHARE) / 2.0);
        let close = rect.grown(CLEAR_MM);
        let beside = |reach: f64| {
            let far = rect.grown(reach);
            select(&|p| !within(&close, p) && within(&far, p) && !drawing.printed_at(p))
        };
        let range = |from: f64, to: f64, n: usize, place: &dyn Fn(usize) -> f64| {
            let first = (0..n).find(|&k| place(k) >= from).unwrap_or(n);
            let end = (first..n).find(|&k| place(k) > to).unwrap_or(n);
            (first, end)
        };
        let outline = select(&|p| is_on_outline(rect, p));
        Self {
            side_mm: rect.w,
            inside: [
                range(inner.x, inner.right(), grid.width, &|x| grid.place(x).x),
                range(inner.y, inner.bottom(), grid.height, &|y| grid.place(y * grid.width).y),
            ],
            rim_inside: select(&|p| within(&inner, p) && !within(&rect.grown(-RIM_MM), p)),
            core: select(&|p| within(&core, p)),
            ring: beside(RING_MM),
            paper: beside(PAPER_MM).into_iter().filter(|i| grid.is_inner(*i)).collect(),
            rims: rims(rect).map(|side| select(&|p| side.holds(p))),
            beyond: strips(rect).map(|strip| Strip::of(strip, drawing)),
            round: RingStencil::of(rect, |p| drawing.printed_at(p), (&grid, &outline)),
            outline,
            diagonals: [1.0, -1.0].map(|slope| diagonal(rect, &grid, slope)),
            free: printed.into_iter().map(|p| !p).collect(),
            grid,
        }
    }
}

/// Whether a place lies in a rectangle or on its border.
pub fn within(rect: &RectMm, p: PointMm) -> bool {
    p.x >= rect.x && p.x <= rect.right() && p.y >= rect.y && p.y <= rect.bottom()
}

/// The strips on both sides of one side of an outline.
struct Rim {
    strips: [RectMm; 2],
}

impl Rim {
    fn holds(&self, p: PointMm) -> bool {
        self.strips.iter().any(|strip| within(strip, p))
    }
}

fn rims(rect: &RectMm) -> [Rim; 4] {
    const NEAR_MM: f64 = 0.25;
    const FAR_MM: f64 = 0.6;
    const WIDTH_MM: f64 = FAR_MM - NEAR_MM;
    let level = |y: f64| Rim {
        strips: [y - FAR_MM, y + NEAR_MM]
            .map(|top| RectMm::new(rect.x + FAR_MM, top, rect.w - 2.0 * FAR_MM, WIDTH_MM)),
    };
    let upright = |x: f64| Rim {
        strips: [x - FAR_MM, x + NEAR_MM]
            .map(|left| RectMm::new(left, rect.y + FAR_MM, WIDTH_MM, rect.h - 2.0 * FAR_MM)),
    };
    [level(rect.y), level(rect.bottom()), upright(rect.x), upright(rect.right())]
}

fn diagonal(rect: &RectMm, grid: &Grid, slope: f64) -> Vec<Vec<usize>> {
    let center = rect.center();
    let steps = ((rect.w / 2.0 - 0.8) / STEP_MM) as i32;
    let beside = (DIAGONAL_MM / STEP_MM) as i32;
    (-steps..=steps)
        .map(|i| {
            let t = f64::from(i) * STEP_MM;
            (-beside..=beside)
                .filter_map(|o| {
                    let off = f64::from(o) * STEP_MM;
                    grid.nearest(PointMm::new(center.x + t + off * slope, center.y + t * slope - off))
                })
                .collect()
        })
        .collect()
}

/// The samples of the part of a page that holds its questions.
#[derive(Debug)]
pub struct GroundStencil {
    /// The grid over it.
    pub grid: Grid,
    /// Samples where nothing is printed.
    pub free: Vec<bool>,
    /// Samples near to a rule.
    pub beside_rule: Vec<bool>,
    /// The question, by its place on the paper, that samples belong to or lie nearest to, and how many of them do, one after
    /// another.
    pub rows: Vec<(usize, usize)>,
}

impl GroundStencil {
    fn of(page: &PageLayout, drawing: &Drawing) -> Self {
        let rects: Vec<RectMm> = page.questions.iter().map(|q| q.rect).collect();
        let edge = |of: fn(&RectMm) -> f64, better: fn(f64, f64) -> f64| {
            rects.iter().map(of).reduce(better).unwrap_or(0.0)
        };
        let (x, y) = (edge(|r| r.x, f64::min), edge(|r| r.y, f64::min));
        let (right, bottom) = (edge(|r| r.right(), f64::max), edge(|r| r.bottom(), f64::max));
        let grid = Grid::of(RectMm::new(x, y, right - x, bottom - y), GROUND_STEP_MM);
        let places = || (0..grid.len()).map(|i| grid.place(i));
        let distance = |r: &RectMm, p: PointMm| {
            let beside = |v: f64, from: f64, to: f64| (from - v).max(v - to).max(0.0);
            beside(p.x, r.x, r.right()) + beside(p.y, r.y, r.bottom())
        };
        let nearest = |p: PointMm| {
            let rows = 0..rects.len();
            rows.min_by(|a, b| distance(&rects[*a], p).total_cmp(&distance(&rects[*b], p))).unwrap_or(0)
        };
        let row_of: Vec<usize> = places().map(nearest).collect();
        Self {
            free: places().map(|p| !drawing.printed_at(p)).collect(),
            beside_rule: places().map(|p| drawing.beside_rule_at(p)).collect(),
            rows: row_of.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect(),
            grid,
        }
    }
}

/// The samples of one question's row, as indices into the grid of [`GroundStencil`].
#[derive(Debug)]
pub struct RowStencil {
    /// The question.
    pub question: String,
    /// Its place.
    pub rect: RectMm,
    /// Free samples, spread evenly over the row, which say what its paper looks like.
    pub paper: Vec<usize>,
    /// For each box of the question, in the layout's order: its label.
    pub labels: Vec<Label>,
}

/// The samples of one label that no mark in a box of its question reaches.
#[derive(Debug)]
pub struct Label {
    /// Free paper on the label and round it.
    pub free: Vec<usize>,
    /// Its letters.
    pub letters: Letters,
}

impl RowStencil {
    fn of(
        (question, rect): (&str, RectMm),
        page: &PageLayout,
        (drawing, ground): (&Drawing, &GroundStencil),
    ) -> Self {
        let select = |on: &RectMm, wanted: &dyn Fn(PointMm) -> bool| -> Vec<usize> {
            ground.grid.places_on(on).filter(|&i| wanted(ground.grid.place(i))).collect()
        };
        let own: Vec<&BoxPlace> = page.boxes_of(question).collect();
        let zones: Vec<RectMm> = own.iter().map(|b| b.rect.grown(MARK_REACH_MM)).collect();
        let is_clear = |p: PointMm| within(&rect, p) && !zones.iter().any(|zone| within(zone, p));
        let labels = own
            .iter()
            .map(|place| {
                let around = place.label.grown(LABEL_REACH_MM);
                let letters = select(&place.label, &|p| is_clear(p) && drawing.printed_at(p));
                let inner = letters.into_iter().filter(|i| ground.grid.is_inner(*i));
                let letters = inner.map(|i| (i, ground.grid.place(i)));
                Label {
                    free: select(&around, &|p| is_clear(p) && !drawing.printed_at(p)),
                    letters: Letters::of(letters, drawing),
                }
            })
            .collect();
        let free = select(&rect, &|p| !drawing.printed_at(p));
        let paper = free.into_iter().step_by(PAPER_EVERY).collect();
        Self { question: question.to_owned(), rect, paper, labels }
    }
}
