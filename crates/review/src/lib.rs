//! The queue of doubtful answers as a pure state machine, what a clerk types, and
//! the answers in words. Knows neither the database nor where a picture came from.

mod session;

mod answer;
mod change;
mod text;

#[cfg(test)]
mod sample;

pub use answer::{AnswerTextError, parse_answer};
pub use change::{change_counts_text, change_line};
pub use session::{DecideError, Decision, Progress, Session, least_sure_first};
pub use text::{detail_text, doubt_name, line, reason_name, state_name};
