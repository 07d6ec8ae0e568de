//! A person's decision on a question.

use serde::{Deserialize, Serialize};

use crate::reading::AnswerState;
use crate::serial::Serial;

/// What a person decided, appended beside the machine's value and never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adjudication {
    /// The sheet.
    pub serial: Serial,
    /// Question id.
    pub question: String,
    /// State: `answered`, `blank`, `multiple` or, if no one can tell, `unclear`.
    pub state: AnswerState,
    /// The options that stand, in the order of the paper.
    pub options: Vec<String>,
    /// Who decided; not empty.
    pub by: String,
    /// Why; not empty.
    pub why: String,
}
