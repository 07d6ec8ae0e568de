//! Pages that came in, read or refused.

use std::collections::BTreeSet;

use phieu_model::adjudication::check_answer;
use phieu_model::batch::Recorded;
use phieu_model::doubtful::AnswerId;
use phieu_model::layout::Layout;
use phieu_model::period::Period;
use phieu_model::reading::{Answer, AnswerState, BoxReading, PageOutcome, PageReading};
use phieu_model::rejection::{PageIdentity, Rejection};
use phieu_model::serial::Serial;

use crate::Result;
use crate::db::{Connection, params, params_from_iter, row};
use crate::error::Error;
use crate::office::date;
use crate::schema::{ANSWERS, BOX_MEASURES, EVIDENCE, FIELDS, READINGS, SCANS};
use crate::sheets;
use crate::standing::{from_json, json, keep, parse_state, standing, state_str};
use crate::store::{LayoutCache, Store};
use crate::words::{ScannedPage, Stamp};
use crate::write::{Action, Cell, Writer};

/// What is known of a picture from an earlier scan of the same bytes.
struct Earlier {
    read: bool,
    /// The newest refusal: its quarter and code.
    refusal: Option<(Period, String)>,
}

fn earlier(conn: &Connection, page: &ScannedPage) -> Result<Earlier> {
    // A file that could not be opened has no bytes to be known by: its path and the
    // code name it, however often the folder is scanned.
    let (sql, values) = match (&page.file_hash, page.outcome) {
        (Some(hash), _) => (
            "SELECT code, received FROM scans WHERE file_hash = ?1 AND page_index = ?2 ORDER BY id",
            row![&hash[..], page.page_index],
        ),
        (None, PageOutcome::Rejected(r)) => (
            "SELECT code, received FROM scans WHERE file_hash IS NULL AND source = ?1 AND code = ?2 ORDER BY id",
            row![page.source, r.code.as_str()],
        ),
        (None, PageOutcome::Read(_)) => return Ok(Earlier { read: false, refusal: None }),
    };
    let mut earlier = Earlier { read: false, refusal: None };
    let mut rows = conn.prepare_cached(sql)?;
    let mut rows = rows.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        match row.get::<_, Option<String>>(0)? {
            None => earlier.read = true,
            Some(code) => {
                earlier.refusal = Some((Period::of(date(&row.get::<_, String>(1)?)?), code));
            }
        }
    }
    Ok(earlier)
}

/// The cell of refused pages, in the quarter in which they came in.
pub(crate) const REFUSED: &str = "refused:";

pub(crate) fn refused_cell(period: Period, code: &str) -> Cell {
    Cell {
        period: period.to_string(),
        form: String::new(),
        version: 0,
        unit: String::new(),
        question: String::new(),
        cell: format!("{REFUSED}{code}"),
    }
}

fn record(w: &mut Writer, layouts: &LayoutCache, page: &ScannedPage) -> Result<Recorded> {
    let earlier = earlier(w.conn(), page)?;
    match page.outcome {
        PageOutcome::Rejected(rejection) => refuse(w, page, rejection, &earlier),
        PageOutcome::Read(_) if earlier.read => Ok(Recorded::SameImage),
        PageOutcome::Read(reading) => {
            // A picture that is read now (by a better engine, or with the ledger
            // complete again) is no longer refused.
            if let Some((period, code)) = &earlier.refusal {
                w.count(refused_cell(*period, code), -1);
            }
            read(w, layouts, page, reading)
        }
    }
}

fn refuse(w: &mut Writer, page: &ScannedPage, rejection: &Rejection, earlier: &Earlier) -> Result<Recorded> {
    let code = rejection.code.as_str();
    if earlier.read || earlier.refusal.as_ref().is_some_and(|(_, known)| known == code) {
        return Ok(Recorded::RefusedBefore);
    }
    if let Some((period, code)) = &earlier.refusal {
        w.count(refused_cell(*period, code), -1);
    }
    insert_scan(w, page, Some(rejection), rejection.identity.as_ref())?;
    w.count(refused_cell(Period::of(page.received), code), 1);
    w.seal(Action::RecordPage)?;
    Ok(Recorded::Refused)
}

fn insert_scan(
    w: &mut Writer,
    page: &ScannedPage,
    rejection: Option<&Rejection>,
    identity: Option<&PageIdentity>,
) -> Result<i64> {
    let id = next_id(w.conn(), "SELECT coalesce(max(id), 0) + 1 FROM scans")?;
    w.insert(
        &SCANS,
        &row![
            id,
            page.file_hash.as_ref().map(|h| &h[..]),
            page.page_index,
            page.source,
            page.channel.as_str(),
            page.received.to_string(),
            if rejection.is_some() { "rejected" } else { "ok" },
            rejection.map(|r| r.code.as_str()),
            rejection.map(|r| &*r.detail),
            identity.map(|i| &*i.form),
            identity.map(|i| i.version),
            identity.map(|i| i.serial.as_str()),
            identity.map(|i| i.page),
        ],
    )?;
    Ok(id)
}

fn next_id(conn: &Connection, sql: &str) -> Result<i64> {
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn read(
    w: &mut Writer,
    layouts: &LayoutCache,
    page: &ScannedPage,
    reading: &PageReading,
) -> Result<Recorded> {
    let PageIdentity { form, version, serial, page: number } = &reading.identity;
    let sheet =
        sheets::sheet(w.conn(), serial)?.ok_or_else(|| Error::UnknownSerial { serial: serial.clone() })?;
    let layout = layouts.get(w.conn(), &sheet.form, sheet.version)?;
    if (&sheet.form, sheet.version) != (form, *version) || layout.page(*number).is_none() {
        return Err(Error::OtherForm {
            serial: serial.clone(),
            printed: format!("{}/{}", sheet.form, sheet.version),
            read: format!("{form}/{version}/{number}"),
        });
    }
    sheet.check_received(page.received)?;
    check_answers(&layout, &reading.identity, &reading.answers)?;

    let recorded = seen(w.conn(), reading)?;
    let before = standing(w.conn(), layouts, serial)?;
    let scan = insert_scan(w, page, None, Some(&reading.identity))?;
    insert_reading(w, scan, reading, recorded)?;
    let after = standing(w.conn(), layouts, serial)?.expect("a reading of this sheet was just written");
    keep(w, serial, before.as_ref(), &after)?;
    w.seal(Action::RecordPage)?;
    Ok(recorded)
}

/// Whether the machine takes responsibility for it. `unclear` is never accepted,
/// whatever the reader says.
pub(crate) fn accepted(answer: &Answer) -> bool {
    !answer.needs_review && answer.state != AnswerState::Unclear
}

/// Every answer belongs to a question of the page, each once, and an accepted one is
/// a possible answer: otherwise the tallies would not add up.
pub(crate) fn check_answers(layout: &Layout, identity: &PageIdentity, answers: &[Answer]) -> Result<()> {
    let PageIdentity { serial, page, .. } = identity;
    let places = layout.page(*page).map_or(&[][..], |p| &p.questions);
    let mut seen = BTreeSet::new();
    for answer in answers {
        let id = AnswerId { serial: serial.clone(), question: answer.question.clone() };
        let on_page = places.iter().any(|p| p.question == answer.question);
        let question = layout.question(&answer.question).filter(|_| on_page && seen.insert(&answer.question));
        let question = question.ok_or_else(|| Error::UnknownQuestion(id.clone()))?;
        if accepted(answer) {
            check_answer(question, answer.state, &answer.options)
                .map_err(|fault| Error::NotAnAnswer { id, fault })?;
        }
    }
    Ok(())
}

/// Whether this page of the sheet was read before, and whether an accepted answer of
/// then differs from one of now.
fn seen(conn: &Connection, reading: &PageReading) -> Result<Recorded> {
    let PageIdentity { serial, page, .. } = &reading.identity;
    let readings: i64 = conn
        .prepare_cached("SELECT count(*) FROM readings WHERE serial = ?1 AND page = ?2")?
        .query_row(params![serial.as_str(), page], |row| row.get(0))?;
    if readings == 0 {
        return Ok(Recorded::New);
    }
    let mut rows = conn.prepare_cached(
        "SELECT a.question, a.state, a.options FROM standing_readings r JOIN answers a ON a.reading = r.id \
         WHERE r.serial = ?1 AND r.page = ?2 AND a.needs_review = 0",
    )?;
    let mut rows = rows.query(params![serial.as_str(), page])?;
    while let Some(row) = rows.next()? {
        let question: String = row.get(0)?;
        let state = parse_state(&row.get::<_, String>(1)?)?;
        let options: Vec<String> = from_json(&row.get::<_, String>(2)?)?;
        let differs =
            |a: &&Answer| accepted(a) && a.question == question && (a.state != state || a.options != options);
        if reading.answers.iter().find(differs).is_some() {
            return Ok(Recorded::Conflict);
        }
    }
    Ok(Recorded::Rescan)
}

fn insert_reading(w: &mut Writer, scan: i64, reading: &PageReading, recorded: Recorded) -> Result<()> {
    let kind = match recorded {
        Recorded::Rescan => "rescan",
        Recorded::Conflict => "conflict",
        Recorded::New | Recorded::SameImage | Recorded::Refused | Recorded::RefusedBefore => "first",
    };
    let id = next_reading(w.conn())?;
    let PageIdentity { serial, page, .. } = &reading.identity;
    let registration = json(&reading.registration);
    check_finite(serial, &registration)?;
    w.insert(&READINGS, &row![id, scan, serial.as_str(), *page, kind, &*reading.engine, registration])?;
    insert_decided(w, (id, serial), &reading.boxes, &reading.answers)?;
    for (position, field) in (0_u32..).zip(&reading.fields) {
        w.insert(&FIELDS, &row![id, &*field.field, position, field.ink])?;
    }
    for evidence in &reading.evidence {
        w.insert(&EVIDENCE, &row![id, &*evidence.question, &evidence.png[..]])?;
    }
    Ok(())
}

/// The number of the next reading.
pub(crate) fn next_reading(conn: &Connection) -> Result<i64> {
    next_id(conn, "SELECT coalesce(max(id), 0) + 1 FROM readings")
}

/// JSON has no word for a number that is none; kept, it could not be read again.
fn check_finite(serial: &Serial, json: &str) -> Result<()> {
    if json.contains(":null") {
        return Err(Error::bug(format!("a measure of sheet {serial} is not a finite number")));
    }
    Ok(())
}

/// Adds what was decided on a page to the reading with this number.
pub(crate) fn insert_decided(
    w: &mut Writer,
    (id, serial): (i64, &Serial),
    boxes: &[BoxReading],
    answers: &[Answer],
) -> Result<()> {
    for (position, answer) in (0_u32..).zip(answers) {
        let Answer { question, state, options, confidence, reasons, .. } = answer;
        w.insert(
            &ANSWERS,
            &row![
                id,
                &**question,
                position,
                state_str(*state),
                json(options),
                *confidence,
                !accepted(answer),
                json(reasons),
            ],
        )?;
    }
    let boxes = json(&boxes);
    check_finite(serial, &boxes)?;
    w.insert(&BOX_MEASURES, &row![id, boxes])
}

impl Store {
    /// Records one page; see [`Store::record_scans`].
    pub fn record_scan(&mut self, page: &ScannedPage, stamp: Stamp) -> Result<Recorded> {
        self.write(stamp, |w, layouts| record(w, layouts, page))
    }

    /// Records pages in the order given, in one transaction: all or, on an error, none.
    ///
    /// A picture (file hash and page in the file) that was read before changes nothing;
    /// a refused one changes nothing unless its code is another than last time, and a
    /// file that could not be opened is noted once for its path and code.
    ///
    /// The caller asks [`Store::sheet`] first, turns a page of a serial that is not in
    /// the ledger into a refusal (here it is [`Error::UnknownSerial`]) and settles what
    /// to do about [`Error::BeforePrinting`].
    pub fn record_scans(&mut self, pages: &[ScannedPage], stamp: Stamp) -> Result<Vec<Recorded>> {
        self.write(stamp, |w, layouts| pages.iter().map(|page| record(w, layouts, page)).collect())
    }
}
