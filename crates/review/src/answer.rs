//! What a clerk types as an answer.

use phieu_model::adjudication::AnswerFault;
use phieu_model::lang::Lang;
use phieu_model::reading::AnswerState;
use phieu_model::template::Question;

/// A text that is not a possible answer to the question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerTextError {
    /// Nothing was given.
    #[error("empty")]
    Empty,
    /// It does not fit the question.
    #[error("{text:?}: {fault}")]
    Fault {
        /// What was typed.
        text: String,
        /// Why not.
        fault: AnswerFault,
    },
}

impl AnswerTextError {
    /// The sentence for the operator.
    pub fn sentence(&self, _question: &Question, _lang: Lang) -> String {
        self.to_string()
    }
}

/// State and options of a typed answer: option ids with commas between them (`l4`,
/// `l4,l3`), or `blank`/`trong`, `unclear`/`khong-ro`, `multiple:l4,l3`/`nhieu:l4,l3`.
pub fn parse_answer(
    _text: &str,
    _question: &Question,
) -> Result<(AnswerState, Vec<String>), AnswerTextError> {
    Err(AnswerTextError::Empty)
}
