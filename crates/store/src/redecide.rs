//! Stored readings decided again from their measures.
//!
//! Nothing stored is changed: a picture whose answers come out otherwise gets one more
//! reading, and the newest of a picture's readings is the one that counts. Decisions
//! of people go before every reading, older or newer. How to decide is the caller's
//! matter.

use phieu_model::doubtful::AnswerId;
use phieu_model::layout::PageLayout;
use phieu_model::period::Period;
use phieu_model::reading::{Answer, BoxReading, Registration};
use phieu_model::redecision::{AnswerChange, ChangeCounts, Effect};
use phieu_model::rejection::PageIdentity;
use phieu_model::serial::Serial;

use crate::Result;
use crate::db::{Connection, params, row};
use crate::decisions::answer_in;
use crate::error::Error;
use crate::scans::{accepted, check_answers, insert_decided, next_reading};
use crate::schema::READINGS;
use crate::sheets::{self, parse_serial};
use crate::standing::{Counts, Standing, StandingAnswer, from_json, json, keep, standing, standing_with};
use crate::store::{LayoutCache, Store};
use crate::words::Stamp;
use crate::write::{Action, Writer};

/// The reading of one picture that stands, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Which page of which sheet.
    pub identity: PageIdentity,
    /// Where the picture came from.
    pub source: String,
    /// Page of that file, from 0.
    pub page_index: u32,
    /// The engine that decided it.
    pub engine: String,
    /// How well the printed form was found.
    pub registration: Registration,
    /// The boxes with their measures.
    pub boxes: Vec<BoxReading>,
    /// The answers that stand.
    pub answers: Vec<Answer>,
    reading: i64,
    scan: i64,
}

/// How a stored page is decided now: its boxes and answers, or `None` where its
/// measures do not suffice and it is left alone.
pub type Decide<'a> = dyn FnMut(&PageLayout, &Measured) -> Option<(Vec<BoxReading>, Vec<Answer>)> + 'a;

/// What deciding again makes of one sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRedecision {
    /// Every answer of every picture that comes out otherwise, in the order of the
    /// pictures and of the paper.
    pub changes: Vec<AnswerChange>,
    /// All answers of the sheet by what happens to what counts.
    pub counts: ChangeCounts,
    /// Pictures left alone because their measures do not suffice.
    pub left_alone: Vec<Measured>,
    /// The readings that would make it so: one for each picture with a change.
    pub readings: Vec<NewReading>,
}

/// A reading decided again that is not stored yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReading {
    of: Measured,
    engine: String,
    boxes: Vec<BoxReading>,
    answers: Vec<Answer>,
}

/// The reading that stands of each picture of a sheet, in the order of arrival.
fn measured(conn: &Connection, form: (&str, u16), serial: &Serial) -> Result<Vec<Measured>> {
    let mut rows = conn.prepare_cached(
        "SELECT r.id, r.scan, r.page, r.engine, r.registration, s.source, s.page_index, m.boxes \
         FROM standing_readings r JOIN scans s ON s.id = r.scan JOIN box_measures m ON m.reading = r.id \
         WHERE r.serial = ?1 ORDER BY r.scan",
    )?;
    let mut rows = rows.query([serial.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let reading = row.get(0)?;
        let identity = PageIdentity {
            form: form.0.to_owned(),
            version: form.1,
            serial: serial.clone(),
            page: row.get(2)?,
        };
        found.push(Measured {
            identity,
            reading,
            scan: row.get(1)?,
            engine: row.get(3)?,
            registration: from_json(&row.get::<_, String>(4)?)?,
            source: row.get(5)?,
            page_index: row.get(6)?,
            boxes: boxes_in(&row.get::<_, String>(7)?)?,
            answers: answers_of(conn, reading)?,
        });
    }
    Ok(found)
}

/// The boxes in a stored text; none where they lack a measure that today's engine takes, which an
/// older one did not.
pub(crate) fn boxes_in(text: &str) -> Result<Vec<BoxReading>> {
    match serde_json::from_str::<Vec<BoxReading>>(text) {
        Err(e) if e.is_data() => Ok(Vec::new()),
        Err(_) => from_json(text),
        Ok(boxes) => Ok(boxes),
    }
}

fn answers_of(conn: &Connection, reading: i64) -> Result<Vec<Answer>> {
    let mut rows = conn.prepare_cached(
        "SELECT state, options, confidence, needs_review, reasons, question FROM answers \
         WHERE reading = ?1 ORDER BY position",
    )?;
    let mut rows = rows.query([reading])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(answer_in(row, 0, row.get(5)?)?);
    }
    Ok(found)
}

fn redecision(
    conn: &Connection,
    layouts: &LayoutCache,
    (serial, engine): (&Serial, &str),
    decide: &mut Decide,
) -> Result<SheetRedecision> {
    let sheet =
        sheets::sheet(conn, serial)?.ok_or_else(|| Error::UnknownSerial { serial: serial.clone() })?;
    let layout = layouts.get(conn, &sheet.form, sheet.version)?;
    let before = standing(conn, layouts, serial)?.ok_or_else(|| Error::NotRead { serial: serial.clone() })?;
    let (mut readings, mut left_alone) = (Vec::new(), Vec::new());
    for of in measured(conn, (&sheet.form, sheet.version), serial)? {
        let page = layout
            .page(of.identity.page)
            .ok_or_else(|| Error::corrupt(format!("sheet {serial} has no page {}", of.identity.page)))?;
        match decide(page, &of) {
            None => left_alone.push(of),
            Some((boxes, answers)) => {
                let answers = answers.into_iter().map(|a| Answer { needs_review: !accepted(&a), ..a });
                let new = NewReading { engine: engine.to_owned(), boxes, answers: answers.collect(), of };
                if new.changed().next().is_some() {
                    readings.push(new);
                }
            }
        }
    }
    let instead = readings.iter().map(|new| (new.of.reading, &new.answers[..])).collect();
    let after = standing_with(conn, layouts, serial, &instead)?.expect("the sheet was read");
    let mut changes = Vec::new();
    for new in &readings {
        changes.extend(new.changed().map(|(old, answer)| AnswerChange {
            id: AnswerId { serial: serial.clone(), question: answer.question.clone() },
            source: new.of.source.clone(),
            page_index: new.of.page_index,
            before: old.clone(),
            after: answer.clone(),
            effect: effect(&answer.question, &before, &after),
        }));
    }
    let counts = counts(&before, &after, &changes);
    Ok(SheetRedecision { changes, counts, left_alone, readings })
}

impl NewReading {
    /// The answers that come out otherwise, old and new.
    fn changed(&self) -> impl Iterator<Item = (&Answer, &Answer)> {
        self.answers.iter().filter_map(|new| {
            let old = self.of.answers.iter().find(|old| old.question == new.question)?;
            let same =
                (old.state, &old.options, old.needs_review) == (new.state, &new.options, new.needs_review);
            (!same).then_some((old, new))
        })
    }
}

/// What happens to what counts of a question of which some reading changes.
fn effect(question: &str, before: &Standing, after: &Standing) -> Effect {
    let of = |standing: &Standing| -> StandingAnswer {
        let found = standing.answers.iter().find(|a| a.question == question).cloned();
        found.expect("an answer's question is one of the form")
    };
    let (before, after) = (of(before), of(after));
    match (before.counts, after.counts) {
        (Counts::Decided(state, options), _) if before.by_person => Effect::Decided(state, options),
        (Counts::Decided(s, o), Counts::Decided(state, options)) if (s, &o) == (state, &options) => {
            Effect::Nothing
        }
        (Counts::Decided(..), Counts::Decided(..)) => Effect::OtherValue,
        (Counts::Decided(..), Counts::Waiting | Counts::Conflict) => Effect::ToPerson,
        (Counts::Waiting | Counts::Conflict, Counts::Decided(..)) => Effect::FromPerson,
        (Counts::Waiting | Counts::Conflict, Counts::Waiting | Counts::Conflict) => Effect::OtherProposal,
    }
}

fn counts(before: &Standing, after: &Standing, changes: &[AnswerChange]) -> ChangeCounts {
    let mut counts = ChangeCounts::default();
    for StandingAnswer { question, by_person, .. } in &before.answers {
        let changed = changes.iter().any(|c| c.id.question == *question);
        let number = match (by_person, changed) {
            (true, _) => &mut counts.by_person,
            (false, false) => &mut counts.same,
            (false, true) => match effect(question, before, after) {
                Effect::Nothing => &mut counts.same,
                Effect::OtherValue => &mut counts.other_value,
                Effect::ToPerson => &mut counts.to_person,
                Effect::FromPerson => &mut counts.from_person,
                Effect::OtherProposal => &mut counts.other_proposal,
                Effect::Decided(..) => &mut counts.by_person,
            },
        };
        *number += 1;
    }
    counts
}

/// Appends the reading, unless the one that it was made of no longer stands.
fn append(w: &mut Writer, layouts: &LayoutCache, new: &NewReading) -> Result<bool> {
    let PageIdentity { form, version, serial, page } = &new.of.identity;
    let stands: i64 = w
        .conn()
        .prepare_cached("SELECT id FROM standing_readings WHERE serial = ?1 AND scan = ?2")?
        .query_row(params![serial.as_str(), new.of.scan], |row| row.get(0))?;
    if stands != new.of.reading {
        return Ok(false);
    }
    let layout = layouts.get(w.conn(), form, *version)?;
    check_answers(&layout, &new.of.identity, &new.answers)?;
    let before = standing(w.conn(), layouts, serial)?;
    let id = next_reading(w.conn())?;
    let registration = json(&new.of.registration);
    w.insert(
        &READINGS,
        &row![id, new.of.scan, serial.as_str(), *page, "redecided", &*new.engine, registration],
    )?;
    insert_decided(w, (id, serial), &new.boxes, &new.answers)?;
    let after = standing(w.conn(), layouts, serial)?.expect("the sheet was read");
    keep(w, serial, before.as_ref(), &after)?;
    w.seal(Action::Redecide)?;
    Ok(true)
}

impl Store {
    /// Every sheet that came back, by serial; with `period` only those returned in that
    /// quarter.
    pub fn returned_sheets(&self, period: Option<Period>) -> Result<Vec<Serial>> {
        let period = period.map(|p| p.to_string());
        self.read(|conn| {
            let sql = "SELECT serial FROM returned WHERE ?1 IS NULL OR period = ?1 ORDER BY serial";
            let mut rows = conn.prepare(sql)?;
            let texts = rows.query_map([period], |row| row.get::<_, String>(0))?;
            texts.map(|text| parse_serial(&text?)).collect()
        })
    }

    /// What `decide` makes of the stored measures of a sheet: of each of its pictures the
    /// reading that stands is given to it. `engine` will name what decided, in the new
    /// readings. Writes nothing.
    pub fn redecision(&self, serial: &Serial, engine: &str, decide: &mut Decide) -> Result<SheetRedecision> {
        self.read(|conn| redecision(conn, &self.layouts, (serial, engine), decide))
    }

    /// Appends readings decided again, in one transaction: all or, on an error, none. How
    /// many were written comes back: one whose picture was decided again by another call
    /// in the meantime is passed over.
    pub fn append_redecided(&mut self, readings: &[NewReading], stamp: Stamp) -> Result<u64> {
        self.write(stamp, |w, layouts| {
            let mut written = 0;
            for new in readings {
                written += u64::from(append(w, layouts, new)?);
            }
            Ok(written)
        })
    }
}
