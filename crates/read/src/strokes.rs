//! The ink on the part of a page that holds questions, as connected strokes: which of it is a pen's, and how far
//! the strokes in a box reach beyond it.
//!
//! Strokes are connected components of inked samples; a gap of one sample parts none, for the grain of a pencil is
//! full of them. Printed lines would cut strokes, so they go on over print that is as dark as they are for a
//! short way: over an outline or a rule, not along it. A component that no pen makes is left out of what counts
//! as ink: a speck, a streak of the scanner, the ragged edge of a rule. Neither do the samples of any that a streak
//! inks (`streaks.rs`).

use phieu_model::geometry::RectMm;

use crate::measure::{STROKE, STROKE_DEVIATIONS, middle};
use crate::patch::{Detail, Grid, Mapping, Patch, Picture};
use crate::register::Registered;
use crate::stencil::{GroundStencil, Label, PageStencils, RowStencil};
use crate::streaks::{STREAK_MM, Streaks, set_places};

/// How many samples a stroke goes on over print: from either side to the middle of an outline.
const BRIDGE: usize = 3;
/// Free area, in mm², up to which a component is a speck of dust or noise: two samples.
const SPECK_MM2: f32 = 0.13;
/// A single line is a streak of the scanner if it is at least so long, in mm, more than a tick on a label, …
const STREAK_LENGTH_MM: f64 = 12.0;
/// … and leaves the picture's axis by no more than this, as a slope: a hand is less exact.
const STREAK_SLOPE: f64 = 0.025;
/// Share of a component that lies close to rules when it is their edge, and its largest area in mm².
const EDGE_SHARE: f32 = 0.9;
const EDGE_MM2: f32 = 1.0;
/// How far inside its centre line an outline ends for certain, and how far beyond it what stands at the box may, in mm.
const OUTLINE_MM: f64 = 0.45;
const AT_BOX_MM: f64 = 1.0;
/// Of the labels of a page this share has no more ink over its letters than print itself leaves: a ragged one does …
const COMMON_LABELS: f32 = 0.7;
/// … and the others have no more than this share of their samples beyond that, and as much as lies between that and
/// what this share of the labels has.
const MORE_OVER_LETTERS: f32 = 0.012;
const SPREAD_LABELS: f32 = 0.3;
/// Where most labels have more than this, people have written on them.
const MOST_OVER_LETTERS: f32 = 0.06;

/// The strokes of a page.
pub struct Strokes<'s> {
    stencil: &'s GroundStencil,
    /// For each sample its component, counted from 1; 0 for none.
    of: Vec<u32>,
    /// The samples that belong to one.
    samples: Vec<usize>,
    components: Vec<Component>,
    streaks: Streaks,
    /// For each component whether it lies in a box, in part or whole.
    in_box: Vec<bool>,
    /// For each question, for each of its labels, the ink over the letters in mm².
    over_letters: Vec<Vec<f32>>,
}

/// How far the strokes in a box reach.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reach {
    /// Furthest distance from the middle of the box across or down, in sides of the box; 0 without strokes.
    pub sides: f32,
    /// Share of the strokes' free area, 0–1, that lies inside the box; 0 without strokes.
    pub within: f32,
}

/// Sums over the samples of a component.
#[derive(Debug, Clone, Copy, Default)]
struct Component {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
    free: u32,
    beside_rule: u32,
    streak: u32,
    /// Whether it is no pen's.
    harmless: bool,
}

impl<'s> Strokes<'s> {
    /// The strokes of a registered page.
    pub fn of(
        picture: &Picture,
        registered: &Registered,
        (stencils, boxes): (&'s PageStencils, &[RectMm]),
    ) -> Self {
        let stencil = &stencils.ground;
        let patch = Patch::over(picture, &registered.map, (stencil.grid, Detail::Coarse));
        let levels: Vec<f32> = stencils.rows.iter().map(|row| stroke_level(&patch, &row.paper)).collect();
        let inked = inked(&patch.ink, (stencil, &levels));
        let streaks = streaks(&inked, (stencil, &registered.map), boxes);
        let (of, samples, components) = components(&inked, (stencil, &streaks));
        let in_box = vec![false; components.len()];
        let over_letters = over_letters(stencils, (&patch.ink, &streaks));
        let mut strokes = Self { stencil, of, samples, components, streaks, in_box, over_letters };
        strokes.note_boxes(boxes);
        let feed = strokes.streaks.slope;
        for component in &mut strokes.components {
            component.harmless = component.is_harmless(stencil.grid.step, feed);
        }
        strokes
    }

    /// Ink of a pen, in mm², on free `samples`.
    pub fn ink_over(&self, samples: &[usize]) -> f32 {
        self.ink_of(samples.iter(), |_| true)
    }

    /// Ink of a pen, in mm², on what is free of `rect`.
    pub fn ink_on(&self, rect: &RectMm) -> f32 {
        self.ink_of(self.free_samples_on(rect), |_| true)
    }

    /// The part of it that belongs to strokes which pass through no box of the page: notes, numbers, marks beside
    /// their boxes.
    pub fn ink_beside_boxes(&self, rect: &RectMm) -> f32 {
        self.ink_of(self.free_samples_on(rect), |component| !self.in_box[component])
    }

    /// The free samples of components on `rect`.
    fn free_samples_on(&self, rect: &RectMm) -> impl Iterator<Item = &usize> {
        let (width, [across, down]) = (self.stencil.grid.width, self.stencil.grid.ranges_on(rect));
        let is_on = move |i: &&usize| down.contains(&(**i / width)) && across.contains(&(**i % width));
        self.samples.iter().filter(is_on).filter(|i| self.stencil.free[**i])
    }

    fn ink_of<'a>(&self, samples: impl Iterator<Item = &'a usize>, wanted: impl Fn(usize) -> bool) -> f32 {
        let is_wanted = |i: &&usize| {
            let component = self.of[**i] as usize;
            component > 0
                && !self.components[component - 1].harmless
                && !self.streaks.inks(**i)
                && wanted(component - 1)
        };
        samples.filter(is_wanted).count() as f32 * sample_mm2(&self.stencil.grid)
    }

    /// Ink, in mm², over the letters of each label of question `row` beyond what print leaves there on this page.
    pub fn ink_over_letters(&self, row: usize) -> &[f32] {
        &self.over_letters[row]
    }

    /// Share of the way down the box at `rect`, 0–1, along which a streak inks it.
    pub fn streaked(&self, rect: &RectMm) -> f32 {
        let width = self.stencil.grid.width;
        let samples: Vec<usize> = inside(&self.stencil.grid, rect).collect();
        let rows = samples.chunk_by(|a, b| a / width == b / width);
        let streaked = rows.clone().filter(|row| row.iter().any(|&i| self.streaks.inks(i))).count();
        streaked as f32 / rows.count().max(1) as f32
    }

    /// How far the strokes in the box at `rect` reach.
    pub fn reach(&self, rect: &RectMm) -> Reach {
        let grid = &self.stencil.grid;
        let mut found: Vec<(u32, u32)> = Vec::new();
        for component in inside(grid, rect).map(|i| self.of[i]) {
            match found.iter_mut().find(|(c, _)| *c == component) {
                _ if component == 0 => {}
                Some((_, count)) => *count += 1,
                None => found.push((component, 1)),
            }
        }
        let middle = rect.center();
        let (cx, cy) = ((middle.x - grid.origin.x) / grid.step, (middle.y - grid.origin.y) / grid.step);
        let (mut reach, mut in_box, mut all) = (0.0_f64, 0, 0);
        for (component, count) in found {
            let c = &self.components[component as usize - 1];
            let across = (cx - c.left as f64).max(c.right as f64 - cx);
            let down = (cy - c.top as f64).max(c.bottom as f64 - cy);
            reach = reach.max(across).max(down);
            in_box += count;
            all += c.free.max(count);
        }
        Reach {
            sides: (reach * grid.step / rect.w) as f32,
            within: if all == 0 { 0.0 } else { in_box as f32 / all as f32 },
        }
    }

    /// Notes which components lie in a box.
    fn note_boxes(&mut self, boxes: &[RectMm]) {
        for i in boxes.iter().flat_map(|rect| inside(&self.stencil.grid, rect)) {
            if let Some(component) = self.of[i].checked_sub(1) {
                self.in_box[component as usize] = true;
            }
        }
    }
}

fn sample_mm2(grid: &Grid) -> f32 {
    (grid.step * grid.step) as f32
}

/// For each question, for each of its labels: ink, in mm², over the letters beyond what print leaves there. Few labels of
/// a page have ink of a pen on them; what most of them have is the raggedness of this print.
fn over_letters(stencils: &PageStencils, (ink, streaks): (&[f32], &Streaks)) -> Vec<Vec<f32>> {
    let mut over = vec![false; ink.len()];
    let labels = || stencils.rows.iter().flat_map(|row| &row.labels);
    labels().for_each(|label| label.letters.note_over(ink, &mut over));
    over.iter_mut().enumerate().for_each(|(i, over)| *over &= !streaks.inks(i));
    let width = stencils.ground.grid.width;
    let share = |label: &Label| label.letters.share_of(&over, width);
    let of_row = |row: &RowStencil| row.labels.iter().map(share).collect();
    let mut shares: Vec<Vec<f32>> = stencils.rows.iter().map(of_row).collect();
    let fitted = |(share, label): (&f32, &Label)| label.letters.can_be_fitted().then_some(*share);
    let labels = shares.iter().zip(&stencils.rows).flat_map(|(shares, row)| shares.iter().zip(&row.labels));
    let mut sorted: Vec<f32> = labels.filter_map(fitted).collect();
    sorted.sort_by(f32::total_cmp);
    let ranked = |share: f32| sorted.get((sorted.len() as f32 * share) as usize).copied().unwrap_or(0.0);
    let common = 2.0 * ranked(COMMON_LABELS) - ranked(SPREAD_LABELS) + MORE_OVER_LETTERS;
    let common = common.min(MOST_OVER_LETTERS);
    for (shares, row) in shares.iter_mut().zip(&stencils.rows) {
        for (share, label) in shares.iter_mut().zip(&row.labels) {
            let samples = label.letters.len() as f32;
            *share = (*share - common).max(0.0) * samples * sample_mm2(&stencils.ground.grid);
        }
    }
    shares
}

/// The streaks among the inked samples: told by those beside print and boxes.
fn streaks(inked: &[bool], (stencil, map): (&GroundStencil, &Mapping), boxes: &[RectMm]) -> Streaks {
    let mut open = stencil.free.clone();
    for i in boxes.iter().flat_map(|rect| stencil.grid.places_on(&rect.grown(AT_BOX_MM))) {
        open[i] = false;
    }
    Streaks::of((&stencil.grid, map), inked, |i| open[i])
}

/// The samples inside the outline of the box at `rect`.
fn inside(grid: &Grid, rect: &RectMm) -> impl Iterator<Item = usize> + use<> {
    grid.places_on(&rect.grown(-OUTLINE_MM))
}

/// Whether each sample has more ink than the level of its row.
fn inked(ink: &[f32], (stencil, levels): (&GroundStencil, &[f32])) -> Vec<bool> {
    let mut inked = Vec::with_capacity(ink.len());
    for (row, n) in &stencil.rows {
        let level = levels.get(*row).copied().unwrap_or(STROKE);
        inked.extend(ink[inked.len()..][..*n].iter().map(|ink| *ink > level));
    }
    inked
}

/// Ink from which a sample of a row whose paper is seen on the samples `paper` is part of a stroke.
fn stroke_level(patch: &Patch, paper: &[usize]) -> f32 {
    let mut paper: Vec<f32> = paper.iter().map(|&i| patch.ink[i]).collect();
    if paper.is_empty() {
        return STROKE;
    }
    let level = middle(&mut paper);
    paper.iter_mut().for_each(|v| *v = (*v - level).abs());
    level + STROKE.max(STROKE_DEVIATIONS * 1.48 * middle(&mut paper))
}

/// For each sample its component among the inked ones, the samples that have one, and the components.
fn components(
    inked: &[bool],
    (stencil, streaks): (&GroundStencil, &Streaks),
) -> (Vec<u32>, Vec<usize>, Vec<Component>) {
    let (w, h) = (stencil.grid.width, stencil.grid.height);
    // The border is left out, so that every sample has its neighbours.
    let is_inner = |i: usize| !(i.is_multiple_of(w) || i % w == w - 1 || i < w || i >= w * (h - 1));
    let mut samples: Vec<usize> = set_places(inked).filter(|&i| stencil.free[i] && is_inner(i)).collect();
    let mut active = vec![false; inked.len()];
    samples.iter().for_each(|&i| active[i] = true);
    let mut from = 0;
    for _ in 0..BRIDGE {
        let until = samples.len();
        for k in from..until {
            for j in neighbours(samples[k], w) {
                if inked[j] && !active[j] && is_inner(j) {
                    active[j] = true;
                    samples.push(j);
                }
            }
        }
        from = until;
    }
    let mut of = vec![0_u32; active.len()];
    let mut components = Vec::new();
    let mut open = Vec::new();
    for &start in &samples {
        if of[start] > 0 {
            continue;
        }
        let name = components.len() as u32 + 1;
        let mut component = Component { left: w, top: h, ..Component::default() };
        of[start] = name;
        open.push(start);
        while let Some(i) = open.pop() {
            component.add((i % w, i / w), (stencil.free[i], stencil.beside_rule[i], streaks.inks(i)));
            for j in near(i, (w, h)) {
                if active[j] && of[j] == 0 {
                    of[j] = name;
                    open.push(j);
                }
            }
        }
        components.push(component);
    }
    (of, samples, components)
}

/// The samples no further away than one lies between, across and down.
fn near(i: usize, (w, h): (usize, usize)) -> impl Iterator<Item = usize> {
    let (x, y) = (i % w, i / w);
    let range = |at: usize, n: usize| at.saturating_sub(2)..(at + 3).min(n);
    range(y, h).flat_map(move |v| range(x, w).map(move |u| v * w + u))
}

/// The eight neighbours of a sample that is not on the border.
pub fn neighbours(i: usize, w: usize) -> [usize; 8] {
    [i - w - 1, i - w, i - w + 1, i - 1, i + 1, i + w - 1, i + w, i + w + 1]
}

impl Component {
    fn add(&mut self, (x, y): (usize, usize), (free, beside_rule, streak): (bool, bool, bool)) {
        let (fx, fy) = (x as f64, y as f64);
        self.n += 1.0;
        self.x += fx;
        self.y += fy;
        self.xx += fx * fx;
        self.xy += fx * fy;
        self.yy += fy * fy;
        self.left = self.left.min(x);
        self.right = self.right.max(x);
        self.top = self.top.min(y);
        self.bottom = self.bottom.max(y);
        self.free += u32::from(free);
        self.beside_rule += u32::from(free && beside_rule);
        self.streak += u32::from(free && streak);
    }

    /// Whether no pen makes this. `feed` is the slope of a streak down the page.
    fn is_harmless(&self, step: f64, feed: f64) -> bool {
        let area = f64::from(self.free - self.streak) * step * step;
        let edge = self.beside_rule as f32 >= EDGE_SHARE * self.free as f32 && area <= f64::from(EDGE_MM2);
        area <= f64::from(SPECK_MM2) || edge || self.is_streak(step, feed)
    }

    fn is_streak(&self, step: f64, feed: f64) -> bool {
        let (mx, my) = (self.x / self.n, self.y / self.n);
        let vy = self.yy / self.n - my * my;
        let length = (12.0 * vy).sqrt() * step;
        if length < STREAK_LENGTH_MM {
            return false;
        }
        let (vx, vxy) = (self.xx / self.n - mx * mx, self.xy / self.n - mx * my);
        let slope = vxy / vy;
        // What is left across the line through it; a sample is a small square.
        let across = (vx - slope * vxy).max(0.0) + 1.0 / 12.0;
        (slope - feed).abs() <= STREAK_SLOPE && (12.0 * across).sqrt() * step <= STREAK_MM
    }
}

#[cfg(test)]
mod tests {
    use phieu_model::geometry::{PointMm, PointPx};
    use phieu_model::homography::Homography;

    use super::*;

    /// Paper of 40 × 60 mm with an outline round a box at (10, 10), 5 mm wide, and a rule at x = 30.
    fn stencil() -> GroundStencil {
        let grid = Grid::of(RectMm::new(0.0, 0.0, 40.0, 60.0), 0.25);
        let outline = |p: PointMm| {
            let [from_left, from_top] = [(p.x - 12.5).abs(), (p.y - 12.5).abs()];
            (from_left.max(from_top) - 2.5).abs() <= 0.5
        };
        let rule = |p: PointMm| (p.x - 30.0).abs();
        let places = || (0..grid.len()).map(|i| grid.place(i));
        GroundStencil {
            grid,
            free: places().map(|p| !outline(p) && rule(p) > 0.5).collect(),
            beside_rule: places().map(|p| rule(p) <= 1.0).collect(),
            rows: vec![(0, grid.len())],
        }
    }

    /// The strokes of a picture in which everything printed is dark and `pen` is.
    fn strokes<'s>(stencil: &'s GroundStencil, pen: &dyn Fn(PointMm) -> bool) -> Strokes<'s> {
        let grid = &stencil.grid;
        let inked: Vec<bool> = (0..grid.len()).map(|i| pen(grid.place(i)) || !stencil.free[i]).collect();
        let corner = |x: f64, y: f64| (PointMm::new(x, y), PointPx { x: 12.0 * x, y: 12.0 * y });
        let map = Mapping::of(Homography::fit_similarity(&[corner(0.0, 0.0), corner(40.0, 60.0)]).unwrap());
        let streaks = streaks(&inked, (stencil, &map), &[BOX]);
        let (of, samples, mut components) = components(&inked, (stencil, &streaks));
        components.iter_mut().for_each(|c| c.harmless = c.is_harmless(grid.step, 0.0));
        let in_box = vec![false; components.len()];
        let over_letters = Vec::new();
        let mut strokes = Strokes { stencil, of, samples, components, streaks, in_box, over_letters };
        strokes.note_boxes(&[BOX]);
        strokes
    }

    const BOX: RectMm = RectMm::new(10.0, 10.0, 5.0, 5.0);

    fn all_ink(strokes: &Strokes) -> f32 {
        let free: Vec<usize> = (0..strokes.stencil.grid.len()).filter(|&i| strokes.stencil.free[i]).collect();
        strokes.ink_over(&free)
    }

    /// A stroke of 0.6 mm along a line.
    fn line(from: (f64, f64), to: (f64, f64)) -> impl Fn(PointMm) -> bool {
        move |p| {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let t = (((p.x - from.0) * dx + (p.y - from.1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            (p.x - from.0 - t * dx).hypot(p.y - from.1 - t * dy) <= 0.3
        }
    }

    #[test]
    fn a_mark_lies_mostly_in_its_box_and_the_tail_of_another_does_not() {
        let stencil = stencil();
        assert_eq!(strokes(&stencil, &|_| false).reach(&BOX), Reach::default());
        let cross = |p: PointMm| line((10.5, 10.5), (14.5, 14.5))(p) || line((14.5, 10.5), (10.5, 14.5))(p);
        let mark = strokes(&stencil, &cross).reach(&BOX);
        assert!(mark.within > 0.95 && mark.sides < 0.6, "{mark:?}");
        // From the middle of the box over its outline to the lower right.
        let tail = strokes(&stencil, &line((12.5, 12.5), (22.0, 27.0))).reach(&BOX);
        assert!(tail.within < 0.3 && tail.sides > 2.5, "{tail:?}");
    }

    #[test]
    fn a_streak_of_the_whole_page_is_known_in_the_box_that_it_runs_through() {
        let stencil = stencil();
        let streaked = |pen: &dyn Fn(PointMm) -> bool| strokes(&stencil, pen).streaked(&BOX);
        let pale = |x: f64| move |p: PointMm| (p.x - x).abs() < 0.2 && p.y % 5.0 < 4.0;
        assert!(streaked(&pale(12.5)) > 0.7, "through the box");
        assert_eq!(streaked(&pale(20.0)), 0.0, "beside it");
        assert_eq!(streaked(&line((12.5, 11.0), (12.5, 14.5))), 0.0, "a stroke in it");
    }

    #[test]
    fn strokes_that_pass_through_no_box_are_told_from_a_marks() {
        let stencil = stencil();
        let page = RectMm::new(0.0, 0.0, 40.0, 60.0);
        let beside = |pen: &dyn Fn(PointMm) -> bool| strokes(&stencil, pen).ink_beside_boxes(&page);
        let (tick, note) = (line((12.0, 12.0), (20.0, 6.0)), line((5.0, 20.0), (9.0, 24.0)));
        assert_eq!(beside(&tick), 0.0, "the tail of a tick, beyond its box");
        let only_note = beside(&note);
        assert!(only_note > 2.0);
        assert_eq!(beside(&|p| tick(p) || note(p)), only_note);
    }

    #[test]
    fn specks_streaks_and_the_edges_of_rules_are_no_ink_and_pen_strokes_are() {
        let stencil = stencil();
        let ink = |pen: &dyn Fn(PointMm) -> bool| all_ink(&strokes(&stencil, pen));
        assert_eq!(ink(&|p| (p.x - 5.0).abs() < 0.1 && (p.y - 5.0).abs() < 0.2), 0.0, "a speck");
        assert_eq!(ink(&line((20.0, 1.0), (20.1, 29.0))), 0.0, "a streak");
        assert_eq!(ink(&|p| (p.x - 30.7).abs() < 0.2 && (4.0..6.0).contains(&p.y)), 0.0, "a ragged rule");
        assert!(ink(&line((20.0, 1.0), (21.5, 29.0))) > 10.0, "a line by hand");
        assert!(ink(&line((17.0, 20.0), (27.0, 20.0))) > 4.0, "an underlined word");
        assert!(ink(&line((5.0, 5.0), (6.0, 6.0))) > 0.5, "a dash");
    }
}
