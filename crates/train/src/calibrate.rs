//! What a risk score means, and the gate for each target.
//!
//! The scale is that of a day's post: mostly ordinary sheets, and some of people to be feared.

use phieu_read::Policy;
use phieu_read::model::{Calibration, Models};
use phieu_simulate::upper_bound;

use crate::learn::Judgement;

/// How much an answer on a sheet of people to be feared counts against one on an ordinary
/// sheet.
const FEARED: f64 = 0.1;

/// Silent errors among accepted answers for which a gate is looked for.
const TARGETS: [f64; 17] = [
    2e-2, 1e-2, 5e-3, 2e-3, 1e-3, 7e-4, 6e-4, 5e-4, 4.5e-4, 4e-4, 3.7e-4, 3e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5,
];
/// Steps of Newton's method; it converges in fewer.
const STEPS: usize = 50;

/// The calibration of `models` by what they say of pages that they were not grown on. Answers
/// that a guard sends to a person anyway do not count.
pub fn calibrated(models: Models, judgements: &[Judgement]) -> Models {
    let policy = Policy::default();
    let mut scored: Vec<Scored> = (judgements.iter())
        .filter(|j| j.proposal.guards.is_empty())
        .map(|j| Scored {
            score: j.score,
            right: j.right,
            weight: weight(&j.page.profile),
            risk_share: j.proposal.risk_share(&policy),
        })
        .collect();
    scored.sort_by(|a, b| a.score.total_cmp(&b.score).then(b.right.cmp(&a.right)));
    let (slope, offset) = platt(&scored);
    let cap = highest_shown(&scored);
    let open = Calibration { slope, offset, cap, gates: Vec::new() };
    let gates = TARGETS.iter().filter_map(|&target| Some((target, gate(&open, &scored, target)?))).collect();
    Models { calibration: Calibration { gates, ..open }, ..models }
}

/// An answer of calibration.
#[derive(Debug, Clone, Copy)]
struct Scored {
    score: f32,
    right: bool,
    weight: f64,
    /// Share of the risk at the gate with which it is accepted, 0–1: less than 1 where it has to be surer than others.
    risk_share: f64,
}

/// The highest confidence that the answers show: of all parts that begin with the safest answer, the
/// one whose rate of wrong answers is lowest at its upper 95 % bound; 1 − 3/n where n answers hold
/// no wrong one.
fn highest_shown(scored: &[Scored]) -> f64 {
    let mut wrong = 0;
    let mut lowest = 1.0_f64;
    for (n, s) in scored.iter().enumerate() {
        let last_before_wrong = scored.get(n + 1).is_none_or(|next| !next.right);
        wrong += u64::from(!s.right);
        if last_before_wrong {
            lowest = lowest.min(upper_bound(wrong, n as u64 + 1));
        }
    }
    1.0 - lowest
}

/// How much an answer of a profile counts; nothing where what is rare was made common.
pub fn weight(profile: &str) -> f64 {
    match profile {
        "office" | "bilevel" | "lowres" => 1.0,
        "hard_people" | "hard" => FEARED,
        _ => 0.0,
    }
}

/// The lowest confidence down to which no more than `target` of the accepted answers are
/// wrong, both by the fitted risk and by count. Among them are the cautioned ones that are accepted at that gate.
fn gate(scale: &Calibration, scored: &[Scored], target: f64) -> Option<f64> {
    let lowest_gate = |s: &Scored| 1.0 - ((1.0 - scale.confidence(s.score)) / s.risk_share).min(1.0);
    let mut by_gate: Vec<(f64, &Scored)> = scored.iter().map(|s| (lowest_gate(s), s)).collect();
    by_gate.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut accepted, mut risk, mut wrong, mut found) = (0.0, 0.0, 0.0, None);
    for (n, (gate, s)) in by_gate.iter().enumerate() {
        accepted += s.weight;
        risk += s.weight * scale.risk(s.score);
        wrong += if s.right { 0.0 } else { s.weight };
        // Those that enter at the same gate are accepted together.
        let is_last = by_gate.get(n + 1).is_none_or(|(next, _)| next < gate);
        if is_last && risk / accepted <= target && wrong / accepted <= target {
            found = Some(*gate);
        }
    }
    found
}

/// Slope and offset of the log-odds of being wrong over the score, by Newton's method, with
/// Platt's smoothed labels. The slope is never negative.
fn platt(scored: &[Scored]) -> (f32, f32) {
    let sum = |right: bool| scored.iter().filter(|s| s.right == right).map(|s| s.weight).sum::<f64>();
    let (right, wrong) = (sum(true), sum(false));
    let (target_wrong, target_right) = ((wrong + 1.0) / (wrong + 2.0), 1.0 / (right + 2.0));
    let (mut a, mut b) = (1.0_f64, 0.0_f64);
    for _ in 0..STEPS {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-3, 0.0, 1e-3);
        for s in scored {
            let x = f64::from(s.score);
            let p = 1.0 / (1.0 + (-(a * x + b)).exp());
            let d = s.weight * (p - if s.right { target_right } else { target_wrong });
            let w = s.weight * p * (1.0 - p);
            (ga, gb) = (ga + d * x, gb + d);
            (haa, hab, hbb) = (haa + w * x * x, hab + w * x, hbb + w);
        }
        let determinant = haa * hbb - hab * hab;
        let (da, db) = ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant);
        // A long step would overshoot where the curve is flat.
        let short = 1.0_f64.min(1.0 / da.abs().max(db.abs()).max(1e-12));
        (a, b) = (a - short * da, b - short * db);
        if da.abs().max(db.abs()) < 1e-9 {
            break;
        }
    }
    (a.max(0.0) as f32, b as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(score: f32, right: bool) -> Scored {
        Scored { score, right, weight: 1.0, risk_share: 1.0 }
    }

    /// Scores from −6 to 6, wrong as often as their log-odds say.
    fn honest() -> Vec<Scored> {
        let mut scored = Vec::new();
        for step in -24..=24 {
            let score = step as f32 / 4.0;
            let wrong = 1.0 / (1.0 + (-score).exp());
            scored.extend((0..400).map(|i| answer(score, i as f32 / 400.0 >= wrong)));
        }
        scored
    }

    #[test]
    fn scores_that_are_log_odds_keep_their_scale() {
        let (slope, offset) = platt(&honest());
        assert!((slope - 1.0).abs() < 0.05 && offset.abs() < 0.05, "{slope} {offset}");
    }

    #[test]
    fn no_confidence_exceeds_what_so_many_answers_show() {
        let right = |n: usize| vec![answer(0.0, true); n];
        assert!((highest_shown(&right(3000)) - (1.0 - 3.0 / 3000.0)).abs() < 1e-5);
        let mut one_wrong = right(3000);
        one_wrong[5].right = false;
        assert!((highest_shown(&one_wrong) - (1.0 - 4.74 / 3000.0)).abs() < 2e-5);
    }

    #[test]
    fn a_stricter_target_never_has_a_lower_gate() {
        let scale = Calibration { slope: 1.0, offset: 0.0, cap: 0.999, gates: Vec::new() };
        let gates: Vec<f64> = TARGETS.iter().filter_map(|t| gate(&scale, &honest(), *t)).collect();
        assert!(gates.len() > 2 && gates.is_sorted(), "{gates:?}");
    }

    /// A cautioned answer that would pass the gate of the others may stay below its own.
    #[test]
    fn a_target_covers_the_cautioned_answers_that_are_accepted_with_the_others() {
        let scale = Calibration { slope: 1.0, offset: 0.0, cap: 1.0, gates: Vec::new() };
        let plain: Vec<Scored> = (0..1000).map(|i| answer(-9.0 + i as f32 / 200.0, true)).collect();
        let strict = gate(&scale, &plain, 2e-3).unwrap();
        let cautioned = |score: f32| Scored { risk_share: 0.4, ..answer(score, false) };
        let with = |score: f32| gate(&scale, &[&plain[..], &[cautioned(score); 3]].concat(), 2e-3).unwrap();
        assert!(with(-7.0) > strict, "three wrong ones that pass");
        assert_eq!(with(-5.0), strict, "three that pass only the gate of the others");
    }
}
