//! What rules and guards promise, on measures alone, with models that object to nothing; and what holds
//! whatever the models say.

use phieu_model::geometry::RectMm;
use phieu_model::layout::{BoxPlace, QuestionPlace};
use phieu_model::reading::AnswerState;
use phieu_model::template::Choose;

use super::*;
use crate::model::{Branch, Calibration, Forest, Tree};

mod blank;
mod corrections;
mod elsewhere;
mod guards;
mod habits;
mod models;
mod properties;

/// A page with one question of `measures.len()` options `a`, `b`, `c` …
fn page(choose: Choose, options: usize) -> PageLayout {
    let rect = RectMm::new(0.0, 0.0, 4.8, 4.8);
    PageLayout {
        page: 1,
        boxes: (0..options)
            .map(|i| BoxPlace {
                question: "q".into(),
                option: char::from(b'a' + i as u8).to_string(),
                choose,
                rect,
                label: rect,
            })
            .collect(),
        questions: vec![QuestionPlace { question: "q".into(), rect }],
        fields: vec![],
        marks: vec![],
        qr: vec![],
        slots: vec![],
        texts: vec![],
        rules: vec![],
    }
}

/// Models that take every box with ink in its core for meant and no answer for wrong.
fn trusting() -> Models {
    let core = Branch::Split {
        feature: 0,
        below: 0.015,
        left: Box::new(Branch::Leaf(-4.0)),
        right: Box::new(Branch::Leaf(4.0)),
    };
    let meant = Forest { trees: vec![Tree::from(&core)], ..constant(0.0) };
    Models { meant, risk: constant(-20.0), calibration: scale() }
}

/// Models that say the same of every box and of every answer.
fn stubborn(meant: f32, risk: f32) -> Models {
    Models { meant: constant(meant), risk: constant(risk), calibration: scale() }
}

/// A model without a tree.
fn constant(base: f32) -> Forest {
    Forest { features: Vec::new(), base, trees: Vec::new() }
}

fn scale() -> Calibration {
    Calibration { slope: 1.0, offset: 0.0, cap: 1.0, gates: Vec::new() }
}

fn decided(choose: Choose, measures: &[BoxMeasures]) -> Answer {
    decided_by(&trusting(), choose, measures)
}

/// A policy under which no answer is sure enough to pass over a caution.
fn wary() -> Policy {
    Policy { gate: 0.99, caution_risk: 0.0, one_bit_risk: 0.0, ..Policy::default() }
}

/// A policy under which a caution asks for no more than everything else does.
fn unwary() -> Policy {
    Policy { caution_risk: 1.0, one_bit_risk: 1.0, ..wary() }
}

fn decided_by(models: &Models, choose: Choose, measures: &[BoxMeasures]) -> Answer {
    decided_under(&wary(), models, choose, measures)
}

fn decided_under(policy: &Policy, models: &Models, choose: Choose, measures: &[BoxMeasures]) -> Answer {
    let page = page(choose, measures.len());
    decide_with(models, &Judged::of(&page, (measures, Tones::Many), policy)).1.remove(0)
}

fn empty() -> BoxMeasures {
    BoxMeasures { outline: 1.0, visible: 1.0, ..BoxMeasures::default() }
}

fn cross() -> BoxMeasures {
    BoxMeasures {
        core_ink: 0.28,
        inner_ink: 0.26,
        inner_fill: 0.33,
        ring_ink: 0.03,
        ring_closed: 0.35,
        solid: 0.18,
        diagonal: 0.95,
        extent: 0.8,
        trace: 0.5,
        stroke_darkness: 0.7,
        row_ink: 5.0,
        reach: 0.7,
        within: 0.9,
        ..empty()
    }
}

fn ringed_cross() -> BoxMeasures {
    BoxMeasures { ring_closed: 0.95, ring_least: 0.85, ring_ink: 0.2, ..cross() }
}

fn filled() -> BoxMeasures {
    BoxMeasures { core_ink: 0.9, inner_ink: 0.88, inner_fill: 0.95, solid: 0.75, extent: 0.8, ..cross() }
}

fn ringed_and_filled() -> BoxMeasures {
    BoxMeasures { ring_closed: 0.95, ring_least: 0.85, ring_ink: 0.2, ..filled() }
}

fn scribble() -> BoxMeasures {
    BoxMeasures {
        core_ink: 0.5,
        inner_ink: 0.48,
        inner_fill: 0.66,
        ring_ink: 0.2,
        ring_closed: 0.5,
        ring_least: 0.1,
        ..cross()
    }
}

fn assert_accepted(answer: &Answer, state: AnswerState, options: &[&str]) {
    assert_eq!((answer.state, &answer.options[..]), (state, &options.map_owned()[..]), "{answer:?}");
    assert!(!answer.needs_review, "{answer:?}");
}

trait MapOwned {
    fn map_owned(&self) -> Vec<String>;
}

impl MapOwned for [&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(|s| (*s).to_owned()).collect()
    }
}

/// A page with questions `q0`, `q1` … of two options each, and its answers.
fn sheet(measures: &[BoxMeasures], tones: Tones) -> Vec<Answer> {
    sheet_under(&wary(), measures, tones)
}

fn sheet_under(policy: &Policy, measures: &[BoxMeasures], tones: Tones) -> Vec<Answer> {
    let mut whole = page(Choose::One, measures.len());
    for (i, place) in whole.boxes.iter_mut().enumerate() {
        place.question = format!("q{}", i / 2);
    }
    whole.questions = (0..measures.len() / 2)
        .map(|i| QuestionPlace { question: format!("q{i}"), rect: RectMm::new(0.0, 0.0, 1.0, 1.0) })
        .collect();
    decide_with(&trusting(), &Judged::of(&whole, (measures, tones), policy)).1
}
