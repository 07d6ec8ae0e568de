//! Filling in: a person works down the page with a pen.

use phieu_model::geometry::PointMm;
use phieu_model::layout::{FieldPlace, Layout, PageLayout};
use phieu_model::template::Question;

use crate::answer::Row;
use crate::handwriting::Script;
use crate::ink::Ink;
use crate::paper::{Paper, Placement};
use crate::person::{self, Person};
use crate::profile::People;
use crate::random::Random;
use crate::trace::Trace;
use crate::truth::{FieldTruth, QuestionTruth};

/// A printed page in front of a person.
pub(crate) struct Desk<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) page: &'a PageLayout,
    pub(crate) place: Placement,
    pub(crate) people: &'a People,
    pub(crate) person: &'a Person,
}

/// A page filled in: the truth, and the ways of the pen behind it.
pub(crate) struct Filled {
    pub(crate) questions: Vec<QuestionTruth>,
    pub(crate) fields: Vec<FieldTruth>,
    pub(crate) ink: Ink,
}

/// No page has more corrections.
const MOST_CORRECTIONS: usize = 3;

impl<'a> Desk<'a> {
    /// Fills in the page; the ink goes on `paper`, the truth comes back.
    pub(crate) fn fill_in(&self, paper: &mut Paper, random: &mut Random) -> Filled {
        let mut ink = Ink::default();
        let rows = self.rows();
        let corrected = self.corrected(rows.len(), random);
        let line = self.column_line(&rows, random);
        if let Some(line) = &line {
            ink.write(vec![line.trace.clone()]);
        }
        let mut questions: Vec<QuestionTruth> = (rows.iter().enumerate())
            .map(|(i, row)| match line.as_ref().and_then(|line| line.part(i)) {
                Some((option, part)) => row.crossed_by(option, part, &mut ink),
                None if corrected.contains(&i) => row.fill_in(Some(self.person.corrects), (&mut ink, random)),
                None => row.fill_in(None, (&mut ink, random)),
            })
            .collect();
        let mut fields = self.write_fields(&mut ink, random);
        self.note_tails(&mut questions, &ink);
        self.write_beside((&mut questions, &mut fields), (&mut ink, random));
        self.draw(&ink, paper, random);
        Filled { questions, fields, ink }
    }

    /// The questions that have boxes on the page.
    pub(crate) fn rows(&self) -> Vec<Row<'_>> {
        let row = |question: &'a Question| Row {
            desk: self,
            question,
            boxes: self.page.boxes.iter().filter(|b| b.question == question.id).collect(),
        };
        self.layout.questions.iter().map(row).filter(|row| !row.boxes.is_empty()).collect()
    }

    /// The questions at which the person changes their mind.
    fn corrected(&self, rows: usize, random: &mut Random) -> Vec<usize> {
        let mut corrected = Vec::new();
        let mut again = self.people.correction;
        while rows > 0 && corrected.len() < MOST_CORRECTIONS && random.chance(again) {
            corrected.push(random.below(rows));
            again = self.people.correction_again;
        }
        corrected
    }

    /// Leaves everything on the paper.
    pub(crate) fn draw(&self, ink: &Ink, paper: &mut Paper, random: &mut Random) {
        let (staff, absorb) = person::staff_pen(random);
        ink.draw(paper, ((&self.person.pen, self.person.absorb), (&staff, absorb)), random);
    }

    fn write_fields(&self, ink: &mut Ink, random: &mut Random) -> Vec<FieldTruth> {
        let script = Script::new(self.person.writing_hand(), self.person.pen.width_mm, random);
        let (comment, contact) = (random.chance(self.people.comment), random.chance(self.people.contact));
        let mut fields = Vec::new();
        for field in &self.page.fields {
            // Who tells the name often leaves the rest.
            let wanted = if field.sensitive { contact && random.chance(0.8) } else { comment };
            let traces = if wanted { self.write(field, &script, random) } else { Vec::new() };
            let ink_there = !traces.is_empty();
            ink.write(traces);
            fields.push(FieldTruth { field: field.field.clone(), ink: ink_there });
        }
        fields
    }

    pub(crate) fn write(&self, field: &FieldPlace, script: &Script, random: &mut Random) -> Vec<Trace> {
        let mut lines: Vec<f64> = (self.page.rules.iter())
            .filter(|r| {
                let middle = PointMm::new((r.from.x + r.to.x) / 2.0, (r.from.y + r.to.y) / 2.0);
                let level = (r.from.y - r.to.y).abs() < 0.1 && (r.to.x - r.from.x).abs() > 5.0;
                level
                    && (field.rect.x..field.rect.right()).contains(&middle.x)
                    && (field.rect.y + 1.0..field.rect.bottom() + 1.0).contains(&middle.y)
            })
            .map(|r| self.place.apply(r.from).y)
            .collect();
        lines.sort_by(f64::total_cmp);
        let place = self.place.apply_rect(&field.rect);
        if lines.is_empty() {
            let n = (place.h / 8.0).floor().max(1.0);
            lines = (1..=n as usize).map(|i| place.y + place.h * i as f64 / n - 0.6).collect();
        }
        script.write(&place, &lines, random)
    }
}
