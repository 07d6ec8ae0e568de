//! Readings against the truth.

use std::collections::{BTreeMap, HashMap};

use phieu_model::reading::AnswerState;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::profile::CorrectionKind;
use crate::truth::{Expected, PageTruth, QuestionTruth};

/// What came of a batch.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Score {
    /// Pages in the truth.
    pub pages: u64,
    /// Pages that had to be read and were.
    pub read: u64,
    /// Pages that had to be read and were refused, with the code.
    pub refused: Vec<(String, String)>,
    /// Pages without any line.
    pub missing: Vec<String>,
    /// Lines whose page is not in the truth.
    pub unexpected: Vec<String>,
    /// Pages read under another serial or page number.
    pub wrong_serial: Vec<String>,
    /// Strangers that were refused, by code.
    pub strangers_refused: BTreeMap<String, u64>,
    /// Strangers that were read.
    pub strangers_read: Vec<String>,
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
    /// Accepted answers that are not what the person meant.
    pub silent: Vec<Wrong>,
    /// Accepted answers that are not what the person meant because the scanner left no
    /// trace of a mark; not among `silent`, since nobody can read what is not there.
    pub traceless: Vec<Wrong>,
    /// Reviewed answers whose guess is not what the person meant.
    pub guess_wrong: Vec<Wrong>,
    /// Questions of read pages that have no answer in the line.
    pub answers_missing: u64,
    /// Upper 95 % bound of the rate of silent errors (Clopper–Pearson, one-sided).
    pub silent_rate_bound: f64,
    /// Fields on pages that were read.
    pub fields: u64,
    /// Fields whose ink was seen as it is.
    pub fields_right: u64,
    /// How often answers of each confidence are right; from low to high.
    pub reliability: Vec<Bin>,
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
        match by_name.remove(page.file_name.as_str()) {
            None => result.missing.push(page.file_name.clone()),
            Some(reading) => result.add_page(page, reading),
        }
    }
    result.unexpected = by_name.keys().map(ToString::to_string).collect();
    result.unexpected.sort();
    result.silent_rate_bound = upper_bound(result.silent.len() as u64, result.accepted);
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
        match (page.expected, ok) {
            (Expected::Refused, true) => self.strangers_read.push(page.file_name.clone()),
            (Expected::Refused, false) => *self.strangers_refused.entry(code()).or_default() += 1,
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
        // A guess behind `unclear` has no state of its own: its options tell.
        let right = sorted(&options) == sorted(&meant.options) && (same_state || state == "unclear");

        self.answers += 1;
        self.accepted += u64::from(!reviewed);
        self.reviewed += u64::from(reviewed);
        self.plain += u64::from(meant.plain);
        self.plain_reviewed += u64::from(meant.plain && reviewed);
        let by_custom = meant.correction.is_some_and(by_custom);
        self.corrections += u64::from(by_custom);
        self.corrections_decided += u64::from(by_custom && right && !reviewed && state != "unclear");
        let bin = LIMITS[1..LIMITS.len() - 1].iter().filter(|limit| confidence >= **limit).count();
        let bin = &mut self.reliability[bin];
        bin.answers += 1;
        bin.right += u64::from(right);
        bin.stated += confidence;
        // `unclear` is no answer, so accepting it is wrong whatever its guess.
        if !right || (!reviewed && state == "unclear") {
            let wrong = Wrong {
                source: source.to_owned(),
                question: meant.question.clone(),
                expected: (meant.state, meant.options.clone()),
                got: (state.to_owned(), options),
                confidence,
                plain: meant.plain,
            };
            match (reviewed, meant.traceless) {
                (true, _) => self.guess_wrong.push(wrong),
                (false, true) => self.traceless.push(wrong),
                (false, false) => self.silent.push(wrong),
            }
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
}

/// Whether a custom says what stands, so that nobody need look.
fn by_custom(kind: CorrectionKind) -> bool {
    match kind {
        CorrectionKind::RingedThenOther | CorrectionKind::RingedThenRefilled => true,
        CorrectionKind::ScribbledThenOther | CorrectionKind::RingedOnly => false,
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

/// Upper one-sided 95 % bound of a rate after `errors` in `n` trials (Clopper & Pearson
/// 1934): the rate at which so few errors would be seen once in twenty times. With no
/// error it is close to 3/n. 1 when there was no trial.
pub fn upper_bound(errors: u64, n: u64) -> f64 {
    if errors >= n {
        return 1.0;
    }
    let (mut low, mut high) = (errors as f64 / n as f64, 1.0);
    for _ in 0..60 {
        let p = (low + high) / 2.0;
        if at_most(errors, n, p) > 0.05 { low = p } else { high = p }
    }
    high
}

/// Chance of at most `k` hits in `n` trials at rate `p`; 0 < p < 1.
fn at_most(k: u64, n: u64, p: f64) -> f64 {
    // Summed in logarithms: (1−p)^n is below any f64 for large n.
    let mut log_term = n as f64 * (1.0 - p).ln();
    let mut sum = log_term.exp();
    for i in 0..k {
        log_term += ((n - i) as f64 / (i + 1) as f64).ln() + (p / (1.0 - p)).ln();
        sum += log_term.exp();
    }
    sum
}

impl std::fmt::Display for Score {
    /// A summary of some lines, English, for developers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |n: u64, of: u64| 100.0 * n as f64 / of.max(1) as f64;
        writeln!(
            f,
            "pages {}: read {}, refused {}, missing {}, wrong serial {}; strangers refused {}, read {}",
            self.pages,
            self.read,
            self.refused.len(),
            self.missing.len(),
            self.wrong_serial.len(),
            self.strangers_refused.values().sum::<u64>(),
            self.strangers_read.len(),
        )?;
        writeln!(
            f,
            "answers {}: accepted {}, reviewed {} ({:.2} %), missing {}; plain {}, of these reviewed {} ({:.2} %)",
            self.answers,
            self.accepted,
            self.reviewed,
            percent(self.reviewed, self.answers),
            self.answers_missing,
            self.plain,
            self.plain_reviewed,
            percent(self.plain_reviewed, self.plain),
        )?;
        writeln!(
            f,
            "silent errors {} of {} accepted (95 % sure: below 1 in {:.0}), beside {} marks without a trace; wrong guesses under review {}",
            self.silent.len(),
            self.accepted,
            1.0 / self.silent_rate_bound.max(1e-12),
            self.traceless.len(),
            self.guess_wrong.len(),
        )?;
        writeln!(
            f,
            "corrections by custom {}: decided {} ({:.1} %)",
            self.corrections,
            self.corrections_decided,
            percent(self.corrections_decided, self.corrections),
        )?;
        writeln!(
            f,
            "fields {}: right {} ({:.2} %)",
            self.fields,
            self.fields_right,
            percent(self.fields_right, self.fields)
        )?;
        for bin in self.reliability.iter().filter(|b| b.answers > 0) {
            writeln!(
                f,
                "confidence {:<6} – {:<6}: {:>7} answers, promised {:.5}, right {:.5}",
                bin.from,
                bin.to,
                bin.answers,
                bin.stated / bin.answers as f64,
                bin.right as f64 / bin.answers as f64,
            )?;
        }
        for (file, code) in &self.refused {
            writeln!(f, "refused {file}: {code}")?;
        }
        for file in &self.wrong_serial {
            writeln!(f, "wrong serial {file}")?;
        }
        for wrong in &self.silent {
            writeln!(
                f,
                "silent {} {}: meant {:?} {:?}, read {} {:?} at {:.5}{}",
                wrong.source,
                wrong.question,
                wrong.expected.0,
                wrong.expected.1,
                wrong.got.0,
                wrong.got.1,
                wrong.confidence,
                if wrong.plain { ", plain" } else { "" },
            )?;
        }
        Ok(())
    }
}
