//! What the models make of pages, as tables.

use std::collections::BTreeMap;
use std::fmt::Write;

use phieu_read::Policy;
use phieu_read::decide::Proposal;
use phieu_read::model::Models;
use phieu_simulate::CorrectionKind;
use phieu_simulate::upper_bound;

use crate::calibrate::weight;
use crate::learn::Judgement;

/// How often answers are accepted, wrong, and sent to a person, for each profile and gate.
pub fn outcomes(models: &Models, judgements: &[Judgement], targets: &[f64]) -> String {
    let mut text = String::from(
        "| profile | target | answers | silent errors of accepted | without a trace | plain to review | all to review | \
         customs decided |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let mut profiles: Vec<&str> = judgements.iter().map(|j| j.page.profile.as_str()).collect();
    profiles.sort_unstable();
    profiles.dedup();
    for profile in profiles {
        let own: Vec<&Judgement> = judgements.iter().filter(|j| j.page.profile == profile).collect();
        for target in targets {
            let policy = policy(models, *target);
            let accepted = |j: &Judgement| is_accepted(models, j, &policy);
            let count = |wanted: &dyn Fn(&Judgement) -> bool| own.iter().filter(|j| wanted(j)).count();
            let all = own.len();
            let taken = count(&accepted);
            let silent = count(&|j| accepted(j) && !j.right);
            let traceless = count(&|j| accepted(j) && !j.right && j.truth.traceless);
            let plain = count(&|j| j.truth.plain);
            let plain_reviewed = count(&|j| j.truth.plain && !accepted(j));
            let customs = count(&|j| by_custom(j.truth.correction));
            let decided = count(&|j| by_custom(j.truth.correction) && accepted(j) && j.right);
            let bound = 1.0 / upper_bound(silent as u64, taken as u64);
            let _ = writeln!(
                text,
                "| {profile} | {target:e} | {all} | {silent} of {taken} (< 1 in {bound:.0}) | {traceless} | \
                 {plain_reviewed} of {plain} ({:.2} %) | {} of {all} ({:.2} %) | {decided} of {customs} |",
                percent(plain_reviewed, plain),
                all - taken,
                percent(all - taken, all),
            );
        }
    }
    text
}

/// The policy that these models have for a target.
fn policy(models: &Models, target: f64) -> Policy {
    Policy { gate: models.calibration.gate(target), ..Policy::default() }
}

fn is_accepted(models: &Models, j: &Judgement, policy: &Policy) -> bool {
    models.calibration.confidence(j.score) >= j.proposal.gate(policy)
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn by_custom(correction: Option<CorrectionKind>) -> bool {
    matches!(correction, Some(CorrectionKind::RingedThenOther | CorrectionKind::RingedThenRefilled))
}

/// Confidence promised against answers right, of those with a caution or of those without.
pub fn reliability(models: &Models, judgements: &[Judgement], cautioned: bool) -> String {
    let limits = [0.0, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0];
    let mut text = String::from(
        "| confidence from | to | answers | promised right | right |\n| ---: | ---: | ---: | ---: | ---: |\n",
    );
    let open: Vec<(f64, f64, bool)> = (judgements.iter())
        .filter(|j| j.proposal.guards.is_empty() && j.proposal.cautions.is_empty() != cautioned)
        .map(|j| (weight(&j.page.profile), models.calibration.confidence(j.score), j.right))
        .collect();
    for pair in limits.windows(2) {
        let own: Vec<_> = open.iter().filter(|(_, c, _)| *c >= pair[0] && *c < pair[1]).collect();
        let all = own.iter().map(|(w, _, _)| w).sum::<f64>().max(1e-9);
        let promised = own.iter().map(|(w, c, _)| w * c).sum::<f64>() / all;
        let right = own.iter().map(|(w, _, right)| if *right { *w } else { 0.0 }).sum::<f64>() / all;
        let _ = writeln!(text, "| {} | {} | {} | {promised:.5} | {right:.5} |", pair[0], pair[1], own.len());
    }
    text
}

/// The accepted answers that are wrong at a target, one a line.
pub fn silent_errors(models: &Models, judgements: &[Judgement], target: f64) -> String {
    let policy = policy(models, target);
    let mut text = String::new();
    for j in judgements {
        let confidence = models.calibration.confidence(j.score);
        if !j.right && is_accepted(models, j, &policy) {
            let drawn: Vec<String> =
                j.truth.drawn.iter().map(|d| format!("{}:{:?}", d.option, d.shape)).collect();
            let _ = writeln!(
                text,
                "- {} {}: meant {:?} {:?}, read {:?} {:?} at {confidence:.5}; drawn {}; {:?} {:?} {:?}",
                j.page.file_name,
                j.truth.question,
                j.truth.state,
                j.truth.options,
                j.proposal.state,
                j.proposal.options,
                drawn.join(" "),
                j.truth.correction,
                j.truth.oddity,
                j.truth.beside,
            );
        }
    }
    text
}

/// Why answers are sent to a person at a target: reasons of guards and cautions, and the doubts named where only
/// the risk model objects.
pub fn reviews(models: &Models, judgements: &[Judgement], target: f64) -> String {
    let policy = policy(models, target);
    let mut counts: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for j in judgements {
        let Proposal { guards, cautions, doubts, .. } = &j.proposal;
        let reason = match (is_accepted(models, j, &policy), guards.first(), cautions.first()) {
            (true, _, Some(caution)) => format!("accepted over {caution:?}"),
            (true, _, None) => "accepted".to_owned(),
            (false, Some(guard), _) => format!("guard {guard:?}"),
            (false, None, Some(caution)) => format!("caution {caution:?}"),
            (false, None, None) => format!("doubt {:?}", doubts.first()),
        };
        let row = counts.entry(format!("{} {reason}", j.page.profile)).or_default();
        let parts = [true, j.truth.plain, by_custom(j.truth.correction), !j.right];
        row.iter_mut().zip(parts).for_each(|(n, part)| *n += u64::from(part));
    }
    let mut text = String::from(
        "| reason | answers | plain | customs | guess wrong |\n| --- | ---: | ---: | ---: | ---: |\n",
    );
    for (reason, [all, plain, customs, wrong]) in counts {
        let _ = writeln!(text, "| {reason} | {all} | {plain} | {customs} | {wrong} |");
    }
    text
}
