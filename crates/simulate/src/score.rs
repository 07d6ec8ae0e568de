//! Readings against the truth.
//!
//! Two decisions about what counts. An accepted answer is a silent error when it is not what the
//! person meant, also where the scan left no trace of the mark ([`Wrong::traceless`] tells these apart).
//! Where nobody can say what was meant (the truth is `unclear`), asking a person is right and every accepted
//! answer is a silent error, whatever it says.

use std::collections::{BTreeMap, HashMap};

use phieu_model::reading::AnswerState;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::profile::CorrectionKind;
use crate::truth::{Expected, PageTruth, QuestionTruth};

mod add;
mod bound;
mod kind;
mod table;
mod words;

pub use bound::upper_bound;
pub use table::table;

use kind::{kind_of, state_of};

/// What came of a batch.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Score {
    /// Pages in the truth.
    pub pages: u64,
    /// Pages that had to be read and were.
    pub read: u64,
    /// Pages that had to be read and were refused, with the code.
    pub refused: Vec<(String, String)>,
    /// Pages that no fair reader could read, and that were refused; not among `refused`.
    #[serde(default)]
    pub unreadable_refused: u64,
    /// Pages without any line.
    pub missing: Vec<String>,
    /// Lines whose page is not in the truth.
    pub unexpected: Vec<String>,
    /// Pages read under another serial or page number.
    pub wrong_serial: Vec<String>,
    /// Pages that had to be refused.
    pub strangers: u64,
    /// Of these, refused: by kind of page and code.
    pub strangers_refused: BTreeMap<String, u64>,
    /// Of these, read: kind of page and file.
    pub strangers_read: Vec<(String, String)>,
    /// Answers on pages that were read.
    pub answers: u64,
    /// Answers that the reader took responsibility for.
    pub accepted: u64,
    /// Answers sent to a person.
    pub reviewed: u64,
    /// Answers that nobody could argue about.
    pub plain: u64,
    /// Of these, sent to a person.
    pub plain_reviewed: u64,
    /// Choices changed by one of the school's customs: ringed, and another box marked or
    /// the same one filled.
    pub corrections: u64,
    /// Of these, read rightly and without a person.
    pub corrections_decided: u64,
    /// Accepted answers that are not what the person meant, those without a trace included.
    pub silent: Vec<Wrong>,
    /// Reviewed answers whose guess is not what the person meant.
    pub guess_wrong: Vec<Wrong>,
    /// Questions of read pages that have no answer in the line.
    pub answers_missing: u64,
    /// Answers by what the person meant: the states.
    pub by_state: BTreeMap<String, Tally>,
    /// Answers by what was drawn.
    pub by_kind: BTreeMap<String, Tally>,
    /// Fields on pages that were read.
    pub fields: u64,
    /// Fields whose ink was seen as it is.
    pub fields_right: u64,
    /// How often answers of each confidence are right; from low to high.
    pub reliability: Vec<Bin>,
}

/// What became of the answers of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Answers.
    pub answers: u64,
    /// Of these, sent to a person.
    pub reviewed: u64,
    /// Of these, accepted and wrong.
    pub silent: u64,
}

/// A question that was read otherwise than it was meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wrong {
    /// The file.
    pub source: String,
    /// The question.
    pub question: String,
    /// State and options that the person meant.
    pub expected: (AnswerState, Vec<String>),
    /// State and options that were read.
    pub got: (String, Vec<String>),
    /// The reader's confidence.
    pub confidence: f64,
    /// Whether the marks were plain.
    pub plain: bool,
    /// Whether the scan shows nothing of a mark, so that nobody could know of it.
    pub traceless: bool,
    /// What was drawn.
    pub kind: String,
}

/// Answers whose confidence lies between two limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Lower limit, included.
    pub from: f64,
    /// Upper limit, included only in the last bin.
    pub to: f64,
    /// Answers.
    pub answers: u64,
    /// Of these, right.
    pub right: u64,
    /// Sum of their confidences; `stated / answers` is what the reader promised.
    pub stated: f64,
}

const LIMITS: [f64; 9] = [0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0];

/// Compares readings (lines of `readings.jsonl`) with the truth. Pages are matched by
/// the last part of `source`.
pub fn score(truth: &[PageTruth], readings: &[Value]) -> Score {
    let mut result = Score {
        pages: truth.len() as u64,
        reliability: (LIMITS.windows(2))
            .map(|w| Bin { from: w[0], to: w[1], answers: 0, right: 0, stated: 0.0 })
            .collect(),
        ..Score::default()
    };
    let mut by_name: HashMap<&str, &Value> = HashMap::new();
    for reading in readings {
        by_name.insert(file_name(text(reading, "source")), reading);
    }
    for page in truth {
        result.strangers += u64::from(page.expected == Expected::Refused);
        match by_name.remove(page.file_name.as_str()) {
            None => result.missing.push(page.file_name.clone()),
            Some(reading) => result.add_page(page, reading),
        }
    }
    result.unexpected = by_name.keys().map(ToString::to_string).collect();
    result.unexpected.sort();
    result
}

fn file_name(source: &str) -> &str {
    source.rsplit(['/', '\\']).next().unwrap_or(source)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("")
}

impl Score {
    fn add_page(&mut self, page: &PageTruth, reading: &Value) {
        let ok = text(reading, "status") == "ok";
        let code = || text(&reading["error"], "code").to_owned();
        let kind = || {
            let stranger = page.stranger.map(|kind| kind.name());
            page.hostile.map(|kind| kind.name()).or(stranger).unwrap_or("?").to_owned()
        };
        match (page.expected, ok) {
            (Expected::Refused, true) => self.strangers_read.push((kind(), page.file_name.clone())),
            (Expected::Refused, false) => {
                *self.strangers_refused.entry(format!("{}: {}", kind(), code())).or_default() += 1;
            }
            (Expected::Read, false) if page.unreadable.is_some() => self.unreadable_refused += 1,
            (Expected::Read, false) => self.refused.push((page.file_name.clone(), code())),
            (Expected::Read, true) => {
                self.read += 1;
                let serial = page.serial.as_ref().map_or("", |s| s.as_str());
                let number = page.page.map(u64::from);
                if text(reading, "serial") != serial || reading["page"].as_u64() != number {
                    self.wrong_serial.push(page.file_name.clone());
                }
                for question in &page.questions {
                    self.add_question(&page.file_name, question, reading);
                }
                for field in &page.fields {
                    let seen = entry(&reading["fields"], "field", &field.field);
                    self.fields += 1;
                    self.fields_right += u64::from(seen.is_some_and(|f| f["ink"] == field.ink));
                }
            }
        }
    }

    fn add_question(&mut self, source: &str, meant: &QuestionTruth, reading: &Value) {
        let Some(answer) = entry(&reading["answers"], "question", &meant.question) else {
            self.answers_missing += 1;
            return;
        };
        let options: Vec<String> = (answer["options"].as_array().into_iter().flatten())
            .filter_map(|o| o.as_str().map(str::to_owned))
            .collect();
        let state = text(answer, "state");
        let confidence = answer["confidence"].as_f64().unwrap_or(0.0);
        let reviewed = answer["needs_review"] != false;
        let same_state = serde_json::to_value(meant.state).is_ok_and(|s| s == state);
        let unclear = meant.state == AnswerState::Unclear;
        // A guess behind `unclear` has no state of its own: its options tell.
        let right =
            !unclear && sorted(&options) == sorted(&meant.options) && (same_state || state == "unclear");
        // `unclear` is no answer, so accepting it is wrong whatever its guess.
        let silent = !reviewed && (!right || state == "unclear");

        self.answers += 1;
        self.accepted += u64::from(!reviewed);
        self.reviewed += u64::from(reviewed);
        self.plain += u64::from(meant.plain);
        self.plain_reviewed += u64::from(meant.plain && reviewed);
        let by_custom = !unclear && meant.correction.is_some_and(by_custom);
        self.corrections += u64::from(by_custom);
        self.corrections_decided += u64::from(by_custom && right && !reviewed && state != "unclear");
        for tally in [
            self.by_state.entry(state_of(meant.state).to_owned()).or_default(),
            self.by_kind.entry(kind_of(meant)).or_default(),
        ] {
            tally.answers += 1;
            tally.reviewed += u64::from(reviewed);
            tally.silent += u64::from(silent);
        }
        if !unclear {
            let bin = LIMITS[1..LIMITS.len() - 1].iter().filter(|limit| confidence >= **limit).count();
            let bin = &mut self.reliability[bin];
            bin.answers += 1;
            bin.right += u64::from(right);
            bin.stated += confidence;
        }
        if silent || !right && !unclear {
            let wrong = Wrong {
                source: source.to_owned(),
                question: meant.question.clone(),
                expected: (meant.state, meant.options.clone()),
                got: (state.to_owned(), options),
                confidence,
                plain: meant.plain,
                traceless: meant.traceless,
                kind: kind_of(meant),
            };
            if silent { self.silent.push(wrong) } else { self.guess_wrong.push(wrong) }
        }
    }

    /// Share of the answers sent to a person, 0–1.
    pub fn review_rate(&self) -> f64 {
        self.reviewed as f64 / self.answers.max(1) as f64
    }

    /// Share of the plain answers sent to a person, 0–1.
    pub fn plain_review_rate(&self) -> f64 {
        self.plain_reviewed as f64 / self.plain.max(1) as f64
    }

    /// Silent errors of which the scan shows no trace.
    pub fn traceless(&self) -> u64 {
        self.silent.iter().filter(|wrong| wrong.traceless).count() as u64
    }

    /// Upper 95 % bound of the rate of silent errors among accepted answers.
    pub fn silent_rate_bound(&self) -> f64 {
        upper_bound(self.silent.len() as u64, self.accepted)
    }
}

/// Whether a custom says what stands, so that nobody need look.
fn by_custom(kind: CorrectionKind) -> bool {
    match kind {
        CorrectionKind::RingedThenOther | CorrectionKind::RingedThenRefilled => true,
        CorrectionKind::ScribbledThenOther
        | CorrectionKind::RingedOnly
        | CorrectionKind::ScribbledOnly
        | CorrectionKind::StruckThenOther
        | CorrectionKind::WhitedOutThenOther
        | CorrectionKind::WhitedOutThenAgain
        | CorrectionKind::ErasedThenOther => false,
    }
}

fn entry<'a>(list: &'a Value, key: &str, id: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|e| e[key] == id)
}

fn sorted(options: &[String]) -> Vec<&str> {
    let mut sorted: Vec<&str> = options.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted
}
