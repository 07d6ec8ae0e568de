//! `phieu inspect`: the documents that answer why a page was read so.
#![allow(clippy::unwrap_used)]

mod harness;

use harness::Office;

#[test]
fn pages_and_gallery_are_whole_documents_and_the_account_is_not_touched() {
    let office = Office::example();
    office.print(1).done();
    office.simulate("clean", 3, "returned").done();
    std::fs::write(office.path("returned/pages/ghi chú.png"), "không phải ảnh").unwrap();
    let account = || std::fs::read(office.workspace().join("phieu.sqlite")).unwrap();
    let before = account();

    let ran = office.run(["inspect", "returned/pages", "--out", "xem xét"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("Tệp không phải ảnh quét"), "{}", ran.err);
    let mut names: Vec<String> = std::fs::read_dir(office.path("xem xét"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let document = names.iter().find(|n| n.ends_with(".html") && !n.contains("ghi")).unwrap();
    for stage in ["1-anchors", "2-field", "3-patches", "4-decision"] {
        let picture = document.replace(".html", &format!("-{stage}.png"));
        let picture = image::open(office.path("xem xét").join(picture)).unwrap();
        assert!(picture.width() > 600 && picture.height() > 1000, "{stage}");
    }
    let text = |name: &str| std::fs::read_to_string(office.path("xem xét").join(name)).unwrap();
    let index = text("index.html");
    assert!(index.contains(document.as_str()) && index.contains("unknown_format"), "{index}");
    let page = text(document);
    // Four stages, and the patches of 42 boxes in the table of measures.
    assert_eq!(page.matches("src=\"data:image/png;base64,").count(), 4 + 42);
    assert!(
        !page.contains("http") && !page.contains("<script"),
        "the document needs something beside itself"
    );
    for part in ["q3_10", "Độ tin cậy", "core_ink", "mm²", "đã được che", "least_printed_share"] {
        assert!(page.contains(part), "{part} is missing");
    }

    office.run(["xem-xet", "returned/pages", "--out", "xem xét", "--gallery"]);
    let gallery = text("gallery.html");
    let measures = gallery.matches("<h2").count();
    assert!(measures >= 18);
    assert_eq!(gallery.matches("<figure").count(), 42 * measures, "a box is missing or stands twice");
    assert_eq!(gallery.matches("data:image/png;base64,").count(), 42, "a picture is in it twice");
    let few = office.run(["inspect", "returned/pages", "--out", "ít", "--gallery", "--per-measure", "4"]);
    assert_eq!(few.code, 1);
    let few = std::fs::read_to_string(office.path("ít/gallery.html")).unwrap();
    assert_eq!(few.matches("<figure").count(), 4 * measures);
    assert!(few.contains("còn 38 ô ở giữa"), "the boxes left out are not counted");

    assert_eq!(account(), before, "inspecting wrote to the account");
}
