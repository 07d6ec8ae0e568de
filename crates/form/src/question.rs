//! Reading and checking a closed question.

use std::collections::HashMap;

use phieu_model::template::{ChoiceOption, Choose, Question, QuestionKind};

use crate::fault::FaultKind;
use crate::keys::{Keys, string, tables};
use crate::parse::Reader;

/// Options of a question of kind scale: the report's mean score runs from 5 to 1.
const SCALE_LEVELS: usize = 5;

/// Keys of a row in a table.
pub(crate) const QUESTION_KEYS: [&str; 8] =
    ["id", "number", "text", "choose", "measure", "headline", "good", "options"];
/// Keys of a question of its own.
pub(crate) const CHOICE_KEYS: [&str; 10] =
    ["kind", "id", "number", "text", "choose", "measure", "headline", "good", "arrangement", "options"];

impl Reader<'_> {
    /// The question; `None` only together with a fault.
    pub(crate) fn question(&mut self, keys: &Keys) -> Option<Question> {
        let chooses = [("one", Choose::One), ("many", Choose::Many)];
        let id = keys.id("id", &mut self.faults);
        self.claim(id.as_ref());
        let name = id.as_ref().map_or_else(|| "?".to_owned(), |id| id.value.clone());
        let number = keys.text("number", &mut self.faults);
        let text = keys.text("text", &mut self.faults);
        let choose = keys.word("choose", &chooses, &mut self.faults);
        let options = self.options(keys, &name);
        let kind = self.kind(keys, &name, &options);
        Some(Question {
            id: id?.value,
            number: number?.value,
            text: text?.value,
            choose: choose?,
            kind: kind?,
            options,
        })
    }

    fn options(&mut self, keys: &Keys, question: &str) -> Vec<ChoiceOption> {
        let Some(list) = keys.list("options", &mut self.faults) else { return Vec::new() };
        if list.len() < 2 {
            let kind = FaultKind::TooFewOptions { question: question.to_owned(), found: list.len() };
            self.faults.add(&keys.span, kind);
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut options = Vec::new();
        for (table, span) in tables("options", list, &mut self.faults) {
            let option = Keys::open(table, span, &["id", "label"], &mut self.faults);
            let id = option.id("id", &mut self.faults);
            let label = option.text("label", &mut self.faults);
            let Some(id) = id else { continue };
            let line = self.faults.line_of(&id.span);
            if let Some(&first_line) = seen.get(&id.value) {
                let kind = FaultKind::DuplicateOption {
                    question: question.to_owned(),
                    id: id.value.clone(),
                    first_line,
                };
                self.faults.add(&id.span, kind);
            }
            seen.entry(id.value.clone()).or_insert(line);
            // An option without label keeps its place, so that `good` still finds it.
            let label = label.map_or_else(String::new, |label| label.value);
            options.push(ChoiceOption { id: id.value, label });
        }
        options
    }

    fn kind(&mut self, keys: &Keys, question: &str, options: &[ChoiceOption]) -> Option<QuestionKind> {
        #[derive(Clone, Copy, PartialEq)]
        enum Measure {
            Channels,
            Scale,
            Fact,
        }
        let measures = [("channels", Measure::Channels), ("scale", Measure::Scale), ("fact", Measure::Fact)];
        let measure = keys.word("measure", &measures, &mut self.faults)?;
        for (key, of, name) in [("headline", Measure::Scale, "scale"), ("good", Measure::Fact, "fact")] {
            if let Some(value) = keys.get(key)
                && measure != of
            {
                self.faults.add(&value.span(), FaultKind::KeyOfOtherMeasure { key, measure: name });
            }
        }
        match measure {
            Measure::Channels => Some(QuestionKind::Channels),
            Measure::Scale => {
                if options.len() != SCALE_LEVELS && options.len() >= 2 {
                    let kind =
                        FaultKind::ScaleNotFive { question: question.to_owned(), found: options.len() };
                    self.faults.add(&keys.span, kind);
                }
                Some(QuestionKind::Scale { headline: self.headline(keys, question) })
            }
            Measure::Fact => Some(QuestionKind::Fact { good: self.good(keys, question, options)? }),
        }
    }

    fn headline(&mut self, keys: &Keys, question: &str) -> bool {
        if !keys.flag("headline", &mut self.faults) {
            return false;
        }
        let span = keys.get("headline").map_or_else(|| keys.span.clone(), |value| value.span());
        match self.headline {
            Some(first_line) => {
                let kind = FaultKind::SecondHeadline { question: question.to_owned(), first_line };
                self.faults.add(&span, kind);
            }
            None => self.headline = Some(self.faults.line_of(&span)),
        }
        true
    }

    fn good(&mut self, keys: &Keys, question: &str, options: &[ChoiceOption]) -> Option<Vec<String>> {
        let list = keys.list("good", &mut self.faults)?;
        let mut good = Vec::new();
        for entry in list.iter() {
            let Some(option) = string("good", entry, &mut self.faults) else { continue };
            if !options.iter().any(|o| o.id == option.value) {
                let kind =
                    FaultKind::UnknownGood { question: question.to_owned(), option: option.value.clone() };
                self.faults.add(&option.span, kind);
            }
            good.push(option.value);
        }
        Some(good)
    }
}
