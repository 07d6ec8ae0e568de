//! One clerk's way through the queue.

use phieu_model::adjudication::Adjudication;
use phieu_model::doubtful::Doubtful;

/// How far the clerk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Answers in the queue at the beginning.
    pub total: usize,
    /// Decided.
    pub decided: usize,
    /// Skipped, to come again.
    pub skipped: usize,
    /// Not looked at yet.
    pub left: usize,
}

/// The queue, the answer on screen and the decisions not yet stored.
#[derive(Debug, Clone)]
pub struct Session {
    queue: Vec<Doubtful>,
    decided: Vec<Adjudication>,
}

impl Session {
    /// A session over these answers, least sure first.
    pub fn new(queue: Vec<Doubtful>) -> Self {
        Self { queue, decided: Vec::new() }
    }

    /// The answer on screen; `None` when the queue is done.
    pub fn current(&self) -> Option<&Doubtful> {
        self.queue.first()
    }

    /// The decisions to store now.
    pub fn take_decided(&mut self) -> Vec<Adjudication> {
        std::mem::take(&mut self.decided)
    }
}
