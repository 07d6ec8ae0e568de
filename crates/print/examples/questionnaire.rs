//! Prints the built-in questionnaire: `questionnaire COUNT OUT.pdf`. Beside the PDF
//! it writes `OUT.txt`, every printed text of the first sheet on a line of its own,
//! for `scripts/check-pdf-text`.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use phieu_model::payload::OfficeKey;
use phieu_model::period::Period;
use phieu_model::serial::Serial;
use phieu_print::Sheet;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(count), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: questionnaire COUNT OUT.pdf".into());
    };
    let (count, out): (u32, PathBuf) = (count.parse()?, out.into());
    let newest = phieu_form::BUILTIN.last().ok_or("no form is built in")?;
    let layout = phieu_form::load(newest.file, newest.text).map_err(|faults| format!("{faults:?}"))?;
    let period = Period::new(2026, 4).ok_or("a quarter")?;
    let sheets: Vec<Sheet> = (1..=count)
        .filter_map(|n| Serial::new(period, n, (n * 37 % 529) as u16))
        .map(|serial| Sheet {
            serial,
            procedure: "Cấp Giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu (2.000648)".into(),
            unit: "Phòng Quản lý Thương mại".into(),
        })
        .collect();
    let start = Instant::now();
    let printed = phieu_print::pdf(&layout, &OfficeKey::new([7; 32]), &sheets)?;
    println!(
        "{count} sheets in {:.3} s, {} bytes, {} a sheet",
        start.elapsed().as_secs_f64(),
        printed.pdf.len(),
        printed.pdf.len() / sheets.len()
    );
    std::fs::write(&out, &printed.pdf)?;

    let mut wording: Vec<String> =
        layout.pages.iter().flat_map(|p| &p.texts).map(|t| t.text.clone()).collect();
    wording.extend(sheets.first().map(|s| s.serial.to_string()));
    std::fs::write(out.with_extension("txt"), wording.join("\n") + "\n")?;
    Ok(())
}
