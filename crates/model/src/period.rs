//! Calendar days and reporting quarters.

use std::fmt;
use std::str::FromStr;

pub use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A quarter of a year, written `2026Q1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    year: u16,
    quarter: u8,
}

/// A string that is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a period: {0:?} (expected for example 2026Q1)")]
pub struct PeriodError(pub String);

impl Period {
    /// The quarter `quarter` (1–4) of `year` (1–9999).
    pub fn new(year: u16, quarter: u8) -> Option<Self> {
        ((1..=9999).contains(&year) && (1..=4).contains(&quarter)).then_some(Self { year, quarter })
    }

    /// The calendar quarter that holds `date`.
    pub fn of(date: Date) -> Self {
        let year = u16::try_from(date.year()).expect("dates before year 0 do not occur");
        Self { year, quarter: (date.month() as u8 - 1) / 3 + 1 }
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The quarter, 1–4.
    pub fn quarter(self) -> u8 {
        self.quarter
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        Date::constant(self.year as i16, (self.quarter as i8 - 1) * 3 + 1, 1)
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        let month = self.quarter as i8 * 3;
        let day = if month == 3 || month == 12 { 31 } else { 30 };
        Date::constant(self.year as i16, month, day)
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let fault = || PeriodError(text.to_owned());
        let (year, quarter) = text.split_once(['Q', 'q']).ok_or_else(fault)?;
        if year.len() != 4 || quarter.len() != 1 || !text.is_ascii() {
            return Err(fault());
        }
        year.parse().ok().zip(quarter.parse().ok()).and_then(|(y, q)| Self::new(y, q)).ok_or_else(fault)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}Q{}", self.year, self.quarter)
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_written_as_it_is_read() {
        for text in ["2026Q1", "2026Q4", "1999Q2"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for text in ["2026Q5", "2026Q0", "26Q1", "2026", "2026-Q1", "2026Q1 ", "+026Q1x", "０２６Q1", ""] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_day_of_a_quarter_belongs_to_it() {
        for quarter in 1..=4 {
            let period = Period::new(2026, quarter).unwrap();
            assert_eq!(Period::of(period.first_day()), period);
            assert_eq!(Period::of(period.last_day()), period);
            assert_ne!(Period::of(period.last_day().tomorrow().unwrap()), period);
            assert_ne!(Period::of(period.first_day().yesterday().unwrap()), period);
        }
    }
}
