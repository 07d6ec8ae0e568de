//! The kept tallies against a recount from the immutable rows, whatever happened.

use std::collections::BTreeMap;

use phieu_model::layout::PageLayout;
use phieu_model::tally::{PeriodTally, QuestionTally, UnitTally};
use proptest::prelude::*;

use super::*;
use crate::Measured;

#[derive(Debug, Clone)]
enum Step {
    Print { unit: usize, form: usize },
    Scan { sheet: usize, page: u8, picture: u8, month: i8, answers: [usize; 3] },
    Refuse { picture: u8, code: usize, month: i8 },
    Decide { sheet: usize, question: usize, value: usize },
    Redecide { sheet: usize, answers: [usize; 3] },
}

const VALUES: [&str; 7] = ["a", "b", "a?", "b?", "", "a+b", "?"];
const CODES: [RejectCode; 3] = [RejectCode::BlankPage, RejectCode::NoCode, RejectCode::FileUnreadable];
const UNITS: [&str; 2] = ["qltm", "qlcn"];
const FORMS: [&str; 2] = [ONE_PAGE, TWO_PAGES];
const QUESTIONS: [&str; 3] = ["q1", "q2", "q3"];

fn step() -> impl Strategy<Value = Step> {
    let month = 10_i8..=12;
    let value = 0..VALUES.len();
    prop_oneof![
        1 => (0..2_usize, 0..2_usize).prop_map(|(unit, form)| Step::Print { unit, form }),
        6 => (0..6_usize, 1..=2_u8, 0..12_u8, month.clone(), [value.clone(), value.clone(), value.clone()])
            .prop_map(|(sheet, page, picture, month, answers)| {
                Step::Scan { sheet, page, picture, month, answers }
            }),
        2 => (0..12_u8, 0..CODES.len(), month)
            .prop_map(|(picture, code, month)| Step::Refuse { picture, code, month }),
        3 => (0..6_usize, 0..3_usize, value.clone())
            .prop_map(|(sheet, question, value)| Step::Decide { sheet, question, value }),
        2 => (0..6_usize, [value.clone(), value.clone(), value])
            .prop_map(|(sheet, answers)| Step::Redecide { sheet, answers }),
    ]
}

/// Months 10, 11, 12 stand for days in three quarters, none before the printing.
fn on(month: i8) -> Date {
    match month {
        10 => day(2026, 10, 20),
        11 => day(2027, 2, 3),
        _ => day(2027, 5, 6),
    }
}

fn run(world: &mut World, steps: &[Step]) {
    let mut sheets: Vec<(Serial, &str)> = Vec::new();
    for (form, unit) in FORMS.iter().zip(UNITS) {
        let serials = world.print_for(unit, &layout(form), 1).expect("printing");
        sheets.extend(serials.into_iter().map(|s| (s, *form)));
    }
    for step in steps {
        match step {
            Step::Print { unit, form } => {
                let form = FORMS[*form];
                let serials = world.print_for(UNITS[*unit], &layout(form), 1).expect("printing");
                sheets.extend(serials.into_iter().map(|s| (s, form)));
            }
            Step::Scan { sheet, page, picture, month, answers } => {
                let (serial, form) = &sheets[sheet % sheets.len()];
                let page = if *form == ONE_PAGE { 1 } else { *page };
                let asked: &[usize] = match (*form, page) {
                    (ONE_PAGE, _) => &[0, 1, 2],
                    (_, 1) => &[0, 1],
                    _ => &[2],
                };
                let texts: Vec<String> =
                    asked.iter().map(|q| format!("{}={}", QUESTIONS[*q], VALUES[answers[*q]])).collect();
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                let outcome = read(form, serial, page, &texts);
                let scan = ScannedPage { received: on(*month), ..scanned(*picture, &outcome) };
                world.store.record_scan(&scan, stamp()).expect("recording");
            }
            Step::Refuse { picture, code, month } => {
                let outcome = refusal(CODES[*code]);
                let scan = ScannedPage { received: on(*month), ..scanned(*picture, &outcome) };
                world.store.record_scan(&scan, stamp()).expect("recording");
            }
            Step::Decide { sheet, question, value } => {
                let (serial, _) = &sheets[sheet % sheets.len()];
                let decided = format!("{}={}", QUESTIONS[*question], VALUES[*value].trim_end_matches('?'));
                match world.decide(serial, &decided) {
                    Ok(()) | Err(crate::Error::NotRead { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            Step::Redecide { sheet, answers } => redecide(world, &sheets[sheet % sheets.len()].0, answers),
        }
    }
}

/// Decides every picture of the sheet anew. What is listed must be what then happens.
fn redecide(world: &mut World, serial: &Serial, values: &[usize; 3]) {
    let mut decide = |_: &PageLayout, stored: &Measured| {
        let new = |old: &Answer| {
            let place = QUESTIONS.iter().position(|q| *q == old.question).expect("a question");
            answer(&format!("{}={}", old.question, VALUES[values[place]]))
        };
        Some((stored.boxes.clone(), stored.answers.iter().map(new).collect()))
    };
    let found = match world.store.redecision(serial, "thử/2", &mut decide) {
        Err(crate::Error::NotRead { .. }) => return,
        found => found.expect("deciding again"),
    };
    let waits = |world: &World| {
        let filter = crate::DoubtfulFilter::default();
        let waiting = world.store.doubtful(&filter).expect("the queue");
        waiting.iter().filter(|d| d.id.serial == *serial).count() as u64
    };
    let before = waits(world);
    let written = world.store.append_redecided(&found.readings, stamp()).expect("appending");
    assert_eq!(written, found.readings.len() as u64);
    assert_eq!(before + found.counts.to_person - found.counts.from_person, waits(world));
    assert_eq!(found.counts.all(), QUESTIONS.len() as u64);
}

/// Rows as the recount sees them: plain text, no rule of the store.
fn texts(conn: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut rows = conn.prepare(sql).expect("a query");
    let columns = rows.column_count();
    let rows = rows
        .query_map([], |row| {
            (0..columns).map(|i| row.get::<_, Value>(i)).collect::<std::result::Result<Vec<_>, _>>()
        })
        .expect("rows");
    let text = |value: Value| match value {
        Value::Null => "∅".to_owned(),
        Value::Integer(i) => i.to_string(),
        Value::Text(t) => t,
        Value::Real(_) | Value::Blob(_) => format!("{value:?}"),
    };
    rows.map(|row| row.expect("a row").into_iter().map(text).collect()).collect()
}

/// The plain version: sheet by sheet, from scans, readings, answers and adjudications.
fn recount(conn: &Connection, period: Period) -> PeriodTally {
    let inside = |text: &str| Period::of(text.parse().expect("a day")) == period;
    let mut tally = PeriodTally {
        period,
        office: office(),
        forms: vec![],
        printed: BTreeMap::new(),
        returned: BTreeMap::new(),
        conflicts: BTreeMap::new(),
        waiting: 0,
        adjudicated: 0,
        refused: BTreeMap::new(),
    };
    let mut forms: BTreeMap<String, BTreeMap<String, UnitTally>> = BTreeMap::new();
    let answers = texts(
        conn,
        "SELECT r.serial, s.received, a.question, a.state, a.options, a.needs_review, r.page \
         FROM answers a JOIN readings r ON r.id = a.reading JOIN scans s ON s.id = r.scan \
         WHERE r.id IN (SELECT max(id) FROM readings GROUP BY scan) ORDER BY s.id",
    );
    let decisions =
        texts(conn, "SELECT serial, question, state, options FROM adjudications ORDER BY id DESC");
    for sheet in texts(conn, "SELECT serial, form, unit, printed_on FROM sheets") {
        let [serial, form, unit, printed_on] = &sheet[..] else { panic!("four columns") };
        if inside(printed_on) {
            *tally.printed.entry(unit.clone()).or_default() += 1;
        }
        let mine: Vec<_> = answers.iter().filter(|a| a[0] == *serial).collect();
        if !mine.first().is_some_and(|a| inside(&a[1])) {
            continue;
        }
        *tally.returned.entry(unit.clone()).or_default() += 1;
        let units = forms.entry(form.clone()).or_default();
        let mut counts: Vec<(&str, String, Vec<String>)> = Vec::new();
        for question in QUESTIONS {
            let read: Vec<_> = mine.iter().filter(|a| a[2] == question).collect();
            let accepted: std::collections::BTreeSet<_> =
                read.iter().filter(|a| a[5] == "0").map(|a| (&a[3], &a[4])).collect();
            let options = |json: &str| serde_json::from_str(json).expect("a list");
            let decided = decisions.iter().find(|d| d[0] == *serial && d[1] == question);
            counts.push(match (decided, accepted.len(), read.first()) {
                (Some(d), ..) => {
                    tally.adjudicated += 1;
                    (question, d[2].clone(), options(&d[3]))
                }
                (None, 2.., _) => (question, "conflict".into(), vec![]),
                (None, _, Some(first)) if first[5] == "0" => (question, first[3].clone(), options(&first[4])),
                (None, ..) => (question, "waiting".into(), vec![]),
            });
        }
        let open = counts.iter().filter(|(_, state, _)| state == "waiting" || state == "conflict").count();
        tally.waiting += open as u64;
        if counts.iter().any(|(_, state, _)| state == "conflict") {
            *tally.conflicts.entry(unit.clone()).or_default() += 1;
            continue;
        }
        let unit = units.entry(unit.clone()).or_default();
        unit.sheets += 1;
        for (question, state, options) in counts {
            let q = unit.questions.entry(question.into()).or_insert_with(|| QuestionTally {
                options: ["a", "b", "c"].map(|o| (o.to_owned(), 0)).into(),
                ..QuestionTally::default()
            });
            match state.as_str() {
                "answered" => {
                    q.answered += 1;
                    options.iter().for_each(|o| *q.options.get_mut(o).expect("an option") += 1);
                }
                "blank" => q.blank += 1,
                "multiple" => q.multiple += 1,
                "unclear" => q.unclear += 1,
                _ => q.waiting += 1,
            }
        }
    }
    let mut pictures: BTreeMap<String, (String, String)> = BTreeMap::new();
    for scan in texts(conn, "SELECT hex(file_hash), code, received FROM scans ORDER BY id") {
        let read = pictures.get(&scan[0]).is_some_and(|(code, _)| code == "∅");
        if !read {
            pictures.insert(scan[0].clone(), (scan[1].clone(), scan[2].clone()));
        }
    }
    for (code, received) in pictures.into_values() {
        if code != "∅" && inside(&received) {
            *tally.refused.entry(code).or_default() += 1;
        }
    }
    tally.forms = forms
        .into_iter()
        .map(|(form, units)| phieu_model::tally::FormTally { layout: layout(&form), units })
        .collect();
    tally
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn kept_tallies_are_what_a_recount_gives(steps in prop::collection::vec(step(), 1..50)) {
        let mut world = World::new();
        run(&mut world, &steps);
        for month in 10..=12 {
            let period = Period::of(on(month));
            let kept = world.store.tally(period).expect("a tally");
            let counted = recount(&world.store.conn, period);
            prop_assert_eq!(format!("{kept:#?}"), format!("{counted:#?}"));
            let waiting = world
                .store
                .doubtful(&crate::DoubtfulFilter { period: Some(period), ..Default::default() })
                .expect("the queue");
            prop_assert_eq!(waiting.len() as u64, kept.waiting);
        }
        world.agrees();
    }

    #[test]
    fn each_sheet_is_in_exactly_one_column_of_each_question(steps in prop::collection::vec(step(), 1..50)) {
        let mut world = World::new();
        run(&mut world, &steps);
        for month in 10..=12 {
            let tally = world.store.tally(Period::of(on(month))).expect("a tally");
            for unit in tally.forms.iter().flat_map(|f| f.units.values()) {
                for q in unit.questions.values() {
                    prop_assert_eq!(q.answered + q.blank + q.multiple + q.unclear + q.waiting, unit.sheets);
                }
            }
        }
    }
}

#[test]
fn a_quarter_in_which_nothing_happened_is_empty() {
    let world = World::new();
    let tally = world.store.tally(Period::new(2001, 1).unwrap()).unwrap();
    assert!(tally.forms.is_empty() && tally.returned.is_empty() && tally.refused.is_empty());
    assert_eq!(tally.office, office());
}
