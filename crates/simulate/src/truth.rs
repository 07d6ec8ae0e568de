//! What is true of a simulated page: one JSON line beside its picture.

use phieu_model::reading::AnswerState;
use phieu_model::serial::Serial;
use serde::{Deserialize, Serialize};

use crate::dirt::Streak;
use crate::hostile::Hostile;
use crate::lamp::Lamp;
use crate::pen::Pen;
use crate::profile::{CorrectionKind, Oddity, Output};
use crate::shape::{FillForm, Shape, TickForm};
use crate::stranger::StrangerKind;
use crate::toner::PrintRun;
use crate::view::Device;
use crate::wear::Wear;

/// What is true of one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageTruth {
    /// Name of the picture file, without a folder.
    pub file_name: String,
    /// What a reader must do with it.
    pub expected: Expected,
    /// What it is, when it is not a page of ours.
    pub stranger: Option<StrangerKind>,
    /// How it was spoiled, when it is a sheet of ours made hostile.
    pub hostile: Option<Hostile>,
    /// The sheet.
    pub serial: Option<Serial>,
    /// Page of the form, from 1.
    pub page: Option<u8>,
    /// Name of the profile.
    pub profile: String,
    /// The seed of the batch.
    pub seed: u64,
    /// Place in the batch, from 0.
    pub index: usize,
    /// How it was printed and scanned.
    pub factors: Factors,
    /// Why it cannot be read although it ought to be; such a page may be refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<Unreadable>,
    /// Where each box of the layout's page lies in the picture as it is stored, in the layout's
    /// order: x and y of the middle of its outline in pixels (0 at the outer side of the first
    /// pixel), and pixels to a millimetre there. A box that is cut off lies beyond the picture.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes_px: Vec<[f64; 3]>,
    /// Who filled it in.
    pub person: Option<PersonTruth>,
    /// The closed questions of the page, in the order of the paper.
    pub questions: Vec<QuestionTruth>,
    /// The places for handwriting.
    pub fields: Vec<FieldTruth>,
}

/// What a reader must do with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Read it.
    Read,
    /// Refuse it.
    Refused,
}

/// The factors of printer, paper and scanner or telephone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factors {
    /// True dots to an inch; of a photograph, about.
    pub dpi: u32,
    /// Whether the file states a resolution.
    pub dpi_tagged: bool,
    /// The resolution that the file states.
    #[serde(default)]
    pub dpi_tag: Option<u32>,
    /// Kind of file.
    pub output: Output,
    /// Quality, for JPEG.
    pub jpeg_quality: Option<u8>,
    /// Whether a JPEG file holds colour at half the resolution.
    #[serde(default)]
    pub half_chroma: bool,
    /// Clockwise quarter turns of the picture as it is stored.
    pub quarter_turns: u8,
    /// Orientation that the file states by EXIF, 1–8.
    #[serde(default)]
    pub exif: Option<u8>,
    /// Skew in degrees, clockwise, before the quarter turns.
    pub skew_deg: f64,
    /// Shift on the glass in millimetres.
    pub shift_mm: [f64; 2],
    /// Scale of print and scanner together.
    pub scale: [f64; 2],
    /// Darkness of the toner, 0–1.
    pub toner: f64,
    /// Deviation of the optical blur in millimetres.
    pub blur_mm: f64,
    /// Deviation of the noise in grey levels.
    pub noise: f64,
    /// Largest loss of light, 0–1.
    pub shade: f64,
    /// Grey level of the surround.
    pub surround: f64,
    /// Millimetres of surround at each side; negative cuts the page.
    pub margin_mm: f64,
    /// Specks of dust.
    pub dust: u32,
    /// Place of a vertical streak in millimetres from the left of the upright picture.
    pub streak_mm: Option<f64>,
    /// The run of the printer.
    #[serde(default)]
    pub print: PrintRun,
    /// What the sheet went through.
    #[serde(default)]
    pub wear: Wear,
    /// What took the picture, and from where.
    #[serde(default)]
    pub device: Device,
    /// The light.
    #[serde(default)]
    pub lamp: Lamp,
    /// The sensor.
    #[serde(default)]
    pub sensor: Sensor,
    /// Vertical streaks.
    #[serde(default)]
    pub streaks: Vec<Streak>,
}

/// How the sensor makes levels of light.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Sensor {
    /// Grey level of white paper.
    pub white: f64,
    /// Grey level of full black.
    pub black: f64,
    /// Deviation of the noise in grey levels.
    pub noise: f64,
    /// Overshoot at edges, 0 none.
    pub sharpen: f64,
    /// Exponent of the tone curve.
    pub gamma: f64,
    /// Threshold of one-bit pictures between black (0) and white (1).
    pub threshold: f64,
}

/// Why no fair reader could read a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// Both codes are cut off, torn away or covered, or have lost so much in the same place to used-up toner or to a
    /// scanner's threshold that their error correction cannot make it good.
    Codes,
    /// More than six boxes are cut off, torn away or covered, or have lost their outline to used-up toner or
    /// to a scanner's threshold.
    Boxes,
}

/// The habits of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonTruth {
    /// The pen.
    pub pen: Pen,
    /// The usual shape.
    pub habit: Shape,
    /// Pressure, 0–1.
    pub pressure: f64,
    /// Size of the marks against the box.
    pub size: f64,
    /// Tremor in millimetres.
    pub tremor_mm: f64,
    /// Usual deviation from the middle of the box, as a share of the box.
    pub scatter: f64,
    /// Where the hand always misses the middle, millimetres to the right and down.
    pub drift_mm: [f64; 2],
    /// Slant of the marks, radians clockwise.
    pub lean: f64,
    /// How fast the hand moves, 0–1.
    pub speed: f64,
    /// Goes over strokes twice.
    pub twice: bool,
    /// The form of the ticks.
    pub tick: TickForm,
    /// The way of filling.
    pub fill: FillForm,
    /// The way of taking a mark back.
    pub corrects: CorrectionKind,
}

/// What is true of one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionTruth {
    /// Question id.
    pub question: String,
    /// What the person meant. `unclear`: nobody who looks at the paper can say, so that a reader is right
    /// only if it asks a person.
    pub state: AnswerState,
    /// The options that stand, in the order of the paper.
    pub options: Vec<String>,
    /// Nobody could argue: no ink at all, or whole, clear marks in their boxes
    /// and nothing else.
    pub plain: bool,
    /// A mark that stands has left no trace in the picture, so that no reader, human or
    /// not, can know of it.
    pub traceless: bool,
    /// What was drawn, in the order of drawing.
    pub drawn: Vec<Drawn>,
    /// How a choice was changed, if it was.
    pub correction: Option<CorrectionKind>,
    /// What is rare here, if anything.
    pub oddity: Option<Oddity>,
    /// Ink in the question's place that belongs to none of its marks.
    pub beside: Vec<Beside>,
}

/// Ink that is no mark of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// Words.
    Note,
    /// A number.
    Phone,
    /// Initials or a signature of the staff.
    Initials,
    /// A stroke of a mark ends in a box that is not its own.
    Tail,
}

/// One shape on the paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// The option whose box it belongs to.
    pub option: String,
    /// The shape.
    pub shape: Shape,
    /// Drawn with hardly any pressure.
    pub faint: bool,
    /// Share of its way that lies inside the box.
    pub inside: f64,
    /// Length of its way inside the box, in widths of the box.
    pub within: f64,
    /// Share of its way that the picture still shows: 1 but in one-bit pictures, whose
    /// threshold takes weak ink away.
    pub seen: f64,
}

/// A mark of which the picture shows no more than this is gone.
const GONE: f64 = 0.06;
/// A mark of which the picture shows less than this is not plain.
const HALF_GONE: f64 = 0.6;

impl QuestionTruth {
    /// Notes ink that belongs to no mark of the question: it is no longer plain.
    pub(crate) fn disturb(&mut self, by: Beside) {
        self.plain = false;
        if !self.beside.contains(&by) {
            self.beside.push(by);
        }
    }

    /// Notes how much of each drawn shape the picture shows, in the order of drawing.
    pub(crate) fn set_seen(&mut self, shares: impl Iterator<Item = f64>) {
        for (drawn, share) in self.drawn.iter_mut().zip(shares) {
            drawn.seen = (share * 100.0).round() / 100.0;
            self.plain &= drawn.seen >= HALF_GONE;
        }
        // A box may hold several shapes; one that is seen is a trace.
        self.traceless = self.options.iter().any(|option| {
            let mut of_box = self.drawn.iter().filter(|d| d.option == *option).peekable();
            of_box.peek().is_some() && of_box.all(|d| d.seen <= GONE)
        });
    }
}

impl QuestionTruth {
    /// Notes which options have a box that is lost in part or whole, or troubled by stamps,
    /// stickers or stains.
    pub(crate) fn set_damage(&mut self, lost: &[&str], troubled: &[&str]) {
        self.plain &= lost.is_empty() && troubled.is_empty();
        self.traceless |= self.options.iter().any(|option| lost.contains(&option.as_str()));
    }
}

/// What is true of a place for handwriting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldTruth {
    /// Field id.
    pub field: String,
    /// Whether something was written there.
    pub ink: bool,
}

/// To four decimals, so that the truth file stays short and reads back to the same value.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
