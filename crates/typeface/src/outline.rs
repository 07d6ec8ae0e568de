//! The outlines of a text where it stands on paper.

use phieu_model::geometry::{MM_PER_PT, PointMm};
use phieu_model::layout::TextRun;
use unicode_normalization::UnicodeNormalization;

/// Takes the closed outlines of glyphs, in millimetres on paper.
pub trait OutlinePen {
    /// Begins an outline.
    fn move_to(&mut self, p: PointMm);
    /// A straight line.
    fn line_to(&mut self, p: PointMm);
    /// A quadratic curve.
    fn quad_to(&mut self, control: PointMm, p: PointMm);
    /// Ends the outline at its beginning.
    fn close(&mut self);
}

/// Gives `pen` the outlines of `run`. Characters without a glyph leave no outline.
pub fn draw(run: &TextRun, pen: &mut dyn OutlinePen) {
    let font = super::font(run.face);
    let mm = run.size_pt * MM_PER_PT / f64::from(font.units_per_em());
    let mut x = run.at.x;
    for glyph in run.text.nfc().filter_map(|c| font.glyph_index(c)) {
        font.outline_glyph(glyph, &mut OnPaper { pen, mm, x, baseline: run.at.y });
        x += f64::from(font.glyph_hor_advance(glyph).unwrap_or(0)) * mm;
    }
}

/// Moves glyph outlines from font units to paper.
struct OnPaper<'a> {
    pen: &'a mut dyn OutlinePen,
    mm: f64,
    x: f64,
    baseline: f64,
}

impl OnPaper<'_> {
    fn place(&self, x: f32, y: f32) -> PointMm {
        PointMm::new(self.x + f64::from(x) * self.mm, self.baseline - f64::from(y) * self.mm)
    }
}

impl ttf_parser::OutlineBuilder for OnPaper<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.pen.move_to(self.place(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.pen.line_to(self.place(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.pen.quad_to(self.place(x1, y1), self.place(x, y));
    }

    fn curve_to(&mut self, _x1: f32, _y1: f32, _x2: f32, _y2: f32, _x: f32, _y: f32) {
        unreachable!("TrueType outlines have quadratic curves only");
    }

    fn close(&mut self) {
        self.pen.close();
    }
}
