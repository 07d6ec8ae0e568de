//! From pages with their truth to models.
//!
//! The box model is grown on all training pages. The risk model must see what the box model
//! says of pages that it was not grown on; so for each fold of the pages another box model is
//! grown on the others, and the risk model learns from what those propose.

use phieu_model::layout::PageLayout;
use phieu_model::reading::{AnswerState, BoxMeasures};
use phieu_read::Policy;
use phieu_read::decide::{Judged, Proposal, values};
use phieu_read::model::{Forest, Models};
use phieu_simulate::{PageTruth, QuestionTruth};

use crate::boost::{Examples, Growth, fit};
use crate::collect::Measured;
use crate::noise::Noise;

/// A page with what is true of it.
pub type Page = (Measured, PageTruth);

/// Parts of the training pages, each of which a box model leaves out.
const FOLDS: usize = 4;
/// How much a page with noise counts against one as it was measured.
const NOISY_WEIGHT: f32 = 0.5;

/// How the two models are grown.
#[derive(Debug, Clone, Copy)]
pub struct Recipe {
    /// The box model's trees.
    pub meant: Growth,
    /// The risk model's trees.
    pub risk: Growth,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            meant: Growth { trees: 120, depth: 4, rate: 0.12, least: 3.0, ridge: 4.0 },
            risk: Growth { trees: 90, depth: 3, rate: 0.12, least: 3.0, ridge: 4.0 },
        }
    }
}

/// Which way a feature of the box model may push: more ink in a box never makes it less marked.
fn meant_direction(feature: &str) -> i8 {
    match feature {
        "core" | "core_against" => 1,
        _ => 0,
    }
}

/// Which way a feature of the risk model may push.
fn risk_direction(feature: &str) -> i8 {
    match feature {
        "second" | "unsure" | "best_other" | "rules_unsure" | "faint" | "correction" | "ring_doubt"
        | "stray_doubt" | "dot" | "other_label" | "other_core" | "other_core_against" | "other_trace"
        | "other_rim_over" | "other_weak" | "other_stands_out" | "other_stroke" | "other_soft_over"
        | "tone_over_row" | "residual_mm" | "faint_on_sheet" | "two_tones" => 1,
        "best"
        | "worst_standing"
        | "agreed"
        | "standing_core"
        | "standing_core_against"
        | "standing_extent"
        | "strokes_elsewhere"
        | "traces_elsewhere"
        | "outline" => -1,
        _ => 0,
    }
}

/// Grows both models, which are not calibrated yet. With them comes what the risk model says of
/// the training pages when it is grown on the others.
pub fn grow<'t>(layout: &PageLayout, pages: &'t [Page], recipe: &Recipe) -> (Models, Vec<Judgement<'t>>) {
    let fold_of = |i: usize| i % FOLDS;
    let mut rows: Vec<Row> = Vec::new();
    for fold in 0..FOLDS {
        let others = pages.iter().enumerate().filter(|(i, _)| fold_of(*i) != fold).map(|(_, page)| page);
        let meant = grow_meant(layout, others, recipe);
        for (i, page) in pages.iter().enumerate().filter(|(i, _)| fold_of(*i) == fold) {
            for (measures, weight) in versions(&page.0, i as u64) {
                for (proposal, truth) in proposals(layout, (&measures, &page.0), &meant, &page.1) {
                    rows.push(Row { fold, page: &page.1, weight, proposal, truth });
                }
            }
        }
    }
    let mut judgements = Vec::new();
    for fold in 0..FOLDS {
        let risk = grow_risk(rows.iter().filter(|row| row.fold != fold), recipe);
        for row in rows.iter().filter(|row| row.fold == fold && row.weight == 1.0) {
            let score = risk.log_odds(&values(&row.proposal.features));
            let right = is_right(&row.proposal, row.truth);
            let (proposal, truth, page) = (row.proposal.clone(), row.truth, row.page);
            judgements.push(Judgement { proposal, score, right, truth, page });
        }
    }
    let risk = grow_risk(rows.iter(), recipe);
    (Models { meant: grow_meant(layout, pages.iter(), recipe), risk, ..Models::default() }, judgements)
}

/// A proposal on a training page by a box model that was not grown on it.
struct Row<'t> {
    fold: usize,
    page: &'t PageTruth,
    weight: f32,
    proposal: Proposal,
    truth: &'t QuestionTruth,
}

fn grow_risk<'r, 't: 'r>(rows: impl Iterator<Item = &'r Row<'t>>, recipe: &Recipe) -> Forest {
    let mut examples = Examples::default();
    for row in rows {
        examples.push(&row.proposal.features, !is_right(&row.proposal, row.truth), row.weight);
    }
    fit(&examples, recipe.risk, &risk_direction)
}

fn grow_meant<'p>(layout: &PageLayout, pages: impl Iterator<Item = &'p Page>, recipe: &Recipe) -> Forest {
    let policy = Policy::default();
    let mut examples = Examples::default();
    for (i, (measured, truth)) in pages.enumerate() {
        for (measures, weight) in versions(measured, i as u64) {
            let judged = Judged::of(layout, (&measures, measured.registration.tones), &policy);
            for (place, features) in layout.boxes.iter().zip(judged.box_features()) {
                let question = truth.questions.iter().find(|q| q.question == place.question);
                let Some(question) = question.filter(|q| !features.is_empty() && can_be_known(q)) else {
                    continue;
                };
                examples.push(&features, question.options.contains(&place.option), weight);
            }
        }
    }
    fit(&examples, recipe.meant, &meant_direction)
}

/// Whether the picture shows what was meant; a mark that was taken back without another in its
/// place shows that nothing is.
fn can_be_known(truth: &QuestionTruth) -> bool {
    !truth.traceless && (truth.state != AnswerState::Unclear || truth.correction.is_some())
}

/// The measures as they are, and with noise.
fn versions(measured: &Measured, page: u64) -> [(Vec<BoxMeasures>, f32); 2] {
    let noisy = Noise::new(page).page(&measured.boxes);
    [(measured.boxes.clone(), 1.0), (noisy, NOISY_WEIGHT)]
}

/// What is proposed for each question of a page, with what is true.
pub fn proposals<'t>(
    layout: &PageLayout,
    (measures, measured): (&[BoxMeasures], &Measured),
    meant: &Forest,
    truth: &'t PageTruth,
) -> Vec<(Proposal, &'t QuestionTruth)> {
    let policy = Policy::default();
    let judged = Judged::of(layout, (measures, measured.registration.tones), &policy);
    let meant = judged.meant(|features| meant.log_odds(features));
    (judged.proposals(&meant).into_iter())
        .filter_map(|p| Some((truth.questions.iter().find(|q| q.question == p.question)?, p)))
        .map(|(truth, proposal)| (proposal, truth))
        .collect()
}

/// Whether a proposal is what the person meant. Where nobody can say what was meant, no
/// answer is right.
pub fn is_right(proposal: &Proposal, truth: &QuestionTruth) -> bool {
    let sorted = |options: &[String]| {
        let mut sorted = options.to_vec();
        sorted.sort_unstable();
        sorted
    };
    truth.state != AnswerState::Unclear
        && sorted(&proposal.options) == sorted(&truth.options)
        && (proposal.state == truth.state || proposal.state == AnswerState::Unclear)
}

/// A proposal with its risk score and its truth.
pub struct Judgement<'t> {
    /// What is proposed.
    pub proposal: Proposal,
    /// The risk model's score.
    pub score: f32,
    /// Whether the proposal is what the person meant.
    pub right: bool,
    /// What is true.
    pub truth: &'t QuestionTruth,
    /// The page.
    pub page: &'t PageTruth,
}

/// What models say of pages.
pub fn judge<'t>(layout: &PageLayout, pages: &'t [Page], models: &Models) -> Vec<Judgement<'t>> {
    let of_page = |(measured, page): &'t Page| {
        proposals(layout, (&measured.boxes, measured), &models.meant, page)
            .into_iter()
            .map(|(proposal, truth)| {
                let score = models.risk.log_odds(&values(&proposal.features));
                let right = is_right(&proposal, truth);
                Judgement { proposal, score, right, truth, page }
            })
            .collect::<Vec<_>>()
    };
    pages.iter().flat_map(of_page).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;
    use crate::calibrate::calibrated;
    use crate::collect::{Cache, Order};

    #[test]
    fn the_same_pages_give_the_same_weights_byte_by_byte() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::of(folder.path());
        let order = Order { profile: "office".to_owned(), seed: 7, sheets: 5 };
        cache.collect(&order).unwrap();
        let pages = cache.load(&order).unwrap();
        assert_eq!(pages.len(), 5);
        let few = Growth { trees: 5, depth: 2, rate: 0.3, least: 0.5, ridge: 1.0 };
        let layout = &cache.layout().pages[0];
        let weights = || {
            let (models, judgements) = grow(layout, &pages, &Recipe { meant: few, risk: few });
            calibrated(models, &judgements).text()
        };
        let first = weights();
        assert_eq!(first, weights());
        let read_back = Models::parse(&first).unwrap();
        assert_eq!(read_back.text(), first);
        let meant = judge(layout, &pages, &read_back);
        let right = meant.iter().filter(|j| j.right).count();
        assert!(right * 10 >= meant.len() * 9, "{right} of {} are right", meant.len());
    }
}
