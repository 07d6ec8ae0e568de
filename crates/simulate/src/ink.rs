//! What happens to the page, in the order of time: strokes of pens, correction fluid, an
//! eraser.

use crate::cover::{self, Rub, WhiteOut};
use crate::paper::Paper;
use crate::pen::Pen;
use crate::random::Random;
use crate::trace::Trace;

/// One thing done to the page.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// A stroke with the person's pen.
    Stroke(Trace),
    /// A stroke with the pen of the staff.
    Staff(Trace),
    /// Correction fluid or tape is put down.
    WhiteOut(WhiteOut),
    /// An eraser is rubbed.
    Rub(Rub),
}

/// Everything that was done on the page.
#[derive(Debug, Default)]
pub(crate) struct Ink {
    deeds: Vec<Deed>,
    /// The traces of each drawn shape, in the order of questions and drawing.
    shapes: Vec<Vec<Trace>>,
}

/// A pen and how its ink takes away red, green and blue.
pub(crate) type Inked<'a> = (&'a Pen, [f32; 3]);

impl Ink {
    /// A drawn shape.
    pub(crate) fn put(&mut self, traces: Vec<Trace>) {
        self.deeds.extend(traces.iter().cloned().map(Deed::Stroke));
        self.shapes.push(traces);
    }

    /// A drawn shape whose strokes are on the paper already.
    pub(crate) fn count(&mut self, traces: Vec<Trace>) {
        self.shapes.push(traces);
    }

    /// A shape that is not of ink.
    pub(crate) fn put_deed(&mut self, deed: Deed) {
        self.deeds.push(deed);
        self.shapes.push(Vec::new());
    }

    /// Writing: ink that belongs to no box.
    pub(crate) fn write(&mut self, traces: Vec<Trace>) {
        self.deeds.extend(traces.into_iter().map(Deed::Stroke));
    }

    /// Writing of the staff.
    pub(crate) fn sign(&mut self, traces: Vec<Trace>) {
        self.deeds.extend(traces.into_iter().map(Deed::Staff));
    }

    /// The traces of each drawn shape.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = &[Trace]> {
        self.shapes.iter().map(Vec::as_slice)
    }

    /// Leaves it all on the paper.
    pub(crate) fn draw(&self, paper: &mut Paper, (person, staff): (Inked, Inked), random: &mut Random) {
        let scale = paper.scale;
        let [own, others] = [person, staff].map(|(_, absorb)| {
            paper.add_ink(absorb);
            paper.inks.len() - 1
        });
        if !self.deeds.iter().any(|d| matches!(d, Deed::Staff(_))) {
            paper.inks.pop();
        }
        for deed in &self.deeds {
            match deed {
                Deed::Stroke(trace) => person.0.draw(&mut paper.inks[own], scale, (trace, random)),
                Deed::Staff(trace) => staff.0.draw(&mut paper.inks[others], scale, (trace, random)),
                Deed::WhiteOut(patch) => cover::white_out(paper, patch, random),
                Deed::Rub(rub) => cover::rub(paper, (own, rub), random),
            }
        }
    }
}
