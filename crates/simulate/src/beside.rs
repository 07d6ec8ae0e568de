//! Ink that is no mark: a line through a column, notes and numbers between the boxes, initials
//! of the staff, and tails of marks that end in another box.

use phieu_model::geometry::RectMm;

use crate::answer::{At, Row, holds};
use crate::fill::Desk;
use crate::handwriting::Script;
use crate::ink::Ink;
use crate::random::Random;
use crate::shape::Shape;
use crate::trace::{Hand, Trace};
use crate::truth::{Beside, FieldTruth, QuestionTruth};

/// One line through the boxes of one option in several rows.
pub(crate) struct ColumnLine {
    pub(crate) trace: Trace,
    option: usize,
    first: usize,
    /// The upper and lower end of each row's part, millimetres.
    parts: Vec<(f64, f64)>,
}

impl ColumnLine {
    /// The option that the line chooses in row `i`, and the part of the line in that row.
    pub(crate) fn part(&self, i: usize) -> Option<(usize, Vec<Trace>)> {
        let &(top, bottom) = self.parts.get(i.checked_sub(self.first)?)?;
        let touches = self.trace.touches.iter().filter(|t| t.y >= top && t.y < bottom).copied().collect();
        Some((self.option, vec![Trace { touches }]))
    }
}

/// A line through fewer rows saves nobody any work.
const LEAST_ROWS: usize = 3;
/// A stroke that has so many moments (0.08 mm each) in another box is a tail in it.
const TAIL_MOMENTS: usize = 5;

impl Desk<'_> {
    /// A line through a column, if this person does that here.
    pub(crate) fn column_line(&self, rows: &[Row], random: &mut Random) -> Option<ColumnLine> {
        if !random.chance(self.people.column_line) {
            return None;
        }
        let column = longest_column(rows)?;
        let count = LEAST_ROWS + random.below(column.len() - LEAST_ROWS + 1);
        let first = column.start + random.below(column.len() - count + 1);
        let option = random.below(rows[first].boxes.len());
        let boxes: Vec<RectMm> = rows[first..first + count].iter().map(|row| row.rect(option)).collect();
        let (top, bottom) = (boxes[0], boxes[count - 1]);
        let drift = random.normal() * 0.5;
        let near = |x: f64, random: &mut Random| x + drift + random.bounded(0.5, 1.2);
        let mut way = vec![(near(top.center().x, random), top.y - random.between(-1.5, 2.5))];
        way.extend(boxes.iter().map(|b| (near(b.center().x, random), b.center().y)));
        way.push((near(bottom.center().x, random), bottom.bottom() + random.between(-1.0, 3.0)));
        let trace = self.person.gesture(top.w, random).hand.stroke(&way, random);
        let parts = boxes.iter().map(|b| (b.y - 4.0, b.bottom() + 4.0)).collect();
        Some(ColumnLine { trace, option, first, parts })
    }

    /// Notes where a stroke of a mark ends in a box that is not its own.
    pub(crate) fn note_tails(&self, questions: &mut [QuestionTruth], ink: &Ink) {
        let boxes: Vec<(&str, &str, RectMm)> = (self.page.boxes.iter())
            .map(|b| (b.question.as_str(), b.option.as_str(), self.place.apply_rect(&b.rect)))
            .collect();
        let mut reached: Vec<String> = Vec::new();
        let mut shapes = ink.shapes();
        for question in questions.iter() {
            for drawn in &question.drawn {
                let traces = shapes.next().unwrap_or_default();
                if drawn.shape == Shape::ColumnLine {
                    continue;
                }
                for (of, option, rect) in &boxes {
                    let own = *of == question.question && *option == drawn.option;
                    let touches = traces.iter().flat_map(|t| &t.touches);
                    if !own && touches.filter(|t| holds(rect, t.x, t.y)).count() >= TAIL_MOMENTS {
                        reached.push((*of).to_owned());
                    }
                }
            }
        }
        for question in questions.iter_mut().filter(|q| reached.contains(&q.question)) {
            question.disturb(Beside::Tail);
        }
    }

    /// Notes, numbers and initials.
    pub(crate) fn write_beside(
        &self,
        (questions, fields): (&mut [QuestionTruth], &mut [FieldTruth]),
        (ink, random): At<'_>,
    ) {
        let hand = self.person.writing_hand();
        let script = Script::new(hand, self.person.pen.width_mm, random);
        // A broad pen cannot write small.
        let script =
            if self.person.pen.width_mm < 0.6 { script.smaller(random.between(0.6, 0.95)) } else { script };
        let mut note = |kind: Beside, traces: &[Trace]| {
            self.disturbed(kind, traces, (&mut *questions, &mut *fields));
        };
        if random.chance(self.people.note) {
            let place = self.gap(random.between(18.0, 70.0), random);
            let traces = script.write(&place, &[place.bottom()], random);
            note(Beside::Note, &traces);
            ink.write(traces);
        }
        if random.chance(self.people.phone) {
            let place = self.gap(30.0, random);
            let traces = script.number(10, (place.x, place.bottom()), random);
            note(Beside::Phone, &traces);
            ink.write(traces);
        }
        if random.chance(self.people.initials) {
            let traces = self.signature(random);
            note(Beside::Initials, &traces);
            ink.sign(traces);
        }
    }

    /// A place of this width somewhere among the questions: mostly between two rows, seldom right over boxes.
    fn gap(&self, width_mm: f64, random: &mut Random) -> RectMm {
        let [wide, high] = self.layout.page_size_mm;
        let (left, right) = (22.0, (wide - 22.0 - width_mm).max(23.0));
        let base = match self.page.questions.get(random.below(self.page.questions.len().max(1))) {
            Some(q) if random.chance(0.7) => q.rect.bottom() + random.between(-1.0, 1.5),
            Some(q) => random.between(q.rect.y, q.rect.bottom()),
            None => random.between(40.0, high - 40.0),
        };
        let place = RectMm::new(random.between(left, right), base - 4.0, width_mm, 4.0);
        self.place.apply_rect(&place)
    }

    /// Initials or a signature: loops, a flourish, often a line below.
    fn signature(&self, random: &mut Random) -> Vec<Trace> {
        let [wide, high] = self.layout.page_size_mm;
        let hand = Hand { tremor_mm: 0.05, pressure: random.between(0.6, 1.0), speed: 0.9 };
        let size = random.between(2.2, 5.5);
        let at = (random.between(20.0, wide - 55.0), random.between(60.0, high - 25.0));
        let script = Script { x_height_mm: size, slant: random.between(0.1, 0.6), hand };
        let mut traces = script.flourish(at, 2 + random.below(3), random);
        if random.chance(0.5) {
            let y = at.1 + size * 0.6;
            let end = (at.0 + size * random.between(3.0, 6.0), y - random.between(0.0, 2.0));
            traces.push(hand.stroke(&[(at.0 - 1.0, y), (at.0 + size * 2.0, y - 1.2), end], random));
        }
        traces
    }

    fn disturbed(
        &self,
        kind: Beside,
        traces: &[Trace],
        (questions, fields): (&mut [QuestionTruth], &mut [FieldTruth]),
    ) {
        let meets = |rect: &RectMm| {
            let rect = self.place.apply_rect(rect);
            traces.iter().flat_map(|t| &t.touches).filter(|t| holds(&rect, t.x, t.y)).count() >= TAIL_MOMENTS
        };
        for place in self.page.questions.iter().filter(|q| meets(&q.rect)) {
            questions.iter_mut().filter(|q| q.question == place.question).for_each(|q| q.disturb(kind));
        }
        for place in self.page.fields.iter().filter(|f| meets(&f.rect)) {
            fields.iter_mut().filter(|f| f.field == place.field).for_each(|f| f.ink = true);
        }
    }
}

/// The rows that stand longest below each other with boxes in the same columns.
fn longest_column(rows: &[Row]) -> Option<std::ops::Range<usize>> {
    let fits = |a: &Row, b: &Row| {
        a.boxes.len() == b.boxes.len()
            && a.boxes.iter().zip(&b.boxes).all(|(a, b)| (a.rect.x - b.rect.x).abs() < 0.5)
    };
    let level = |row: &Row| row.boxes.windows(2).all(|pair| (pair[0].rect.y - pair[1].rect.y).abs() < 0.5);
    let mut best = 0..0;
    let mut start = 0;
    for i in 0..rows.len() {
        if i > 0 && !fits(&rows[i - 1], &rows[i]) || !level(&rows[i]) {
            start = if level(&rows[i]) { i } else { i + 1 };
        }
        if (i + 1).saturating_sub(start) > best.len() {
            best = start..i + 1;
        }
    }
    (best.len() >= LEAST_ROWS).then_some(best)
}
