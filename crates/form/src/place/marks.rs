//! What the reader steers by: corner marks, codes, timing marks.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{Face, MarkKind, MarkPlace, PageLayout, Slot, SlotContent};

use crate::measures as m;

/// The highest centre of a row of boxes whose timing marks stay clear of the corner marks.
pub(super) const FIRST_ROW: f64 = m::EDGE + m::CORNER + m::CORNER_CLEAR + m::TIMING_HEIGHT / 2.0;
/// The lowest one.
pub(super) const LAST_ROW: f64 = m::BOTTOM - m::CORNER - m::CORNER_CLEAR - m::TIMING_HEIGHT / 2.0;

/// The four corner marks, touching the 8 mm line.
pub(super) fn corners() -> Vec<MarkPlace> {
    let (right, bottom) = (m::PAGE[0] - m::EDGE, m::PAGE[1] - m::EDGE);
    let square = |x, y| RectMm::new(x, y, m::CORNER, m::CORNER);
    vec![
        MarkPlace { kind: MarkKind::CornerTl, rect: RectMm::new(m::EDGE, m::EDGE, m::CORNER_ODD, m::CORNER) },
        MarkPlace { kind: MarkKind::CornerTr, rect: square(right - m::CORNER, m::EDGE) },
        MarkPlace { kind: MarkKind::CornerBr, rect: square(right - m::CORNER, bottom - m::CORNER) },
        MarkPlace { kind: MarkKind::CornerBl, rect: square(m::EDGE, bottom - m::CORNER) },
    ]
}

/// The squares of modules: top right and bottom left.
pub(super) fn codes() -> Vec<RectMm> {
    let side = m::QR_MODULES * m::QR_MODULE;
    let bottom = m::BOTTOM - m::SERIAL_HEIGHT - m::QR_QUIET - side;
    vec![
        RectMm::new(m::PAGE[0] - m::QR_LEFT - side, m::EDGE, side, side),
        RectMm::new(m::QR_LEFT, bottom, side, side),
    ]
}

/// The serial under each code.
pub(super) fn serials() -> Vec<Slot> {
    codes()
        .iter()
        .map(|code| Slot {
            content: SlotContent::Serial,
            rect: RectMm::new(
                code.center().x - m::SERIAL_WIDTH / 2.0,
                code.bottom() + m::QR_QUIET,
                m::SERIAL_WIDTH,
                m::SERIAL_HEIGHT,
            ),
            first_baseline_mm: m::SERIAL_BASELINE,
            leading_mm: m::SERIAL_HEIGHT,
            first_indent_mm: 0.0,
            size_pt: m::SERIAL_SIZE_PT,
            face: Face::Bold,
            centered: true,
        })
        .collect()
}

/// The page with every number rounded to 0.01 mm, and with timing marks level with the
/// rounded rows of boxes.
pub(super) fn finished(mut page: PageLayout) -> PageLayout {
    for place in &mut page.boxes {
        place.rect = rounded_rect(place.rect);
        place.label = rounded_rect(place.label);
    }
    for place in &mut page.questions {
        place.rect = rounded_rect(place.rect);
    }
    for place in &mut page.fields {
        place.rect = rounded_rect(place.rect);
    }
    for qr in &mut page.qr {
        *qr = rounded_rect(*qr);
    }
    for slot in &mut page.slots {
        slot.rect = rounded_rect(slot.rect);
        slot.first_baseline_mm = rounded(slot.first_baseline_mm);
        slot.first_indent_mm = rounded(slot.first_indent_mm);
    }
    for text in &mut page.texts {
        text.at = rounded_point(text.at);
    }
    for rule in &mut page.rules {
        rule.from = rounded_point(rule.from);
        rule.to = rounded_point(rule.to);
    }
    let timing = timing(&page);
    page.marks.extend(timing);
    page
}

fn timing(page: &PageLayout) -> Vec<MarkPlace> {
    let mut centres: Vec<f64> = page.boxes.iter().map(|b| rounded(b.rect.center().y)).collect();
    centres.sort_by(f64::total_cmp);
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for y in centres {
        match rows.last_mut() {
            Some(row) if y - row[0] < m::TIMING_MERGE => row.push(y),
            _ => rows.push(vec![y]),
        }
    }
    rows.iter()
        .flat_map(|row| {
            let y = row.iter().sum::<f64>() / row.len() as f64 - m::TIMING_HEIGHT / 2.0;
            let at = |x| rounded_rect(RectMm::new(x, y, m::TIMING_WIDTH, m::TIMING_HEIGHT));
            [
                MarkPlace { kind: MarkKind::TimingLeft, rect: at(m::EDGE) },
                MarkPlace { kind: MarkKind::TimingRight, rect: at(m::PAGE[0] - m::EDGE - m::TIMING_WIDTH) },
            ]
        })
        .collect()
}

fn rounded(mm: f64) -> f64 {
    (mm * 100.0).round() / 100.0
}

fn rounded_point(point: PointMm) -> PointMm {
    PointMm::new(rounded(point.x), rounded(point.y))
}

fn rounded_rect(rect: RectMm) -> RectMm {
    RectMm::new(rounded(rect.x), rounded(rect.y), rounded(rect.w), rounded(rect.h))
}
