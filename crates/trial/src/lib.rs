//! Sheets to try the reader with: made-up serials of the built-in form, printed with a published
//! key, ready to be filled in and scanned. Training, benchmarks, examples and tests start from them;
//! no office does.

use lopdf::{Document, Object, Stream, dictionary};
use phieu_model::layout::Layout;
use phieu_model::payload::OfficeKey;
use phieu_model::period::Period;
use phieu_model::serial::Serial;
use phieu_print::{PrintError, Sheet};
use phieu_simulate::{Batch, Profile, SheetPage, SimulateError};

/// What runs over the second half of a serial.
const SALTS: u64 = 529;

/// The published key (32 times the byte 7); it proves nothing to any office.
pub fn key() -> OfficeKey {
    OfficeKey::new([7; 32])
}

/// The layout of the built-in form.
///
/// # Panics
/// When the form has a fault, which its own tests would show.
pub fn layout() -> Layout {
    let form = &phieu_form::BUILTIN[0];
    phieu_form::load(form.file, form.text).expect("the built-in form is whole")
}

/// Printed sheets of one page each, and which page is whose.
pub struct PrintedSheets {
    /// The file.
    pub pdf: Vec<u8>,
    /// One entry for each of its pages, in their order.
    pub pages: Vec<SheetPage>,
}

impl PrintedSheets {
    /// So many sheets with serials that follow from `seed`, proven by `key`.
    ///
    /// # Errors
    /// When the layout cannot be drawn.
    ///
    /// # Panics
    /// With more sheets than a quarter has running numbers.
    pub fn new(layout: &Layout, key: &OfficeKey, (count, seed): (u32, u64)) -> Result<Self, PrintError> {
        let period = Period::new(2026, 1).expect("a quarter of that year");
        let sheets: Vec<Sheet> = (1..=count)
            .map(|running| {
                let salt = u64::from(running) * 157 + seed.wrapping_mul(31) % SALTS;
                Sheet {
                    serial: Serial::new(period, running, (salt % SALTS) as u16).expect("a running number"),
                    procedure: "Cấp Giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu (2.000648)"
                        .to_owned(),
                    unit: "Phòng Quản lý Thương mại".to_owned(),
                }
            })
            .collect();
        let printed = phieu_print::pdf(layout, key, &sheets)?;
        let page =
            |s: phieu_print::PlacedSheet| SheetPage { pdf_page: s.pdf_page, serial: s.serial, page: s.page };
        Ok(Self { pdf: printed.pdf, pages: printed.sheets.into_iter().map(page).collect() })
    }

    /// The sheets, to be filled in and scanned as `profile` says.
    ///
    /// # Errors
    /// When `layout` is not the one that they were printed by.
    pub fn batch<'a>(
        &'a self,
        layout: &'a Layout,
        profile: &'a Profile,
        seed: u64,
    ) -> Result<Batch<'a>, SimulateError> {
        Batch::new(self.pdf.clone(), (layout, &self.pages), profile, seed)
    }
}

/// Grey JPEG files, each with its width and height in pixels, as one PDF with a page for each: what a copier sends.
///
/// # Panics
/// When memory cannot be written to.
pub fn copier_pdf(scans: &[(&[u8], u32, u32)]) -> Vec<u8> {
    let mut file = Document::with_version("1.4");
    let tree = file.new_object_id();
    let mut page = |(jpeg, width, height): &(&[u8], u32, u32)| -> Object {
        let picture = dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => *width, "Height" => *height,
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => "DCTDecode",
        };
        let picture = file.add_object(Stream::new(picture, jpeg.to_vec()).with_compression(false));
        let draw = b"q 595 0 0 842 0 0 cm /Im0 Do Q".to_vec();
        let content = file.add_object(Stream::new(dictionary! {}, draw));
        let page = dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content,
            "Resources" => dictionary! { "XObject" => dictionary! { "Im0" => picture } },
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        };
        file.add_object(page).into()
    };
    let kids: Vec<Object> = scans.iter().map(&mut page).collect();
    let count = kids.len() as i64;
    file.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    file.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).expect("memory can be written to");
    bytes
}
