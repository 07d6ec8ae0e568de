//! What the models and their scale are asked for.

use super::*;

/// The doubt is the reason, where only the risk model objects.
#[test]
fn an_answer_below_the_gate_goes_to_a_person_for_its_gravest_doubt() {
    let risky = Models { risk: constant(0.0), ..trusting() };
    let plain = decided_by(&risky, Choose::One, &[cross(), empty()]);
    assert_eq!(plain.reasons, [ReviewReason::LowConfidence]);
    let dot = BoxMeasures { extent: 0.2, ..cross() };
    assert_eq!(decided_by(&risky, Choose::One, &[dot, empty()]).reasons, [ReviewReason::DotOrDash]);
    let noted = BoxMeasures { label_ink: 9.0, ..empty() };
    assert_eq!(decided_by(&risky, Choose::One, &[dot, noted]).reasons, [ReviewReason::StrayInk]);
}

/// The weights were made for the features that are computed today.
#[test]
fn the_weights_shipped_name_the_features_of_today() {
    let models = Models::shipped();
    let page = page(Choose::One, 2);
    let policy = Policy::default();
    let measures = [cross(), empty()];
    let judged = Judged::of(&page, (&measures, Tones::Many), &policy);
    let names = |features: &[Feature]| features.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    assert_eq!(names(&judged.box_features()[0]), models.meant.features);
    assert_eq!(names(&judged.proposals(&[0.9, 0.0])[0].features), models.risk.features);
}

#[test]
fn a_stricter_target_never_has_a_lower_gate() {
    let gates = &Models::shipped().calibration.gates;
    assert!(gates.len() > 3);
    assert!(gates.is_sorted_by(|a, b| a.0 > b.0 && a.1 <= b.1), "{gates:?}");
    let gate = |target: f64| Policy::default().with_target_error(target).gate;
    assert!(gate(1e-9) > 1.0, "a target that no data can show lets nothing pass");
    let targets: Vec<f64> = (0..60).map(|i| 0.05 * 0.8_f64.powi(i)).collect();
    assert!(targets.is_sorted_by(|a, b| gate(*a) <= gate(*b)));
    assert_eq!(gate(crate::policy::TARGET_ERROR), Policy::default().gate);
}
