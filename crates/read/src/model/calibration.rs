//! What a risk score means: the probability that an answer is wrong, and the gate that
//! keeps a stated share of silent errors.

use crate::model::trees::probability;

/// The scale of a risk score, fitted on answers that no tree was grown on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calibration {
    /// Log-odds of being wrong are `slope × score + offset` (Platt 1999).
    pub slope: f32,
    /// See `slope`.
    pub offset: f32,
    /// Highest confidence that the data can show: 1 − 3/n with n answers of which none is
    /// wrong.
    pub cap: f64,
    /// For each target (silent errors among accepted answers, from lenient to strict) the
    /// confidence below which an answer goes to a person.
    pub gates: Vec<(f64, f64)>,
}

impl Calibration {
    /// Probability, 0–1, that an answer of this score is right.
    pub fn confidence(&self, score: f32) -> f64 {
        (1.0 - self.risk(score)).min(self.cap)
    }

    /// Probability that an answer of this score is wrong, as fitted and without a cap.
    pub fn risk(&self, score: f32) -> f64 {
        probability(self.slope * score + self.offset)
    }

    /// The gate for a target, 0–1: that of the most lenient row which is no more lenient than
    /// asked. A target stricter than all rows cannot be kept by a machine: every answer goes
    /// to a person.
    pub fn gate(&self, target: f64) -> f64 {
        self.gates.iter().find(|(row, _)| *row <= target).map_or(NOTHING_PASSES, |(_, gate)| *gate)
    }

    /// The calibration as lines of text.
    pub fn text(&self) -> String {
        let mut text = format!("{} {} {}\n{}\n", self.slope, self.offset, self.cap, self.gates.len());
        for (target, gate) in &self.gates {
            text.push_str(&format!("{target} {gate}\n"));
        }
        text
    }

    /// The calibration that begins at the next of `lines`; `None` when they are not one.
    pub fn parse<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut words = lines.next()?.split(' ');
        let (slope, offset) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let cap = words.next()?.parse().ok()?;
        let count: usize = lines.next()?.parse().ok()?;
        let row = |line: &str| {
            let (target, gate) = line.split_once(' ')?;
            Some((target.parse().ok()?, gate.parse().ok()?))
        };
        let gates = (0..count).map(|_| row(lines.next()?)).collect::<Option<Vec<_>>>()?;
        Some(Self { slope, offset, cap, gates })
    }
}

/// A confidence that no answer has.
const NOTHING_PASSES: f64 = 2.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn calibration() -> Calibration {
        let gates = vec![(1e-2, 0.9), (1e-3, 0.99), (1e-4, 0.999)];
        Calibration { slope: 0.75, offset: -1.5, cap: 0.9995, gates }
    }

    #[test]
    fn a_calibration_reads_back_as_it_was_written() {
        assert_eq!(Calibration::parse(&mut calibration().text().lines()), Some(calibration()));
    }

    #[test]
    fn more_risk_is_less_confidence_and_none_exceeds_what_the_data_show() {
        let scale = calibration();
        let confidences: Vec<f64> = (-40..40).map(|score| scale.confidence(score as f32)).collect();
        assert!(confidences.is_sorted_by(|a, b| a >= b));
        assert_eq!(confidences[0], 0.9995);
    }

    #[test]
    fn the_gate_is_that_of_the_next_stricter_row() {
        let gates = [1.0, 1e-2, 5e-3, 1e-3, 1e-4, 9e-5].map(|target| calibration().gate(target));
        assert_eq!(gates, [0.9, 0.9, 0.99, 0.99, 0.999, NOTHING_PASSES]);
    }
}
