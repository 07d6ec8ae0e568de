//! Template file to checked template to placed layout; all faults at once.
//!
//! A template says what is asked; only this crate decides where it stands. Modules are
//! listed in the order the data passes them.

mod builtin;
mod keys;
mod parse;
mod question;

mod measures;
mod place;

mod fault;
mod sentence;

use phieu_model::layout::Layout;

pub use builtin::{BUILTIN, Builtin};
pub use fault::{Fault, FaultKind, ValueType};
pub use parse::parse;

/// The placed layout of the template that `text` holds; see [`parse`] for `file`.
///
/// # Errors
/// All faults of the template; when it has none, what does not fit on the page.
pub fn load(file: &str, text: &str) -> Result<Layout, Vec<Fault>> {
    place::place(file, &parse::parse_with_lines(file, text)?)
}
