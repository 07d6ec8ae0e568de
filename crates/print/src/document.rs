//! The PDF file: the one place, beside its fonts, that knows printpdf and lopdf.
//!
//! printpdf writes text, vectors and fonts; lopdf, on which printpdf stands, then
//! makes all pages share one stream for what is the same on every sheet. (printpdf's
//! own form objects cannot do that: they lack the required `/BBox`.)

use lopdf::{Dictionary, Document, Object, ObjectId};
use phieu_model::geometry::{MM_PER_PT, PointMm, RectMm};
use phieu_model::layout::{Layout, PageLayout, Rule, Stroke, TextRun};
use printpdf::{
    Line, LineCapStyle, LineDashPattern, LinePoint, Mm, Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage,
    PdfSaveOptions, Point, Pt, Rect, TextItem,
};

use crate::SheetPage;
use crate::fonts::Fonts;

/// Distance between the dots of a dotted line, in millimetres: like the leader
/// dots that a typist would set at 13 points.
const DOT_PITCH_MM: f64 = 1.1;

/// The PDF with `pages` in order.
pub(crate) fn write(layout: &Layout, title: &str, pages: &[SheetPage]) -> Vec<u8> {
    let fonts = Fonts::new(layout, pages);
    let paper = Paper { width_mm: layout.page_size_mm[0], height_mm: layout.page_size_mm[1], fonts: &fonts };

    let mut printed = PdfDocument::new(title);
    printed.metadata.info.producer = "phieu".into();
    printed.resources.fonts.map.extend(fonts.embedded());
    printed.pages.extend(layout.pages.iter().map(|page| paper.page(paper.shared(layout, page))));
    printed.pages.extend(pages.iter().map(|page| paper.page(paper.texts(&page.texts))));

    let mut warnings = Vec::new();
    let mut file = printed.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
    share(&mut file, layout, pages);
    describe(&mut file, identity(layout, title, pages));
    file.compress();
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).expect("writing to memory does not fail");
    bytes
}

/// A page's frame: millimetres from the top left to points from the bottom left.
struct Paper<'a> {
    width_mm: f64,
    height_mm: f64,
    fonts: &'a Fonts,
}

impl Paper<'_> {
    fn page(&self, ops: Vec<Op>) -> PdfPage {
        PdfPage::new(Mm(self.width_mm as f32), Mm(self.height_mm as f32), ops)
    }

    fn point(&self, p: PointMm) -> Point {
        Point { x: pt(p.x), y: pt(self.height_mm - p.y) }
    }

    fn rect(&self, r: &RectMm, mode: PaintMode) -> Op {
        Op::DrawRectangle {
            rectangle: Rect {
                x: pt(r.x),
                y: pt(self.height_mm - r.bottom()),
                width: pt(r.w),
                height: pt(r.h),
                mode: Some(mode),
                winding_order: None,
            },
        }
    }

    /// What is the same on every sheet.
    fn shared(&self, layout: &Layout, page: &PageLayout) -> Vec<Op> {
        let mut ops = vec![Op::SaveGraphicsState];
        ops.extend(page.marks.iter().map(|mark| self.rect(&mark.rect, PaintMode::Fill)));
        ops.push(Op::SetOutlineThickness { pt: pt(layout.box_line_mm) });
        ops.extend(page.boxes.iter().map(|b| self.rect(&b.rect, PaintMode::Stroke)));
        for rule in &page.rules {
            self.rule(rule, &mut ops);
        }
        ops.push(Op::RestoreGraphicsState);
        ops.extend(self.texts(&page.texts));
        ops
    }

    fn rule(&self, rule: &Rule, ops: &mut Vec<Op>) {
        let (cap, dash) = match rule.stroke {
            Stroke::Solid => (LineCapStyle::Butt, LineDashPattern::solid()),
            // A dash of no length with round ends is a dot as wide as the line.
            Stroke::Dotted => (LineCapStyle::Round, LineDashPattern::new(0.0, &[0.0, pt(DOT_PITCH_MM).0])),
        };
        let points = [rule.from, rule.to].map(|p| LinePoint { p: self.point(p), bezier: false });
        ops.extend([
            Op::SetOutlineThickness { pt: pt(rule.width_mm) },
            Op::SetLineCapStyle { cap },
            Op::SetLineDashPattern { dash },
            Op::DrawLine { line: Line { points: points.to_vec(), is_closed: false } },
        ]);
    }

    fn texts(&self, runs: &[TextRun]) -> Vec<Op> {
        let mut ops = Vec::with_capacity(runs.len() * 5);
        for run in runs {
            ops.extend([
                Op::StartTextSection,
                Op::SetFont {
                    font: PdfFontHandle::External(self.fonts.id(run.face)),
                    size: Pt(run.size_pt as f32),
                },
                Op::SetTextCursor { pos: self.point(run.at) },
                Op::ShowText { items: vec![TextItem::Text(run.text.clone())] },
                Op::EndTextSection,
            ]);
        }
        ops
    }
}

fn pt(mm: f64) -> Pt {
    Pt((mm / MM_PER_PT) as f32)
}

/// Drops the pages that only carried the shared content, and makes every sheet's
/// page show that content before its own, with its codes after it.
fn share(file: &mut Document, layout: &Layout, pages: &[SheetPage]) {
    let ids: Vec<ObjectId> = file.page_iter().collect();
    let (carriers, sheets) = ids.split_at(layout.pages.len());
    let page_entry = |file: &Document, page: ObjectId, key: &[u8]| {
        file.get_dictionary(page)
            .and_then(|d| d.get(key))
            .and_then(Object::as_reference)
            .expect("printpdf refers to a page's contents, resources and parent")
    };
    let tree = page_entry(file, ids[0], b"Parent");
    let resources = page_entry(file, ids[0], b"Resources");
    let shared: Vec<ObjectId> = carriers.iter().map(|&id| page_entry(file, id, b"Contents")).collect();

    for (&id, page) in sheets.iter().zip(pages) {
        let own = page_entry(file, id, b"Contents");
        let place = &layout.pages[page.page_index];
        let stream = file.get_object_mut(own).and_then(Object::as_stream_mut).expect("contents are a stream");
        // printpdf's last operator stands at the very end.
        stream.content.push(b'\n');
        for square in &place.qr {
            stream.content.extend_from_slice(page.code.draw(square, layout.page_size_mm[1]).as_bytes());
        }
        let dictionary = Dictionary::from_iter([
            ("Type", "Page".into()),
            ("Parent", Object::Reference(tree)),
            ("Contents", vec![Object::Reference(shared[page.page_index]), Object::Reference(own)].into()),
        ]);
        let unshared = page_entry(file, id, b"Resources");
        file.objects.insert(id, Object::Dictionary(dictionary));
        file.objects.remove(&unshared);
    }
    for id in carriers {
        file.objects.remove(id);
    }
    let [width, height] = layout.page_size_mm.map(|mm| Object::Real(pt(mm).0));
    let tree = file.get_dictionary_mut(tree).expect("the page tree was made above");
    tree.set("Kids", sheets.iter().map(|&id| Object::Reference(id)).collect::<Vec<_>>());
    tree.set("Count", sheets.len() as i64);
    // Both are inherited by every page.
    tree.set("MediaBox", vec![Object::Real(0.0), Object::Real(0.0), width, height]);
    tree.set("Resources", Object::Reference(resources));
    file.prune_objects();
    file.renumber_objects();
}

/// The language of the text, how the file wants to be printed, and an identity
/// without clock or chance.
fn describe(file: &mut Document, identity: [u8; 32]) {
    file.version = "1.7".into();
    let catalog = file.catalog_mut().expect("printpdf writes a catalogue");
    catalog.set("Lang", Object::string_literal("vi"));
    // Boxes must leave the printer where the layout says: no "fit to page".
    let preferences =
        Dictionary::from_iter([("DisplayDocTitle", true.into()), ("PrintScaling", "None".into())]);
    catalog.set("ViewerPreferences", preferences);
    let info =
        file.trailer.get(b"Info").and_then(Object::as_reference).expect("printpdf writes an info dictionary");
    let info = file.get_dictionary_mut(info).expect("the info dictionary is one");
    // printpdf fills these in although nothing is known: a day in 1970, empty texts.
    for unknown in [
        &b"CreationDate"[..],
        b"ModDate",
        b"Trapped",
        b"GTS_PDFXVersion",
        b"Identifier",
        b"Author",
        b"Creator",
        b"Subject",
        b"Keywords",
    ] {
        info.remove(unknown);
    }
    let halves =
        identity.chunks(16).map(|half| Object::String(half.to_vec(), lopdf::StringFormat::Hexadecimal));
    file.trailer.set("ID", halves.collect::<Vec<_>>());
}

/// A hash of everything that the file shows.
fn identity(layout: &Layout, title: &str, pages: &[SheetPage]) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    hash.update(&layout.fingerprint().0).update(title.as_bytes());
    for page in pages {
        page.code.hash_into(&mut hash);
        for run in &page.texts {
            hash.update(run.text.as_bytes()).update(b"\0");
        }
    }
    *hash.finalize().as_bytes()
}
