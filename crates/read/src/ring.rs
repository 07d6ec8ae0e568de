//! A ring round a box: the closed way on which most of its stroke lies.
//!
//! The surroundings are looked at along rays from the middle of the box. A stroke that
//! crosses a ray within a pen's width may be part of a ring; one that runs along the ray is
//! the arm of a cross or part of a filling and says little. Of all closed ways round the box, the
//! one that holds most of the former and least bare paper is found by dynamic programming over the
//! angle, going round twice so that the way closes (a shortest path in polar coordinates, as in Sun &
//! Pallottino 2003).
//!
//! A cross drawn in one go has a loop on one side that passes for a third of a ring, and hides on
//! the box's own outline for the rest. So that way is judged where it shows least, and the outline counts
//! half against it, unless it is darker there than outlines are on this page: then a stroke lies over it.

use phieu_model::geometry::{PointMm, RectMm};

use crate::patch::Grid;
use crate::register::STEP_MM;

/// Rays round the box.
const RAYS: usize = 64;
/// Distance between the places on a ray, in mm.
const RADIUS_STEP_MM: f64 = 0.15;
/// Radii, in half sides of the box, between which a ring may run: from one that is drawn beside the
/// middle of the box to one as wide as nearly three boxes.
const RING_RADII: (f64, f64) = (0.75, 2.8);
/// Radius, in half sides, from which rays are looked at: a stroke that comes from further in is no ring.
const FIRST_RADIUS: f64 = 0.5;
/// Longest way of a ray through a ring's stroke, in mm: a felt tip, crossed at a slant.
const WIDEST_STROKE_MM: f64 = 2.0;
/// Longest way of a ray below a printed line, its tolerance included, on both sides of which one stroke may
/// stand, in mm.
const WIDEST_LINE_MM: f64 = 1.5;
/// Distance from the outline's centre line within which the print of the box itself may hide a ring, in mm.
pub const OUTLINE_MM: f64 = 0.6;
/// How much more ink than outlines leave there on this page a stroke has at least that lies over one.
const OVER_OUTLINE: f32 = 0.25;
/// Steps of radius that a ring may take from one ray to the next: up to 45 degrees out of the round.
const STEEPEST: usize = 2;
/// Rays of the part of a ring that shows least.
const THIRD: usize = RAYS / 3;

/// A ring round a box, as far as there is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ring {
    /// Share of the best closed way round the box along which a ring's stroke lies, 0–1.
    pub closed: f32,
    /// The same over the third of the way that shows least.
    pub least: f32,
}

/// Where a ring round one box is looked for.
#[derive(Debug)]
pub struct RingStencil {
    /// The grid over all that is looked at.
    pub grid: Grid,
    /// Places on each ray, from inside out.
    places: Vec<Place>,
    /// Places on a ray.
    radii: usize,
    /// The first of them on which a ring may run.
    first: usize,
}

/// A place on a ray.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Its index in the grid, or of the nearest of the outline's samples, where the outline is printed.
    index: u32,
    print: Print,
}

/// What is printed at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Print {
    Nothing,
    /// The outline of the box itself.
    Outline,
    Other,
}

/// What a place says of a ring that runs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// A stroke across the ray.
    Stroke,
    /// A stroke along the ray.
    Arm,
    Bare,
    /// The outline of the box, which may hide a ring's stroke.
    Outline,
    /// Other print, which may hide one.
    Print,
}

impl Sight {
    /// What a way gains by running here.
    fn gain(self) -> i32 {
        match self {
            Self::Stroke => 2,
            Self::Arm | Self::Print => 0,
            Self::Outline => -1,
            Self::Bare => -2,
        }
    }

    /// How much speaks for a ring here, and how much against it.
    fn weights(self) -> (f32, f32) {
        match self {
            Self::Stroke => (1.0, 0.0),
            Self::Print => (0.5, 0.0),
            Self::Arm => (0.0, 0.25),
            Self::Outline => (0.0, 0.5),
            Self::Bare => (0.0, 1.0),
        }
    }
}

impl RingStencil {
    /// The stencil of the box at `rect`; `printed` says where something is printed, `outline` are the samples of
    /// `around` that lie on the outline, in ascending order.
    pub fn of(
        rect: &RectMm,
        printed: impl Fn(PointMm) -> bool,
        (around, outline): (&Grid, &[usize]),
    ) -> Self {
        let (center, half) = (rect.center(), rect.w / 2.0);
        let far = half * RING_RADII.1;
        let grid = Grid::of(RectMm::new(center.x, center.y, 0.0, 0.0).grown(far + 2.0 * STEP_MM), STEP_MM);
        let near = half * FIRST_RADIUS;
        let radii = ((far - near) / RADIUS_STEP_MM) as usize + 1;
        let print = |p: PointMm| match printed(p) {
            false => Print::Nothing,
            true if is_on_outline(rect, p) => Print::Outline,
            true => Print::Other,
        };
        // The nearest sample of the outline lies next to the nearest sample of all.
        let nearest = |p: PointMm| {
            let next = around.nearest(p).into_iter().flat_map(|i| around.with_neighbours(i));
            let distance = |k: &usize| around.place(outline[*k]).distance(p);
            next.filter_map(|i| outline.binary_search(&i).ok())
                .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        };
        let place = |p: PointMm| {
            let print = print(p);
            let index = if print == Print::Outline { nearest(p) } else { grid.nearest(p) };
            index.map(|i| Place { index: i as u32, print })
        };
        let places = (0..RAYS)
            .flat_map(|ray| {
                let (sin, cos) = (ray as f64 * std::f64::consts::TAU / RAYS as f64).sin_cos();
                (0..radii).map(move |k| {
                    let r = near + k as f64 * RADIUS_STEP_MM;
                    PointMm::new(center.x + r * cos, center.y + r * sin)
                })
            })
            .map(|p| place(p).expect("the grid holds every ray"))
            .collect();
        let first = ((half * RING_RADII.0 - near) / RADIUS_STEP_MM).ceil() as usize;
        Self { grid, places, radii, first }
    }

    /// The ring round the box in `ink`, which holds the grid's places; above `stroke` it is
    /// part of a stroke. `over_outline` holds for each place on the outline the ink beyond what outlines leave.
    pub fn ring(&self, ink: &[f32], over_outline: &[f32], stroke: f32) -> Ring {
        let is_inked = |place: &Place| match place.print {
            Print::Nothing => ink[place.index as usize] > stroke,
            Print::Outline => over_outline[place.index as usize] > OVER_OUTLINE,
            Print::Other => false,
        };
        let rays = self.places.chunks_exact(self.radii);
        let sights: Vec<Sight> = rays.flat_map(|ray| self.sights(ray, &is_inked)).collect();
        let way = self.best_way(&sights);
        let share = |part: &mut dyn Iterator<Item = Sight>| {
            let (pro, contra) = part.map(Sight::weights).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
            pro / (pro + contra)
        };
        let third = |from: usize| share(&mut (from..from + THIRD).map(|ray| way[ray % RAYS]));
        let least = (0..RAYS).map(third).fold(1.0, f32::min);
        Ring { closed: share(&mut way.into_iter()), least }
    }

    /// What the places of a ray on which a ring may run say of it.
    fn sights(&self, ray: &[Place], is_inked: &impl Fn(&Place) -> bool) -> Vec<Sight> {
        let steps = |mm: f64| (mm / RADIUS_STEP_MM) as usize;
        let (widest, covered) = (steps(WIDEST_STROKE_MM), steps(WIDEST_LINE_MM));
        let free = |k: usize| ray[k].print == Print::Nothing;
        let inked = |k: usize| free(k) && is_inked(&ray[k]);
        let unmarked = |place: &Place| match place.print {
            Print::Nothing => Sight::Bare,
            Print::Outline => Sight::Outline,
            Print::Other => Sight::Print,
        };
        let mut sights: Vec<Sight> = ray.iter().map(unmarked).collect();
        let mut start = 0;
        while start < ray.len() {
            if !inked(start) {
                start += 1;
                continue;
            }
            let mut end = start + 1;
            // A stroke goes on below what is printed over it, if it stands on both sides.
            while let Some(next) =
                (end..ray.len().min(end + covered)).find(|&k| free(k)).filter(|&k| inked(k))
            {
                end = next + 1;
            }
            let crosses = start > 0 && end - start <= widest;
            let sight = if crosses { Sight::Stroke } else { Sight::Arm };
            (start..end).filter(|&k| free(k)).for_each(|k| sights[k] = sight);
            start = end;
        }
        // A stroke on the outline itself. With ink further in it is hatching, or an arm, as often as a ring.
        let bare = (0..ray.len()).find(|&k| inked(k)).unwrap_or(ray.len());
        let on_outline = |k: &usize| ray[*k].print == Print::Outline && is_inked(&ray[*k]);
        (0..bare).filter(on_outline).for_each(|k| sights[k] = Sight::Stroke);
        sights.drain(..self.first);
        sights
    }

    /// What each ray says along the best closed way.
    fn best_way(&self, sights: &[Sight]) -> [Sight; RAYS] {
        let n = self.radii - self.first;
        let mut sums = vec![0_i32; n];
        let mut next = sums.clone();
        let mut came = vec![0_u8; 2 * RAYS * n];
        for turn in 0..2 * RAYS {
            let ray = &sights[turn % RAYS * n..][..n];
            for k in 0..n {
                // Of equally good ways the one that stays at its radius, or else nearest to it.
                let mut best = k;
                for step in 1..=STEEPEST {
                    for from in [k.checked_sub(step), Some(k + step).filter(|&j| j < n)].into_iter().flatten()
                    {
                        if sums[from] > sums[best] {
                            best = from;
                        }
                    }
                }
                came[turn * n + k] = best as u8;
                next[k] = sums[best] + ray[k].gain();
            }
            std::mem::swap(&mut sums, &mut next);
        }
        let mut k = (0..n).max_by_key(|&k| sums[k]).unwrap_or(0);
        let mut way = [Sight::Bare; RAYS];
        for turn in (RAYS..2 * RAYS).rev() {
            way[turn % RAYS] = sights[turn % RAYS * n + k];
            k = usize::from(came[turn * n + k]);
        }
        way
    }
}

/// Whether a place lies on the outline of the box at `rect`, or so near that its print may hide a ring.
pub fn is_on_outline(rect: &RectMm, p: PointMm) -> bool {
    let within = |by: f64| {
        let r = rect.grown(by);
        (r.x..=r.right()).contains(&p.x) && (r.y..=r.bottom()).contains(&p.y)
    };
    within(OUTLINE_MM) && !within(-OUTLINE_MM)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: f64 = 4.8;

    /// The ring round a box whose outline is printed, inked where `inked` says so of a place, in mm from the
    /// middle of the box.
    fn seen(inked: impl Fn(f64, f64) -> bool) -> Ring {
        let rect = RectMm::new(20.0, 20.0, SIDE, SIDE);
        let from_middle = |p: PointMm| (p.x - 22.4, p.y - 22.4);
        let printed = |p: PointMm| {
            let (x, y) = from_middle(p);
            (x.abs().max(y.abs()) - SIDE / 2.0).abs() < 0.5
        };
        let around = Grid::of(rect.grown(3.0), STEP_MM);
        let outline: Vec<usize> =
            (0..around.len()).filter(|&i| is_on_outline(&rect, around.place(i))).collect();
        let over: Vec<f32> = outline
            .iter()
            .map(|&i| {
                let (x, y) = from_middle(around.place(i));
                // Nothing shows on the line itself.
                let beside = (x.abs().max(y.abs()) - SIDE / 2.0).abs() > 0.25;
                f32::from(u8::from(beside && inked(x, y)))
            })
            .collect();
        let stencil = RingStencil::of(&rect, printed, (&around, &outline));
        let ink: Vec<f32> = (0..stencil.grid.len())
            .map(|i| {
                let (x, y) = from_middle(stencil.grid.place(i));
                f32::from(u8::from(inked(x, y)))
            })
            .collect();
        stencil.ring(&ink, &over, 0.5)
    }

    fn cross(x: f64, y: f64) -> bool {
        x.abs().max(y.abs()) < 3.3 && (x.abs() - y.abs()).abs() < 0.4
    }

    fn filled(x: f64, y: f64) -> bool {
        x.abs().max(y.abs()) < 2.5
    }

    fn oval(x: f64, y: f64, (rx, ry): (f64, f64)) -> bool {
        let angle = y.atan2(x);
        let at = rx * ry / (ry * angle.cos()).hypot(rx * angle.sin());
        (x.hypot(y) - at).abs() < 0.25
    }

    #[test]
    fn rings_of_every_size_are_closed_whatever_stands_in_them() {
        for radii in [(3.4, 3.4), (4.0, 3.2), (5.0, 3.6), (6.3, 5.0)] {
            let ring = |x: f64, y: f64| oval(x, y, radii);
            let bare = seen(ring);
            assert!(bare.closed > 0.8 && bare.least > 0.6, "{radii:?}: {bare:?}");
            let crossed = seen(|x, y| ring(x, y) || cross(x, y));
            assert!(crossed.closed > 0.75 && crossed.least > 0.5, "{radii:?} round a cross: {crossed:?}");
        }
        for radius in [2.7, 2.9, 3.1] {
            let close = seen(|x, y| oval(x, y, (radius, radius)) || cross(x, y) && x.hypot(y) < radius);
            assert!(close.closed > 0.65 && close.least > 0.4, "mostly on the outline: {close:?}");
        }
        let refilled = seen(|x, y| oval(x, y, (4.0, 4.2)) || filled(x, y));
        assert!(refilled.closed > 0.9 && refilled.least > 0.9, "{refilled:?}");
    }

    #[test]
    fn crosses_fillings_and_hatching_are_no_rings() {
        let hatched = |x: f64, y: f64| x.abs().max(y.abs()) < 3.0 && (x + y).rem_euclid(1.0) < 0.5;
        let none = seen(|_, _| false);
        assert!(none.closed < 0.01 && none.least < 0.01, "{none:?}");
        for (what, ring) in [("cross", seen(cross)), ("filling", seen(filled))] {
            assert!(ring.least < 0.35, "{what}: {ring:?}");
        }
        let hatching = seen(hatched);
        assert!(hatching.least < 0.6, "{hatching:?}");
    }

    #[test]
    fn the_loop_of_a_cross_drawn_in_one_go_closes_only_one_side() {
        // Down one stroke, up on the right, down the other.
        let joined = |x: f64, y: f64| cross(x, y) || x > 0.0 && oval(x, y, (3.6, 3.3));
        let ring = seen(joined);
        assert!(ring.closed > 0.4 && ring.least < 0.2, "{ring:?}");
    }
}
