//! Small tallies of a form with one question of each kind.

use std::collections::BTreeMap;

use phieu_model::layout::Layout;
use phieu_model::office::{Office, Unit};
use phieu_model::period::Period;
use phieu_model::tally::{FormTally, PeriodTally, QuestionTally, UnitTally};
use phieu_model::template::{ChoiceOption, Choose, Question, QuestionKind};

pub const LEVELS: [&str; 5] = ["l5", "l4", "l3", "l2", "l1"];

fn question(id: &str, choose: Choose, kind: QuestionKind, options: &[(&str, &str)]) -> Question {
    Question {
        id: id.into(),
        number: format!("{}.", id.trim_start_matches('q').replace('_', ".")),
        text: format!("Câu hỏi {id}"),
        choose,
        kind,
        options: options
            .iter()
            .map(|(id, label)| ChoiceOption { id: (*id).into(), label: (*label).into() })
            .collect(),
    }
}

/// q1 channels, q2 scale, q3 fact ("no" is good), q4 headline.
pub fn layout(version: u16) -> Layout {
    let levels = [("l5", "Rất tốt"), ("l4", "Tốt"), ("l3", "Trung bình"), ("l2", "Kém"), ("l1", "Rất kém")];
    Layout {
        form: "phieu-thu".into(),
        code: "THUX".into(),
        version,
        page_size_mm: [210.0, 297.0],
        box_line_mm: 0.3,
        questions: vec![
            question(
                "q1",
                Choose::Many,
                QuestionKind::Channels,
                &[("media", "Báo; đài"), ("notice", "Niêm yết")],
            ),
            question("q2", Choose::One, QuestionKind::Scale { headline: false }, &levels),
            question(
                "q3",
                Choose::One,
                QuestionKind::Fact { good: vec!["no".into()] },
                &[("yes", "Có"), ("no", "Không")],
            ),
            question("q4", Choose::One, QuestionKind::Scale { headline: true }, &levels),
        ],
        pages: vec![],
    }
}

/// Counts of the options of one question, with what is outside the base.
pub fn tally(options: &[(&str, u64)], outside: [u64; 4]) -> QuestionTally {
    let [blank, multiple, unclear, waiting] = outside;
    QuestionTally {
        answered: options.iter().map(|o| o.1).sum(),
        blank,
        multiple,
        unclear,
        waiting,
        options: options.iter().map(|(id, n)| ((*id).to_owned(), *n)).collect(),
    }
}

pub fn scale(counts: [u64; 5], outside: [u64; 4]) -> QuestionTally {
    tally(&LEVELS.into_iter().zip(counts).collect::<Vec<_>>(), outside)
}

pub fn unit(sheets: u64, questions: &[(&str, QuestionTally)]) -> UnitTally {
    UnitTally { sheets, questions: questions.iter().map(|(id, q)| ((*id).to_owned(), q.clone())).collect() }
}

/// A unit whose sheets all say the best of everything.
pub fn happy(sheets: u64) -> UnitTally {
    let best = || scale([sheets, 0, 0, 0, 0], [0; 4]);
    unit(
        sheets,
        &[
            ("q1", tally(&[("media", sheets)], [0; 4])),
            ("q2", best()),
            ("q3", tally(&[("no", sheets)], [0; 4])),
            ("q4", best()),
        ],
    )
}

pub fn period(units: &[(&str, UnitTally)]) -> PeriodTally {
    let names =
        [("vp", "Văn phòng Sở"), ("qltm", "Phòng Quản lý Thương mại"), ("kc", "Trung tâm Khuyến công")];
    let unit = |(id, name): (&str, &str)| Unit {
        id: id.into(),
        name: name.into(),
        valid_from: None,
        valid_to: None,
        successor: None,
    };
    let units: BTreeMap<String, UnitTally> =
        units.iter().map(|(id, u)| ((*id).to_owned(), u.clone())).collect();
    PeriodTally {
        period: Period::new(2026, 1).unwrap(),
        office: Office {
            parent: "UBND tỉnh Bình Phước".into(),
            name: "Sở Công Thương".into(),
            units: names.into_iter().map(unit).collect(),
            procedures: vec![],
        },
        printed: units.iter().map(|(id, u)| (id.clone(), u.sheets + 10)).collect(),
        returned: units.iter().map(|(id, u)| (id.clone(), u.sheets)).collect(),
        forms: vec![FormTally { layout: layout(1), units }],
        conflicts: BTreeMap::new(),
        waiting: 0,
        adjudicated: 0,
        refused: BTreeMap::new(),
    }
}
