//! The quarter's counts, read from the kept tallies: the cost is that of the cells,
//! whatever the number of sheets.

use std::collections::BTreeMap;

use phieu_model::period::Period;
use phieu_model::tally::{FormTally, PeriodTally, QuestionTally, UnitTally};

use crate::Result;
use crate::db::{Connection, Row};
use crate::error::Error;
use crate::office;
use crate::scans::REFUSED;
use crate::sheets::PRINTED;
use crate::standing::{ADJUDICATED, HELD, OPTION, RETURNED, SHEETS, WAITING};
use crate::store::{LayoutCache, Store};

impl Store {
    /// All that the quarter's report is made of. A sheet is in the quarter of its first
    /// reading's day of return; `printed` counts by day of printing.
    ///
    /// `returned` holds the sheets in `conflicts` too, the counts of the forms do not;
    /// `waiting` counts every answer that waits for a person, those of sheets left out
    /// because of a conflict among them.
    pub fn tally(&self, period: Period) -> Result<PeriodTally> {
        self.read(|conn| tally(conn, &self.layouts, period))
    }
}

fn tally(conn: &Connection, layouts: &LayoutCache, period: Period) -> Result<PeriodTally> {
    let mut tally = PeriodTally {
        period,
        office: office::load(conn)?,
        forms: Vec::new(),
        printed: BTreeMap::new(),
        returned: BTreeMap::new(),
        conflicts: BTreeMap::new(),
        waiting: 0,
        adjudicated: 0,
        refused: BTreeMap::new(),
    };
    let mut forms: BTreeMap<(String, u16), BTreeMap<String, UnitTally>> = BTreeMap::new();
    let mut rows = conn.prepare_cached(
        "SELECT form, version, unit, question, cell, n FROM tally WHERE period = ?1 \
         ORDER BY form, version, unit, question, cell",
    )?;
    let mut rows = rows.query([period.to_string()])?;
    while let Some(row) = rows.next()? {
        let (unit, question, cell): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let n = count(row)?;
        let form = || Ok::<_, Error>((row.get(0)?, row.get(1)?));
        match (question.is_empty(), cell.as_str()) {
            (true, PRINTED) => *tally.printed.entry(unit).or_default() += n,
            (true, RETURNED) => {
                forms.entry(form()?).or_default();
                *tally.returned.entry(unit).or_default() += n;
            }
            (true, HELD) => *tally.conflicts.entry(unit).or_default() += n,
            (true, WAITING) => tally.waiting += n,
            (true, ADJUDICATED) => tally.adjudicated += n,
            (true, SHEETS) => forms.entry(form()?).or_default().entry(unit).or_default().sheets += n,
            (true, other) => match other.strip_prefix(REFUSED) {
                Some(code) => *tally.refused.entry(code.to_owned()).or_default() += n,
                None => return Err(Error::corrupt(format!("unknown count {other:?}"))),
            },
            (false, cell) => {
                let unit = forms.entry(form()?).or_default().entry(unit).or_default();
                add(unit.questions.entry(question).or_default(), cell, n)?;
            }
        }
    }
    for ((form, version), mut units) in forms {
        let layout = layouts.get(conn, &form, version)?;
        for unit in units.values_mut() {
            for question in &layout.questions {
                let counts = unit.questions.entry(question.id.clone()).or_default();
                for option in &question.options {
                    counts.options.entry(option.id.clone()).or_default();
                }
            }
        }
        tally.forms.push(FormTally { layout: (*layout).clone(), units });
    }
    Ok(tally)
}

fn count(row: &Row) -> Result<u64> {
    let n: i64 = row.get(5)?;
    u64::try_from(n).map_err(|_| Error::corrupt(format!("a count of {n}")))
}

fn add(question: &mut QuestionTally, cell: &str, n: u64) -> Result<()> {
    match cell {
        "answered" => question.answered += n,
        "blank" => question.blank += n,
        "multiple" => question.multiple += n,
        "unclear" => question.unclear += n,
        WAITING => question.waiting += n,
        other => match other.strip_prefix(OPTION) {
            Some(option) => *question.options.entry(option.to_owned()).or_default() += n,
            None => return Err(Error::corrupt(format!("unknown count {other:?}"))),
        },
    }
    Ok(())
}
