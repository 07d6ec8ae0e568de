//! Lines to write on.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{FieldPlace, Rule, Stroke};
use phieu_model::template::WritingPart;
use phieu_typeface::{break_lines, text_width_mm};

use super::page::{Align, Column, Page};
use crate::measures as m;

pub(super) fn place(page: &mut Page, label: &str, parts: &[WritingPart]) {
    page.gap(m::BEFORE_HEADING);
    let pitch = page.stretched(m::WRITING_PITCH);
    let rows = rows(parts);
    let heading =
        |column: Column| break_lines(m::HEADING.face, m::HEADING.size_pt, label, |_| column.width());
    let height: f64 = rows.iter().map(|row| row_lines(row) as f64 * pitch).sum();
    let column = page.settled_column(|column| {
        heading(column).len() as f64 * m::HEADING.leading + height + m::WRITING_BELOW
    });
    page.lines(&heading(column), m::HEADING, (column, Align::Left));
    page.begin_field();
    for row in rows {
        write_row(page, column, row);
    }
}

/// The parts by line.
fn rows(parts: &[WritingPart]) -> Vec<&[WritingPart]> {
    parts.chunk_by(|_, next| next.same_line).collect()
}

/// Lines of a row: a label over several lines to write on has a line of its own.
fn row_lines(row: &[WritingPart]) -> usize {
    row.iter()
        .map(|part| usize::from(part.lines) + usize::from(part.lines > 1 && !part.label.is_empty()))
        .max()
        .unwrap_or(0)
}

fn dots(page: &mut Page, from: f64, to: f64, y: f64) {
    // The outer dots' edges, not their centres, end the line.
    let half_dot = m::DOTS_WIDTH / 2.0;
    page.rule(Rule {
        from: PointMm::new(from + half_dot, y),
        to: PointMm::new(to - half_dot, y),
        width_mm: m::DOTS_WIDTH,
        stroke: Stroke::Dotted,
    });
}

fn write_row(page: &mut Page, column: Column, row: &[WritingPart]) {
    match row {
        [part] if part.lines > 1 => {
            if !part.label.is_empty() {
                let lines = break_lines(m::BODY.face, m::BODY.size_pt, &part.label, |_| column.width());
                page.lines(&lines, m::BODY, (column, Align::Left));
            }
            block(page, column, part);
        }
        parts => shared_line(page, column, parts),
    }
}

/// Several lines over the whole column.
fn block(page: &mut Page, column: Column, part: &WritingPart) {
    let pitch = page.stretched(m::WRITING_PITCH);
    let first = page.y() + pitch - m::WRITING_BELOW;
    let last = first + f64::from(part.lines - 1) * pitch;
    for n in 0..part.lines {
        dots(page, column.left, column.right, first + f64::from(n) * pitch);
    }
    let top = first - m::WRITING_ABOVE;
    page.field(FieldPlace {
        field: part.field.clone(),
        sensitive: part.sensitive,
        rect: RectMm::new(column.left, top, column.width(), last + m::WRITING_BELOW - top),
    });
    page.go_to(last + m::WRITING_BELOW);
}

/// One line, shared by the parts: labels first, then the rest of the width.
fn shared_line(page: &mut Page, column: Column, parts: &[WritingPart]) {
    let pitch = page.stretched(m::WRITING_PITCH);
    let y = page.y() + pitch - m::WRITING_BELOW;
    let label_width = |part: &WritingPart| {
        if part.label.is_empty() {
            0.0
        } else {
            text_width_mm(m::BODY.face, m::BODY.size_pt, &part.label) + m::LABEL_TO_LINE
        }
    };
    let labels: f64 = parts.iter().map(label_width).sum();
    let gaps = m::WRITING_GAP * (parts.len() as f64 - 1.0);
    let share = |n: usize| if n > 0 && n + 1 == parts.len() { m::LAST_PLACE_SHARE } else { 1.0 };
    let shares: f64 = (0..parts.len()).map(share).sum();
    let unit = (column.width() - labels - gaps) / shares;
    let mut x = column.left;
    for (n, part) in parts.iter().enumerate() {
        if !part.label.is_empty() {
            page.text_at(x, y - m::DOTS_BELOW_BASELINE, m::BODY, &part.label);
        }
        x += label_width(part);
        let width = unit * share(n);
        page.needs_room(&part.field, m::WRITING_LEAST - width);
        dots(page, x, x + width, y);
        let rect = RectMm::new(x, y - m::WRITING_ABOVE, width, m::WRITING_ABOVE + m::WRITING_BELOW);
        page.field(FieldPlace { field: part.field.clone(), sensitive: part.sensitive, rect });
        x += width + m::WRITING_GAP;
    }
    page.go_to(y + m::WRITING_BELOW);
}
