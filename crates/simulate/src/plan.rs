//! A sheet filled in as ordered: what is drawn in which box, for samples and tests that
//! must show one thing.
//!
//! The hand, the pen and the scanner still come from the profile; only the choices and
//! the shapes are given.

use phieu_model::layout::PageLayout;

use crate::answer::{Outcome, Row};
use crate::fill::{Desk, Filled};
use crate::ink::Ink;
use crate::paper::Paper;
use crate::random::Random;
use crate::shape::Shape;
use crate::truth::{FieldTruth, QuestionTruth};
use crate::{SimulateError, handwriting};

/// What a person does on a page. Questions and fields that are not named stay blank.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What happens at the questions.
    pub questions: Vec<PlannedQuestion>,
    /// Ids of the fields that are written in.
    pub written: Vec<String>,
}

/// What a person does at one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedQuestion {
    /// Question id.
    pub question: String,
    /// Option and shape, in the order of drawing. A shape over an earlier one of the same
    /// option is a correction and is drawn with will.
    pub drawn: Vec<(String, Shape)>,
    /// Ids of the options that stand in the end.
    pub stands: Vec<String>,
}

/// Why a plan cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The page cannot be simulated at all.
    #[error(transparent)]
    Simulate(#[from] SimulateError),
    /// The plan names something that the page does not have.
    #[error("the plan names {0}, which is not on the page")]
    NotOnThePage(String),
}

impl Plan {
    /// Every question, option and field named is on the page.
    pub(crate) fn check(&self, page: &PageLayout) -> Result<(), PlanError> {
        for question in &self.questions {
            for option in question.drawn.iter().map(|d| &d.0).chain(&question.stands) {
                if !page.boxes_of(&question.question).any(|b| b.option == *option) {
                    return Err(PlanError::NotOnThePage(format!("{}/{option}", question.question)));
                }
            }
        }
        match self.written.iter().find(|id| !page.fields.iter().any(|f| f.field == **id)) {
            Some(field) => Err(PlanError::NotOnThePage(field.clone())),
            None => Ok(()),
        }
    }

    fn question(&self, id: &str) -> Option<&PlannedQuestion> {
        self.questions.iter().find(|q| q.question == id)
    }
}

impl Desk<'_> {
    /// Fills in the page by a checked plan; the ink goes on `paper`, the truth comes back.
    pub(crate) fn follow(&self, plan: &Plan, paper: &mut Paper, random: &mut Random) -> Filled {
        let mut ink = Ink::default();
        let rows = self.rows();
        let questions = (rows.iter())
            .map(|row| row.follow(plan.question(&row.question.id), (&mut ink, &mut *random)))
            .collect();
        let script = handwriting::Script::new(self.person.writing_hand(), self.person.pen.width_mm, random);
        let mut fields = Vec::new();
        for field in &self.page.fields {
            let written = plan.written.contains(&field.field);
            if written {
                ink.write(self.write(field, &script, random));
            }
            fields.push(FieldTruth { field: field.field.clone(), ink: written });
        }
        self.draw(&ink, paper, random);
        Filled { questions, fields, ink }
    }
}

impl Row<'_> {
    fn follow(
        &self,
        plan: Option<&PlannedQuestion>,
        (ink, random): (&mut Ink, &mut Random),
    ) -> QuestionTruth {
        let place = |option: &String| self.boxes.iter().position(|b| b.option == *option);
        let mut drawn = Vec::new();
        for (option, shape) in plan.iter().flat_map(|p| &p.drawn) {
            let at = place(option).expect("the plan was checked against the page");
            let over = drawn.iter().any(|d: &crate::Drawn| d.option == *option);
            drawn.push(if over {
                self.shape(*shape, at, (ink, random))
            } else {
                self.mark_of(*shape, at, (ink, random))
            });
        }
        let stands: Vec<usize> = plan.iter().flat_map(|p| &p.stands).filter_map(place).collect();
        self.truth(Outcome { stands, drawn, ..Outcome::default() })
    }
}
