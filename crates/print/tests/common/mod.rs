//! A small layout, and what a PDF really draws, read back with lopdf.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Document, Object, ObjectId};
use phieu_model::geometry::{MM_PER_PT, PointMm, RectMm};
use phieu_model::layout::{
    BoxPlace, Face, Layout, MarkKind, MarkPlace, PageLayout, Rule, Slot, SlotContent, Stroke, TextRun,
};
use phieu_model::payload::OfficeKey;
use phieu_model::period::Period;
use phieu_model::serial::Serial;
use phieu_model::template::Choose;
use phieu_print::Sheet;

pub const KEY: OfficeKey = OfficeKey::new([7; 32]);

pub fn run(x: f64, y: f64, face: Face, text: &str) -> TextRun {
    TextRun { at: PointMm::new(x, y), size_pt: 11.5, face, text: text.into() }
}

fn slot(content: SlotContent, y: f64) -> Slot {
    Slot {
        content,
        rect: RectMm::new(25.0, y, 140.0, 12.0),
        first_baseline_mm: 4.0,
        leading_mm: 5.0,
        first_indent_mm: 30.0,
        size_pt: 11.0,
        face: Face::Regular,
        centered: false,
    }
}

/// A form with all kinds of things on it, on `pages` pages.
pub fn layout(pages: u8) -> Layout {
    let page = |page| PageLayout {
        page,
        boxes: (0..6u8)
            .map(|i| BoxPlace {
                question: "q1".into(),
                option: format!("o{i}"),
                choose: Choose::One,
                rect: RectMm::new(30.03 + 17.77 * f64::from(i), 120.41, 4.5, 4.5),
                label: RectMm::new(36.0 + 17.77 * f64::from(i), 120.0, 8.0, 5.0),
            })
            .collect(),
        questions: vec![],
        fields: vec![],
        marks: vec![
            MarkPlace { kind: MarkKind::CornerTl, rect: RectMm::new(8.0, 8.0, 9.0, 6.0) },
            MarkPlace { kind: MarkKind::TimingLeft, rect: RectMm::new(8.0, 121.2, 4.0, 2.0) },
        ],
        qr: vec![RectMm::new(166.0, 17.0, 23.2, 23.2), RectMm::new(21.0, 258.5, 23.2, 23.2)],
        slots: vec![
            slot(SlotContent::Serial, 30.0),
            slot(SlotContent::Procedure { field: "q1".into() }, 60.0),
            slot(SlotContent::Unit { field: "q2".into() }, 75.0),
        ],
        texts: vec![
            run(50.0, 50.0, Face::Bold, "PHIẾU KHẢO SÁT LẤY Ý KIẾN"),
            run(25.0, 64.0, Face::Regular, "1. Thủ tục:"),
            run(25.0, 110.0, Face::Regular, "Những chữ ghép: ặ ẵ ệ ỗ ợ ữ ỹ đ Đ (kèm dấu cách)."),
            run(25.0, 200.0, Face::Italic, "Xin trân trọng cảm ơn"),
        ],
        rules: vec![
            Rule {
                from: PointMm::new(25.0, 210.0),
                to: PointMm::new(180.0, 210.0),
                width_mm: 0.2,
                stroke: Stroke::Solid,
            },
            Rule {
                from: PointMm::new(25.0, 220.0),
                to: PointMm::new(180.0, 220.0),
                width_mm: 0.25,
                stroke: Stroke::Dotted,
            },
        ],
    };
    Layout {
        form: "phieu-thu".into(),
        code: "THUX".into(),
        version: 1,
        page_size_mm: [210.0, 297.0],
        box_line_mm: 0.35,
        questions: vec![],
        pages: (1..=pages).map(page).collect(),
    }
}

/// The real questionnaire, as it is built in.
pub fn questionnaire() -> Layout {
    let builtin = phieu_form::BUILTIN.first().unwrap();
    phieu_form::load(builtin.file, builtin.text).unwrap()
}

pub fn sheets(count: u32) -> Vec<Sheet> {
    (1..=count)
        .map(|n| Sheet {
            serial: Serial::new(Period::new(2026, 4).unwrap(), n, (n * 37 % 529) as u16).unwrap(),
            procedure: "Cấp GCN cửa hàng bán lẻ xăng dầu (2.000648)".into(),
            unit: "Phòng Quản lý Thương mại".into(),
        })
        .collect()
}

/// What one page draws, in millimetres from its top left corner.
#[derive(Debug, Default)]
pub struct Drawn {
    /// Stroked rectangles with their line width.
    pub stroked: Vec<(RectMm, f64)>,
    /// Filled rectangles.
    pub filled: Vec<RectMm>,
    /// Each shown text, read through its font's ToUnicode map.
    pub texts: Vec<String>,
}

/// Page by page what `pdf` draws.
pub fn drawn(pdf: &[u8]) -> Vec<Drawn> {
    let file = Document::load_mem(pdf).unwrap();
    file.page_iter().map(|page| drawn_page(&file, page)).collect()
}

fn drawn_page(file: &Document, page: ObjectId) -> Drawn {
    let maps: BTreeMap<Vec<u8>, BTreeMap<u16, String>> =
        fonts(file, page).into_iter().map(|(name, font)| (name, to_unicode(file, font))).collect();
    let number = |o: &Object| f64::from(o.as_float().unwrap());
    let mut out = Drawn::default();
    // Scale and origin are enough: nothing is turned.
    let mut frames = vec![[1.0, 1.0, 0.0, 0.0]];
    let (mut path, mut width, mut font) = (Vec::new(), 1.0, Vec::new());
    for op in Content::decode(&file.get_page_content(page)).unwrap().operations {
        let n: Vec<f64> = op.operands.iter().filter(|o| o.as_float().is_ok()).map(number).collect();
        let frame = frames.last_mut().unwrap();
        match op.operator.as_str() {
            "q" => {
                let copy = *frame;
                frames.push(copy);
            }
            "Q" => drop(frames.pop()),
            "cm" => *frame = [n[0], n[3], n[4], n[5]],
            "w" => width = n[0] * MM_PER_PT,
            "re" => {
                let [sx, sy, ox, oy] = *frame;
                let (x0, x1) = (ox + sx * n[0], ox + sx * (n[0] + n[2]));
                let (y0, y1) = (oy + sy * n[1], oy + sy * (n[1] + n[3]));
                let mm = |pt: f64| pt * MM_PER_PT;
                let (top, bottom) = (297.0 - mm(y0.max(y1)), 297.0 - mm(y0.min(y1)));
                path.push(RectMm::new(mm(x0), top, mm(x1 - x0), bottom - top));
            }
            "f" => out.filled.append(&mut path),
            "S" => out.stroked.extend(path.drain(..).map(|r| (r, width))),
            "Tf" => font = op.operands[0].as_name().unwrap().to_vec(),
            "Tj" | "TJ" => out.texts.push(shown(&op.operands, &maps[&font])),
            _ => {}
        }
    }
    assert_eq!(frames.len(), 1, "every q has its Q");
    out
}

fn shown(operands: &[Object], map: &BTreeMap<u16, String>) -> String {
    let strings: Vec<&[u8]> = match &operands[0] {
        Object::Array(items) => items.iter().filter_map(|o| o.as_str().ok()).collect(),
        other => vec![other.as_str().unwrap()],
    };
    let codes = strings.concat();
    codes.chunks(2).map(|c| map[&u16::from_be_bytes([c[0], c[1]])].as_str()).collect()
}

/// The fonts a page may use, by resource name.
pub fn fonts(file: &Document, page: ObjectId) -> BTreeMap<Vec<u8>, &lopdf::Dictionary> {
    let found = file.get_page_fonts(page).unwrap();
    found.into_iter().collect()
}

/// The bytes of a font's embedded program.
pub fn font_program(file: &Document, font: &lopdf::Dictionary) -> Vec<u8> {
    let descriptor = descendant(file, font).get(b"FontDescriptor").unwrap();
    let descriptor = file.dereference(descriptor).unwrap().1.as_dict().unwrap();
    let program = file.dereference(descriptor.get(b"FontFile2").unwrap()).unwrap().1;
    program.as_stream().unwrap().decompressed_content().unwrap()
}

fn descendant<'a>(file: &'a Document, font: &'a lopdf::Dictionary) -> &'a lopdf::Dictionary {
    let descendant = &font.get(b"DescendantFonts").unwrap().as_array().unwrap()[0];
    file.dereference(descendant).unwrap().1.as_dict().unwrap()
}

/// The advance of each code, in thousandths of the type size.
pub fn widths(file: &Document, font: &lopdf::Dictionary) -> BTreeMap<u16, f64> {
    let runs = descendant(file, font).get(b"W").unwrap().as_array().unwrap();
    let run = |run: &[Object]| -> Vec<(u16, f64)> {
        let first = u16::try_from(run[0].as_i64().unwrap()).unwrap();
        let widths = run[1].as_array().unwrap().iter().map(|w| f64::from(w.as_float().unwrap()));
        (first..).zip(widths).collect()
    };
    runs.chunks(2).flat_map(run).collect()
}

/// The strokes of a glyph, one letter and its numbers each.
pub fn outline(font: &ttf_parser::Face, glyph: ttf_parser::GlyphId) -> String {
    let mut pen = Pen(String::new());
    font.outline_glyph(glyph, &mut pen);
    pen.0
}

struct Pen(String);

impl ttf_parser::OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0 += &format!("M{x},{y}");
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0 += &format!("L{x},{y}");
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0 += &format!("Q{x1},{y1},{x},{y}");
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0 += &format!("C{x1},{y1},{x2},{y2},{x},{y}");
    }
    fn close(&mut self) {
        self.0.push('Z');
    }
}

/// The text of each code.
pub fn to_unicode(file: &Document, font: &lopdf::Dictionary) -> BTreeMap<u16, String> {
    let stream = file.dereference(font.get(b"ToUnicode").unwrap()).unwrap().1.as_stream().unwrap();
    let content = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
    let text = String::from_utf8(content).unwrap();
    assert!(!text.contains("beginbfrange"), "only single characters are mapped");
    let mut map = BTreeMap::new();
    for block in text.split("beginbfchar").skip(1) {
        let words: Vec<&str> = block.split("endbfchar").next().unwrap().split_whitespace().collect();
        for pair in words.chunks(2) {
            let hex = |w: &str| -> Vec<u16> {
                let digits = w.trim_matches(['<', '>']);
                (0..digits.len())
                    .step_by(4)
                    .map(|i| u16::from_str_radix(&digits[i..i + 4], 16).unwrap())
                    .collect()
            };
            map.insert(hex(pair[0])[0], String::from_utf16(&hex(pair[1])).unwrap());
        }
    }
    map
}
