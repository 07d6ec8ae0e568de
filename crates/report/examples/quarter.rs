//! Writes the report of an invented quarter on the built-in questionnaire into a
//! folder: `quarter DIR`. Made to look at the report, not to test it.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use phieu_model::lang::Lang;
use phieu_model::office::{Office, Unit};
use phieu_model::period::Period;
use phieu_model::tally::{FormTally, PeriodTally, QuestionTally, UnitTally};

fn main() -> Result<(), Box<dyn Error>> {
    let dir: PathBuf = std::env::args().nth(1).ok_or("usage: quarter DIR")?.into();
    let newest = phieu_form::BUILTIN.last().ok_or("no form is built in")?;
    let layout = phieu_form::load(newest.file, newest.text).map_err(|faults| format!("{faults:?}"))?;
    let sizes = [
        ("qltm", "Phòng Quản lý Thương mại", 214),
        ("qlcn", "Phòng Quản lý Công nghiệp", 96),
        ("qlnl", "Phòng Quản lý Năng lượng", 38),
        ("kc", "Trung tâm Khuyến công", 7),
        ("dcks", "Phòng Địa chất và Khoáng sản", 3),
    ];
    let mut units = BTreeMap::new();
    for (k, (id, _, sheets)) in (0..).zip(sizes) {
        let mut unit = UnitTally { sheets, ..UnitTally::default() };
        for (j, question) in (0..).zip(&layout.questions) {
            unit.questions.insert(
                question.id.clone(),
                answers(question.options.iter().map(|o| o.id.as_str()), sheets, j + k),
            );
        }
        units.insert(id.to_owned(), unit);
    }
    let unit = |(id, name, _): (&str, &str, u64)| Unit {
        id: id.into(),
        name: name.into(),
        valid_from: None,
        valid_to: None,
        successor: None,
    };
    let tally = PeriodTally {
        period: Period::new(2026, 1).ok_or("a quarter")?,
        office: Office {
            parent: "UBND tỉnh Bình Phước".into(),
            name: "Sở Công Thương".into(),
            units: sizes.into_iter().map(unit).collect(),
            procedures: vec![],
        },
        printed: sizes.iter().map(|(id, _, n)| ((*id).to_owned(), n + 30)).collect(),
        returned: sizes.iter().map(|(id, _, n)| ((*id).to_owned(), *n)).collect(),
        forms: vec![FormTally { layout, units }],
        conflicts: [("qltm".to_owned(), 2)].into(),
        waiting: 12,
        adjudicated: 41,
        refused: [("blank_page".to_owned(), 4), ("no_code".to_owned(), 3), ("other_office".to_owned(), 1)]
            .into(),
    };
    let report = phieu_report::tables(&tally);
    std::fs::create_dir_all(&dir)?;
    std::fs::write(dir.join("report.txt"), phieu_report::to_text(&report, Lang::Vi))?;
    std::fs::write(dir.join("report.csv"), phieu_report::to_csv(&report, Lang::Vi))?;
    std::fs::write(dir.join("report.html"), phieu_report::to_html(&report, Lang::Vi))?;
    std::fs::write(dir.join("report.en.html"), phieu_report::to_html(&report, Lang::En))?;
    Ok(())
}

/// Believable counts: most people choose the first two options of five, the last of two.
fn answers<'a>(options: impl Iterator<Item = &'a str>, sheets: u64, turn: u64) -> QuestionTally {
    let options: Vec<&str> = options.collect();
    let weights: &[u64] = match options.len() {
        2 => &[3, 97],
        3 => &[18, 79, 3],
        _ => &[46, 43, 8, 2, 1],
    };
    let outside = sheets * (3 + turn % 4) / 100;
    let mut tally = QuestionTally {
        blank: outside,
        multiple: outside / 4,
        waiting: turn % 3,
        ..QuestionTally::default()
    };
    tally.answered = sheets.saturating_sub(tally.blank + tally.multiple + tally.waiting);
    let mut left = tally.answered;
    for (id, weight) in options.iter().zip(weights).skip(1) {
        let n = (tally.answered * (weight + turn % 2)).div_ceil(101).min(left);
        tally.options.insert((*id).to_owned(), n);
        left -= n;
    }
    tally.options.insert(options[0].to_owned(), left);
    tally
}
