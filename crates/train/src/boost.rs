//! Gradient boosting of small trees on the logistic loss, with second-order steps,
//! binned features and monotone constraints (Friedman 2001; Chen & Guestrin 2016). The same
//! examples give the same trees, bit by bit, with any number of threads.

use phieu_read::model::{Branch, Forest, Tree};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// Limits for a feature; values between two neighbours fall into one bin.
const MOST_BINS: usize = 64;

/// How trees are grown.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// Number of trees.
    pub trees: usize,
    /// Splits from the root to a leaf, at most.
    pub depth: usize,
    /// Share of each tree's step that is taken.
    pub rate: f64,
    /// Curvature (Σ p(1 − p)) that a leaf holds at least.
    pub least: f64,
    /// Penalty on the squares of the leaves.
    pub ridge: f64,
}

/// What to learn from: rows of features, each with its label and weight.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    /// Names of the features.
    pub names: Vec<String>,
    /// All rows, one after the other.
    pub values: Vec<f32>,
    /// What is true of each row.
    pub labels: Vec<bool>,
    /// How much each row counts.
    pub weights: Vec<f32>,
}

impl Examples {
    /// Adds a row.
    pub fn push(&mut self, features: &[(&'static str, f32)], label: bool, weight: f32) {
        if self.names.is_empty() {
            self.names = features.iter().map(|(name, _)| (*name).to_owned()).collect();
        }
        self.values.extend(features.iter().map(|(_, value)| *value));
        self.labels.push(label);
        self.weights.push(weight);
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.labels.len()
    }
}

/// One feature of all rows, binned.
struct Column {
    limits: Vec<f32>,
    bins: Vec<u8>,
    /// +1: more of it never lowers the log-odds; −1: never raises them; 0: free.
    direction: i8,
}

/// Fits a forest. `direction` gives the constraint of a feature by its name: +1 never lowers
/// the log-odds, −1 never raises them, 0 is free.
pub fn fit(examples: &Examples, growth: Growth, direction: &dyn Fn(&str) -> i8) -> Forest {
    let columns = columns(examples, direction);
    let weight: f64 = examples.weights.iter().map(|w| f64::from(*w)).sum();
    let positive: f64 = (examples.labels.iter().zip(&examples.weights))
        .map(|(label, w)| if *label { f64::from(*w) } else { 0.0 })
        .sum();
    let share = ((positive + 0.5) / (weight + 1.0)).clamp(1e-6, 1.0 - 1e-6);
    let base = rounded((share / (1.0 - share)).ln() as f32);
    let mut odds = vec![base; examples.len()];
    let mut trees = Vec::with_capacity(growth.trees);
    for _ in 0..growth.trees {
        let slopes: Vec<(f64, f64)> = (odds.iter().zip(&examples.labels).zip(&examples.weights))
            .map(|((odds, label), w)| {
                let p = 1.0 / (1.0 + (-f64::from(*odds)).exp());
                let w = f64::from(*w);
                (w * (p - f64::from(u8::from(*label))), w * p * (1.0 - p))
            })
            .collect();
        let grower = Grower { columns: &columns, slopes: &slopes, growth };
        let rows: Vec<u32> = (0..examples.len() as u32).collect();
        let root = grower.grow(&rows, (f64::NEG_INFINITY, f64::INFINITY), (0, &mut odds));
        trees.push(Tree::from(&root));
    }
    Forest { features: examples.names.clone(), base, trees }
}

fn columns(examples: &Examples, direction: &dyn Fn(&str) -> i8) -> Vec<Column> {
    let n = examples.names.len();
    let directions: Vec<i8> = examples.names.iter().map(|name| direction(name)).collect();
    (0..n)
        .into_par_iter()
        .map(|f| {
            let values: Vec<f32> = examples.values.iter().skip(f).step_by(n).copied().collect();
            let limits = limits(&values);
            let bins = values.iter().map(|v| limits.partition_point(|limit| limit <= v) as u8).collect();
            Column { limits, bins, direction: directions[f] }
        })
        .collect()
}

/// At most `MOST_BINS − 1` limits between different values, about equally many rows apart.
fn limits(values: &[f32]) -> Vec<f32> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let mut limits: Vec<f32> = (1..MOST_BINS)
        .filter_map(|k| {
            let at = k * sorted.len() / MOST_BINS;
            let value = *sorted.get(at)?;
            let below = sorted[..at].iter().rev().find(|v| **v < value)?;
            let limit = rounded((value + below) / 2.0);
            // Rounding may have moved it past a neighbour.
            Some(if limit > *below && limit <= value { limit } else { value })
        })
        .collect();
    limits.sort_by(f32::total_cmp);
    limits.dedup();
    limits
}

/// To four significant digits, so that the file of weights stays small.
fn rounded(value: f32) -> f32 {
    format!("{value:.3e}").parse().expect("a number was written")
}

struct Grower<'a> {
    columns: &'a [Column],
    slopes: &'a [(f64, f64)],
    growth: Growth,
}

/// A way to divide rows in two.
#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    /// Bins below this one go left.
    bin: usize,
    left: f64,
    right: f64,
}

impl Grower<'_> {
    /// The tree over `rows`, whose leaves lie within the bounds; what each row gets is added
    /// to its odds.
    fn grow(&self, rows: &[u32], bounds: (f64, f64), (depth, odds): (usize, &mut [f32])) -> Branch {
        let (g, h) = rows.iter().fold((0.0, 0.0), |(g, h), &i| {
            let (dg, dh) = self.slopes[i as usize];
            (g + dg, h + dh)
        });
        let split = if depth < self.growth.depth { self.best_split(rows, (g, h), bounds) } else { None };
        let Some(split) = split else {
            let value = rounded((self.growth.rate * self.step(g, h, bounds)) as f32);
            rows.iter().for_each(|&i| odds[i as usize] += value);
            return Branch::Leaf(value);
        };
        let column = &self.columns[split.feature];
        let (left, right): (Vec<u32>, Vec<u32>) =
            rows.iter().partition(|&&i| usize::from(column.bins[i as usize]) < split.bin);
        let middle = (split.left + split.right) / 2.0;
        let (of_left, of_right) = match column.direction {
            1 => ((bounds.0, middle), (middle, bounds.1)),
            -1 => ((middle, bounds.1), (bounds.0, middle)),
            _ => (bounds, bounds),
        };
        Branch::Split {
            feature: split.feature,
            below: column.limits[split.bin - 1],
            left: Box::new(self.grow(&left, of_left, (depth + 1, &mut *odds))),
            right: Box::new(self.grow(&right, of_right, (depth + 1, odds))),
        }
    }

    /// The best step for rows of this slope and curvature.
    fn step(&self, g: f64, h: f64, (low, high): (f64, f64)) -> f64 {
        (-g / (h + self.growth.ridge)).clamp(low, high)
    }

    /// Loss saved by a step.
    fn saved(&self, (g, h): (f64, f64), step: f64) -> f64 {
        -(g * step + 0.5 * (h + self.growth.ridge) * step * step)
    }

    fn best_split(&self, rows: &[u32], all: (f64, f64), bounds: (f64, f64)) -> Option<Split> {
        let without = self.saved(all, self.step(all.0, all.1, bounds));
        let of_each: Vec<Option<Split>> = (0..self.columns.len())
            .into_par_iter()
            .map(|feature| {
                let column = &self.columns[feature];
                let mut sums = [(0.0_f64, 0.0_f64); MOST_BINS + 1];
                for &i in rows {
                    let (g, h) = self.slopes[i as usize];
                    let sum = &mut sums[usize::from(column.bins[i as usize])];
                    sum.0 += g;
                    sum.1 += h;
                }
                let mut best: Option<Split> = None;
                let mut left = (0.0, 0.0);
                for bin in 1..=column.limits.len() {
                    left = (left.0 + sums[bin - 1].0, left.1 + sums[bin - 1].1);
                    let right = (all.0 - left.0, all.1 - left.1);
                    if left.1 < self.growth.least || right.1 < self.growth.least {
                        continue;
                    }
                    let steps = (self.step(left.0, left.1, bounds), self.step(right.0, right.1, bounds));
                    if f64::from(column.direction) * (steps.1 - steps.0) < 0.0 {
                        continue;
                    }
                    let gain = self.saved(left, steps.0) + self.saved(right, steps.1) - without;
                    if gain > best.map_or(1e-6, |b| b.gain) {
                        best = Some(Split { gain, feature, bin, left: steps.0, right: steps.1 });
                    }
                }
                best
            })
            .collect();
        // The first of the best, so that equal gains are settled by the order of features.
        of_each.into_iter().flatten().reduce(|a, b| if b.gain > a.gain { b } else { a })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn growth() -> Growth {
        Growth { trees: 30, depth: 3, rate: 0.3, least: 0.5, ridge: 1.0 }
    }

    /// Two features; the label is their exclusive or, with some noise in a third.
    fn examples() -> Examples {
        let mut examples = Examples::default();
        for i in 0..400_u32 {
            let (a, b) = ((i % 20) as f32 / 20.0, (i / 20) as f32 / 20.0);
            examples.push(&[("a", a), ("b", b), ("c", (i * 7919 % 101) as f32)], (a > 0.5) != (b > 0.5), 1.0);
        }
        examples
    }

    #[test]
    fn what_two_features_decide_together_is_learnt() {
        let examples = examples();
        let forest = fit(&examples, growth(), &|_| 0);
        for (row, label) in examples.values.chunks(3).zip(&examples.labels) {
            assert_eq!(forest.log_odds(row) > 0.0, *label, "{row:?}");
        }
    }

    #[test]
    fn the_same_examples_give_the_same_bytes_twice() {
        let text = || fit(&examples(), growth(), &|_| 0).text();
        assert_eq!(text(), text());
    }

    #[test]
    fn a_feature_that_may_only_raise_never_lowers() {
        let forest = fit(&examples(), growth(), &|name| i8::from(name == "a"));
        for b in 0..20 {
            let at = |a: i32| forest.log_odds(&[a as f32 / 20.0, b as f32 / 20.0, 3.0]);
            for a in 0..19 {
                assert!(at(a) <= at(a + 1) + 1e-6, "b {b}, a {a}");
            }
        }
    }
}
