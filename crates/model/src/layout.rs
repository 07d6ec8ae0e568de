//! The one value between printing and reading: what stands where on the paper.
//!
//! The printer draws a [`Layout`] and the reader looks for it; neither computes a
//! position of its own. All positions are millimetres from the top left corner of
//! the page, rounded to 0.01 mm by the placer, so that the fingerprint is the same
//! on every machine.

use serde::{Deserialize, Serialize};

use crate::geometry::{PointMm, RectMm};
use crate::template::{Choose, Question};

/// A placed form: one version, all its pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// The template's folder name.
    pub form: String,
    /// Four capital letters that stand for the form in the code on the sheet.
    pub code: String,
    /// The template's version, from 1.
    pub version: u16,
    /// Width and height of the page in millimetres.
    pub page_size_mm: [f64; 2],
    /// Line width of a checkbox's outline in millimetres; a box's rectangle is the
    /// centre line of that outline.
    pub box_line_mm: f64,
    /// The closed questions in the order of the paper.
    pub questions: Vec<Question>,
    /// The pages, in order.
    pub pages: Vec<PageLayout>,
}

/// One page of a [`Layout`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageLayout {
    /// The page number, from 1.
    pub page: u8,
    /// The checkboxes, in the order of questions and options.
    pub boxes: Vec<BoxPlace>,
    /// The places of the questions, in order; each holds its boxes, its labels and its wording.
    pub questions: Vec<QuestionPlace>,
    /// The places for handwriting, in order.
    pub fields: Vec<FieldPlace>,
    /// Corner and timing marks.
    pub marks: Vec<MarkPlace>,
    /// Both codes: the square of modules, without the quiet zone.
    pub qr: Vec<RectMm>,
    /// What is printed for each sheet anew.
    pub slots: Vec<Slot>,
    /// The printed text that is the same on every sheet.
    pub texts: Vec<TextRun>,
    /// The printed straight lines.
    pub rules: Vec<Rule>,
}

/// A checkbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoxPlace {
    /// Question id.
    pub question: String,
    /// Option id.
    pub option: String,
    /// The question's choice rule.
    pub choose: Choose,
    /// The centre line of its printed outline.
    #[serde(flatten)]
    pub rect: RectMm,
    /// Where its label is printed.
    pub label: RectMm,
}

/// The part of the page that belongs to one closed question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionPlace {
    /// Question id.
    pub question: String,
    /// Everything of the question: wording, labels and boxes. Never touches a
    /// place for handwriting.
    pub rect: RectMm,
}

/// A place for handwriting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldPlace {
    /// Field id.
    pub field: String,
    /// Personal data: never cropped, stored, shown or exported.
    pub sensitive: bool,
    /// Where people write.
    #[serde(flatten)]
    pub rect: RectMm,
}

/// A solid black rectangle that the reader steers by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarkPlace {
    /// Which mark.
    pub kind: MarkKind,
    /// Its outer edges.
    #[serde(flatten)]
    pub rect: RectMm,
}

/// The kinds of marks. Three corner marks are squares; the one at the top left is
/// half as wide again, so that the page's turn is known without its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// Top left corner: the odd one.
    CornerTl,
    /// Top right corner.
    CornerTr,
    /// Bottom right corner.
    CornerBr,
    /// Bottom left corner.
    CornerBl,
    /// A mark in the left margin, level with a row of boxes.
    TimingLeft,
    /// A mark in the right margin, level with a row of boxes.
    TimingRight,
}

impl MarkKind {
    /// Whether this is one of the four corner marks.
    pub fn is_corner(self) -> bool {
        match self {
            Self::CornerTl | Self::CornerTr | Self::CornerBr | Self::CornerBl => true,
            Self::TimingLeft | Self::TimingRight => false,
        }
    }
}

/// A place that the printer fills for each sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// What goes there.
    pub content: SlotContent,
    /// The space it may take. Lines stand from the top, `leading_mm` apart.
    pub rect: RectMm,
    /// Distance from the rectangle's top to the first baseline, in millimetres.
    pub first_baseline_mm: f64,
    /// Distance between baselines in millimetres.
    pub leading_mm: f64,
    /// Indent of the first line in millimetres (after a label on the same line).
    pub first_indent_mm: f64,
    /// Size of the type in points; the printer may go down to 80 % of it to fit.
    pub size_pt: f64,
    /// The face.
    pub face: Face,
    /// Centred in the rectangle instead of set from its left edge.
    pub centered: bool,
}

/// What a [`Slot`] is filled with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "content", rename_all = "snake_case")]
pub enum SlotContent {
    /// The sheet's serial, as a person reads and types it.
    Serial,
    /// The preprinted line `field`: the procedure.
    Procedure {
        /// Field id (`q1`).
        field: String,
    },
    /// The preprinted line `field`: the unit.
    Unit {
        /// Field id (`q2`).
        field: String,
    },
}

/// A piece of text on one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextRun {
    /// Where the baseline begins.
    pub at: PointMm,
    /// Size in points.
    pub size_pt: f64,
    /// The face.
    pub face: Face,
    /// The text in Unicode normal form C.
    pub text: String,
}

/// The faces of the shipped font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// Upright.
    Regular,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
}

/// A straight printed line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// One end.
    pub from: PointMm,
    /// The other end.
    pub to: PointMm,
    /// Its width in millimetres.
    pub width_mm: f64,
    /// How it is drawn.
    pub stroke: Stroke,
}

/// How a [`Rule`] is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stroke {
    /// Without gaps.
    Solid,
    /// A line of dots to write on.
    Dotted,
}

/// A hash over everything that a layout draws, which two printed versions never share.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Layout {
    /// The fingerprint: blake3 over the layout's JSON. Positions are multiples of
    /// 0.01 mm, so equal layouts give equal bytes on every machine.
    pub fn fingerprint(&self) -> Fingerprint {
        let bytes = serde_json::to_vec(self).expect("a layout holds only finite numbers and strings");
        Fingerprint(*blake3::hash(&bytes).as_bytes())
    }

    /// The page with this number.
    pub fn page(&self, page: u8) -> Option<&PageLayout> {
        self.pages.iter().find(|p| p.page == page)
    }

    /// The closed question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.id == id)
    }

    /// `layout.json` of the exchange files, schema `phieu.layout/1`: where things
    /// are on the paper.
    pub fn exchange_json(&self) -> serde_json::Value {
        let pages: Vec<_> = self
            .pages
            .iter()
            .map(|p| {
                serde_json::json!({
                    "page": p.page,
                    "boxes": p.boxes,
                    "fields": p.fields,
                    "marks": p.marks,
                    "qr": p.qr,
                })
            })
            .collect();
        serde_json::json!({
            "schema": "phieu.layout/1",
            "form": self.form,
            "version": self.version,
            "page_size_mm": self.page_size_mm,
            "box_line_mm": self.box_line_mm,
            "fingerprint": self.fingerprint().to_string(),
            "pages": pages,
        })
    }
}

impl PageLayout {
    /// The boxes of one question, in the order of its options.
    pub fn boxes_of<'a>(&'a self, question: &'a str) -> impl Iterator<Item = &'a BoxPlace> {
        self.boxes.iter().filter(move |b| b.question == question)
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}
