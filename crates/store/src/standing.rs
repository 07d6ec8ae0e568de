//! What counts of a sheet, from its readings and decisions alone.
//!
//! [`standing`] is the one rule; everything derived (effective answers, tallies) is
//! kept from its result and checked against it. An answer is the newest decision of
//! a person; else, when accepted answers of two scans differ, a conflict, which holds
//! the whole sheet back; else the first scan's answer if it was accepted; else it
//! waits. A later scan never decides what the first one left in doubt. Of a scan that
//! was decided again from its measures only the newest reading speaks.

use std::collections::BTreeMap;

use phieu_model::layout::Layout;
use phieu_model::period::{Date, Period};
use phieu_model::reading::{Answer, AnswerState};
use phieu_model::serial::Serial;

use crate::Result;
use crate::db::{Connection, OptionalExtension, params};
use crate::error::Error;
use crate::office::date;
use crate::scans::accepted;
use crate::sheets;
use crate::store::LayoutCache;
use crate::write::{Cell, Cells, Writer};

/// What counts of one returned sheet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    /// The quarter of the first reading's day of return.
    pub period: Period,
    pub form: String,
    pub version: u16,
    pub unit: String,
    /// One for each question of the form, in the order of the paper.
    pub answers: Vec<StandingAnswer>,
}

/// What counts of one question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StandingAnswer {
    pub question: String,
    pub counts: Counts,
    pub by_person: bool,
}

/// The value that counts, or why none does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Counts {
    Decided(AnswerState, Vec<String>),
    Waiting,
    Conflict,
}

pub(crate) const WAITING: &str = "waiting";
pub(crate) const CONFLICT: &str = "conflict";
pub(crate) const RETURNED: &str = "returned";
pub(crate) const HELD: &str = "held";
pub(crate) const SHEETS: &str = "sheets";
pub(crate) const ADJUDICATED: &str = "adjudicated";
pub(crate) const OPTION: &str = "option:";

pub(crate) fn state_str(state: AnswerState) -> &'static str {
    match state {
        AnswerState::Answered => "answered",
        AnswerState::Blank => "blank",
        AnswerState::Multiple => "multiple",
        AnswerState::Unclear => "unclear",
    }
}

pub(crate) fn parse_state(text: &str) -> Result<AnswerState> {
    match text {
        "answered" => Ok(AnswerState::Answered),
        "blank" => Ok(AnswerState::Blank),
        "multiple" => Ok(AnswerState::Multiple),
        "unclear" => Ok(AnswerState::Unclear),
        other => Err(Error::corrupt(format!("not a state: {other:?}"))),
    }
}

pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("the model's values can be written as JSON")
}

pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::corrupt(format!("{e} in {text:?}")))
}

impl Counts {
    /// The word under which it is kept.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Decided(state, _) => state_str(*state),
            Self::Waiting => WAITING,
            Self::Conflict => CONFLICT,
        }
    }

    pub(crate) fn options(&self) -> &[String] {
        match self {
            Self::Decided(_, options) => options,
            Self::Waiting | Self::Conflict => &[],
        }
    }
}

impl Standing {
    /// Whether the sheet is left out of the counts until a person has settled a conflict.
    pub(crate) fn held(&self) -> bool {
        self.answers.iter().any(|a| a.counts == Counts::Conflict)
    }

    /// Everything that this sheet adds to the kept counts.
    pub(crate) fn cells(&self) -> Cells {
        let held = self.held();
        let mut cells = Cells::new();
        let mut add = |question: &str, cell: String| {
            let place = Cell {
                period: self.period.to_string(),
                form: self.form.clone(),
                version: self.version,
                unit: self.unit.clone(),
                question: question.to_owned(),
                cell,
            };
            *cells.entry(place).or_default() += 1;
        };
        add("", RETURNED.into());
        add("", if held { HELD } else { SHEETS }.into());
        for StandingAnswer { question, counts, by_person } in &self.answers {
            match counts {
                Counts::Waiting | Counts::Conflict => add("", WAITING.into()),
                Counts::Decided(..) if *by_person => add("", ADJUDICATED.into()),
                Counts::Decided(..) => {}
            }
            if held {
                continue;
            }
            add(question, counts.word().into());
            if let Counts::Decided(AnswerState::Answered, options) = counts {
                options.iter().for_each(|option| add(question, format!("{OPTION}{option}")));
            }
        }
        cells
    }
}

/// What counts of a sheet; `None` when no page of it was read.
pub(crate) fn standing(
    conn: &Connection,
    layouts: &LayoutCache,
    serial: &Serial,
) -> Result<Option<Standing>> {
    standing_with(conn, layouts, serial, &Instead::new())
}

/// Answers in the place of those of a stored reading, by its number.
pub(crate) type Instead<'a> = BTreeMap<i64, &'a [Answer]>;

/// What would count of a sheet if some of its readings had other answers.
pub(crate) fn standing_with(
    conn: &Connection,
    layouts: &LayoutCache,
    serial: &Serial,
    instead: &Instead,
) -> Result<Option<Standing>> {
    let Some(received) = first_received(conn, serial)? else { return Ok(None) };
    let sheet =
        sheets::sheet(conn, serial)?.ok_or_else(|| Error::UnknownSerial { serial: serial.clone() })?;
    let layout = layouts.get(conn, &sheet.form, sheet.version)?;
    let machine = machine_answers(conn, serial, instead)?;
    let decisions = decisions(conn, serial)?;
    Ok(Some(Standing {
        period: Period::of(received),
        answers: answers(&layout, &machine, &decisions),
        form: sheet.form,
        version: sheet.version,
        unit: sheet.unit,
    }))
}

type Value = (AnswerState, Vec<String>);

fn answers(
    layout: &Layout,
    machine: &BTreeMap<String, Vec<(Value, bool)>>,
    decisions: &BTreeMap<String, Value>,
) -> Vec<StandingAnswer> {
    layout
        .questions
        .iter()
        .map(|question| {
            let read = machine.get(&question.id).map_or(&[][..], |r| r);
            let counts = match decisions.get(&question.id) {
                Some((state, options)) => Counts::Decided(*state, options.clone()),
                None => machine_counts(read),
            };
            StandingAnswer {
                question: question.id.clone(),
                counts,
                by_person: decisions.contains_key(&question.id),
            }
        })
        .collect()
}

fn machine_counts(read: &[(Value, bool)]) -> Counts {
    let mut accepted = read.iter().filter(|(_, accepted)| *accepted).map(|(value, _)| value);
    if let Some(first) = accepted.next()
        && accepted.any(|other| other != first)
    {
        return Counts::Conflict;
    }
    match read.first() {
        Some(((state, options), true)) => Counts::Decided(*state, options.clone()),
        Some((_, false)) | None => Counts::Waiting,
    }
}

fn first_received(conn: &Connection, serial: &Serial) -> Result<Option<Date>> {
    let day: Option<String> = conn
        .prepare_cached(
            "SELECT s.received FROM readings r JOIN scans s ON s.id = r.scan \
             WHERE r.serial = ?1 ORDER BY r.id LIMIT 1",
        )?
        .query_row([serial.as_str()], |row| row.get(0))
        .optional()?;
    day.as_deref().map(date).transpose()
}

/// By question: the value of every scan and whether it was accepted, in the order of
/// arrival.
fn machine_answers(
    conn: &Connection,
    serial: &Serial,
    instead: &Instead,
) -> Result<BTreeMap<String, Vec<(Value, bool)>>> {
    let mut rows = conn.prepare_cached(
        "SELECT a.question, a.state, a.options, a.needs_review, r.id \
         FROM standing_readings r JOIN answers a ON a.reading = r.id WHERE r.serial = ?1 ORDER BY r.scan",
    )?;
    let mut rows = rows.query([serial.as_str()])?;
    let mut read: BTreeMap<String, Vec<(Value, bool)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (question, reading): (String, i64) = (row.get(0)?, row.get(4)?);
        let other = instead.get(&reading).and_then(|i| i.iter().find(|a| a.question == question));
        if let Some(other) = other {
            let value = (other.state, other.options.clone());
            read.entry(question).or_default().push((value, accepted(other)));
            continue;
        }
        let value = (
            parse_state(row.get_ref(1)?.as_str().map_err(wrong_type)?)?,
            from_json(row.get_ref(2)?.as_str().map_err(wrong_type)?)?,
        );
        read.entry(question).or_default().push((value, !row.get::<_, bool>(3)?));
    }
    Ok(read)
}

fn wrong_type(error: impl std::fmt::Display) -> Error {
    Error::corrupt(error.to_string())
}

fn decisions(conn: &Connection, serial: &Serial) -> Result<BTreeMap<String, Value>> {
    let mut rows = conn
        .prepare_cached("SELECT question, state, options FROM adjudications WHERE serial = ?1 ORDER BY id")?;
    let mut rows = rows.query([serial.as_str()])?;
    let mut decisions = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let value = (parse_state(&row.get::<_, String>(1)?)?, from_json(&row.get::<_, String>(2)?)?);
        decisions.insert(row.get(0)?, value);
    }
    Ok(decisions)
}

/// Keeps `after` in place of `before` in the derived tables.
pub(crate) fn keep(
    w: &mut Writer,
    serial: &Serial,
    before: Option<&Standing>,
    after: &Standing,
) -> Result<()> {
    if before == Some(after) {
        return Ok(());
    }
    let conn = w.conn();
    conn.prepare_cached(
        "INSERT INTO returned (serial, period, held) VALUES (?1, ?2, ?3) \
         ON CONFLICT (serial) DO UPDATE SET period = excluded.period, held = excluded.held",
    )?
    .execute(params![serial.as_str(), after.period.to_string(), after.held()])?;
    for (place, answer) in after.answers.iter().enumerate() {
        if before.is_some_and(|b| b.answers.get(place) == Some(answer)) {
            continue;
        }
        conn.prepare_cached(
            "INSERT INTO effective (serial, question, standing, options, by_person) \
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (serial, question) DO UPDATE SET \
             standing = excluded.standing, options = excluded.options, by_person = excluded.by_person",
        )?
        .execute(params![
            serial.as_str(),
            answer.question,
            answer.counts.word(),
            json(&answer.counts.options()),
            answer.by_person
        ])?;
    }
    for (cell, n) in before.map(Standing::cells).unwrap_or_default() {
        w.count(cell, -n);
    }
    for (cell, n) in after.cells() {
        w.count(cell, n);
    }
    Ok(())
}
