//! Every distance and type size of a printed form, with its reason. Millimetres unless
//! the name says otherwise.

use phieu_model::geometry::{A4_HEIGHT_MM, A4_WIDTH_MM};
use phieu_model::layout::Face;

/// Width and height of the page.
pub(crate) const PAGE: [f64; 2] = [A4_WIDTH_MM, A4_HEIGHT_MM];
/// Nothing is printed nearer to the paper's edge: office printers leave 4–6 mm white,
/// and 2 mm are lost to a skewed feed.
pub(crate) const EDGE: f64 = 8.0;
/// Side of a square corner mark: 35 pixels at 150 dpi, far more than any letter's stem.
pub(crate) const CORNER: f64 = 6.0;
/// Width of the odd corner mark at the top left: half as wide again.
pub(crate) const CORNER_ODD: f64 = 9.0;
/// White space round a corner mark, so that blur cannot join it to other print.
pub(crate) const CORNER_CLEAR: f64 = 3.0;

/// Modules along a side of the code: QR version 3.
pub(crate) const QR_MODULES: f64 = 29.0;
/// Side of a module: 3.8 pixels at 150 dpi.
pub(crate) const QR_MODULE: f64 = 0.65;
/// Free of print round a code: the four modules of ISO/IEC 18004.
pub(crate) const QR_QUIET: f64 = 4.0 * QR_MODULE;
/// Distance between the code's quiet zone and other print.
pub(crate) const QR_CLEAR: f64 = 1.4;
/// Left edge of the code at the bottom left; the one at the top right is its mirror
/// image. Its serial, wider than the code, then stands clear of the corner mark.
pub(crate) const QR_LEFT: f64 = 21.15;
/// Width of the serial under a code: 15 characters of [`SERIAL_SIZE_PT`] and some air.
pub(crate) const SERIAL_WIDTH: f64 = 28.0;
/// Height of the line of the serial.
pub(crate) const SERIAL_HEIGHT: f64 = 3.1;
/// Baseline of the serial below the top of its line: under its capitals, over the tail of Q.
pub(crate) const SERIAL_BASELINE: f64 = 2.3;
/// Type size of the serial, to be read at arm's length and typed.
pub(crate) const SERIAL_SIZE_PT: f64 = 9.0;

/// Width of a timing mark.
pub(crate) const TIMING_WIDTH: f64 = 4.0;
/// Height of a timing mark: 12 pixels at 150 dpi.
pub(crate) const TIMING_HEIGHT: f64 = 2.0;
/// Rows of boxes nearer than this share a timing mark, so that marks stay apart.
pub(crate) const TIMING_MERGE: f64 = 4.0;

/// Left edge of what is printed for people: 4 mm clear of the timing marks.
pub(crate) const LEFT: f64 = 16.0;
/// Right edge of what is printed for people.
pub(crate) const RIGHT: f64 = A4_WIDTH_MM - LEFT;
/// Lower edge of what is printed.
pub(crate) const BOTTOM: f64 = A4_HEIGHT_MM - EDGE;

/// Side of a checkbox, centre line of its outline: a pen of 0.7 mm draws an X in it.
pub(crate) const BOX: f64 = 4.8;
/// Line width of the outline: two pixels at 150 dpi.
pub(crate) const BOX_LINE: f64 = 0.3;
/// Least distance of two boxes, centre to centre, in rows and between rows: an X may
/// overshoot its box by a third without touching the next.
pub(crate) const BOX_PITCH: f64 = 8.0;
/// From a box's outline to its label: people overshoot by 1–1.5 mm.
pub(crate) const BOX_TO_LABEL: f64 = 1.8;
/// From a label to the next option's box in a row.
pub(crate) const OPTION_GAP: f64 = 4.0;
/// The same where the options stand beside their wording, and from wording to box.
pub(crate) const OPTION_GAP_BESIDE: f64 = 6.5;
/// Indent of options under their question.
pub(crate) const OPTION_INDENT: f64 = 5.0;
/// Widest pitch of options in a row: two options a page apart would not look related.
pub(crate) const OPTION_PITCH_MAX: f64 = 40.0;
/// Options in a column that are at least this many are set in two columns where both
/// fit, to save height.
pub(crate) const TWO_COLUMNS_FROM: usize = 4;
/// Distance of two boxes in a column, centre to centre.
pub(crate) const COLUMN_PITCH: Gap = Gap { least: 8.2, most: 9.4 };

/// From the wording to the top of the boxes below it.
pub(crate) const WORDING_TO_BOX: Gap = Gap { least: 1.1, most: 2.0 };
/// From a question to the next one: a ring round a box, about 9 mm, stays off the next row.
pub(crate) const AFTER_QUESTION: Gap = Gap { least: 3.0, most: 5.0 };

/// Line width of a table's grid, thinner than a box's outline so that the two differ.
pub(crate) const GRID_LINE: f64 = 0.2;
/// From a table's grid to text in it, left and right.
pub(crate) const CELL_PADDING: f64 = 1.6;
/// From a table's grid to a level's name in its cell, left and right.
pub(crate) const LEVEL_PADDING: f64 = 1.2;
/// From the grid to the level's name above a box.
pub(crate) const CELL_TOP: f64 = 0.9;
/// From the level's name to the outline of its box.
pub(crate) const LEVEL_TO_BOX: f64 = 1.3;
/// From a box's outline to the grid: ink that overshoots still misses the line.
pub(crate) const BOX_TO_GRID: Gap = Gap { least: 1.9, most: 2.6 };
/// The question column takes at most this share of a table.
pub(crate) const QUESTION_SHARE: f64 = 0.42;
/// Narrowest measure that a question in a table is set in: two or three words.
pub(crate) const WORDING_LEAST: f64 = 25.0;
/// Above and below a table's heading.
pub(crate) const HEADING_PADDING: f64 = 1.1;
/// From a table to the next item.
pub(crate) const AFTER_TABLE: Gap = Gap { least: 2.4, most: 4.5 };

/// Distance of two lines to write on: handwriting needs 8 mm.
pub(crate) const WRITING_PITCH: Gap = Gap { least: 8.0, most: 9.5 };
/// From a dotted line up to the top of its place for handwriting.
pub(crate) const WRITING_ABOVE: f64 = 6.6;
/// From a dotted line down to the end of its place for handwriting: descenders.
pub(crate) const WRITING_BELOW: f64 = 1.0;
/// From a label to the dotted line beside it.
pub(crate) const LABEL_TO_LINE: f64 = 1.5;
/// Between two places on one line.
pub(crate) const WRITING_GAP: f64 = 3.0;
/// Shortest line that one can write on.
pub(crate) const WRITING_LEAST: f64 = 25.0;
/// The last place of a shared line is this share of the others' width: a telephone
/// number is shorter than an address.
pub(crate) const LAST_PLACE_SHARE: f64 = 0.6;
/// Below the baseline of a label its dotted line stands this far down.
pub(crate) const DOTS_BELOW_BASELINE: f64 = 0.5;
/// Width of a dotted line.
pub(crate) const DOTS_WIDTH: f64 = 0.25;
/// No place for handwriting nearer to a box: letters must not reach into it.
pub(crate) const FIELD_TO_BOX: f64 = 6.0;
/// No place for handwriting nearer to a question's wording or labels.
pub(crate) const FIELD_TO_QUESTION: f64 = 2.0;

/// Least room on a preprinted label's line for the text after it.
pub(crate) const PREPRINT_LEAST: f64 = 40.0;
/// From a preprinted label to the text after it.
pub(crate) const LABEL_TO_PREPRINT: f64 = 1.5;
/// Lines kept for a procedure: its name and code.
pub(crate) const PROCEDURE_LINES: usize = 2;
/// Lines kept for a unit.
pub(crate) const UNIT_LINES: usize = 1;

/// From the headline to the introduction.
pub(crate) const AFTER_TITLE: Gap = Gap { least: 2.0, most: 3.5 };
/// Between two paragraphs of the introduction.
pub(crate) const AFTER_PARAGRAPH: Gap = Gap { least: 0.6, most: 1.5 };
/// From the introduction to the first item.
pub(crate) const AFTER_INTRO: Gap = Gap { least: 1.6, most: 4.0 };
/// After a preprinted line.
pub(crate) const AFTER_PREPRINT: Gap = Gap { least: 0.3, most: 1.5 };
/// Before a heading and before lines to write on.
pub(crate) const BEFORE_HEADING: Gap = Gap { least: 1.2, most: 4.0 };
/// After a heading.
pub(crate) const AFTER_HEADING: Gap = Gap { least: 0.4, most: 1.0 };
/// After the correction rule.
pub(crate) const AFTER_RULE: Gap = Gap { least: 1.4, most: 3.0 };
/// Before the closing line.
pub(crate) const BEFORE_CLOSING: Gap = Gap { least: 1.2, most: 3.0 };

/// The headline.
pub(crate) const TITLE: Type = Type { face: Face::Bold, size_pt: 14.0, leading: 6.4 };
/// The introduction.
pub(crate) const INTRO: Type = Type { face: Face::Italic, size_pt: 11.0, leading: 4.7 };
/// Headings and labels of sections.
pub(crate) const HEADING: Type = Type { face: Face::Bold, size_pt: 11.5, leading: 5.0 };
/// The correction rule: one line of the full width.
pub(crate) const RULE: Type = Type { face: Face::Italic, size_pt: 10.0, leading: 4.4 };
/// Wording of questions.
pub(crate) const BODY: Type = Type { face: Face::Regular, size_pt: 11.5, leading: 4.9 };
/// Labels of options.
pub(crate) const OPTION: Type = Type { face: Face::Regular, size_pt: 11.0, leading: 4.7 };
/// Heading of a table.
pub(crate) const TABLE_HEADING: Type = Type { face: Face::Bold, size_pt: 11.0, leading: 4.7 };
/// Names of levels in a table.
pub(crate) const LEVEL: Type = Type { face: Face::Regular, size_pt: 10.5, leading: 4.2 };
/// What is printed for each sheet.
pub(crate) const PREPRINT: Type = Type { face: Face::Regular, size_pt: 11.5, leading: 5.2 };
/// The closing line.
pub(crate) const CLOSING: Type = Type { face: Face::Italic, size_pt: 11.0, leading: 4.7 };

/// A distance that grows with the room on the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap {
    pub(crate) least: f64,
    pub(crate) most: f64,
}

/// A way to set type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Type {
    pub(crate) face: Face,
    pub(crate) size_pt: f64,
    /// Distance of baselines.
    pub(crate) leading: f64,
}
