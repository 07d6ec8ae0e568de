//! The smooth residual field: how far paper lies from where the projective map has
//! it, because a feeder pulls unevenly, a printer scales and paper bends.
//!
//! A trend (affine, least squares reweighted with Tukey's biweight) takes what is left of
//! scale and skew. Over it, what remains is followed locally: closely along the direction of
//! the feed, where transport varies within millimetres, and widely across it, where a scanner's
//! line is one exposure. What that leaves in turn, paper that does not lie flat has in common
//! with its neighbourhood: two more layers follow it where neighbours foretell each other. A find
//! that disagrees with its neighbours loses its weight, unless it cannot be anything else: a
//! whole outline beyond a fold.

use std::sync::Arc;

use phieu_model::geometry::PointMm;

/// A printed thing that was found.
#[derive(Debug, Clone, Copy)]
pub struct Find {
    /// Its place on paper.
    pub place: PointMm,
    /// Its displacement in mm.
    pub by: (f64, f64),
    /// Whether it is what it is taken for beyond doubt, however far it lies from its neighbours.
    pub sure: bool,
}

/// The direction on paper along which a feeder pulled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedAxis {
    /// Down the page.
    Down,
    /// Across the page.
    Across,
}

impl FeedAxis {
    /// A scanner feeds along its picture's height.
    pub fn of(quarter_turns: u8) -> Self {
        if quarter_turns.is_multiple_of(2) { Self::Down } else { Self::Across }
    }
}

/// Reach of a find along the feed, in mm: rows of boxes are 8.5 mm apart and more.
const ALONG_MM: f64 = 6.0;
/// Reach of a find across the feed, in mm.
const ACROSS_MM: f64 = 80.0;
/// Reach of a find on bent paper, in mm.
const BENT_MM: f64 = 16.0;
/// Paper is taken for bent where its field leaves less than this share of the spread …
const BENT_SHARE: f64 = 0.8;
/// … and what the field leaves has a layer of its own where neighbours foretell so much of it: what is left
/// has less than this share of it. On flat paper that is noise, of which nothing can be foretold.
const UNEVEN_SHARE: f64 = 0.8;
/// Reach, in mm, of a find for what lies close to it on such paper, as the words beside a box do: what it alone tells.
const CLOSE_MM: f64 = 7.0;
/// Distance between nodes of the field as a share of the reach of a find …
const NODE_SHARE: f64 = 0.45;
/// … but not less, and not more, than these, in mm.
const LEAST_NODE_MM: f64 = 5.0;
const MOST_NODE_MM: f64 = 35.0;
/// Weight with which the field returns to its trend where little was found.
const TREND_WEIGHT: f64 = 0.15;
/// Distance, in mm, from what its neighbours say beyond which a find has no weight, unless the
/// others are as far.
const OUTLIER_MM: f64 = 0.4;
/// Distance from the trend, in mm, beyond which a find has no weight in it.
const TREND_OUTLIER_MM: f64 = 1.2;
/// Square of the distance, in reaches, beyond which a find says nothing.
const FURTHEST: f64 = 9.0;
/// Weight with which the local plane is drawn towards level.
const LEVEL_WEIGHT: f64 = 0.3;
/// The field covers an A4 page and a little more, in mm.
const WIDTH_MM: f64 = 210.0;
const HEIGHT_MM: f64 = 300.0;

/// A smooth displacement over the page, in mm.
#[derive(Debug, Clone, Default)]
pub struct ResidualField {
    /// They add up; without one there is no displacement anywhere.
    layers: Arc<[Layer]>,
}

impl ResidualField {
    /// The field through `finds`, robust against up to a third of wild ones. Of a
    /// feeder's reach and that of bent paper the one is taken that tells each find
    /// better from the others; what it leaves is followed where neighbours foretell it.
    pub fn through(finds: &[Find], axis: FeedAxis) -> Self {
        if finds.is_empty() {
            return Self::default();
        }
        let trend = Trend::through(finds);
        let rest = without(finds, |p| trend.at(p));
        let fed = Local::through(&rest, Kernel::of(axis));
        let bent = Local::through(&rest, Kernel::BENT);
        let local = if bent.spread < BENT_SHARE * fed.spread { bent } else { fed };
        let followed = Layer::of(&local, |p, (x, y)| {
            let (tx, ty) = trend.at(p);
            (tx + x, ty + y)
        });
        // Here a find counts for what its neighbours confirm, however sure it is.
        let mut left = without(&rest, |p| local.at(p));
        left.iter_mut().for_each(|find| find.sure = false);
        let uneven = Local::through(&left, Kernel::BENT);
        if uneven.spread >= UNEVEN_SHARE * spread(left.iter().map(|find| find.by.0.hypot(find.by.1))) {
            return Self { layers: [followed].into() };
        }
        let smooth = Layer::of(&uneven, |_, by| by);
        let left = without(&left, |p| uneven.at(p));
        let close = Local { kernel: Kernel::CLOSE, finds: &left, ..uneven };
        let close = Layer::of(&close, |_, by| by);
        Self { layers: [followed, smooth, close].into() }
    }

    /// Whether the paper does not lie flat: neighbours foretell of each other what no feeder does.
    pub fn is_uneven(&self) -> bool {
        self.layers.len() > 1
    }

    /// The displacement at `p` in mm, interpolated between nodes.
    pub fn at(&self, p: PointMm) -> (f64, f64) {
        self.layers.iter().map(|layer| layer.at(p)).fold((0.0, 0.0), |(x, y), (dx, dy)| (x + dx, y + dy))
    }
}

/// The same finds with what is left of their displacement.
fn without(finds: &[Find], field: impl Fn(PointMm) -> (f64, f64)) -> Vec<Find> {
    let left = |find: &Find| {
        let (x, y) = field(find.place);
        Find { by: (find.by.0 - x, find.by.1 - y), ..*find }
    };
    finds.iter().map(left).collect()
}

/// The mean of distances in mm, each counted for no more than a wild one.
fn spread(distances: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = distances.len().max(1) as f64;
    distances.map(|d| d.min(TREND_OUTLIER_MM)).sum::<f64>() / n
}

/// A displacement in mm at nodes over the page.
#[derive(Debug)]
struct Layer {
    step: (f64, f64),
    columns: usize,
    nodes: Vec<(f64, f64)>,
}

impl Layer {
    /// The displacement of `local`, of which `whole` makes that of the layer.
    fn of(local: &Local, whole: impl Fn(PointMm, (f64, f64)) -> (f64, f64)) -> Self {
        let step = local.kernel.node_step();
        let columns = (WIDTH_MM / step.0).ceil() as usize + 1;
        let rows = (HEIGHT_MM / step.1).ceil() as usize + 1;
        let mut nodes = Vec::with_capacity(columns * rows);
        for y in (0..rows).map(|row| row as f64 * step.1) {
            // Most finds lie too far up or down for the whole row.
            let near = local.near_row(y);
            let node = |column: usize| PointMm::new(column as f64 * step.0, y);
            nodes.extend((0..columns).map(node).map(|p| whole(p, local.plane(p, &near))));
        }
        Self { step, columns, nodes }
    }

    fn at(&self, p: PointMm) -> (f64, f64) {
        let rows = self.nodes.len() / self.columns;
        let place = |v: f64, step: f64, n: usize| {
            let t = (v / step).clamp(0.0, (n - 1) as f64);
            let i = (t as usize).min(n - 2);
            (i, t - i as f64)
        };
        let (column, fx) = place(p.x, self.step.0, self.columns);
        let (row, fy) = place(p.y, self.step.1, rows);
        let at = |c: usize, r: usize| self.nodes[r * self.columns + c];
        let mix = |a: (f64, f64), b: (f64, f64), t: f64| (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
        let upper = mix(at(column, row), at(column + 1, row), fx);
        let lower = mix(at(column, row + 1), at(column + 1, row + 1), fx);
        mix(upper, lower, fy)
    }
}

/// Tukey's biweight: 1 at 0, 0 from 1 on.
fn biweight(t: f64) -> f64 {
    let t = t.min(1.0);
    (1.0 - t * t).powi(2)
}

/// The upper of the middle values; `values` holds at least one.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    let middle = sorted.len() / 2;
    *sorted.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// The reach of finds along x and y, in mm.
#[derive(Debug, Clone, Copy)]
struct Kernel {
    x: f64,
    y: f64,
}

impl Kernel {
    /// Paper that is bent, folded or seen by a camera: alike in both directions.
    const BENT: Self = Self { x: BENT_MM, y: BENT_MM };
    /// The surroundings of one find.
    const CLOSE: Self = Self { x: CLOSE_MM, y: CLOSE_MM };

    fn of(axis: FeedAxis) -> Self {
        match axis {
            FeedAxis::Down => Self { x: ACROSS_MM, y: ALONG_MM },
            FeedAxis::Across => Self { x: ALONG_MM, y: ACROSS_MM },
        }
    }

    /// What `find` says at `p`; `None` where it lies too far away.
    fn terms(&self, p: PointMm, find: &Find) -> Option<Terms> {
        let (u, v) = ((find.place.x - p.x) / self.x, (find.place.y - p.y) / self.y);
        let d = u * u + v * v;
        (d <= FURTHEST).then(|| Terms { u, v, closeness: (-0.5 * d).exp() })
    }

    /// Distance between the nodes of a field of this reach.
    fn node_step(&self) -> (f64, f64) {
        let step = |reach: f64| (reach * NODE_SHARE).clamp(LEAST_NODE_MM, MOST_NODE_MM);
        (step(self.x), step(self.y))
    }
}

/// What the trend leaves, as a plane fitted at each place to the finds around it (locally
/// weighted regression, Cleveland 1979): a mean would be drawn inwards at the rim.
struct Local<'f> {
    kernel: Kernel,
    finds: &'f [Find],
    /// How much each find is believed, 0–1.
    weights: Vec<f64>,
    /// How far, in mm, a find lies from what the others say.
    spread: f64,
}

impl<'f> Local<'f> {
    fn through(finds: &'f [Find], kernel: Kernel) -> Self {
        let mut local = Self { kernel, finds, weights: vec![1.0; finds.len()], spread: 0.0 };
        // The find itself has no say in what is expected of it.
        let others = |i: usize| (0..finds.len()).filter(move |k| *k != i);
        let near =
            |i: usize| others(i).filter_map(move |k| Some((k, kernel.terms(finds[i].place, &finds[k])?)));
        let near: Vec<Vec<(usize, Terms)>> = (0..finds.len()).map(|i| near(i).collect()).collect();
        let mut distances = vec![0.0; finds.len()];
        for _ in 0..3 {
            for ((distance, find), near) in distances.iter_mut().zip(finds).zip(&near) {
                let mut plane = Plane::new();
                near.iter().for_each(|(k, terms)| plane.add(terms, local.weights[*k], finds[*k].by));
                let (x, y) = plane.by();
                *distance = (find.by.0 - x).hypot(find.by.1 - y);
            }
            let outlier = OUTLIER_MM.max(4.0 * median(&distances));
            for ((weight, find), distance) in local.weights.iter_mut().zip(finds).zip(&distances) {
                *weight = if find.sure { 1.0 } else { biweight(distance / outlier) };
            }
        }
        local.spread = spread(distances.into_iter());
        local
    }

    /// The plane's displacement at `p`.
    fn at(&self, p: PointMm) -> (f64, f64) {
        self.plane(p, &self.near_row(p.y))
    }

    /// The finds, with their weights, that are not too far up or down for places of this height.
    fn near_row(&self, y: f64) -> Vec<(&'f Find, f64)> {
        let is_near = |find: &Find| ((find.place.y - y) / self.kernel.y).powi(2) <= FURTHEST;
        self.finds.iter().zip(self.weights.iter().copied()).filter(|(find, _)| is_near(find)).collect()
    }

    /// The displacement at `p` of the plane through `near`.
    fn plane(&self, p: PointMm, near: &[(&Find, f64)]) -> (f64, f64) {
        let mut plane = Plane::new();
        for (find, weight) in near.iter().filter(|(_, weight)| *weight != 0.0) {
            if let Some(terms) = self.kernel.terms(p, find) {
                plane.add(&terms, *weight, find.by);
            }
        }
        plane.by()
    }
}

/// What a find says at a place: how far it lies from it across and down, in reaches, and how much it counts for that.
#[derive(Clone, Copy)]
struct Terms {
    u: f64,
    v: f64,
    closeness: f64,
}

/// The sums of which a plane is made, drawn towards 0 and towards level where little was found.
struct Plane {
    normal: [[f64; 3]; 3],
    right: [[f64; 3]; 2],
}

impl Plane {
    fn new() -> Self {
        let normal = [[TREND_WEIGHT, 0.0, 0.0], [0.0, LEVEL_WEIGHT, 0.0], [0.0, 0.0, LEVEL_WEIGHT]];
        Self { normal, right: [[0.0; 3]; 2] }
    }

    fn add(&mut self, Terms { u, v, closeness }: &Terms, weight: f64, by: (f64, f64)) {
        let w = weight * closeness;
        let terms = [1.0, *u, *v];
        for i in 0..3 {
            for j in i..3 {
                self.normal[i][j] += w * terms[i] * terms[j];
            }
            self.right[0][i] += w * terms[i] * by.0;
            self.right[1][i] += w * terms[i] * by.1;
        }
    }

    /// Its displacement at the place itself.
    fn by(mut self) -> (f64, f64) {
        let [[_, a, b], [_, _, c], _] = self.normal;
        self.normal[1][0] = a;
        self.normal[2][0] = b;
        self.normal[2][1] = c;
        (solve(&self.normal, self.right[0])[0], solve(&self.normal, self.right[1])[0])
    }
}

/// An affine displacement: `by = a + b·x + c·y` on each axis.
struct Trend {
    dx: [f64; 3],
    dy: [f64; 3],
}

impl Trend {
    fn terms(p: PointMm) -> [f64; 3] {
        [1.0, p.x / 105.0 - 1.0, p.y / 148.5 - 1.0]
    }

    fn at(&self, p: PointMm) -> (f64, f64) {
        let terms = Self::terms(p);
        let dot = |c: &[f64; 3]| terms.iter().zip(c).map(|(t, c)| t * c).sum();
        (dot(&self.dx), dot(&self.dy))
    }

    fn through(finds: &[Find]) -> Self {
        let mut weights = vec![1.0; finds.len()];
        let mut trend = Self { dx: [0.0; 3], dy: [0.0; 3] };
        for _ in 0..5 {
            trend = Self::weighted(finds, &weights);
            for (weight, find) in weights.iter_mut().zip(finds) {
                let (x, y) = trend.at(find.place);
                *weight = (find.by.0 - x).hypot(find.by.1 - y);
            }
            // On bent paper many finds lie far from any trend; the nearer half counts.
            let outlier = TREND_OUTLIER_MM.max(3.0 * median(&weights));
            weights.iter_mut().for_each(|weight| *weight = biweight(*weight / outlier));
        }
        trend
    }

    /// The weighted least-squares solution, with a little stiffness so that few
    /// finds give a shift rather than a wild slope.
    fn weighted(finds: &[Find], weights: &[f64]) -> Self {
        let mut normal = [[0.0; 3]; 3];
        let mut right = [[0.0; 3]; 2];
        for (find, w) in finds.iter().zip(weights) {
            let t = Self::terms(find.place);
            for i in 0..3 {
                for j in 0..3 {
                    normal[i][j] += w * t[i] * t[j];
                }
                right[0][i] += w * t[i] * find.by.0;
                right[1][i] += w * t[i] * find.by.1;
            }
        }
        normal[0][0] += 1e-6;
        normal[1][1] += 0.05;
        normal[2][2] += 0.05;
        Self { dx: solve(&normal, right[0]), dy: solve(&normal, right[1]) }
    }
}

/// Cramer's rule for a symmetric positive definite 3 × 3 system.
fn solve(m: &[[f64; 3]; 3], right: [f64; 3]) -> [f64; 3] {
    let det = |m: &[[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let whole = det(m);
    std::array::from_fn(|column| {
        let mut changed = *m;
        for (row, value) in changed.iter_mut().zip(right) {
            row[column] = value;
        }
        det(&changed) / whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places like those of a form: rows of timing marks and boxes.
    fn places() -> impl Iterator<Item = PointMm> {
        (0..16).flat_map(|row| {
            [10.0, 60.0, 110.0, 160.0, 200.0].map(|x| PointMm::new(x, 70.0 + 10.0 * f64::from(row)))
        })
    }

    /// An uneven feed: a slip of 0.4 mm within 20 mm, and back.
    fn slip(p: PointMm) -> (f64, f64) {
        (0.1 + 0.0004 * p.x, 0.4 * (-((p.y - 130.0) / 18.0).powi(2)).exp() - 0.002 * p.y)
    }

    #[test]
    fn the_field_follows_an_uneven_feed_and_ignores_wild_finds() {
        let mut finds: Vec<Find> =
            places().map(|place| Find { place, by: slip(place), sure: false }).collect();
        for find in finds.iter_mut().step_by(9) {
            find.by.1 += 1.8;
        }
        let field = ResidualField::through(&finds, FeedAxis::Down);
        for place in places() {
            let ((fx, fy), (tx, ty)) = (field.at(place), slip(place));
            assert!((fx - tx).hypot(fy - ty) < 0.1, "at {place:?}: {fx} {fy} for {tx} {ty}");
        }
    }

    #[test]
    fn a_feed_across_the_page_is_followed_too() {
        let turned = |p: PointMm| {
            let (x, y) = slip(PointMm::new(p.y, p.x + 30.0));
            (y, x)
        };
        let finds: Vec<Find> = (0..80)
            .map(|i| PointMm::new(20.0 + f64::from(i % 20) * 9.0, 30.0 + f64::from(i / 20) * 70.0))
            .map(|place| Find { place, by: turned(place), sure: false })
            .collect();
        let field = ResidualField::through(&finds, FeedAxis::Across);
        for find in &finds {
            let (x, y) = field.at(find.place);
            assert!((x - find.by.0).hypot(y - find.by.1) < 0.1, "at {:?}", find.place);
        }
    }

    #[test]
    fn bent_paper_is_followed_in_both_directions() {
        let bent = |p: PointMm| (1.2 * (p.x / 30.0).sin(), 1.0 * (p.y / 35.0).cos() * (p.x / 40.0).sin());
        let finds: Vec<Find> = (0..16)
            .flat_map(|row| {
                (0..10).map(move |column| {
                    PointMm::new(10.0 + 20.0 * f64::from(column), 70.0 + 10.0 * f64::from(row))
                })
            })
            .map(|place| Find { place, by: bent(place), sure: false })
            .collect();
        let field = ResidualField::through(&finds, FeedAxis::Down);
        for find in finds.iter().filter(|f| (30.0..180.0).contains(&f.place.x) && f.place.y < 210.0) {
            let (x, y) = field.at(find.place);
            assert!(
                (x - find.by.0).hypot(y - find.by.1) < 0.4,
                "at {:?}: {x} {y} for {:?}",
                find.place,
                find.by
            );
        }
    }

    #[test]
    fn waves_over_an_uneven_feed_have_a_layer_and_noise_has_none() {
        let wave = |p: PointMm| {
            let (x, y) = slip(p);
            (x + 0.3 * (p.x / 25.0).sin() * (p.y / 30.0).cos(), y + 0.25 * ((p.x + p.y) / 28.0).cos())
        };
        let finds = |by: &dyn Fn(PointMm) -> (f64, f64)| -> Vec<Find> {
            (0..16)
                .flat_map(|row| (0..9).map(move |column| (10.0 + 22.0 * f64::from(column), row)))
                .map(|(x, row)| PointMm::new(x, 70.0 + 10.0 * f64::from(row)))
                .map(|place| Find { place, by: by(place), sure: false })
                .collect()
        };
        let field = ResidualField::through(&finds(&wave), FeedAxis::Down);
        assert!(field.is_uneven());
        // Between the finds too.
        for p in
            (0..140).map(|i| PointMm::new(30.0 + f64::from(i % 14) * 11.0, 80.0 + f64::from(i / 14) * 13.0))
        {
            let ((fx, fy), (wx, wy)) = (field.at(p), wave(p));
            assert!((fx - wx).hypot(fy - wy) < 0.12, "at {p:?}: {fx} {fy} for {wx} {wy}");
        }
        // A hundredth or two of a millimetre that no neighbour shares.
        let noise = |p: PointMm| {
            let turn = p.x * 12.9898 + p.y * 78.233;
            let (x, y) = slip(p);
            (x + 0.02 * (turn * 43.7).sin(), y + 0.02 * (turn * 91.3).cos())
        };
        assert!(!ResidualField::through(&finds(&noise), FeedAxis::Down).is_uneven());
    }

    #[test]
    fn without_finds_nothing_is_displaced() {
        let field = ResidualField::through(&[], FeedAxis::Down);
        assert_eq!(field.at(PointMm::new(100.0, 200.0)), (0.0, 0.0));
    }
}
