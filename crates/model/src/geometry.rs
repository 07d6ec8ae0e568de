//! Points and rectangles on paper (millimetres) and in a picture (pixels).
//!
//! The unit is part of the type's name, so that a paper position can never be
//! taken for a picture position. Both frames have their origin at the top left
//! corner with y downwards.

use serde::{Deserialize, Serialize};

/// Width of an A4 sheet in millimetres.
pub const A4_WIDTH_MM: f64 = 210.0;
/// Height of an A4 sheet in millimetres.
pub const A4_HEIGHT_MM: f64 = 297.0;
/// Millimetres in an inch, exactly.
pub const MM_PER_INCH: f64 = 25.4;
/// Millimetres in a typographic point (1/72 inch).
pub const MM_PER_PT: f64 = MM_PER_INCH / 72.0;

/// A place on the printed page, in millimetres from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PointMm {
    /// Millimetres from the left edge.
    pub x: f64,
    /// Millimetres from the top edge.
    pub y: f64,
}

/// A place in a picture, in pixels; (0, 0) is the centre of the first pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointPx {
    /// Pixels to the right.
    pub x: f64,
    /// Pixels downwards.
    pub y: f64,
}

/// An upright rectangle on the printed page, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RectMm {
    /// Left edge.
    #[serde(rename = "x_mm")]
    pub x: f64,
    /// Top edge.
    #[serde(rename = "y_mm")]
    pub y: f64,
    /// Width.
    #[serde(rename = "w_mm")]
    pub w: f64,
    /// Height.
    #[serde(rename = "h_mm")]
    pub h: f64,
}

impl PointMm {
    /// The point `x`, `y` millimetres from the top left corner.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The distance to `other` in millimetres.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl PointPx {
    /// The point `x`, `y` in pixels.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The distance to `other` in pixels.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl RectMm {
    /// The rectangle with its top left corner at `x`, `y`.
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    /// The bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// The middle.
    pub fn center(&self) -> PointMm {
        PointMm::new(self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    /// The four corners: top left, top right, bottom right, bottom left.
    pub fn corners(&self) -> [PointMm; 4] {
        [
            PointMm::new(self.x, self.y),
            PointMm::new(self.right(), self.y),
            PointMm::new(self.right(), self.bottom()),
            PointMm::new(self.x, self.bottom()),
        ]
    }

    /// This rectangle grown by `margin` on every side (shrunk when negative).
    pub fn grown(&self, margin: f64) -> Self {
        Self::new(self.x - margin, self.y - margin, self.w + 2.0 * margin, self.h + 2.0 * margin)
    }

    /// Whether the two rectangles share any area.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether `other` lies wholly inside, borders included.
    pub fn contains_rect(&self, other: &Self) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }

    /// The smallest rectangle that holds both.
    pub fn union(&self, other: &Self) -> Self {
        let x = self.x.min(other.x);
        let y = self.y.min(other.y);
        Self::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }
}
