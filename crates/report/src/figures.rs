//! The figures of a report, in no language yet: what was counted, what follows from
//! it, and what may be shown.

use std::collections::{BTreeMap, BTreeSet};

use phieu_model::period::Period;
use phieu_model::rejection::RejectCode;
use phieu_model::tally::{FormTally, PeriodTally, QuestionTally, UnitTally};
use phieu_model::template::{Choose, Question, QuestionKind};

use crate::hide::{PUBLIC_MINIMUM, hidden};
use crate::number::{Score, Share};

/// A quarterly report, ready to be worded.
#[derive(Debug, Clone)]
pub struct Report {
    /// The quarter.
    pub period: Period,
    /// The superior body, first line of the letterhead.
    pub parent: String,
    /// The office, second line.
    pub office: String,
    /// What became of the sheets and pages.
    pub flow: Flow,
    /// One entry for each form version with counted sheets.
    pub forms: Vec<FormReport>,
}

/// A value that may be kept back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown<T> {
    /// Shown.
    Value(T),
    /// Kept back, printed as `*`.
    Hidden,
}

/// What became of the sheets and pages of the quarter.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Units with printed or returned sheets, in the office's order.
    pub units: Vec<UnitFlow>,
    /// Sheets printed.
    pub printed: u64,
    /// Sheets returned.
    pub returned: u64,
    /// Returned sheets left out of all counts until a conflict between two scans is settled.
    pub conflicts: u64,
    /// Refused pages by reason, in the order of the closed list.
    pub refused: Vec<Refused>,
    /// Answers that still wait for a person.
    pub waiting: u64,
    /// Answers that a person decided.
    pub adjudicated: u64,
}

/// The sheets of one unit.
#[derive(Debug, Clone)]
pub struct UnitFlow {
    /// Unit id.
    pub id: String,
    /// Unit name.
    pub name: String,
    /// Sheets printed.
    pub printed: u64,
    /// Sheets returned.
    pub returned: Shown<u64>,
    /// Returned sheets left out because of a conflict.
    pub conflicts: Shown<u64>,
}

/// Pages refused for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The code as stored.
    pub name: String,
    /// The code, where this version knows it.
    pub code: Option<RejectCode>,
    /// Pages.
    pub pages: u64,
}

/// The results of one form version.
#[derive(Debug, Clone)]
pub struct FormReport {
    /// The template's folder name.
    pub form: String,
    /// The version.
    pub version: u16,
    /// The questions in the order of the paper.
    pub questions: Vec<Question>,
    /// The whole office.
    pub total: Shown<Figures>,
    /// Units with counted sheets, in the office's order.
    pub units: Vec<UnitFigures>,
}

/// The results of one unit.
#[derive(Debug, Clone)]
pub struct UnitFigures {
    /// Unit id.
    pub id: String,
    /// Unit name.
    pub name: String,
    /// Its figures, kept back for small units (and see `hide`).
    pub figures: Shown<Figures>,
}

/// The results of a unit or of the whole office on one form version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Sheets counted.
    pub sheets: u64,
    /// One entry for each question, in the order of the form.
    pub questions: Vec<QuestionFigures>,
    /// The headline index: share of the two best levels of the headline question.
    pub headline: Option<Share>,
    /// The combined index, a figure of its own: the two best levels of all scale
    /// questions over all their answers.
    pub combined: Option<Share>,
}

/// The results of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionFigures {
    /// Sheets with a valid answer: the base of every percentage.
    pub answered: u64,
    /// Sheets on which nothing was marked.
    pub blank: u64,
    /// Sheets with several marks where one is allowed, or that nobody could decide.
    pub undetermined: u64,
    /// Sheets whose answer waits for a person.
    pub waiting: u64,
    /// The share of each option, in the order of the paper.
    pub options: Vec<Share>,
    /// The share of good answers: the two best levels of a scale, the good options of
    /// a fact; none for channels.
    pub satisfied: Option<Share>,
    /// The mean score 5-4-3-2-1, for scales only.
    pub score: Option<Score>,
}

impl QuestionFigures {
    /// The sum of the shown percentages in hundredths, where rounding has moved it
    /// away from 100,00 %; `None` where it has not, or several answers are allowed.
    pub fn rounded_sum(&self, question: &Question) -> Option<u64> {
        let sum: u64 = self.options.iter().filter_map(|share| share.hundredths()).sum();
        (question.choose == Choose::One && self.answered > 0 && sum != 10_000).then_some(sum)
    }
}

impl<T> Shown<T> {
    fn unless(hidden: bool, value: T) -> Self {
        if hidden { Self::Hidden } else { Self::Value(value) }
    }

    /// The value, where it may be shown.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Hidden => None,
        }
    }
}

impl FormReport {
    /// Whether figures of any unit are kept back.
    pub fn hides_units(&self) -> bool {
        self.units.iter().any(|unit| unit.figures == Shown::Hidden)
    }
}

/// All figures of a report. Sums and shares are exact; rounding comes when they are
/// worded.
pub fn tables(tally: &PeriodTally) -> Report {
    Report {
        period: tally.period,
        parent: tally.office.parent.clone(),
        office: tally.office.name.clone(),
        flow: flow(tally),
        forms: tally.forms.iter().map(|form| form_report(tally, form)).collect(),
    }
}

/// The units among `ids` in the office's order, strangers last, with their names.
fn in_order<'a>(tally: &'a PeriodTally, ids: &BTreeSet<&'a str>) -> Vec<(&'a str, &'a str)> {
    let known = tally.office.units.iter().map(|u| (u.id.as_str(), u.name.as_str()));
    let strangers = ids.iter().filter(|id| tally.unit(id).is_none()).map(|id| (*id, *id));
    known.filter(|(id, _)| ids.contains(id)).chain(strangers).collect()
}

fn flow(tally: &PeriodTally) -> Flow {
    let of = |counts: &BTreeMap<String, u64>, id: &str| counts.get(id).copied().unwrap_or(0);
    let hidden = hidden(tally.returned.iter().map(|(id, n)| (id.as_str(), *n)));
    let ids = [&tally.printed, &tally.returned, &tally.conflicts].into_iter().flat_map(BTreeMap::keys);
    let ids = ids.map(String::as_str).collect();
    let units = in_order(tally, &ids).into_iter().map(|(id, name)| UnitFlow {
        id: id.to_owned(),
        name: name.to_owned(),
        printed: of(&tally.printed, id),
        returned: Shown::unless(hidden.contains(id), of(&tally.returned, id)),
        conflicts: Shown::unless(hidden.contains(id), of(&tally.conflicts, id)),
    });
    let mut refused: Vec<Refused> = tally
        .refused
        .iter()
        .filter(|(_, pages)| **pages > 0)
        .map(|(name, pages)| Refused { name: name.clone(), code: RejectCode::from_name(name), pages: *pages })
        .collect();
    // A code of a later version stands last.
    refused.sort_by_key(|r| (r.code.is_none(), r.code));
    Flow {
        units: units.collect(),
        printed: tally.printed.values().sum(),
        returned: tally.returned.values().sum(),
        conflicts: tally.conflicts.values().sum(),
        refused,
        waiting: tally.waiting,
        adjudicated: tally.adjudicated,
    }
}

fn form_report(tally: &PeriodTally, form: &FormTally) -> FormReport {
    let questions = &form.layout.questions;
    let total = form.total();
    let counted = || form.units.iter().filter(|(_, unit)| unit.sheets > 0);
    let hidden = hidden(counted().map(|(id, unit)| (id.as_str(), unit.sheets)));
    let ids = counted().map(|(id, _)| id.as_str()).collect();
    let units = in_order(tally, &ids).into_iter().map(|(id, name)| UnitFigures {
        id: id.to_owned(),
        name: name.to_owned(),
        figures: Shown::unless(hidden.contains(id), figures(questions, &form.units[id])),
    });
    FormReport {
        form: form.layout.form.clone(),
        version: form.layout.version,
        questions: questions.clone(),
        total: Shown::unless((1..PUBLIC_MINIMUM).contains(&total.sheets), figures(questions, &total)),
        units: units.collect(),
    }
}

fn figures(questions: &[Question], unit: &UnitTally) -> Figures {
    let nothing = QuestionTally::default();
    let results: Vec<QuestionFigures> =
        questions.iter().map(|q| question(q, unit.questions.get(&q.id).unwrap_or(&nothing))).collect();
    let mut headline = None;
    let mut combined: Option<Share> = None;
    for (question, result) in questions.iter().zip(&results) {
        let (QuestionKind::Scale { headline: is_headline }, Some(share)) = (&question.kind, result.satisfied)
        else {
            continue;
        };
        if *is_headline {
            headline = Some(share);
        }
        let sum = combined.get_or_insert(Share { part: 0, base: 0 });
        sum.part += share.part;
        sum.base += share.base;
    }
    Figures { sheets: unit.sheets, questions: results, headline, combined }
}

fn question(question: &Question, tally: &QuestionTally) -> QuestionFigures {
    let base = tally.answered;
    let of = |id: &str| tally.options.get(id).copied().unwrap_or(0);
    let counts: Vec<u64> = question.options.iter().map(|option| of(&option.id)).collect();
    let (good, score) = match &question.kind {
        QuestionKind::Channels => (None, None),
        QuestionKind::Scale { .. } => {
            let points = counts.iter().zip((1..=5).rev()).map(|(n, points)| n * points).sum();
            (Some(counts.iter().take(2).sum()), Some(Score { points, answers: base }))
        }
        QuestionKind::Fact { good } => (Some(good.iter().map(|id| of(id)).sum()), None),
    };
    QuestionFigures {
        answered: base,
        blank: tally.blank,
        undetermined: tally.multiple + tally.unclear,
        waiting: tally.waiting,
        options: counts.into_iter().map(|part| Share { part, base }).collect(),
        satisfied: good.map(|part| Share { part, base }),
        score,
    }
}
