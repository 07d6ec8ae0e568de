//! A small form drawn by hand, with its PDF: the simulator's tests need neither the
//! real questionnaire nor the printer.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{
    BoxPlace, FieldPlace, Layout, MarkKind, MarkPlace, PageLayout, QuestionPlace, Rule, Stroke,
};
use phieu_model::period::Period;
use phieu_model::serial::Serial;
use phieu_model::template::{ChoiceOption, Choose, Question, QuestionKind};
use phieu_simulate::SheetPage;

pub const BOX_MM: f64 = 4.5;

/// Eight questions of five boxes in rows 14 mm apart, the first with several answers,
/// and two places for handwriting.
pub fn layout() -> Layout {
    let mut questions = Vec::new();
    let mut boxes = Vec::new();
    let mut places = Vec::new();
    for q in 0..8 {
        let id = format!("q3_{}", q + 1);
        let choose = if q == 0 { Choose::Many } else { Choose::One };
        let y = 60.0 + 14.0 * f64::from(q);
        let options: Vec<ChoiceOption> = (0..5)
            .map(|o| ChoiceOption { id: format!("l{}", 5 - o), label: format!("Mức {}", 5 - o) })
            .collect();
        for (o, option) in options.iter().enumerate() {
            let x = 95.0 + 18.0 * o as f64;
            boxes.push(BoxPlace {
                question: id.clone(),
                option: option.id.clone(),
                choose,
                rect: RectMm::new(x, y, BOX_MM, BOX_MM),
                label: RectMm::new(x - 3.0, y - 4.5, 11.0, 3.5),
            });
        }
        places.push(QuestionPlace { question: id.clone(), rect: RectMm::new(18.0, y - 5.0, 175.0, 13.0) });
        questions.push(Question {
            id,
            number: format!("3.{}.", q + 1),
            text: "Câu hỏi".to_owned(),
            choose,
            kind: if q == 0 { QuestionKind::Channels } else { QuestionKind::Scale { headline: false } },
            options,
        });
    }
    let field = |field: &str, sensitive, y| FieldPlace {
        field: field.to_owned(),
        sensitive,
        rect: RectMm::new(20.0, y, 170.0, 16.0),
    };
    let mark = |kind, x, y, w| MarkPlace { kind, rect: RectMm::new(x, y, w, 5.0) };
    Layout {
        form: "hand-made".to_owned(),
        code: "HAND".to_owned(),
        version: 1,
        page_size_mm: [210.0, 297.0],
        box_line_mm: 0.3,
        questions,
        pages: vec![PageLayout {
            page: 1,
            boxes,
            questions: places,
            fields: vec![field("q4", false, 190.0), field("q5_name", true, 225.0)],
            marks: vec![
                mark(MarkKind::CornerTl, 8.0, 8.0, 7.5),
                mark(MarkKind::CornerTr, 197.0, 8.0, 5.0),
                mark(MarkKind::CornerBr, 197.0, 284.0, 5.0),
                mark(MarkKind::CornerBl, 8.0, 284.0, 5.0),
            ],
            qr: Vec::new(),
            slots: Vec::new(),
            texts: Vec::new(),
            rules: (0..4)
                .map(|i| {
                    let y = [197.5, 205.5, 232.5, 240.5][i];
                    Rule {
                        from: PointMm::new(20.0, y),
                        to: PointMm::new(190.0, y),
                        width_mm: 0.2,
                        stroke: Stroke::Solid,
                    }
                })
                .collect(),
        }],
    }
}

/// A PDF of `sheets` equal pages with the boxes, marks and rules of the layout.
pub fn pdf(layout: &Layout, sheets: usize) -> Vec<u8> {
    use std::fmt::Write;
    let page = &layout.pages[0];
    let mut content = String::from("2.834645669 0 0 -2.834645669 0 841.889764 cm\n");
    writeln!(content, "{} w", layout.box_line_mm).unwrap();
    for b in &page.boxes {
        writeln!(content, "{} {} {} {} re S", b.rect.x, b.rect.y, b.rect.w, b.rect.h).unwrap();
    }
    for m in &page.marks {
        writeln!(content, "{} {} {} {} re f", m.rect.x, m.rect.y, m.rect.w, m.rect.h).unwrap();
    }
    for r in &page.rules {
        writeln!(content, "{} w {} {} m {} {} l S", r.width_mm, r.from.x, r.from.y, r.to.x, r.to.y).unwrap();
    }
    let kids: String = (0..sheets).map(|i| format!("{} 0 R ", 4 + i)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {sheets} /Kids [{kids}] >>"),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len() + 1),
    ];
    for _ in 0..sheets {
        objects.push(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.275591 841.889764] /Resources << >> /Contents 3 0 R >>"
                .to_owned(),
        );
    }
    let mut file = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        write!(file, "{} 0 obj\n{object}\nendobj\n", i + 1).unwrap();
    }
    let start = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for offset in offsets {
        writeln!(file, "{offset:010} 00000 n ").unwrap();
    }
    write!(file, "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
        .unwrap();
    file.into_bytes()
}

/// Serials for that many pages of one sheet each.
pub fn sheets(count: usize) -> Vec<SheetPage> {
    let period = Period::new(2026, 1).unwrap();
    (0..count as u32)
        .map(|i| SheetPage {
            pdf_page: i,
            serial: Serial::new(period, i + 1, (i * 37 % 529) as u16).unwrap(),
            page: 1,
        })
        .collect()
}
