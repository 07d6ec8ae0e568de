//! The queue of doubtful answers as a pure state machine.

mod answer;
mod session;
mod text;

pub use answer::{AnswerTextError, parse_answer};
pub use session::{Progress, Session};
pub use text::{detail_text, line, state_name};
