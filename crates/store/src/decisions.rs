//! Decisions of people, and the answers that wait for one.

use std::collections::BTreeSet;
use std::sync::Arc;

use phieu_model::adjudication::{Adjudication, check_answer};
use phieu_model::doubtful::{AnswerDetail, AnswerId, BoxMark, Doubt, Doubtful, MachineAnswer, PersonAnswer};
use phieu_model::layout::Layout;
use phieu_model::reading::{Answer, AnswerState};
use phieu_model::serial::Serial;

use crate::Result;
use crate::db::{Connection, OptionalExtension, Row, params, row};
use crate::error::Error;
use crate::office::date;
use crate::schema::ADJUDICATIONS;
use crate::sheets;
use crate::standing::{CONFLICT, WAITING, from_json, json, keep, parse_state, standing, state_str};
use crate::store::{LayoutCache, Store};
use crate::words::{DoubtfulFilter, SheetRecord, Stamp};
use crate::write::{Action, Writer};

/// Of two accepted answers that differ at most one is right, whatever their confidences say.
const CONFLICT_CONFIDENCE: f64 = 0.5;

fn adjudicate(w: &mut Writer, layouts: &LayoutCache, decision: &Adjudication) -> Result<()> {
    let Adjudication { serial, question, state, options, by, why } = decision;
    let id = AnswerId { serial: serial.clone(), question: question.clone() };
    let (_, layout) = sheet_and_layout(w.conn(), layouts, serial)?;
    let asked = layout.question(question).ok_or_else(|| Error::UnknownQuestion(id.clone()))?;
    if by.trim().is_empty() || why.trim().is_empty() {
        return Err(Error::Unsigned { id });
    }
    check_answer(asked, *state, options).map_err(|fault| Error::NotAnAnswer { id, fault })?;
    let before =
        standing(w.conn(), layouts, serial)?.ok_or_else(|| Error::NotRead { serial: serial.clone() })?;
    let number: i64 =
        w.conn().query_row("SELECT coalesce(max(id), 0) + 1 FROM adjudications", [], |row| row.get(0))?;
    let at = w.stamp().at.to_string();
    let values = row![
        number,
        serial.as_str(),
        &**question,
        state_str(*state),
        json(options),
        by.trim(),
        why.trim(),
        at
    ];
    w.insert(&ADJUDICATIONS, &values)?;
    let after = standing(w.conn(), layouts, serial)?.expect("the sheet was read");
    keep(w, serial, Some(&before), &after)?;
    w.seal(Action::Adjudicate)
}

fn sheet_and_layout(
    conn: &Connection,
    layouts: &LayoutCache,
    serial: &Serial,
) -> Result<(SheetRecord, Arc<Layout>)> {
    let sheet =
        sheets::sheet(conn, serial)?.ok_or_else(|| Error::UnknownSerial { serial: serial.clone() })?;
    let layout = layouts.get(conn, &sheet.form, sheet.version)?;
    Ok((sheet, layout))
}

/// The answer in the columns state, options, confidence, needs_review and reasons, the
/// first of which is `from`.
pub(crate) fn answer_in(row: &Row, from: usize, question: String) -> Result<Answer> {
    Ok(Answer {
        question,
        state: parse_state(&row.get::<_, String>(from)?)?,
        options: from_json(&row.get::<_, String>(from + 1)?)?,
        confidence: row.get(from + 2)?,
        needs_review: row.get(from + 3)?,
        reasons: from_json(&row.get::<_, String>(from + 4)?)?,
    })
}

/// What the machine read for one answer: by picture in the order of arrival, each
/// picture's readings from the oldest to the one that stands.
fn machine_answers(conn: &Connection, id: &AnswerId) -> Result<Vec<(i64, MachineAnswer)>> {
    let mut rows = conn.prepare_cached(
        "SELECT r.id, s.source, s.page_index, s.received, r.engine, \
         a.state, a.options, a.confidence, a.needs_review, a.reasons, \
         r.id NOT IN (SELECT id FROM standing_readings WHERE serial = ?1) \
         FROM readings r JOIN scans s ON s.id = r.scan JOIN answers a ON a.reading = r.id \
         WHERE r.serial = ?1 AND a.question = ?2 ORDER BY r.scan, r.id",
    )?;
    let mut rows = rows.query(params![id.serial.as_str(), id.question])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let machine = MachineAnswer {
            source: row.get(1)?,
            page_index: row.get(2)?,
            received: date(&row.get::<_, String>(3)?)?,
            engine: row.get(4)?,
            superseded: row.get(10)?,
            answer: answer_in(row, 5, id.question.clone())?,
            boxes: Vec::new(),
            evidence: None,
        };
        found.push((row.get(0)?, machine));
    }
    Ok(found)
}

fn person_answers(conn: &Connection, id: &AnswerId) -> Result<Vec<PersonAnswer>> {
    let mut rows = conn.prepare_cached(
        "SELECT state, options, decided_by, why, at FROM adjudications \
         WHERE serial = ?1 AND question = ?2 ORDER BY id",
    )?;
    let mut rows = rows.query(params![id.serial.as_str(), id.question])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let at: String = row.get(4)?;
        found.push(PersonAnswer {
            adjudication: Adjudication {
                serial: id.serial.clone(),
                question: id.question.clone(),
                state: parse_state(&row.get::<_, String>(0)?)?,
                options: from_json(&row.get::<_, String>(1)?)?,
                by: row.get(2)?,
                why: row.get(3)?,
            },
            at: at.parse().map_err(|_| Error::corrupt(format!("not a time: {at:?}")))?,
        });
    }
    Ok(found)
}

fn detail(conn: &Connection, layouts: &LayoutCache, id: &AnswerId) -> Result<AnswerDetail> {
    let (sheet, layout) = sheet_and_layout(conn, layouts, &id.serial)?;
    layout.question(&id.question).ok_or_else(|| Error::UnknownQuestion(id.clone()))?;
    let kept: Option<(String, String)> = conn
        .query_row(
            "SELECT standing, options FROM effective WHERE serial = ?1 AND question = ?2",
            params![id.serial.as_str(), id.question],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let (standing, options) = kept.ok_or_else(|| Error::NotRead { serial: id.serial.clone() })?;
    let counts = match standing.as_str() {
        WAITING | CONFLICT => None,
        state => Some((parse_state(state)?, from_json(&options)?)),
    };
    let mut readings = Vec::new();
    for (reading, mut machine) in machine_answers(conn, id)? {
        let boxes: String =
            conn.query_row("SELECT boxes FROM box_measures WHERE reading = ?1", [reading], |row| row.get(0))?;
        machine.boxes = from_json::<Vec<BoxMark>>(&boxes)?;
        machine.boxes.retain(|b| b.question == id.question);
        machine.evidence = conn
            .query_row(
                "SELECT png FROM evidence WHERE reading = ?1 AND question = ?2",
                params![reading, id.question],
                |row| row.get(0),
            )
            .optional()?;
        readings.push(machine);
    }
    Ok(AnswerDetail {
        id: id.clone(),
        form: sheet.form,
        version: sheet.version,
        unit: sheet.unit,
        counts,
        readings,
        decisions: person_answers(conn, id)?,
    })
}

/// Sheet, question and kept standing of the answers that are in question.
fn candidates(conn: &Connection, filter: &DoubtfulFilter) -> Result<Vec<(AnswerId, String)>> {
    let waiting = "SELECT serial, question, standing FROM effective \
                   WHERE standing IN ('waiting', 'conflict')";
    let below = "SELECT e.serial, e.question, e.standing FROM effective e \
                 WHERE e.by_person = 0 AND e.standing NOT IN ('waiting', 'conflict') AND EXISTS ( \
                 SELECT 1 FROM standing_readings r JOIN answers a ON a.reading = r.id \
                 WHERE r.serial = e.serial AND a.question = e.question AND a.confidence < ?1)";
    let mut found = BTreeSet::new();
    let mut collect = |sql: &str, values: &[f64]| -> Result<()> {
        let mut rows = conn.prepare_cached(sql)?;
        let mut rows = rows.query(crate::db::params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let serial = sheets::parse_serial(&row.get::<_, String>(0)?)?;
            found.insert((AnswerId { serial, question: row.get(1)? }, row.get(2)?));
        }
        Ok(())
    };
    collect(waiting, &[])?;
    if let Some(threshold) = filter.below {
        collect(below, &[threshold])?;
    }
    Ok(found.into_iter().collect())
}

fn doubtful(conn: &Connection, filter: &DoubtfulFilter) -> Result<Vec<Doubtful>> {
    let mut found = Vec::new();
    for (id, standing) in candidates(conn, filter)? {
        let sheet = sheets::sheet(conn, &id.serial)?
            .ok_or_else(|| Error::UnknownSerial { serial: id.serial.clone() })?;
        let period: String = conn
            .prepare_cached("SELECT period FROM returned WHERE serial = ?1")?
            .query_row([id.serial.as_str()], |row| row.get(0))?;
        if filter.unit.as_ref().is_some_and(|u| *u != sheet.unit)
            || filter.period.is_some_and(|p| p.to_string() != period)
        {
            continue;
        }
        found.push(one_doubtful(conn, id, &standing, sheet)?);
    }
    found.sort_by(|a, b| a.confidence.total_cmp(&b.confidence).then_with(|| a.id.cmp(&b.id)));
    Ok(found)
}

fn one_doubtful(conn: &Connection, id: AnswerId, standing: &str, sheet: SheetRecord) -> Result<Doubtful> {
    let mut read = machine_answers(conn, &id)?;
    read.retain(|(_, m)| !m.superseded);
    let mut confidence = read.iter().map(|(_, m)| m.answer.confidence).fold(1.0, f64::min);
    let doubt = match (standing, read.is_empty()) {
        (_, true) => Doubt::PageMissing,
        (CONFLICT, false) => Doubt::Conflict,
        (WAITING, false) => Doubt::NeedsReview,
        (_, false) => Doubt::BelowThreshold,
    };
    // What is outweighed in a picture whose answer is accepted sends nobody to another one.
    let speaks = |m: &MachineAnswer| m.answer.needs_review || doubt == Doubt::BelowThreshold;
    let reasons: BTreeSet<_> = (read.iter())
        .filter(|(_, m)| speaks(m))
        .flat_map(|(_, m)| m.answer.reasons.iter().copied())
        .collect();
    let first = read.into_iter().next().map(|(_, machine)| machine);
    match doubt {
        Doubt::PageMissing => confidence = 0.0,
        Doubt::Conflict => confidence = confidence.min(CONFLICT_CONFIDENCE),
        Doubt::NeedsReview | Doubt::BelowThreshold => {}
    }
    let (state, options, source, page_index) = match first {
        Some(m) => (m.answer.state, m.answer.options, m.source, m.page_index),
        None => (AnswerState::Unclear, Vec::new(), String::new(), 0),
    };
    Ok(Doubtful {
        id,
        form: sheet.form,
        version: sheet.version,
        unit: sheet.unit,
        doubt,
        state,
        options,
        confidence,
        reasons: reasons.into_iter().collect(),
        source,
        page_index,
    })
}

impl Store {
    /// Appends a person's decision; the newest one counts. Answers that the machine
    /// accepted can be decided too: the machine's value stays beside the decision.
    ///
    /// Refused: a sheet that was never printed or not read yet, a question that its
    /// form does not have, state and options that are no answer to it, a missing name
    /// or reason.
    pub fn adjudicate(&mut self, decision: &Adjudication, stamp: Stamp) -> Result<()> {
        self.write(stamp, |w, layouts| adjudicate(w, layouts, decision))
    }

    /// Several decisions in one transaction: all or, on an error, none.
    pub fn adjudicate_all(&mut self, decisions: &[Adjudication], stamp: Stamp) -> Result<()> {
        self.write(stamp, |w, layouts| decisions.iter().try_for_each(|d| adjudicate(w, layouts, d)))
    }

    /// The answers that a person should look at, least sure first. Two scans that
    /// disagree count as 0.5 at most, a page that did not come back as 0.
    pub fn doubtful(&self, filter: &DoubtfulFilter) -> Result<Vec<Doubtful>> {
        self.read(|conn| doubtful(conn, filter))
    }

    /// Everything that is known about one answer of a sheet that was read.
    pub fn answer_detail(&self, id: &AnswerId) -> Result<AnswerDetail> {
        self.read(|conn| detail(conn, &self.layouts, id))
    }
}
