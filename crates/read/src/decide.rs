//! From measures to marks and answers: a decision without pixels.
//!
//! Rules name every box and guard every outcome. Within them a model says how likely the
//! person means a box; the answer proposed is what follows from that. A second model, which sees
//! the whole question, says how likely the proposal is wrong; that is the confidence, and
//! what lies below the gate goes to a person.
//!
//! Two candidates in a one-answer question are never settled by the amount of ink.
//! Only the school's customs of correction decide between them: a ringed X beside
//! one new X, and a ringed box that was filled to choose it again. Rings are
//! answers on a page where somebody makes hardly any other mark.

use phieu_model::layout::PageLayout;
use phieu_model::reading::{Answer, BoxMeasures, BoxReading, ReviewReason, Tones};

use crate::model::{Models, probability};
use crate::policy::Policy;

mod features;
mod guards;
mod propose;
mod style;
mod verdict;

pub use features::Feature;
pub use propose::Proposal;

use propose::{Candidate, propose};
use style::Style;
use verdict::{Verdict, verdict};

/// The page's boxes named and its questions answered, both in the layout's order.
/// `tones` are those of the picture that the measures were taken from.
pub fn decide(
    page: &PageLayout,
    measured: (&[BoxMeasures], Tones),
    policy: &Policy,
) -> (Vec<BoxReading>, Vec<Answer>) {
    decide_with(Models::shipped(), &Judged::of(page, measured, policy))
}

fn decide_with(models: &Models, judged: &Judged) -> (Vec<BoxReading>, Vec<Answer>) {
    let meant = judged.meant(|features| models.meant.log_odds(features));
    let boxes = (judged.page.boxes.iter())
        .zip(judged.measures)
        .zip(judged.verdicts.iter().zip(&meant))
        .map(|((place, m), (v, meant))| BoxReading {
            question: place.question.clone(),
            option: place.option.clone(),
            mark: v.mark,
            marked: f64::from(*meant),
            measures: *m,
        })
        .collect();
    let answers = judged
        .proposals(&meant)
        .into_iter()
        .map(|proposal| {
            let score = models.risk.log_odds(&values(&proposal.features));
            answer(proposal, models.calibration.confidence(score), judged.policy)
        })
        .collect();
    (boxes, answers)
}

/// The proposal with how sure it is, and what speaks against it: why a person must look, or a caution that is outweighed.
fn answer(proposal: Proposal, confidence: f64, policy: &Policy) -> Answer {
    let needs_review = confidence < proposal.gate(policy);
    let Proposal { question, state, options, guards, cautions, doubts, features: _ } = proposal;
    let mut reasons = [guards, cautions].concat();
    if needs_review && reasons.is_empty() {
        reasons.push(doubts.first().copied().unwrap_or(ReviewReason::LowConfidence));
    }
    Answer { question, state, options, confidence, needs_review, reasons }
}

/// A page whose boxes are named by rules, ready for the models.
pub struct Judged<'a> {
    page: &'a PageLayout,
    measures: &'a [BoxMeasures],
    policy: &'a Policy,
    style: Style,
    verdicts: Vec<Verdict>,
}

impl<'a> Judged<'a> {
    /// The page's boxes, measured in the layout's order, under `policy`.
    pub fn of(page: &'a PageLayout, measured: (&'a [BoxMeasures], Tones), policy: &'a Policy) -> Self {
        let style = Style::of(measured, policy);
        let verdicts = measured.0.iter().map(|m| verdict(m, &style, policy)).collect();
        let mut judged = Self { page, measures: measured.0, policy, style, verdicts };
        judged.style.dot_core =
            judged.style.usual_dot(judged.rows().map(|(_, places)| judged.row(&places, &[])));
        judged.style.elsewhere =
            Style::empty_boxes(judged.rows().map(|(_, places)| judged.row(&places, &[])), policy);
        judged
    }

    /// The questions with the places of their boxes among the page's.
    fn rows(&self) -> impl Iterator<Item = (&str, Vec<usize>)> {
        self.page.questions.iter().map(|question| {
            let own = (self.page.boxes.iter().enumerate())
                .filter(|(_, place)| place.question == question.question)
                .map(|(i, _)| i);
            (question.question.as_str(), own.collect())
        })
    }

    fn row(&self, places: &[usize], meant: &[f32]) -> Vec<Candidate<'_>> {
        let candidate = |&i: &usize| Candidate {
            place: &self.page.boxes[i],
            measures: &self.measures[i],
            verdict: &self.verdicts[i],
            meant: meant.get(i).copied().unwrap_or(0.0),
        };
        places.iter().map(candidate).collect()
    }

    /// What the box model sees of each box, in the layout's order; nothing for a box that
    /// is undisturbed paper, of which no model is asked.
    pub fn box_features(&self) -> Vec<Vec<Feature>> {
        let mut features = vec![Vec::new(); self.measures.len()];
        for (_, places) in self.rows() {
            let row = self.row(&places, &[]);
            for (at, &i) in places.iter().enumerate() {
                if !self.verdicts[i].is_undisturbed(&self.measures[i], self.policy) {
                    features[i] = features::of_box(at, &row, &self.style);
                }
            }
        }
        features
    }

    /// Likelihood, 0–1, that the person means each box, within what the rules allow.
    /// `log_odds` is the model.
    pub fn meant(&self, log_odds: impl Fn(&[f32]) -> f32) -> Vec<f32> {
        let likelihood = |(features, verdict): (&Vec<Feature>, &Verdict)| {
            if features.is_empty() {
                return 0.0;
            }
            Candidate::guarded(verdict, probability(log_odds(&values(features))) as f32)
        };
        self.box_features().iter().zip(&self.verdicts).map(likelihood).collect()
    }

    /// What is proposed for each question, in the order of the paper, when each box is
    /// `meant` with that likelihood.
    pub fn proposals(&self, meant: &[f32]) -> Vec<Proposal> {
        self.rows()
            .map(|(question, places)| {
                propose(question, &self.row(&places, meant), (&self.style, self.policy))
            })
            .collect()
    }
}

/// The numbers of features, without their names.
pub fn values(features: &[Feature]) -> Vec<f32> {
    features.iter().map(|(_, value)| *value).collect()
}

#[cfg(test)]
mod tests;
