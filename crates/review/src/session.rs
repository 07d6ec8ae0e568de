//! One clerk's way through the queue.
//!
//! The queue runs least sure first; skipped answers come again after the last one.
//! Decisions are held back until they are taken to be stored, and the last one can
//! be undone until then.

use std::collections::VecDeque;

use phieu_model::adjudication::{Adjudication, AnswerFault, check_answer};
use phieu_model::doubtful::Doubtful;
use phieu_model::reading::AnswerState;
use phieu_model::template::Question;

/// How far the clerk is; `total` is the sum of the other four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Answers in the queue at the beginning.
    pub total: usize,
    /// Decided and taken to be stored.
    pub stored: usize,
    /// Decided, can still be undone.
    pub pending: usize,
    /// Skipped, to come again.
    pub skipped: usize,
    /// Not looked at yet, the one on screen among them.
    pub left: usize,
}

/// What a clerk decides about the answer on screen.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// State.
    pub state: AnswerState,
    /// The options that stand, in the order of the paper.
    pub options: &'a [String],
    /// Who decides; not empty.
    pub by: &'a str,
    /// Why; not empty.
    pub why: &'a str,
}

/// Why a decision was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// The queue is done.
    #[error("nothing is left to decide")]
    Done,
    /// Name or reason is missing.
    #[error("a decision needs a name and a reason")]
    Unsigned,
    /// The question given is not the one on screen.
    #[error("the answer on screen is to question {expected:?}")]
    OtherQuestion {
        /// The question on screen.
        expected: String,
    },
    /// State and options are not an answer to the question.
    #[error(transparent)]
    NotAnAnswer(#[from] AnswerFault),
}

/// The queue, the answer on screen and the decisions not yet stored.
#[derive(Debug, Clone)]
pub struct Session {
    /// Not looked at yet; the first one is on screen.
    fresh: VecDeque<Doubtful>,
    /// Skipped, to come again in this order once `fresh` is empty.
    skipped: VecDeque<Doubtful>,
    pending: Vec<(Doubtful, Adjudication)>,
    stored: usize,
}

/// Sorts as a clerk sees them: least sure first, then by sheet and question.
pub fn least_sure_first(answers: &mut [Doubtful]) {
    answers.sort_by(|a, b| a.confidence.total_cmp(&b.confidence).then_with(|| a.id.cmp(&b.id)));
}

impl Session {
    /// A session over these answers, least sure first.
    pub fn new(mut answers: Vec<Doubtful>) -> Self {
        least_sure_first(&mut answers);
        Self { fresh: answers.into(), skipped: VecDeque::new(), pending: Vec::new(), stored: 0 }
    }

    /// The answer on screen; `None` when the queue is done.
    pub fn current(&self) -> Option<&Doubtful> {
        self.fresh.front().or(self.skipped.front())
    }

    fn take_current(&mut self) -> Option<Doubtful> {
        self.fresh.pop_front().or_else(|| self.skipped.pop_front())
    }

    /// Decides the answer on screen and shows the next one. `question` is its question.
    pub fn decide(&mut self, question: &Question, decision: Decision) -> Result<(), DecideError> {
        let current = self.current().ok_or(DecideError::Done)?;
        if current.id.question != question.id {
            return Err(DecideError::OtherQuestion { expected: current.id.question.clone() });
        }
        let Decision { state, options, by, why } = decision;
        if by.trim().is_empty() || why.trim().is_empty() {
            return Err(DecideError::Unsigned);
        }
        check_answer(question, state, options)?;
        let decided = self.take_current().expect("an answer is on screen");
        let adjudication = Adjudication {
            serial: decided.id.serial.clone(),
            question: decided.id.question.clone(),
            state,
            options: options.to_vec(),
            by: by.trim().to_owned(),
            why: why.trim().to_owned(),
        };
        self.pending.push((decided, adjudication));
        Ok(())
    }

    /// Puts the answer on screen behind all others.
    pub fn skip(&mut self) {
        if let Some(current) = self.take_current() {
            self.skipped.push_back(current);
        }
    }

    /// Takes back the last decision that was not stored yet and shows its answer
    /// again. Returns the decision, `None` when there is none.
    pub fn undo(&mut self) -> Option<Adjudication> {
        let (answer, adjudication) = self.pending.pop()?;
        self.fresh.push_front(answer);
        Some(adjudication)
    }

    /// The decisions to store now, oldest first. They can no longer be undone here.
    pub fn take_decided(&mut self) -> Vec<Adjudication> {
        self.stored += self.pending.len();
        std::mem::take(&mut self.pending).into_iter().map(|(_, adjudication)| adjudication).collect()
    }

    /// How far the clerk is.
    pub fn progress(&self) -> Progress {
        let (stored, pending) = (self.stored, self.pending.len());
        let (skipped, left) = (self.skipped.len(), self.fresh.len());
        Progress { total: stored + pending + skipped + left, stored, pending, skipped, left }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{doubtful, one};

    fn l4() -> [String; 1] {
        ["l4".to_owned()]
    }

    fn decide(session: &mut Session) -> Result<(), DecideError> {
        let options = l4();
        let decision =
            Decision { state: AnswerState::Answered, options: &options, by: "Lan", why: "rõ trên giấy" };
        session.decide(&one(), decision)
    }

    fn numbers(session: &mut Session) -> Vec<u32> {
        std::iter::from_fn(|| session.take_current().map(|d| d.id.serial.running())).collect()
    }

    fn session() -> Session {
        Session::new(vec![doubtful(1, 0.9), doubtful(2, 0.2), doubtful(4, 0.5), doubtful(3, 0.5)])
    }

    #[test]
    fn the_least_sure_answer_comes_first() {
        assert_eq!(numbers(&mut session()), [2, 3, 4, 1]);
    }

    #[test]
    fn skipped_answers_come_again_at_the_end() {
        let mut session = session();
        session.skip();
        decide(&mut session).unwrap();
        session.skip();
        assert_eq!(session.progress(), Progress { total: 4, stored: 0, pending: 1, skipped: 2, left: 1 });
        assert_eq!(numbers(&mut session), [1, 2, 4]);
    }

    #[test]
    fn a_decision_can_be_undone_until_it_is_stored() {
        let mut session = session();
        decide(&mut session).unwrap();
        decide(&mut session).unwrap();
        assert_eq!(session.undo().unwrap().serial.running(), 3);
        assert_eq!(session.current().unwrap().id.serial.running(), 3);
        let stored = session.take_decided();
        assert_eq!(stored.len(), 1);
        assert_eq!((stored[0].serial.running(), &*stored[0].by), (2, "Lan"));
        assert_eq!(session.undo(), None);
        assert_eq!(session.progress(), Progress { total: 4, stored: 1, pending: 0, skipped: 0, left: 3 });
    }

    #[test]
    fn a_refused_decision_leaves_the_answer_on_screen() {
        let mut session = session();
        let options = l4();
        let good = Decision { state: AnswerState::Answered, options: &options, by: "Lan", why: "rõ" };
        assert_eq!(session.decide(&one(), Decision { why: " ", ..good }), Err(DecideError::Unsigned));
        assert_eq!(session.decide(&one(), Decision { by: "", ..good }), Err(DecideError::Unsigned));
        let blank = Decision { state: AnswerState::Blank, ..good };
        assert!(matches!(session.decide(&one(), blank), Err(DecideError::NotAnAnswer(_))));
        let other = Question { id: "q9".into(), ..one() };
        assert!(matches!(session.decide(&other, good), Err(DecideError::OtherQuestion { .. })));
        assert_eq!(session.progress().left, 4);
        assert_eq!(session.decide(&one(), good), Ok(()));
    }

    #[test]
    fn a_queue_that_is_done_takes_nothing() {
        let mut session = Session::new(Vec::new());
        assert_eq!(session.current(), None);
        session.skip();
        assert_eq!(decide(&mut session), Err(DecideError::Done));
    }
}
