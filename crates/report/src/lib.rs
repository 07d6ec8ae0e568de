//! Counts of a quarter to figures to a report as text, CSV and one HTML page.
//!
//! [`tables`] does all the arithmetic and decides what may be shown; the writers only
//! word it. A report is written as one that may be published: no percentage stands
//! without its base, and nothing is said of the answers of fewer than
//! [`PUBLIC_MINIMUM`] sheets.

mod csv;
mod figures;
mod hide;
mod html;
mod number;
mod svg;
mod text;
mod words;

pub use crate::csv::to_csv;
pub use crate::figures::{
    Figures, Flow, FormReport, QuestionFigures, Refused, Report, Shown, UnitFigures, UnitFlow, tables,
};
pub use crate::hide::PUBLIC_MINIMUM;
pub use crate::html::to_html;
pub use crate::number::{Score, Share};
pub use crate::text::to_text;
