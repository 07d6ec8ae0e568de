//! A question of its own: wording, then its options in a row or in columns.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::template::{Arrangement, ChoiceOption, Question};
use phieu_typeface::{break_lines, text_width_mm};

use super::page::{Align, Column, Page, baseline_level_with};
use crate::measures as m;

/// Width of a box with its outline and the space to its label.
const BOX_AND_SPACE: f64 = m::BOX + m::BOX_LINE + m::BOX_TO_LABEL;

pub(super) fn place(page: &mut Page, question: &Question, arrangement: Arrangement) {
    page.begin_question();
    let text = format!("{} {}", question.number, question.text);
    if arrangement == Arrangement::Row
        && let Some(beside) = Beside::new(page, question, &text)
    {
        place_beside(page, question, &beside);
        page.gap(m::AFTER_QUESTION);
        return;
    }
    let wording = page.paragraph(&text, m::BODY, Align::Left);
    page.gap(m::WORDING_TO_BOX);
    let options = match arrangement {
        Arrangement::Row => row(page, question),
        Arrangement::Column => columns(page, question),
    };
    let rect = wording.map_or(options, |wording| wording.union(&options));
    page.question(question, rect);
    page.gap(m::AFTER_QUESTION);
}

/// Options in a row to the right of their wording, which saves a line where the
/// wording takes no more lines for it.
struct Beside {
    column: Column,
    lines: Vec<String>,
    /// Left edge of each option.
    lefts: Vec<f64>,
}

impl Beside {
    fn new(page: &Page, question: &Question, wording: &str) -> Option<Self> {
        // The row may yet move down by a pitch, away from the row above it.
        let height_in = |column| {
            let lines = Self::within(column, question, wording).map_or(0, |beside| beside.lines.len());
            lines as f64 * m::BODY.leading + m::BOX_PITCH
        };
        Self::within(page.settled_column(height_in), question, wording)
    }

    fn within(column: Column, question: &Question, wording: &str) -> Option<Self> {
        let mut x = column.right;
        let mut lefts = Vec::new();
        for option in question.options.iter().rev() {
            x -= BOX_AND_SPACE + label_width(&option.label);
            lefts.push(x);
            x -= m::OPTION_GAP_BESIDE;
        }
        lefts.reverse();
        let text = Column { right: x, ..column };
        let lines_in = |width: f64| break_lines(m::BODY.face, m::BODY.size_pt, wording, |_| width);
        let lines = lines_in(text.width());
        let fits = text.width() > 0.0
            && lines.len() <= lines_in(column.width()).len()
            && lines.iter().all(|l| text_width_mm(m::BODY.face, m::BODY.size_pt, l) <= text.width());
        fits.then_some(Self { column: text, lines, lefts })
    }
}

fn place_beside(page: &mut Page, question: &Question, beside: &Beside) {
    let height = beside.lines.len() as f64 * m::BODY.leading;
    let half_box = (m::BOX + m::BOX_LINE) / 2.0;
    let centre_y = page.box_row(page.y() + (height / 2.0).max(half_box) - half_box);
    // The middle of the wording's capitals, not of its leading, is level with the box.
    let middle = beside.lines.len().saturating_sub(1) as f64 * m::BODY.leading / 2.0;
    let first = baseline_level_with(centre_y, m::BODY) - middle;
    let mut rect: Option<RectMm> = None;
    for (n, line) in beside.lines.iter().enumerate() {
        let baseline = first + n as f64 * m::BODY.leading;
        let line = page.text_at(beside.column.left, baseline, m::BODY, line);
        rect = Some(rect.map_or(line, |rect| rect.union(&line)));
    }
    for (n, (option, x)) in question.options.iter().zip(&beside.lefts).enumerate() {
        let label = std::slice::from_ref(&option.label);
        let option = option_at(page, question, (n, PointMm::new(*x, centre_y)), label);
        rect = Some(rect.map_or(option, |rect| rect.union(&option)));
    }
    let rect = rect.expect("a question was checked to have options");
    page.question(question, rect);
    page.at_least(rect.bottom());
}

fn label_width(label: &str) -> f64 {
    text_width_mm(m::OPTION.face, m::OPTION.size_pt, label)
}

/// Options side by side: at one pitch where that leaves room between them, else with
/// equal gaps.
fn row(page: &mut Page, question: &Question) -> RectMm {
    // The row may yet move down by a pitch, away from the row above it.
    let column = page.column(2.0 * m::BOX_PITCH);
    let left = column.left + m::OPTION_INDENT;
    let room = column.right - left;
    let n = question.options.len() as f64;
    let widths: Vec<f64> = question.options.iter().map(|o| BOX_AND_SPACE + label_width(&o.label)).collect();
    let widest = widths.iter().copied().fold(0.0, f64::max);
    let pitch = (room / n).min(m::OPTION_PITCH_MAX);
    let spare = room - widths.iter().sum::<f64>();
    let gap = spare / (n - 1.0);
    let centre_y = page.box_row(page.y());
    let mut x = left;
    let mut all: Option<RectMm> = None;
    for (n, option) in question.options.iter().enumerate() {
        let rect =
            option_at(page, question, (n, PointMm::new(x, centre_y)), std::slice::from_ref(&option.label));
        all = Some(all.map_or(rect, |all| all.union(&rect)));
        x += if widest + m::OPTION_GAP <= pitch { pitch } else { widths[n] + gap };
    }
    let all = all.expect("a question was checked to have options");
    page.at_least(all.bottom());
    page.needs_room(&question.id, (m::OPTION_GAP - gap) * (n - 1.0));
    all
}

/// Options one below the other, in two columns where they are many and both fit.
fn columns(page: &mut Page, question: &Question) -> RectMm {
    let pitch = page.stretched(m::COLUMN_PITCH);
    let n = question.options.len();
    let rows = n.div_ceil(2);
    let widest = |options: &[ChoiceOption]| {
        options.iter().map(|o| BOX_AND_SPACE + label_width(&o.label)).fold(0.0, f64::max)
    };
    let column = page.column(pitch * rows as f64);
    let left = column.left + m::OPTION_INDENT;
    let second = left + widest(&question.options[..rows]) + m::OPTION_GAP;
    if n < m::TWO_COLUMNS_FROM || second + widest(&question.options[rows..]) > column.right {
        return one_column(page, question);
    }
    let top = page.y();
    let centres: Vec<f64> = (0..rows).map(|row| page.box_row(top + row as f64 * pitch)).collect();
    let mut all: Option<RectMm> = None;
    for (n, option) in question.options.iter().enumerate() {
        let at = PointMm::new(if n < rows { left } else { second }, centres[n % rows]);
        let rect = option_at(page, question, (n, at), std::slice::from_ref(&option.label));
        all = Some(all.map_or(rect, |all| all.union(&rect)));
    }
    let all = all.expect("a question was checked to have options");
    page.at_least(all.bottom());
    all
}

/// Options one below the other; long labels are broken.
fn one_column(page: &mut Page, question: &Question) -> RectMm {
    let pitch = page.stretched(m::COLUMN_PITCH);
    let lines_in = |column: Column, label: &str| {
        let width = column.width() - m::OPTION_INDENT - BOX_AND_SPACE;
        break_lines(m::OPTION.face, m::OPTION.size_pt, label, |_| width)
    };
    let extra = |lines: &[String]| lines.len().saturating_sub(1) as f64 * m::OPTION.leading;
    let height_in =
        |column| question.options.iter().map(|o| pitch + extra(&lines_in(column, &o.label))).sum();
    let column = page.settled_column(height_in);
    let mut all: Option<RectMm> = None;
    for (n, option) in question.options.iter().enumerate() {
        let lines = lines_in(column, &option.label);
        let top = page.y();
        for line in &lines {
            let room = column.width() - m::OPTION_INDENT - BOX_AND_SPACE;
            page.needs_room(line, label_width(line) - room);
        }
        let at = PointMm::new(column.left + m::OPTION_INDENT, page.box_row(top));
        let rect = option_at(page, question, (n, at), &lines);
        page.at_least(if n + 1 < question.options.len() {
            top + pitch + extra(&lines)
        } else {
            rect.bottom()
        });
        all = Some(all.map_or(rect, |all| all.union(&rect)));
    }
    all.expect("a question was checked to have options")
}

/// Prints option `n` with its box at `at` (left edge of the outline, centre of the
/// row) and gives the rectangle of box and label.
fn option_at(page: &mut Page, question: &Question, at: (usize, PointMm), label: &[String]) -> RectMm {
    let (n, at) = at;
    let baseline = baseline_level_with(at.y, m::OPTION);
    let x = at.x + BOX_AND_SPACE;
    let mut text: Option<RectMm> = None;
    for (line, words) in label.iter().enumerate() {
        let rect = page.text_at(x, baseline + line as f64 * m::OPTION.leading, m::OPTION, words);
        text = Some(text.map_or(rect, |text| text.union(&rect)));
    }
    let text = text.unwrap_or(RectMm::new(x, at.y, 0.0, 0.0));
    let centre = PointMm::new(at.x + (m::BOX + m::BOX_LINE) / 2.0, at.y);
    page.checkbox(question, n, (centre, text)).union(&text)
}
