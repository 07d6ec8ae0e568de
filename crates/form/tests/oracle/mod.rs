//! Every rule of distance on a page, looked at from the finished layout alone.

use phieu_model::geometry::RectMm;
use phieu_model::layout::{Layout, PageLayout, Rule, SlotContent, TextRun};
use phieu_typeface::{fill_slot, ink_extent_mm, text_width_mm};

/// Rounding to 0.01 mm moves two edges by 0.005 mm each.
const ROUNDING: f64 = 0.0101;
const QUIET_MM: f64 = 4.0 * 18.85 / 29.0;

/// One sentence for each rule that is broken; empty for a good layout.
pub fn violations(layout: &Layout) -> Vec<String> {
    layout.pages.iter().flat_map(|page| of_page(layout, page)).collect()
}

fn of_page(layout: &Layout, page: &PageLayout) -> Vec<String> {
    let mut found = Vec::new();
    let texts = all_texts(page);
    let inks: Vec<(String, RectMm)> = texts.iter().map(|t| (t.text.clone(), ink(t))).collect();
    let rules: Vec<RectMm> = page.rules.iter().map(rule_rect).collect();
    let line = layout.box_line_mm / 2.0;
    let boxes: Vec<RectMm> = page.boxes.iter().map(|b| b.rect.grown(line)).collect();

    let frame = RectMm::new(8.0, 8.0, 194.0, 281.0).grown(ROUNDING);
    let printed = inks.iter().map(|(t, r)| (t.as_str(), *r));
    let printed = printed
        .chain(rules.iter().map(|r| ("rule", *r)))
        .chain(boxes.iter().map(|r| ("box", *r)))
        .chain(page.marks.iter().map(|m| ("mark", m.rect)))
        .chain(page.qr.iter().map(|r| ("code", *r)));
    for (what, rect) in printed {
        if !frame.contains_rect(&rect) {
            found.push(format!("{what} {rect:?} leaves the frame"));
        }
    }

    let near = |a: &RectMm, b: &RectMm, mm: f64| a.grown(mm - ROUNDING).overlaps(b);
    for (n, (text, rect)) in inks.iter().enumerate() {
        for b in boxes.iter().filter(|b| near(b, rect, 1.0)) {
            found.push(format!("“{text}” is nearer than 1 mm to the box {b:?}"));
        }
        for mark in page.marks.iter().filter(|m| near(&m.rect, rect, 3.0)) {
            found.push(format!("“{text}” is nearer than 3 mm to {:?}", mark.kind));
        }
        for qr in page.qr.iter().filter(|qr| near(qr, rect, QUIET_MM)) {
            found.push(format!("“{text}” stands in the quiet zone of {qr:?}"));
        }
        for field in page.fields.iter().filter(|f| f.rect.overlaps(rect)) {
            found.push(format!("“{text}” stands in the field {}", field.field));
        }
        for (other, _) in inks[n + 1..].iter().filter(|(_, other)| near(other, rect, 0.0)) {
            found.push(format!("“{text}” and “{other}” overlap"));
        }
        for rule in rules.iter().filter(|r| near(r, rect, 0.1)) {
            found.push(format!("“{text}” touches the rule {rule:?}"));
        }
    }
    for rect in &rules {
        for b in boxes.iter().filter(|b| near(b, rect, 1.8)) {
            found.push(format!("the rule {rect:?} is nearer than 1.8 mm to the box {b:?}"));
        }
        for mark in page.marks.iter().filter(|m| near(&m.rect, rect, 3.0)) {
            found.push(format!("the rule {rect:?} is nearer than 3 mm to {:?}", mark.kind));
        }
        for qr in page.qr.iter().filter(|qr| near(qr, rect, QUIET_MM)) {
            found.push(format!("the rule {rect:?} stands in the quiet zone of {qr:?}"));
        }
    }
    for (n, mark) in page.marks.iter().enumerate() {
        for other in page.marks[n + 1..].iter().filter(|o| near(&o.rect, &mark.rect, 3.0)) {
            found.push(format!("{:?} and {:?} are nearer than 3 mm", mark.kind, other.kind));
        }
        for qr in page.qr.iter().filter(|qr| near(qr, &mark.rect, QUIET_MM)) {
            found.push(format!("{:?} stands in the quiet zone of {qr:?}", mark.kind));
        }
    }
    for (n, place) in page.boxes.iter().enumerate() {
        if !(4.5..=5.0).contains(&place.rect.w) || (place.rect.w - place.rect.h).abs() > 1e-9 {
            found.push(format!("box {:?} is no square of 4.5 to 5 mm", place.rect));
        }
        for other in &page.boxes[n + 1..] {
            let (a, b) = (place.rect.center(), other.rect.center());
            if (a.x - b.x).abs().max((a.y - b.y).abs()) < 8.0 - ROUNDING {
                found.push(format!("boxes {:?} and {:?} are too near", place.rect, other.rect));
            }
        }
        let question = page.questions.iter().find(|q| q.question == place.question);
        match question {
            Some(q) => {
                let q = q.rect.grown(ROUNDING);
                if !q.contains_rect(&place.rect.grown(line)) || !q.contains_rect(&place.label) {
                    found.push(format!("{}/{} leaves its question", place.question, place.option));
                }
            }
            None => found.push(format!("{} has no place", place.question)),
        }
    }
    for (n, question) in page.questions.iter().enumerate() {
        for other in page.questions[n + 1..].iter().filter(|o| near(&o.rect, &question.rect, 0.0)) {
            found.push(format!("{} and {} overlap", question.question, other.question));
        }
    }
    for (n, field) in page.fields.iter().enumerate() {
        for b in page.boxes.iter().filter(|b| near(&b.rect.grown(line), &field.rect, 6.0)) {
            found.push(format!("field {} is nearer than 6 mm to {}", field.field, b.question));
        }
        for q in page.questions.iter().filter(|q| near(&q.rect, &field.rect, 2.0)) {
            found.push(format!("field {} is nearer than 2 mm to {}", field.field, q.question));
        }
        for other in page.fields[n + 1..].iter().filter(|o| near(&o.rect, &field.rect, 0.0)) {
            found.push(format!("fields {} and {} overlap", field.field, other.field));
        }
        for qr in page.qr.iter().filter(|qr| near(qr, &field.rect, QUIET_MM)) {
            found.push(format!("field {} stands in the quiet zone of {qr:?}", field.field));
        }
    }
    found.extend(unrounded(page));
    found
}

/// The printed text, slots filled with the longest text they take.
fn all_texts(page: &PageLayout) -> Vec<TextRun> {
    let mut texts = page.texts.clone();
    for slot in &page.slots {
        let text = match slot.content {
            SlotContent::Serial => "26Q4-000123-7XK",
            SlotContent::Procedure { .. } => {
                "Cấp Giấy phép kinh doanh (quyền phân phối bán lẻ) cho doanh nghiệp có vốn nước ngoài (2.000255)"
            }
            SlotContent::Unit { .. } => "Phòng Quản lý Thương mại, Sở Công Thương",
        };
        texts.extend(fill_slot(slot, text).expect("the sample fits its slot"));
    }
    texts
}

fn ink(text: &TextRun) -> RectMm {
    let (above, below) = ink_extent_mm(text.face, text.size_pt, &text.text);
    let width = text_width_mm(text.face, text.size_pt, &text.text);
    RectMm::new(text.at.x, text.at.y - above, width, above + below)
}

fn rule_rect(rule: &Rule) -> RectMm {
    let (from, to) = (rule.from, rule.to);
    RectMm::new(from.x.min(to.x), from.y.min(to.y), (to.x - from.x).abs(), (to.y - from.y).abs())
        .grown(rule.width_mm / 2.0)
}

fn unrounded(page: &PageLayout) -> Vec<String> {
    let rects = page
        .boxes
        .iter()
        .flat_map(|b| [b.rect, b.label])
        .chain(page.questions.iter().map(|q| q.rect))
        .chain(page.fields.iter().map(|f| f.rect))
        .chain(page.marks.iter().map(|m| m.rect))
        .chain(page.qr.iter().copied())
        .chain(page.slots.iter().map(|s| s.rect));
    let points = page.texts.iter().map(|t| t.at).chain(page.rules.iter().flat_map(|r| [r.from, r.to]));
    rects
        .flat_map(|r| [r.x, r.y, r.w, r.h])
        .chain(points.flat_map(|p| [p.x, p.y]))
        .filter(|mm| *mm != (mm * 100.0).round() / 100.0)
        .map(|mm| format!("{mm} is not a multiple of 0.01 mm"))
        .collect()
}
