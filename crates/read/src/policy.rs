//! Every threshold of the reader, with its unit and the reason for its value.
//!
//! Lengths are millimetres on paper, ink runs from 0 (paper) to 1 (as dark as the
//! printed marks of the same page). Values were chosen on simulated development
//! pages; `ACCURACY.md` of this crate says what they reach on others.

use crate::model::Models;

/// Version of the measuring and deciding engine, stored with every reading. The number
/// after the plus is raised whenever measures, rules or weights change: 1 decided by rules
/// alone, 2 saw a ring in the directions that held ink, 3 knew nothing of ink between the letters of a label, 4 nothing of
/// strokes weaker than ink or on an outline, 5 took a piece of a stamp for a mark, 6 knew nobody who marks by small dots, 7 saw
/// streaks only where they were whole, 8 had one gate for answers with and without a caution, 9 a lower gate and more fear
/// of cautions, 10 passed over paler marks in 3.1, 11 took the place of a box that it had not found for certain where
/// something stood along it, 12 believed that its own outline could not be the mark in it, and read no code by its own frame,
/// 13 read the upper of two copies of one sheet, 14 saw streaks of the scanner in its measures and took print that shines through for marks,
/// 15 could take the shade of a deep fold for a mark, 16 refused pages whose map from one code swung at the other end, 17 followed
/// paper that does not lie flat too stiffly, and not at all between the boxes.
pub const ENGINE: &str = concat!("phieu-read/", env!("CARGO_PKG_VERSION"), "+20");

/// Silent errors among accepted answers that daily work allows by the scale of calibration,
/// which is a day's post with sheets of people to be feared in it. What the profiles of the
/// simulator then have stands in `ACCURACY.md`.
pub const TARGET_ERROR: f64 = 3.7e-4;

/// The thresholds of one run. [`Policy::default`] is meant for daily work.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Answers below this confidence go to a person. It follows from a target for the silent
    /// errors among all accepted answers: [`Policy::with_target_error`].
    pub gate: f64,
    /// Share of the risk at `gate` that an answer may have, 0–1, against which something speaks that is most often
    /// harmless: dirt, the trace of what may be a second mark.
    pub caution_risk: f64,
    /// The same of a question that is blank on a black and white picture, from which a threshold may have taken a mark.
    pub one_bit_risk: f64,
    /// Ink in the core (its inner 70 %) up to which a box is empty. Of 9,600 boxes
    /// without a mark on office pages three had more than 0.0024; a higher value
    /// lets faint marks pass as empty.
    pub empty_core_ink: f32,
    /// Ink in the core from which a box is marked. A thin ballpoint X gives 0.12
    /// and more; a lower value takes the tail of a neighbour's mark for a mark.
    pub marked_core_ink: f32,
    /// Ink inside from which a mark beside the middle of its box may be accepted,
    /// when it is the only ink of its question. The tail of a mark in the row above
    /// that ends in this box stays below it.
    pub marginal_inner_ink: f32,
    /// Share of the inside that may be darker than the paper around in an empty box.
    /// Undisturbed boxes stay below 0.015; the faintest X that a scan shows has 0.07.
    pub trace_share: f32,
    /// Share of the inside covered by ink from which a mark is a fill or a
    /// scribble. A thick felt-tip X covers up to 0.6.
    pub fill_share: f32,
    /// Shares of the closed way round a box, as a whole and over its weakest third, along which a ring's
    /// stroke must lie for a ring. Of 100 rings drawn by hand 86 have both, of 10,000 crosses five.
    pub ring: (f32, f32),
    /// Shares from which a ring may be suspected: 95 of 100 rings have both, one or two of 100 crosses.
    pub maybe_ring: (f32, f32),
    /// Share of a box's printed outline that must be found.
    pub outline_share: f32,
    /// Boxes of a page without a found outline, above which the page is refused: their questions go to a
    /// person, and half a page lacks twenty.
    pub missing_outlines: usize,
    /// Share of the printed form that must be found for a page to be read. A page that
    /// was cut short of six boxes shows 0.7, half a page 0.55.
    pub least_printed_share: f32,
    /// The same of a page that lacks no more than six outlines: its boxes stand where they should, in print of
    /// the form, and toner has faded from a side of it.
    pub least_faded_share: f32,
    /// Share of the printed form on the picture that may show nothing at all. Of pages that had lost much toner to
    /// a one-bit scan the worst had 0.23; a sheet that lies over a third of another hides 0.29.
    pub most_hidden_share: f32,
    /// Free ink (mm²) in a row up to which a question without a mark is blank.
    /// A dust speck is 0.1 mm² and no ink of a pen, a dot of a pen 0.3 mm², a weak pencil mark beside its box leaves little
    /// more than that.
    pub blank_row_ink_mm2: f32,
    /// Ink (mm²) on the label of an option, or between the boxes, that no mark
    /// explains, from which a person must look.
    pub stray_ink_mm2: f32,
    /// Ink (mm²) on the label of an option beside the one that is marked, from which a person must look in any
    /// case: a ring round the words, a stamp. The tail of a neighbour's mark has less.
    pub other_label_ink_mm2: f32,
    /// The same where several answers are allowed: no mark beside it contradicts a mark on the words. Of 9,000 rows seven
    /// have more.
    pub label_mark_ink_mm2: f32,
    /// Ink (mm²) in a field from which there is handwriting.
    pub writing_ink_mm2: f32,
    /// Most pixels of a picture that is decoded at all: an A3 page at 600 dpi.
    pub max_pixels: u64,
}

impl Policy {
    /// The policy whose gate lets no more than this share of accepted answers, 0–1, be
    /// silently wrong, as far as the pages of calibration tell. Nothing passes the gate of a
    /// target that they cannot show.
    pub fn with_target_error(self, target: f64) -> Self {
        Self { gate: Models::shipped().calibration.gate(target), ..self }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            gate: Models::shipped().calibration.gate(TARGET_ERROR),
            caution_risk: 0.4,
            one_bit_risk: 0.25,
            empty_core_ink: 0.004,
            marked_core_ink: 0.055,
            marginal_inner_ink: 0.045,
            trace_share: 0.015,
            fill_share: 0.72,
            ring: (0.8, 0.6),
            maybe_ring: (0.65, 0.35),
            outline_share: 0.6,
            missing_outlines: 10,
            least_printed_share: 0.62,
            least_faded_share: 0.56,
            most_hidden_share: 0.26,
            blank_row_ink_mm2: 0.2,
            stray_ink_mm2: 2.5,
            other_label_ink_mm2: 12.0,
            label_mark_ink_mm2: 4.0,
            writing_ink_mm2: 2.0,
            max_pixels: 70_000_000,
        }
    }
}
