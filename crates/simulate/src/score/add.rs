//! Scores of several batches added up.

use std::collections::BTreeMap;

use super::{Score, Tally};

impl Score {
    /// Adds the counts of another batch; lists of pages and answers are put behind each other.
    pub fn add(&mut self, other: Self) {
        self.pages += other.pages;
        self.read += other.read;
        self.refused.extend(other.refused);
        self.unreadable_refused += other.unreadable_refused;
        self.missing.extend(other.missing);
        self.unexpected.extend(other.unexpected);
        self.wrong_serial.extend(other.wrong_serial);
        self.strangers += other.strangers;
        for (kind, pages) in other.strangers_refused {
            *self.strangers_refused.entry(kind).or_default() += pages;
        }
        self.strangers_read.extend(other.strangers_read);
        self.answers += other.answers;
        self.accepted += other.accepted;
        self.reviewed += other.reviewed;
        self.plain += other.plain;
        self.plain_reviewed += other.plain_reviewed;
        self.corrections += other.corrections;
        self.corrections_decided += other.corrections_decided;
        self.silent.extend(other.silent);
        self.guess_wrong.extend(other.guess_wrong);
        self.answers_missing += other.answers_missing;
        add_tallies(&mut self.by_state, other.by_state);
        add_tallies(&mut self.by_kind, other.by_kind);
        self.fields += other.fields;
        self.fields_right += other.fields_right;
        if self.reliability.is_empty() {
            self.reliability = other.reliability;
            return;
        }
        for (mine, bin) in self.reliability.iter_mut().zip(other.reliability) {
            mine.answers += bin.answers;
            mine.right += bin.right;
            mine.stated += bin.stated;
        }
    }
}

fn add_tallies(to: &mut BTreeMap<String, Tally>, from: BTreeMap<String, Tally>) {
    for (name, tally) in from {
        let mine = to.entry(name).or_default();
        mine.answers += tally.answers;
        mine.reviewed += tally.reviewed;
        mine.silent += tally.silent;
    }
}
