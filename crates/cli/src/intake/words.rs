//! What a batch came to, in words: every page that came in is in exactly one of the numbers.

use phieu_model::batch::{BatchSummary, IncompleteSheet, Outstanding, PageCounts};
use phieu_model::lang::Lang;
use phieu_model::scanner::{ScannerHealth, Streak};

/// Sheets that are named one by one.
const NAMED: usize = 10;

/// The whole summary.
pub fn batch_in_words(summary: &BatchSummary, lang: Lang) -> String {
    let BatchSummary { pages, accepted, to_review, sheets, scanner, .. } = summary;
    let mut lines = vec![pages_in_words(pages, lang)];
    lines.push(match lang {
        Lang::Vi => format!(
            "Trên các trang mới: {accepted} câu trả lời được máy nhận, {to_review} câu cần người rà soát."
        ),
        Lang::En => format!("On the new pages: {accepted} answers accepted, {to_review} need a person."),
    });
    if sheets.waiting > *to_review {
        let waiting = sheets.waiting;
        lines.push(match lang {
            Lang::Vi => format!("Kể cả lần đọc trước, các phiếu này còn {waiting} câu chờ người rà soát."),
            Lang::En => {
                format!("With what was read before, {waiting} answers of these sheets wait for a person.")
            }
        });
    }
    if !sheets.incomplete.is_empty() {
        lines.push(incomplete(sheets.complete, &sheets.incomplete, lang));
    }
    lines.extend(sheets.outstanding.iter().filter(|o| o.not_seen > 0).map(|o| outstanding(o, lang)));
    if pages.conflicts > 0 {
        lines.push(
            lang.pick(
                "Có bản quét mâu thuẫn: cùng số seri nhưng câu trả lời khác nhau. Phiếu đó chưa được tính cho đến khi có người \
                 quyết định (phieu soat).",
                "Some scans disagree: one serial with different answers. Such a sheet does not count until a person has \
                 decided (phieu review).",
            )
            .to_owned(),
        );
    }
    lines.extend(advice(scanner, lang));
    lines.join("\n")
}

/// The pages alone.
pub fn pages_in_words(pages: &PageCounts, lang: Lang) -> String {
    let PageCounts { new, same_image, rescans, conflicts, before_printing, refused } = pages;
    let (all, read, out) = (pages.pages_in(), pages.read(), pages.refused());
    let mut text = match lang {
        Lang::Vi => format!(
            "Số trang vào: {all} = đọc được {read} (mới {new}, quét lại {rescans}, ảnh đã có {same_image}, mâu \
             thuẫn {conflicts}, trước ngày in {before_printing}) + từ chối {out}"
        ),
        Lang::En => format!(
            "Pages in: {all} = read {read} (new {new}, rescans {rescans}, pictures already stored {same_image}, \
             conflicts {conflicts}, before printing {before_printing}) + refused {out}"
        ),
    };
    if !refused.is_empty() {
        let codes: Vec<_> =
            refused.iter().map(|(code, n)| format!("{} {n}", uncapitalised(code.phrase(lang)))).collect();
        text.push_str(&format!(" ({})", codes.join(", ")));
    }
    text.push('.');
    text
}

/// A phrase as it stands in the middle of a sentence; what is written in capitals stays so.
fn uncapitalised(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn incomplete(complete: u64, sheets: &[IncompleteSheet], lang: Lang) -> String {
    let number = |page: &u8| page.to_string();
    let named = sheets.iter().take(NAMED).map(|sheet| {
        let pages = sheet.missing.iter().map(number).collect::<Vec<_>>().join(", ");
        match lang {
            Lang::Vi => format!("{} thiếu trang {pages}", sheet.serial),
            Lang::En => format!("{} lacks page {pages}", sheet.serial),
        }
    });
    let named = named.chain((sheets.len() > NAMED).then(|| "…".to_owned())).collect::<Vec<_>>().join("; ");
    match lang {
        Lang::Vi => format!("Phiếu đủ trang: {complete}; chưa đủ trang: {} ({named}).", sheets.len()),
        Lang::En => format!("Complete sheets: {complete}; incomplete: {} ({named}).", sheets.len()),
    }
}

fn outstanding(out: &Outstanding, lang: Lang) -> String {
    let Outstanding { printed_in, printed, not_seen, first } = out;
    let mut named: Vec<String> = first.iter().map(ToString::to_string).collect();
    if *not_seen > first.len() as u64 {
        named.push("…".to_owned());
    }
    let named = named.join(", ");
    match lang {
        Lang::Vi => format!(
            "Phiếu in quý {}/{}: {printed}, chưa quét {not_seen} ({named}).",
            printed_in.quarter(),
            printed_in.year()
        ),
        Lang::En => {
            format!("Sheets printed in {printed_in}: {printed}, not scanned yet {not_seen} ({named}).")
        }
    }
}

/// What to do about the scanner or the printer.
fn advice(scanner: &ScannerHealth, lang: Lang) -> Vec<String> {
    let ScannerHealth { pages, one_bit, coarse, dirty, scale, double_feeds } = scanner;
    let mut said = Vec::new();
    for place in dirty {
        let (Streak { at_mm, level }, on) = (place.streak, place.pages);
        said.push(match (lang, level) {
            (Lang::Vi, false) => format!(
                "Máy quét: vệt dọc cách mép trái ảnh {at_mm:.0} mm trên {on}/{pages} trang; hãy lau mặt kính ở chỗ đó."
            ),
            (Lang::Vi, true) => format!(
                "Máy quét: vệt ngang cách mép trên ảnh {at_mm:.0} mm trên {on}/{pages} trang; hãy lau mặt kính ở chỗ đó."
            ),
            (Lang::En, false) => format!(
                "Scanner: a streak {at_mm:.0} mm from the left of the picture on {on} of {pages} pages; clean the glass there."
            ),
            (Lang::En, true) => format!(
                "Scanner: a level streak {at_mm:.0} mm from the top of the picture on {on} of {pages} pages; clean the glass there."
            ),
        });
    }
    if *one_bit > 0 {
        said.push(match lang {
            Lang::Vi => format!(
                "Máy quét: {one_bit}/{pages} trang chỉ có đen và trắng nên nét mờ bị mất; hãy đặt chế độ xám hoặc màu."
            ),
            Lang::En => format!(
                "Scanner: {one_bit} of {pages} pages are black and white only and lose faint marks; set it to grey or colour."
            ),
        });
    }
    if *coarse > 0 {
        said.push(match lang {
            Lang::Vi => format!("Máy quét: {coarse}/{pages} trang dưới 200 dpi; hãy đặt 300 dpi."),
            Lang::En => format!("Scanner: {coarse} of {pages} pages are below 200 dpi; set it to 300 dpi."),
        });
    }
    if *double_feeds > 0 {
        said.push(match lang {
            Lang::Vi => format!(
                "Máy quét: {double_feeds} trang có thể do kéo hai tờ cùng lúc; hãy tách các tờ rồi quét lại những trang đó."
            ),
            Lang::En => format!(
                "Scanner: {double_feeds} pages may come from two sheets drawn at once; part the sheets and scan those again."
            ),
        });
    }
    if let Some(scale) = scale {
        let percent = |share: f32| share * 100.0;
        let (median, [least, most]) = (percent(scale.median), scale.range.map(percent));
        if scanner.is_off_scale() {
            said.push(match lang {
                Lang::Vi => format!(
                    "Bản in: phiếu được in ở tỷ lệ khoảng {median:.0} %; khi in hãy chọn kích thước thật (100 %)."
                ),
                Lang::En => format!(
                    "Print: the sheets were printed at about {median:.0} %; choose actual size (100 %) when printing."
                ),
            });
        }
        if scanner.drifts() {
            said.push(match lang {
                Lang::Vi => format!(
                    "Bản in: tỷ lệ thay đổi từ {least:.1} % đến {most:.1} % trong lô; hãy kiểm tra con lăn của máy quét \
                     và cách in."
                ),
                Lang::En => format!(
                    "Print: the scale changes from {least:.1} % to {most:.1} % within the batch; check the scanner's \
                     rollers and how the sheets are printed."
                ),
            });
        }
    }
    said
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use phieu_model::period::Period;
    use phieu_model::rejection::RejectCode;
    use phieu_model::scanner::{DirtyPlace, PrintScale};
    use phieu_model::serial::Serial;

    use super::*;

    fn numbers(text: &str) -> Vec<u64> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect()
    }

    #[test]
    fn every_page_is_in_exactly_one_number_of_the_first_line() {
        let refused = [(RejectCode::BlankPage, 7), (RejectCode::NoCode, 11)].into();
        let pages =
            PageCounts { new: 100, same_image: 20, rescans: 3, conflicts: 4, before_printing: 5, refused };
        for lang in [Lang::Vi, Lang::En] {
            let text = pages_in_words(&pages, lang);
            let n = numbers(&text);
            assert_eq!((n[0], n[1], n[7]), (150, 132, 18), "{text}");
            assert_eq!(n[1], n[2..7].iter().sum::<u64>(), "{text}");
            assert_eq!(n[7], n[8..].iter().sum::<u64>(), "{text}");
        }
    }

    #[test]
    fn missing_pages_and_sheets_that_are_out_are_named() {
        let period = Period::new(2026, 1).unwrap();
        let serial = |n| Serial::new(period, n, 3).unwrap();
        let mut summary = BatchSummary::default();
        summary.sheets.complete = 8;
        summary.sheets.incomplete = vec![IncompleteSheet { serial: serial(4), missing: vec![2, 3] }];
        summary.sheets.outstanding =
            vec![Outstanding { printed_in: period, printed: 60, not_seen: 2, first: vec![serial(7)] }];
        summary.sheets.waiting = 6;
        let text = batch_in_words(&summary, Lang::Vi);
        assert!(text.contains("còn 6 câu chờ"), "{text}");
        assert!(text.contains(&format!("{} thiếu trang 2, 3", serial(4))), "{text}");
        assert!(text.contains(&format!("Phiếu in quý 1/2026: 60, chưa quét 2 ({}, …)", serial(7))), "{text}");
    }

    #[test]
    fn a_healthy_scanner_gets_no_advice_and_each_fault_gets_its_own() {
        let healthy = ScannerHealth { pages: 50, ..ScannerHealth::default() };
        assert_eq!(advice(&healthy, Lang::Vi), Vec::<String>::new());
        let streak = Streak { at_mm: 83.2, level: false };
        let ill = ScannerHealth {
            one_bit: 3,
            coarse: 4,
            double_feeds: 1,
            dirty: vec![DirtyPlace { streak, pages: 9 }],
            scale: Some(PrintScale { pages: 50, median: 0.94, range: [0.91, 0.97] }),
            ..healthy
        };
        for lang in [Lang::Vi, Lang::En] {
            let said = advice(&ill, lang);
            assert_eq!(said.len(), 6, "{said:?}");
            assert!(said[0].contains("83 mm") && said[4].contains("94 %"), "{said:?}");
        }
    }
}
