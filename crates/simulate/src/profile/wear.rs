//! What happens to a sheet of paper between printer and scanner.

use serde::{Deserialize, Serialize};

use super::Span;

/// Wear of the paper; chances are of one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaperWear {
    /// Chance that it was folded: in half, in thirds or in quarters.
    pub fold: f64,
    /// Step of the sheet at a fold, largest, millimetres.
    pub fold_step_mm: f64,
    /// Depth of the shading beside a fold, 0–1.
    pub fold_shade: Span,
    /// Chance that it was crumpled.
    pub crumple: f64,
    /// Displacement by crumpling, largest, millimetres.
    pub crumple_mm: Span,
    /// Chance of a corner that is folded over.
    pub dog_ear: f64,
    /// Chance of a corner that is torn off.
    pub torn: f64,
    /// Legs of a corner that is folded over or torn off, millimetres.
    pub corner_mm: Span,
    /// Chance of a staple or of the holes that one left.
    pub staple: f64,
    /// Chance of punch holes.
    pub punched: f64,
    /// Chance of a stain.
    pub stain: f64,
    /// Chance of a stamp.
    pub stamp: f64,
    /// Chance that a stamp may stand anywhere, not only where the form leaves room.
    pub stamp_anywhere: f64,
    /// Chance of a sticker.
    pub sticker: f64,
}

impl PaperWear {
    /// Untouched paper.
    pub fn none() -> Self {
        Self {
            fold: 0.0,
            fold_step_mm: 0.0,
            fold_shade: [0.0, 0.0],
            crumple: 0.0,
            crumple_mm: [0.0, 0.0],
            dog_ear: 0.0,
            torn: 0.0,
            corner_mm: [0.0, 0.0],
            staple: 0.0,
            punched: 0.0,
            stain: 0.0,
            stamp: 0.0,
            stamp_anywhere: 0.0,
            sticker: 0.0,
        }
    }

    /// Paper that went over a counter and into a file.
    pub fn office() -> Self {
        Self {
            fold: 0.08,
            fold_step_mm: 0.15,
            fold_shade: [0.01, 0.08],
            crumple: 0.02,
            crumple_mm: [0.05, 0.2],
            dog_ear: 0.02,
            torn: 0.005,
            corner_mm: [4.0, 10.0],
            staple: 0.06,
            punched: 0.06,
            stain: 0.01,
            stamp: 0.05,
            stamp_anywhere: 0.1,
            sticker: 0.005,
        }
    }

    /// Paper that was carried in a pocket.
    pub fn hard() -> Self {
        Self {
            fold: 0.45,
            fold_step_mm: 0.5,
            fold_shade: [0.02, 0.25],
            crumple: 0.25,
            crumple_mm: [0.1, 0.6],
            dog_ear: 0.12,
            torn: 0.08,
            corner_mm: [5.0, 26.0],
            staple: 0.15,
            punched: 0.2,
            stain: 0.15,
            stamp: 0.25,
            stamp_anywhere: 0.5,
            sticker: 0.08,
        }
    }
}
