//! The printer, the copier and the paper in its tray.

use serde::{Deserialize, Serialize};

use super::Span;

/// The printer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Printing {
    /// Scale of the print, both ways; "fit to page" makes it smaller.
    pub scale: Span,
    /// Largest difference between the two ways.
    pub unequal: f64,
    /// Shift on the paper in millimetres, largest.
    pub shift_mm: f64,
    /// Largest skew of the print on the paper, degrees.
    pub skew_deg: f64,
    /// Darkness of the toner, 0–1.
    pub darkness: Span,
    /// Chance that the toner fades in bands or towards one side.
    pub fading: f64,
    /// Softness of the edges of the print, deviation in millimetres.
    pub soft_mm: Span,
    /// Raggedness of edges and grain of solid areas, 0–1.
    pub coarse: Span,
    /// Chance that the blank form is a photocopy.
    pub copied_blank: f64,
    /// Chance that the filled-in sheet is a photocopy.
    pub copied_filled: f64,
    /// Chance of coloured or grey paper.
    pub coloured: f64,
    /// Chance that print on the other side shines through.
    pub bleed: f64,
}

impl Printing {
    /// A good printer that changes nothing but scale, shift and darkness.
    pub fn good() -> Self {
        Self {
            scale: [0.995, 1.005],
            unequal: 0.002,
            shift_mm: 0.5,
            skew_deg: 0.0,
            darkness: [0.92, 1.0],
            fading: 0.0,
            soft_mm: [0.0, 0.0],
            coarse: [0.0, 0.0],
            copied_blank: 0.0,
            copied_filled: 0.0,
            coloured: 0.0,
            bleed: 0.0,
        }
    }

    /// The printer of an ordinary office, with a copier beside it.
    pub fn office() -> Self {
        Self {
            scale: [0.97, 1.01],
            unequal: 0.006,
            shift_mm: 2.0,
            skew_deg: 0.3,
            darkness: [0.78, 1.0],
            fading: 0.04,
            soft_mm: [0.0, 0.05],
            coarse: [0.0, 0.25],
            copied_blank: 0.02,
            copied_filled: 0.01,
            coloured: 0.03,
            bleed: 0.04,
        }
    }

    /// Printers and copiers at the end of their days.
    pub fn hard() -> Self {
        Self {
            scale: [0.92, 1.04],
            unequal: 0.02,
            shift_mm: 4.0,
            skew_deg: 1.5,
            darkness: [0.55, 1.0],
            fading: 0.25,
            soft_mm: [0.0, 0.12],
            coarse: [0.0, 0.8],
            copied_blank: 0.25,
            copied_filled: 0.15,
            coloured: 0.2,
            bleed: 0.2,
        }
    }
}
