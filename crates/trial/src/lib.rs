//! Sheets to try the reader with: made-up serials of the built-in form, printed with a published
//! key, ready to be filled in and scanned. Training, benchmarks, examples and tests start from them;
//! no office does.

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
