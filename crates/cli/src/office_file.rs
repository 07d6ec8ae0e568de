//! The description of an office as a person writes it: names, units, procedures.
//!
//! All faults are found at once, each with its line.

use std::collections::HashSet;

use phieu_model::lang::Lang;
use phieu_model::office::{Office, Procedure, Unit};
use phieu_model::period::Date;
use serde::Deserialize;
use toml::Spanned;
use unicode_normalization::UnicodeNormalization;

/// The example office, in the form that `init --office` reads.
pub const EXAMPLE: &str = include_str!("example/office.toml");

/// Procedures whose code is not known yet carry a placeholder that begins so; it is
/// not printed on sheets.
const PLACEHOLDER_CODE: &str = "chua-ro";

/// What is wrong at one line of an office file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeFault {
    /// The file, as given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub kind: OfficeFaultKind,
}

/// The kinds of faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficeFaultKind {
    /// Not TOML, an unknown key or a missing one; the parser's words.
    Syntax(String),
    /// A name, id or code is empty.
    Empty(&'static str),
    /// An id or code stands twice.
    Twice(String),
    /// A unit's id is not of lower-case ASCII letters, digits and hyphens.
    UnitId(String),
    /// A unit is named that is not in the list.
    NoSuchUnit(String),
    /// A day that is not in the calendar.
    NoSuchDay(String),
    /// The list holds nothing.
    NoneOf(&'static str),
}

impl OfficeFault {
    /// File and line, what was found, what to do.
    pub fn sentence(&self, lang: Lang) -> String {
        let what = match (&self.kind, lang) {
            (OfficeFaultKind::Syntax(words), Lang::Vi) => {
                format!("không đọc được theo khuôn dạng tệp cơ quan ({words}). Hãy sửa dòng này")
            }
            (OfficeFaultKind::Syntax(words), Lang::En) => {
                format!("it does not follow the form of an office file ({words}). Correct this line")
            }
            (OfficeFaultKind::Empty(key), Lang::Vi) => format!("“{key}” để trống. Hãy điền nội dung"),
            (OfficeFaultKind::Empty(key), Lang::En) => format!("“{key}” is empty. Fill it in"),
            (OfficeFaultKind::Twice(id), Lang::Vi) => {
                format!("“{id}” đã dùng ở dòng trên, mỗi mã chỉ dùng một lần. Hãy đổi một trong hai")
            }
            (OfficeFaultKind::Twice(id), Lang::En) => {
                format!("“{id}” stands on an earlier line already; each may stand once. Change one of them")
            }
            (OfficeFaultKind::UnitId(id), Lang::Vi) => {
                format!("mã đơn vị “{id}” chỉ được gồm chữ thường không dấu, số và dấu gạch nối. Hãy đổi mã")
            }
            (OfficeFaultKind::UnitId(id), Lang::En) => {
                format!("the unit id “{id}” may hold only lower-case letters, digits and hyphens. Change it")
            }
            (OfficeFaultKind::NoSuchUnit(id), Lang::Vi) => {
                format!("không có đơn vị “{id}” trong danh sách units. Hãy thêm đơn vị hoặc sửa mã")
            }
            (OfficeFaultKind::NoSuchUnit(id), Lang::En) => {
                format!("there is no unit “{id}” in the list units. Add the unit or correct the id")
            }
            (OfficeFaultKind::NoSuchDay(day), Lang::Vi) => {
                format!("ngày “{day}” không có trong lịch; cần dạng 2026-10-01. Hãy sửa ngày")
            }
            (OfficeFaultKind::NoSuchDay(day), Lang::En) => {
                format!("the day “{day}” is not in the calendar; it is written 2026-10-01. Correct it")
            }
            (OfficeFaultKind::NoneOf(list), Lang::Vi) => {
                format!("danh sách {list} trống. Hãy thêm ít nhất một mục")
            }
            (OfficeFaultKind::NoneOf(list), Lang::En) => {
                format!("the list {list} is empty. Add at least one entry")
            }
        };
        match lang {
            Lang::Vi => format!("Tệp “{}”, dòng {}: {what}.", self.file, self.line),
            Lang::En => format!("File “{}”, line {}: {what}.", self.file, self.line),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    parent: Spanned<String>,
    name: Spanned<String>,
    units: Spanned<Vec<WrittenUnit>>,
    procedures: Spanned<Vec<WrittenProcedure>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenUnit {
    id: Spanned<String>,
    name: Spanned<String>,
    valid_from: Option<Spanned<toml::value::Datetime>>,
    valid_to: Option<Spanned<toml::value::Datetime>>,
    successor: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenProcedure {
    code: Spanned<String>,
    name: Spanned<String>,
    unit: Spanned<String>,
}

/// The office that `text` describes, or everything that is wrong with it.
pub fn parse(file: &str, text: &str) -> Result<Office, Vec<OfficeFault>> {
    let mut check = Check { file, text, faults: Vec::new() };
    let written: Written = match toml::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            let at = error.span().map_or(0, |s| s.start);
            check.fault(at, OfficeFaultKind::Syntax(error.message().replace('\n', " ")));
            return Err(check.faults);
        }
    };
    let ids: HashSet<String> = written.units.as_ref().iter().map(|u| nfc(u.id.as_ref())).collect();
    for (list, span, empty) in [
        ("units", written.units.span(), written.units.as_ref().is_empty()),
        ("procedures", written.procedures.span(), written.procedures.as_ref().is_empty()),
    ] {
        if empty {
            check.fault(span.start, OfficeFaultKind::NoneOf(list));
        }
    }
    let (parent, name) = (check.filled("parent", &written.parent), check.filled("name", &written.name));
    let mut seen = HashSet::new();
    let units = written
        .units
        .into_inner()
        .iter()
        .map(|unit| {
            let id = check.filled("id", &unit.id);
            if !id.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-') {
                check.fault(unit.id.span().start, OfficeFaultKind::UnitId(id.clone()));
            }
            check.once(&mut seen, &id, &unit.id);
            Unit {
                name: check.filled("name", &unit.name),
                valid_from: check.day(unit.valid_from.as_ref()),
                valid_to: check.day(unit.valid_to.as_ref()),
                successor: unit.successor.as_ref().map(|s| check.unit(&ids, s)),
                id,
            }
        })
        .collect();
    let mut seen = HashSet::new();
    let procedures = written
        .procedures
        .into_inner()
        .iter()
        .map(|procedure| {
            let code = check.filled("code", &procedure.code);
            check.once(&mut seen, &code, &procedure.code);
            Procedure {
                name: check.filled("name", &procedure.name),
                unit: check.unit(&ids, &procedure.unit),
                code,
            }
        })
        .collect();
    if check.faults.is_empty() {
        Ok(Office { parent, name, units, procedures })
    } else {
        check.faults.sort_by_key(|f| f.line);
        Err(check.faults)
    }
}

/// The procedure as it is printed on the sheet's line: name and code.
pub fn printed_procedure(procedure: &Procedure) -> String {
    if procedure.code.starts_with(PLACEHOLDER_CODE) {
        procedure.name.clone()
    } else {
        format!("{} (mã TTHC: {})", procedure.name, procedure.code)
    }
}

struct Check<'a> {
    file: &'a str,
    text: &'a str,
    faults: Vec<OfficeFault>,
}

impl Check<'_> {
    fn fault(&mut self, at: usize, kind: OfficeFaultKind) {
        let line =
            self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|c| **c == b'\n').count() + 1;
        self.faults.push(OfficeFault { file: self.file.to_owned(), line, kind });
    }

    fn filled(&mut self, key: &'static str, written: &Spanned<String>) -> String {
        let text = nfc(written.as_ref());
        if text.is_empty() {
            self.fault(written.span().start, OfficeFaultKind::Empty(key));
        }
        text
    }

    fn once(&mut self, seen: &mut HashSet<String>, id: &str, written: &Spanned<String>) {
        if !seen.insert(id.to_owned()) {
            self.fault(written.span().start, OfficeFaultKind::Twice(id.to_owned()));
        }
    }

    fn unit(&mut self, ids: &HashSet<String>, written: &Spanned<String>) -> String {
        let id = nfc(written.as_ref());
        if !ids.contains(&id) {
            self.fault(written.span().start, OfficeFaultKind::NoSuchUnit(id.clone()));
        }
        id
    }

    fn day(&mut self, written: Option<&Spanned<toml::value::Datetime>>) -> Option<Date> {
        let written = written?;
        let text = written.as_ref().to_string();
        let day = text.parse().ok();
        if day.is_none() {
            self.fault(written.span().start, OfficeFaultKind::NoSuchDay(text));
        }
        day
    }
}

/// Without spaces round it, in Unicode normal form C.
fn nfc(text: &str) -> String {
    text.trim().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_office_has_all_its_units_and_procedures() {
        let office = parse("office.toml", EXAMPLE).unwrap();
        assert_eq!((office.units.len(), office.procedures.len()), (8, 43));
        assert_eq!(office.parent, "UBND TỈNH BÌNH PHƯỚC");
        let petrol = office.procedures.iter().find(|p| p.code == "2.000648").unwrap();
        assert_eq!(
            printed_procedure(petrol),
            "Cấp GCN cửa hàng đủ điều kiện bán lẻ xăng dầu (mã TTHC: 2.000648)"
        );
        let uncoded = office.procedures.iter().find(|p| p.code == "chua-ro-1").unwrap();
        assert_eq!(printed_procedure(uncoded), "Thành lập, mở rộng cụm công nghiệp");
    }

    #[test]
    fn all_faults_are_told_at_once_with_their_lines() {
        let text = "parent = \"A\"\nname = \"\"\nunits = [\n  { id = \"a\", name = \"A\" },\n  { id = \"a\", name = \"B\" },\n]\nprocedures = [\n  { code = \"1\", name = \"P\", unit = \"zz\" },\n]\n";
        let faults = parse("cơ quan.toml", text).unwrap_err();
        assert_eq!(faults.iter().map(|f| f.line).collect::<Vec<_>>(), [2, 5, 8]);
        assert!(faults[2].sentence(Lang::Vi).contains("dòng 8: không có đơn vị “zz”"));
    }

    #[test]
    fn an_unknown_key_is_a_fault_at_its_line() {
        let faults = parse("x.toml", &EXAMPLE.replace("parent =", "prent =")).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert!(matches!(faults[0].kind, OfficeFaultKind::Syntax(_)));
        assert_eq!(faults[0].line, 8);
    }
}
