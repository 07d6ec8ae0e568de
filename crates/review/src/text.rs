//! Doubtful answers in words.

use phieu_model::doubtful::{AnswerDetail, Doubtful};
use phieu_model::lang::Lang;
use phieu_model::reading::AnswerState;
use phieu_model::template::Question;

/// The state's name on screens and reports.
pub fn state_name(_state: AnswerState, _lang: Lang) -> &'static str {
    ""
}

/// One line of `review list`.
pub fn line(doubtful: &Doubtful, _question: &Question, _lang: Lang) -> String {
    doubtful.id.to_string()
}

/// The text of `review show`.
pub fn detail_text(detail: &AnswerDetail, _question: &Question, _lang: Lang) -> String {
    detail.id.to_string()
}
