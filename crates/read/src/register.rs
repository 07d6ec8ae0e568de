//! From corner marks to boxes: timing marks and printed outlines give a smooth
//! residual field, which is checked box by box.
//!
//! First the solid marks, then the outlines of the boxes, are looked for near where
//! the map so far has them. A smooth field is fitted robustly through what was found
//! (`field.rs`), and each outline is looked for again close to where the field has
//! it: a find that disagrees with the field is not believed (a neighbouring line
//! looks alike). Where the paper does not lie flat, the printed words tell of what lies between the boxes.

use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::homography::Homography;
use phieu_model::layout::{MarkKind, PageLayout};

use crate::anchors::Anchor;
use crate::blobs::Blob;
use crate::field::{FeedAxis, Find, ResidualField};
use crate::grow::{ERROR_MM, PERSPECTIVE};
use crate::locate::{Located, quarter_turns};
use crate::patch::{Detail, Mapping, Patch, Picture, Sums, Weighted};
use crate::words::Words;

/// Distance between samples in mm: half a pixel of the coarsest usable scan.
pub const STEP_MM: f64 = 0.125;
/// Furthest that a solid mark is looked for, in mm.
const MARK_REACH_MM: f64 = 2.0;
/// Furthest from where it was seen as a dark component, in mm.
const SEEN_REACH_MM: f64 = 0.75;
/// Furthest that a dark component may lie from where the map has its mark, in mm; rows
/// of timing marks are 8.5 mm apart and more.
const BLOB_REACH_MM: f64 = 4.0;
/// Furthest that an outline is looked for at first, in mm; the nearest other line
/// of a form is 1.8 mm away.
const BOX_REACH_MM: f64 = 1.0;
/// Furthest that a whole outline is looked for, in mm: not as far as half the way to the next box.
const FAR_REACH_MM: f64 = 3.4;
/// Share of an outline from which it is the box's own beyond doubt, wherever it is found.
const WHOLE_OUTLINE: f32 = 0.85;
/// Furthest that an outline is looked for from the fitted field, in mm, across and down. That is also the distance that an
/// outline which was not found is given. From it on decisions take a box for lost (`decide/verdict.rs`).
pub const BOX_TRUST_MM: f64 = 0.5;
/// Share of an outline, and furthest from the field, in mm, from which and up to which one that others share is the box's own:
/// other lines of a form are 1.8 mm away, and none of them is a square of this size.
const UNBROKEN_OUTLINE: f32 = 0.95;
const FURTHEST_MM: f64 = 1.5;
/// Furthest apart, in mm, that two boxes of a form say anything of each other: boxes of one row are up to 40 mm apart.
const NEIGHBOUR_MM: f64 = 45.0;
/// Largest difference, in mm, between how far two of them lie from their places. Other lines of a form are farther from a box.
const ALIKE_MM: f64 = 1.2;
/// Least difference between the ink of a solid mark and its surroundings.
const MARK_CONTRAST: f32 = 0.45;
/// Times that a page is registered again from what was found.
const MORE_ROUNDS: usize = 3;
/// Whole outlines from which they say where the others are.
const LEAST_WHOLE: usize = 6;
/// Least ink of a sample that counts as printed outline, on paper without noise: faded toner leaves as
/// little …
const FADED_LINE_INK: f32 = 0.1;
/// … and in deviations of the paper; but no sharp line needs more than …
const LINE_DEVIATIONS: f32 = 4.0;
/// … this.
const LINE_INK: f32 = 0.25;
/// Least difference between the ink of an outline and the paper outside it, as a share of the ink of its
/// samples: a line is narrower than what is looked at.
const OUTLINE_CONTRAST: f32 = 0.7;

/// Where a box really is.
#[derive(Debug, Clone, Copy)]
pub struct BoxFix {
    /// Distance of the box from where the field has it, in mm.
    pub shift: (f64, f64),
    /// Share of its outline that was found, 0–1.
    pub outline: f32,
    /// Distance between outline and field in mm; [`BOX_TRUST_MM`] where the outline was not found.
    pub residual_mm: f64,
    /// Whether the outline lies farther than [`BOX_TRUST_MM`] from the field, and another near by lies as far from its place.
    pub shared: bool,
    /// How much more ink the outline shows than the paper outside it, 0–1; `None` where it was not found.
    pub contrast: Option<f32>,
}

impl BoxFix {
    /// Whether less was found than a whole outline.
    fn is_broken(&self) -> bool {
        self.contrast.is_none() || self.outline < WHOLE_OUTLINE
    }
}

/// A page whose boxes are known.
#[derive(Debug)]
pub struct Registered {
    /// The map with its residual field.
    pub map: Mapping,
    /// One for each box of the layout.
    pub boxes: Vec<BoxFix>,
    /// For each corner and timing mark of the layout its displacement in mm from where the
    /// projective map alone has it; `None` where it was not found.
    pub marks: Vec<Option<(f64, f64)>>,
    /// Timing marks found.
    pub timing_marks: usize,
    /// Median distance between what was found and the field, mm.
    pub residual_mm: f64,
}

impl Registered {
    /// Boxes of whose outlines less than the whole was found.
    fn broken(&self) -> usize {
        self.boxes.iter().filter(|fix| fix.is_broken()).count()
    }

    /// The map through the boxes that were found whole; `None` where they are too few to say more than
    /// the map that found them.
    fn map_through_found(&self, page: &PageLayout) -> Option<Homography> {
        let whole = page.boxes.iter().zip(&self.boxes).filter(|(_, fix)| !fix.is_broken());
        let pairs: Vec<(PointMm, PointPx)> = whole
            .map(|(place, fix)| {
                let at = place.rect.center();
                (at, self.map.shifted(fix.shift.0, fix.shift.1).apply(at))
            })
            .collect();
        if pairs.len() < LEAST_WHOLE { None } else { Homography::fit_tempered(&pairs, PERSPECTIVE, ERROR_MM) }
    }
}

/// Registers a located page. While outlines are missing, it is done again from a map through
/// what was found: a part of the page that lies right says where the rest is.
pub fn register(
    picture: &Picture,
    (located, blobs): (&Located, &[Blob]),
    (page, words): (&PageLayout, &Words),
) -> Registered {
    let mut best = registered_from(picture, (&located.map, blobs), (page, words));
    for _ in 0..MORE_ROUNDS {
        let broken = best.broken();
        if broken == 0 {
            break;
        }
        let Some(map) = best.map_through_found(page) else { break };
        let again = registered_from(picture, (&map, blobs), (page, words));
        if again.broken() >= broken {
            break;
        }
        best = again;
    }
    best
}

fn registered_from(
    picture: &Picture,
    (base, blobs): (&Homography, &[Blob]),
    (page, words): (&PageLayout, &Words),
) -> Registered {
    let axis = FeedAxis::of(quarter_turns(base));
    let mut map = Mapping::of(*base);
    let solid: Vec<Option<Find>> =
        page.marks.iter().map(|mark| blob_of(base, blobs, &Anchor::of(&mark.rect))).collect();
    let seen: Vec<Find> = solid.iter().flatten().copied().collect();
    let first_field = ResidualField::through(&seen, axis);
    map.set_field(first_field.clone());
    let mut finds = Vec::new();
    let mut marks = Vec::with_capacity(page.marks.len());
    let mut timing_marks = 0;
    for (mark, seen) in page.marks.iter().zip(&solid) {
        let reach = if seen.is_some() { SEEN_REACH_MM } else { MARK_REACH_MM };
        let place = mark.rect.center();
        let by = solid_mark(picture, &map, (&mark.rect, reach)).map(|by| {
            let (x, y) = first_field.at(place);
            (x + by.0, y + by.1)
        });
        if let Some(by) = by {
            timing_marks += usize::from(matches!(mark.kind, MarkKind::TimingLeft | MarkKind::TimingRight));
            finds.push(Find { place, by, sure: false });
        }
        marks.push(by);
    }
    let coarse_field = ResidualField::through(&finds, axis);
    map.set_field(coarse_field.clone());

    // Where each outline was looked for and found; on bent paper those that are missed at
    // first are looked for again where the field through their neighbours has them.
    let mut field = coarse_field;
    let mut searches: Vec<Search> =
        page.boxes.iter().map(|place| Search::new(picture, &map, (place.rect, &field))).collect();
    let mut boxes: Vec<BoxFix>;
    let mut missed = searches.len() + 1;
    loop {
        let found = searches.iter().filter_map(|search| search.found);
        let all: Vec<Find> = finds.iter().copied().chain(found).collect();
        field = ResidualField::through(&all, axis);
        boxes = searches.iter().map(|search| search.fix(&field)).collect();
        let still = boxes.iter().filter(|fix| fix.is_broken()).count();
        if still == 0 || still >= missed {
            finds = all;
            break;
        }
        missed = still;
        map.set_field(field.clone());
        for (search, _) in searches.iter_mut().zip(&boxes).filter(|(_, fix)| fix.is_broken()) {
            *search = Search::new(picture, &map, (search.outline.rect, &field));
            search.look_far(picture, &map);
        }
        leave_out_lonely(&mut searches, &boxes);
    }
    if field.is_uneven() {
        map.set_field(field.clone());
        let all: Vec<Find> = finds.iter().copied().chain(words.finds(picture, &map)).collect();
        let through_words = ResidualField::through(&all, axis);
        let again: Vec<BoxFix> = searches.iter().map(|search| search.fix(&through_words)).collect();
        // Words that mislead lose boxes.
        let lost = |boxes: &[BoxFix]| boxes.iter().filter(|fix| fix.residual_mm >= BOX_TRUST_MM).count();
        if lost(&again) <= lost(&boxes) {
            (field, boxes, finds) = (through_words, again, all);
        }
    }
    let mut residuals: Vec<f64> = finds
        .iter()
        .map(|find| {
            let (x, y) = field.at(find.place);
            (find.by.0 - x).hypot(find.by.1 - y)
        })
        .collect();
    residuals.sort_by(f64::total_cmp);
    let residual_mm = residuals.get(residuals.len() / 2).copied().unwrap_or(f64::INFINITY);
    map.set_field(field);
    Registered { map, boxes, marks, timing_marks, residual_mm }
}

/// Leaves out outlines far from where the field has them unless another that was found near by lies as far: paper does
/// not tear apart between neighbours, and what somebody drew is a square at one place.
fn leave_out_lonely(searches: &mut [Search], boxes: &[BoxFix]) {
    let whole: Vec<Find> = searches
        .iter()
        .zip(boxes)
        .filter_map(|(search, fix)| search.found.filter(|found| found.sure || !fix.is_broken()))
        .collect();
    for search in searches {
        search.found = search.found.filter(|found| !found.sure || is_shared(found, &whole));
    }
}

/// Whether one of the others that is near lies about as far from its place.
fn is_shared(found: &Find, others: &[Find]) -> bool {
    others.iter().any(|other| {
        let apart = found.place.distance(other.place);
        let by = (found.by.0 - other.by.0).hypot(found.by.1 - other.by.1);
        apart > 0.0 && apart < NEIGHBOUR_MM && by < ALIKE_MM
    })
}

/// The dark component that is this mark, as a displacement from where `map` has it.
fn blob_of(map: &Homography, blobs: &[Blob], mark: &Anchor) -> Option<Find> {
    let expected = map.apply(mark.at);
    let (sx, sy) = map.scale_at(mark.at);
    let scale = (sx * sy).sqrt();
    let nearest = blobs
        .iter()
        .filter(|b| b.center.distance(expected) < BLOB_REACH_MM * scale && mark.fits(b, (sx, sy)))
        .min_by(|a, b| a.center.distance(expected).total_cmp(&b.center.distance(expected)))?;
    let found = map.unapply(nearest.center)?;
    Some(Find { place: mark.at, by: (found.x - mark.at.x, found.y - mark.at.y), sure: false })
}

/// Displacement of a solid mark, if one stands near its place.
fn solid_mark(picture: &Picture, map: &Mapping, (rect, reach): (&RectMm, f64)) -> Option<(f64, f64)> {
    let patch = Patch::sample(picture, map, rect.grown(reach + 0.8), (STEP_MM, Detail::Fine));
    let sums = Sums::of(&patch);
    // Mean ink of the mark less mean ink around it.
    let around = rect.grown(0.6);
    let (inside, outside) = (area(rect), area(&around) - area(rect));
    let weighted =
        sums.weighted(&[(*rect, 1.0 / inside + 1.0 / outside), (around, -1.0 / outside)], (0.0, 0.0));
    best_offset(&weighted, reach).filter(|best| best.score > MARK_CONTRAST).map(|best| best.by)
}

fn area(rect: &RectMm) -> f64 {
    rect.w * rect.h
}

struct Best {
    by: (f64, f64),
    score: f32,
}

/// The offset within `reach` mm with the highest score, refined between steps by a
/// parabola. `None` when it stands at the border of the search, where the true one may
/// lie outside. Every second step is looked at first: a printed line is wider than
/// that.
fn best_offset(weighted: &Weighted, reach: f64) -> Option<Best> {
    let n = (reach / STEP_MM).round() as i32 / 2 * 2;
    let coarse = (-n..=n).step_by(2).flat_map(|j| (-n..=n).step_by(2).map(move |i| (i, j)));
    let (_, i, j) = highest(weighted, coarse)?;
    let (score, i, j) =
        highest(weighted, (j - 1..=j + 1).flat_map(|j| (i - 1..=i + 1).map(move |i| (i, j))))?;
    if i.abs() >= n || j.abs() >= n {
        return None;
    }
    let (fine_x, fine_y) = (
        vertex(weighted.at(i - 1, j), score, weighted.at(i + 1, j)),
        vertex(weighted.at(i, j - 1), score, weighted.at(i, j + 1)),
    );
    Some(Best { by: ((f64::from(i) + fine_x) * STEP_MM, (f64::from(j) + fine_y) * STEP_MM), score })
}

/// Where between two steps, -0.5 to 0.5, a parabola through the highest score and those before and after it has its vertex.
pub fn vertex(before: f32, highest: f32, after: f32) -> f64 {
    let curve = before - 2.0 * highest + after;
    if curve < -1e-6 { f64::from(((before - after) / (2.0 * curve)).clamp(-0.5, 0.5)) } else { 0.0 }
}

/// The highest score among `offsets`, and where it is.
fn highest(weighted: &Weighted, offsets: impl Iterator<Item = (i32, i32)>) -> Option<(f32, i32, i32)> {
    offsets.map(|(i, j)| (weighted.at(i, j), i, j)).max_by(|a, b| a.0.total_cmp(&b.0))
}

/// Deviation of the noise of what is mostly paper. The deviation of a normal distribution is 1.48 times the
/// median distance from its median.
fn deviation(ink: &[f32]) -> f32 {
    let mut values: Vec<f32> = ink.iter().step_by(3).copied().collect();
    let middle = values.len() / 2;
    let level = *values.select_nth_unstable_by(middle, f32::total_cmp).1;
    values.iter_mut().for_each(|v| *v = (*v - level).abs());
    1.48 * *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// A search for one outline.
struct Search {
    outline: Outline,
    /// Displacement of the field at the box when its surroundings were sampled.
    from: (f64, f64),
    found: Option<Find>,
}

impl Search {
    /// Looks for the outline of `rect` round the place at which `map`, with `field` as its
    /// residual field, has it.
    fn new(picture: &Picture, map: &Mapping, (rect, field): (RectMm, &ResidualField)) -> Self {
        let outline = Outline::within(picture, map, (rect, BOX_REACH_MM * 2.0));
        let place = rect.center();
        let from = field.at(place);
        let found = outline.find(BOX_REACH_MM, (0.0, 0.0)).map(|by| Find {
            place,
            by: (from.0 + by.0, from.1 + by.1),
            sure: false,
        });
        Self { outline, from, found }
    }

    /// Looks for the whole outline as far away as only this box can be: over a fold or a jump of the
    /// feeder no field foresees it.
    fn look_far(&mut self, picture: &Picture, map: &Mapping) {
        let far = Outline::within(picture, map, (self.outline.rect, FAR_REACH_MM));
        let is_whole = |by: &(f64, f64)| far.share(*by) >= WHOLE_OUTLINE && far.stands_out(*by);
        let Some(by) = far.find(FAR_REACH_MM, (0.0, 0.0)).filter(is_whole) else { return };
        let place = far.rect.center();
        self.found = Some(Find { place, by: (self.from.0 + by.0, self.from.1 + by.1), sure: true });
        self.outline = far;
    }

    /// Where the box is, close to where `field` has it.
    fn fix(&self, field: &ResidualField) -> BoxFix {
        let (x, y) = field.at(self.outline.rect.center());
        let expected = (x - self.from.0, y - self.from.1);
        let sure = self.found.filter(|found| found.sure);
        let at = sure.map(|found| (found.by.0 - self.from.0, found.by.1 - self.from.1));
        match at.or_else(|| self.outline.find(BOX_TRUST_MM, expected)) {
            Some(by) => {
                let shift = (by.0 - expected.0, by.1 - expected.1);
                let (outline, residual_mm) = (self.outline.share(by), shift.0.hypot(shift.1));
                let is_near = residual_mm <= FURTHEST_MM && outline >= UNBROKEN_OUTLINE;
                BoxFix {
                    shift,
                    outline,
                    residual_mm,
                    shared: sure.is_some() && residual_mm >= BOX_TRUST_MM && is_near,
                    contrast: Some(self.outline.against_outside(by).at(0, 0)),
                }
            }
            None => BoxFix {
                shift: (0.0, 0.0),
                outline: self.outline.share(expected),
                residual_mm: BOX_TRUST_MM,
                shared: false,
                contrast: None,
            },
        }
    }
}

/// The surroundings of one box, in which its outline is looked for.
struct Outline {
    rect: RectMm,
    patch: Patch,
    sums: Sums,
    /// Ink from which a sample counts as outline.
    line_ink: f32,
}

impl Outline {
    /// Its surroundings, for looking `reach` mm away from where `map` has it.
    fn within(picture: &Picture, map: &Mapping, (rect, reach): (RectMm, f64)) -> Self {
        let patch = Patch::sample(picture, map, rect.grown(reach + 0.9), (STEP_MM, Detail::Fine));
        let sums = Sums::of(&patch);
        let line_ink = (LINE_DEVIATIONS * deviation(&patch.ink)).clamp(FADED_LINE_INK, LINE_INK);
        Self { rect, patch, sums, line_ink }
    }

    /// Displacement of the outline within `reach` of `around`: the ink along the
    /// outline against the paper just outside it, which a mark inside leaves alone.
    fn find(&self, reach: f64, around: (f64, f64)) -> Option<(f64, f64)> {
        best_offset(&self.against_outside(around), reach)
            .filter(|best| best.score > OUTLINE_CONTRAST * self.line_ink)
            .map(|best| (around.0 + best.by.0, around.1 + best.by.1))
    }

    /// The ink along the outline less that of the paper just outside it, for displacements from `around`.
    fn against_outside(&self, around: (f64, f64)) -> Weighted<'_> {
        let [outer, inner] = [0.19, -0.19].map(|by| self.rect.grown(by));
        let [beyond, near] = [0.85, 0.42].map(|by| self.rect.grown(by));
        let line = 1.0 / (area(&outer) - area(&inner));
        let outside = 1.0 / (area(&beyond) - area(&near));
        self.sums.weighted(&[(outer, line), (inner, -line), (beyond, -outside), (near, outside)], around)
    }

    /// Whether the outline, displaced `by`, is darker than what lies inside it: in a filled box any square is as dark all round.
    fn stands_out(&self, by: (f64, f64)) -> bool {
        let [outer, inner, near, deep] = [0.19, -0.19, -0.42, -0.85].map(|by| self.rect.grown(by));
        let line = 1.0 / (area(&outer) - area(&inner));
        let inside = 1.0 / (area(&near) - area(&deep));
        let weighted =
            self.sums.weighted(&[(outer, line), (inner, -line), (near, -inside), (deep, inside)], by);
        weighted.at(0, 0) > OUTLINE_CONTRAST * self.line_ink
    }

    /// Share of the outline, displaced `by`, along which there is a line.
    fn share(&self, by: (f64, f64)) -> f32 {
        let r = &self.rect;
        let steps = (r.w / STEP_MM) as usize;
        let mut found = 0;
        for k in 0..steps {
            let along = (k as f64 + 0.5) * r.w / steps as f64;
            let sides = [
                (r.x + along, r.y, 0.0, 1.0),
                (r.x + along, r.bottom(), 0.0, 1.0),
                (r.x, r.y + along, 1.0, 0.0),
                (r.right(), r.y + along, 1.0, 0.0),
            ];
            found += sides
                .iter()
                .filter(|(x, y, nx, ny)| {
                    (-2..=2).any(|o| {
                        let off = f64::from(o) * STEP_MM;
                        let p = PointMm::new(x + by.0 + nx * off, y + by.1 + ny * off);
                        self.patch.near(p).is_some_and(|ink| ink > self.line_ink)
                    })
                })
                .count();
        }
        found as f32 / (4 * steps) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find((x, y): (f64, f64), by: (f64, f64)) -> Find {
        Find { place: PointMm::new(x, y), by, sure: true }
    }

    #[test]
    fn a_far_outline_is_the_boxs_own_where_another_near_by_lies_as_far() {
        let row = [find((98.0, 116.0), (0.1, 0.0)), find((119.0, 116.0), (0.0, 0.1))];
        // Crumpled paper, and a jump of the feeder that the next box shares.
        assert!(is_shared(&find((140.0, 116.0), (0.7, -0.4)), &row));
        let jump = [row[0], row[1], find((140.0, 130.0), (0.2, 3.1))];
        assert!(is_shared(&find((119.0, 130.0), (0.0, 3.0)), &jump));
        // A square that somebody drew beside the box, where all others lie at their places.
        assert!(!is_shared(&find((140.0, 116.0), (1.4, 0.0)), &row));
        // Itself, and what is at the other end of the page, say nothing.
        let lonely = find((21.0, 217.0), (0.1, 1.2));
        assert!(!is_shared(&lonely, &[lonely, find((181.0, 116.0), (0.1, 1.2))]));
    }
}
