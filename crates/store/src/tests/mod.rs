//! What the store promises. A small office with two forms, and shorthand to print,
//! scan and decide.

mod audit;
mod batches;
mod decisions;
mod ledger;
mod opening;
mod redecide;
mod scanning;
mod speed;
mod tally;

use std::path::PathBuf;

use phieu_model::adjudication::Adjudication;
use phieu_model::batch::Recorded;
use phieu_model::geometry::RectMm;
use phieu_model::layout::{BoxPlace, FieldPlace, Layout, PageLayout, QuestionPlace};
use phieu_model::office::{Office, Procedure, Unit};
use phieu_model::period::{Date, Period};
use phieu_model::reading::{
    Answer, AnswerState, BoxMeasures, BoxReading, Evidence, FieldInk, MarkKind, PageOutcome, PageReading,
    Registration, ReviewReason,
};
use phieu_model::rejection::{PageIdentity, RejectCode, Rejection};
use phieu_model::serial::Serial;
use phieu_model::template::{ChoiceOption, Choose, Question, QuestionKind};

use crate::db::{Connection, Value};
use crate::{AuditVerdict, Channel, PrintOrder, Result, ScannedPage, Stamp, Store, Timestamp};

const ONE_PAGE: &str = "mot-trang";
const TWO_PAGES: &str = "hai-trang";

fn stamp() -> Stamp<'static> {
    Stamp { at: Timestamp::UNIX_EPOCH, actor: "kiểm thử" }
}

fn day(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).expect("a day")
}

/// The day on which [`World::print`] prints.
fn printed_on() -> Date {
    day(2026, 10, 5)
}

/// The day on which [`World::scan`] receives.
fn received() -> Date {
    day(2026, 11, 24)
}

fn q4() -> Period {
    Period::of(received())
}

fn office() -> Office {
    let unit = |id: &str, name: &str| Unit {
        id: id.into(),
        name: name.into(),
        valid_from: Some(day(2026, 10, 1)),
        valid_to: None,
        successor: None,
    };
    let procedure = |code: &str, unit: &str| Procedure {
        code: code.into(),
        name: format!("Thủ tục {code}"),
        unit: unit.into(),
    };
    Office {
        parent: "UBND THÀNH PHỐ ĐỒNG NAI".into(),
        name: "SỞ CÔNG THƯƠNG".into(),
        units: vec![unit("qltm", "Phòng Quản lý Thương mại"), unit("qlcn", "Phòng Quản lý Công nghiệp")],
        procedures: vec![procedure("2.000648", "qltm"), procedure("2.000046", "qlcn")],
    }
}

fn question(id: &str, choose: Choose) -> Question {
    Question {
        id: id.into(),
        number: id.into(),
        text: format!("Câu {id}"),
        choose,
        kind: QuestionKind::Scale { headline: false },
        options: ["a", "b", "c"].map(|o| ChoiceOption { id: o.into(), label: o.into() }).into(),
    }
}

fn page(number: u8, questions: &[Question]) -> PageLayout {
    let rect = RectMm::new(20.0, 30.0, 4.5, 4.5);
    let boxes = questions.iter().flat_map(|q| {
        q.options.iter().map(|o| BoxPlace {
            question: q.id.clone(),
            option: o.id.clone(),
            choose: q.choose,
            rect,
            label: rect,
        })
    });
    PageLayout {
        page: number,
        boxes: boxes.collect(),
        questions: questions.iter().map(|q| QuestionPlace { question: q.id.clone(), rect }).collect(),
        fields: vec![FieldPlace { field: "q4".into(), sensitive: false, rect }],
        marks: vec![],
        qr: vec![],
        slots: vec![],
        texts: vec![],
        rules: vec![],
    }
}

/// `mot-trang` asks q1 (one), q2 (many), q3 (one) on one page; `hai-trang` has q1 and
/// q2 on its first page and q3 on its second.
fn layout(form: &str) -> Layout {
    let questions =
        vec![question("q1", Choose::One), question("q2", Choose::Many), question("q3", Choose::One)];
    let pages = if form == ONE_PAGE {
        vec![page(1, &questions)]
    } else {
        vec![page(1, &questions[..2]), page(2, &questions[2..])]
    };
    Layout {
        form: form.into(),
        code: "KSTT".into(),
        version: 1,
        page_size_mm: [210.0, 297.0],
        box_line_mm: 0.35,
        questions,
        pages,
    }
}

/// `q1=a`, `q2=a+b`, `q1=` (blank), `q1=a+b` (multiple where one is allowed);
/// `q1=a?` needs review.
fn answer(text: &str) -> Answer {
    let (question, value) = text.split_once('=').expect("question=value");
    let (value, needs_review) = match value.strip_suffix('?') {
        Some(value) => (value, true),
        None => (value, false),
    };
    let options: Vec<String> = value.split('+').filter(|o| !o.is_empty()).map(str::to_owned).collect();
    let state = match options.len() {
        0 => AnswerState::Blank,
        1 => AnswerState::Answered,
        _ if question == "q2" => AnswerState::Answered,
        _ => AnswerState::Multiple,
    };
    Answer {
        question: question.into(),
        state,
        options,
        confidence: if needs_review { 0.7 } else { 0.9995 },
        needs_review,
        reasons: if needs_review { vec![ReviewReason::FaintMark] } else { vec![] },
    }
}

/// A reading of page `number` with these answers (see [`answer`]).
fn read(form: &str, serial: &Serial, number: u8, answers: &[&str]) -> PageOutcome {
    let answers: Vec<Answer> = answers.iter().map(|a| answer(a)).collect();
    let boxes = answers.iter().map(|a| BoxReading {
        question: a.question.clone(),
        option: "a".into(),
        mark: MarkKind::Cross,
        marked: 0.9,
        measures: BoxMeasures { core_ink: 0.25, ..BoxMeasures::default() },
    });
    let evidence = answers.iter().filter(|a| a.needs_review);
    PageOutcome::Read(Box::new(PageReading {
        identity: PageIdentity { form: form.into(), version: 1, serial: serial.clone(), page: number },
        fields: vec![FieldInk { field: "q4".into(), ink: true }],
        boxes: boxes.collect(),
        registration: Registration { corners: 4, dpi: 300.0, ..Registration::default() },
        evidence: evidence
            .map(|a| Evidence { question: a.question.clone(), png: vec![0x89, b'P', b'N', b'G', 0] })
            .collect(),
        engine: "thử/1".into(),
        answers,
    }))
}

fn refusal(code: RejectCode) -> PageOutcome {
    PageOutcome::Rejected(Rejection::new(code, "found this, expected that"))
}

fn scanned<'a>(picture: u8, outcome: &'a PageOutcome) -> ScannedPage<'a> {
    ScannedPage {
        source: "lô 7/quét.tif",
        file_hash: Some([picture; 32]),
        page_index: 0,
        received: received(),
        channel: Channel::Scan,
        outcome,
    }
}

/// A store in a folder of its own.
struct World {
    store: Store,
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = Store::create(&dir.path().join("phieu.db"), &office(), stamp()).expect("a new store");
        // The tests end with the process: what a power cut leaves is not asked here.
        store.conn.pragma_update(None, "synchronous", "OFF").expect("a pragma");
        Self { store, dir }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("phieu.db")
    }

    /// Prints `n` sheets of `form` for unit `qltm`.
    fn print(&mut self, form: &str, n: u16) -> Vec<Serial> {
        self.print_for("qltm", &layout(form), n).expect("printing")
    }

    fn print_for(&mut self, unit: &str, layout: &Layout, n: u16) -> Result<Vec<Serial>> {
        let procedure = if unit == "qlcn" { "2.000046" } else { "2.000648" };
        let salts: Vec<u16> = (0..n).map(|i| i.wrapping_mul(37) % 529).collect();
        let order = PrintOrder {
            layout,
            unit,
            procedure,
            counter: Some("Quầy 3"),
            printed_on: printed_on(),
            salts: &salts,
        };
        self.store.register_sheets(&order, stamp())
    }

    fn scan(&mut self, picture: u8, outcome: &PageOutcome) -> Recorded {
        self.store.record_scan(&scanned(picture, outcome), stamp()).expect("recording")
    }

    fn decide(&mut self, serial: &Serial, decided: &str) -> Result<()> {
        let Answer { question, state, options, .. } = answer(decided);
        let decision = Adjudication {
            serial: serial.clone(),
            question,
            state,
            options,
            by: "Nguyễn Thị Lan".into(),
            why: "rõ trên giấy".into(),
        };
        self.store.adjudicate(&decision, stamp())
    }

    /// A second connection without any guard of ours, as an attacker has one.
    fn raw(&self) -> Connection {
        let conn = Connection::open(self.path()).expect("a second connection");
        conn.pragma_update(None, "foreign_keys", false).expect("a pragma");
        conn.pragma_update(None, "synchronous", "OFF").expect("a pragma");
        conn.pragma_update(None, "ignore_check_constraints", true).expect("a pragma");
        conn
    }

    fn agrees(&self) {
        match self.store.verify_audit().expect("verifying") {
            AuditVerdict::Agrees { .. } => {}
            AuditVerdict::Differs(d) => panic!("{d:?}"),
        }
    }

    /// The text of every row of every table.
    fn dump(&self) -> String {
        dump(&self.store.conn)
    }
}

fn tables(conn: &Connection) -> Vec<String> {
    let mut names = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .expect("the schema");
    let names = names.query_map([], |row| row.get(0)).expect("the schema");
    names.map(|name| name.expect("a name")).collect()
}

fn dump(conn: &Connection) -> String {
    let mut text = String::new();
    for table in tables(conn) {
        let mut rows = conn.prepare(&format!("SELECT * FROM {table}")).expect("a table");
        let columns = rows.column_count();
        let mut rows = rows.query([]).expect("a table");
        while let Some(row) = rows.next().expect("a row") {
            let values: Vec<Value> = (0..columns).map(|i| row.get(i).expect("a value")).collect();
            text += &format!("{table} {values:?}\n");
        }
    }
    text
}
