//! A person's decision on a question.

use serde::{Deserialize, Serialize};

use crate::reading::AnswerState;
use crate::serial::Serial;
use crate::template::{Choose, Question};

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

/// Why state and options are not a possible answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// The question has no such option.
    #[error("no option {option:?}; the question has {known:?}")]
    UnknownOption {
        /// The option given.
        option: String,
        /// The options of the question.
        known: Vec<String>,
    },
    /// An option is named twice, or not in the order of the paper.
    #[error("the options are not in the order of the paper, each once")]
    Order,
    /// The number of options does not fit the state and the choice rule.
    #[error("{given} options do not fit state {state:?} of a question that allows {choose:?}")]
    Count {
        /// The state given.
        state: AnswerState,
        /// The number of options given.
        given: usize,
        /// The choice rule.
        choose: Choose,
    },
}

/// Whether `state` with `options` is a possible answer to `question`: known options
/// in the order of the paper; `answered` has one (any number from one, where several
/// are allowed), `blank` none, `multiple` two or more where one is allowed,
/// `unclear` any number.
pub fn check_answer(question: &Question, state: AnswerState, options: &[String]) -> Result<(), AnswerFault> {
    let mut places = Vec::with_capacity(options.len());
    for option in options {
        let place = question.options.iter().position(|o| o.id == *option);
        places.push(place.ok_or_else(|| AnswerFault::UnknownOption {
            option: option.clone(),
            known: question.options.iter().map(|o| o.id.clone()).collect(),
        })?);
    }
    if !places.is_sorted_by(|a, b| a < b) {
        return Err(AnswerFault::Order);
    }
    let fits = match (state, question.choose) {
        (AnswerState::Answered, Choose::One) => options.len() == 1,
        (AnswerState::Answered, Choose::Many) => !options.is_empty(),
        (AnswerState::Blank, Choose::One | Choose::Many) => options.is_empty(),
        (AnswerState::Multiple, Choose::One) => options.len() >= 2,
        (AnswerState::Multiple, Choose::Many) => false,
        (AnswerState::Unclear, Choose::One | Choose::Many) => true,
    };
    if fits {
        Ok(())
    } else {
        Err(AnswerFault::Count { state, given: options.len(), choose: question.choose })
    }
}
