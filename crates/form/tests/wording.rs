//! The shipped questionnaire says what was issued, word for word.

use phieu_form::{BUILTIN, load, parse};
use phieu_model::layout::{Layout, SlotContent};
use phieu_model::template::{Choose, Question, QuestionKind};

fn v1() -> Layout {
    load(BUILTIN[0].file, BUILTIN[0].text).expect("the shipped template has no faults")
}

/// All printed text as one paragraph.
fn printed(layout: &Layout) -> String {
    let runs: Vec<&str> = layout.pages[0].texts.iter().map(|t| t.text.as_str()).collect();
    runs.join(" ")
}

#[test]
fn every_builtin_is_what_its_entry_says() {
    for builtin in BUILTIN {
        let layout = load(builtin.file, builtin.text).unwrap();
        assert_eq!((layout.form.as_str(), layout.version), (builtin.form, builtin.version));
        assert!(builtin.file.ends_with(&format!("{}/v{}.toml", builtin.form, builtin.version)));
    }
}

#[test]
fn the_sheet_prints_the_issued_wording() {
    let text = printed(&v1());
    for wording in [
        "PHIẾU KHẢO SÁT LẤY Ý KIẾN VỀ VIỆC THỰC HIỆN THỦ TỤC HÀNH CHÍNH",
        "Để cải thiện chất lượng phục vụ đối với người dân, tổ chức, doanh nghiệp của cơ quan, xin ông (bà) vui lòng cho ý kiến đánh giá về việc thực hiện thủ tục hành chính. Thông tin cá nhân của người góp ý (nếu có) sẽ được bảo mật.",
        "1. Thủ tục ông (bà) đề nghị giải quyết:",
        "2. Đơn vị tiếp nhận hồ sơ:",
        "3. Nhận xét của ông (bà) về việc giải quyết thủ tục của cơ quan (đánh dấu X vào ô chọn):",
        "3.1. Ông/Bà tìm hiểu thông tin để giải quyết hồ sơ qua hình thức nào? Qua phương tiện thông tin đại chúng (báo, đài, mạng điện tử...) Đọc bảng niêm yết tại nơi tiếp nhận hồ sơ Nhờ người quen hướng dẫn Qua công chức tiếp nhận hướng dẫn Hình thức khác",
        "Nội dung Ý kiến đánh giá (đánh dấu X vào ô chọn)",
        "3.2. Việc hướng dẫn niêm yết thông tin Rất tốt Tốt Trung bình Kém Rất kém",
        "3.3. Thái độ phục vụ của cán bộ, nhân viên Rất tốt Tốt Trung bình Kém Rất kém",
        "3.4. Các hồ sơ giấy tờ, biểu mẫu để thực hiện thủ tục Rất gọn Gọn Trung bình Rườm rà Rất rườm rà",
        "3.5. Thời gian giải quyết thủ tục hành chính Rất nhanh Nhanh Trung bình Chậm Rất chậm",
        "3.6. Chất lượng các thiết bị phục vụ (bàn ghế chờ, giấy bút, nước uống...) Rất tốt Tốt Trung bình Kém Rất kém",
        "3.7. Trong quá trình thực hiện thủ tục, ông (bà) có phải bổ sung thêm các loại giấy tờ khác ngoài các loại giấy tờ đã quy định hay không? Có Không",
        "3.8. Ông (bà) có trả thêm khoản phí nào khác ngoài quy định hay không? Có Không",
        "3.9. Kết quả thời gian giải quyết thủ tục của ông (bà): Trước hẹn Đúng hẹn Trễ hẹn",
        "3.10. Đánh giá chung mức độ hài lòng của ông (bà) đối với việc giải quyết thủ tục hành chính Rất hài lòng Hài lòng Bình thường Không hài lòng Rất không hài lòng",
        "4. Các góp ý, đánh giá khác (nếu có, xin vui lòng ghi rõ):",
        "5. Thông tin người góp ý (tùy chọn, có thể điền hoặc không): Tên cá nhân, tổ chức: Địa chỉ: Điện thoại:",
        "Xin trân trọng cảm ơn quý ông (bà) đã dành thời gian trả lời phiếu khảo sát./.",
        "khoanh tròn dấu X để bỏ chọn",
    ] {
        assert!(text.contains(wording), "“{wording}” is not printed in:\n{text}");
    }
}

#[test]
fn the_ids_are_those_of_the_exchange_files() {
    let layout = v1();
    let five = "l5 l4 l3 l2 l1";
    let expected = [
        ("q3_1", "media notice friend officer other"),
        ("q3_2", five),
        ("q3_3", five),
        ("q3_4", five),
        ("q3_5", five),
        ("q3_6", five),
        ("q3_7", "yes no"),
        ("q3_8", "yes no"),
        ("q3_9", "early ontime late"),
        ("q3_10", five),
    ];
    let options = |q: &Question| q.options.iter().map(|o| o.id.clone()).collect::<Vec<_>>().join(" ");
    let found: Vec<(String, String)> = layout.questions.iter().map(|q| (q.id.clone(), options(q))).collect();
    assert_eq!(found, expected.map(|(q, o)| (q.to_owned(), o.to_owned())));

    // One box for each option, in the same order.
    let boxes: Vec<(&str, &str)> =
        layout.pages[0].boxes.iter().map(|b| (b.question.as_str(), b.option.as_str())).collect();
    let wanted: Vec<(&str, &str)> =
        expected.iter().flat_map(|(q, o)| o.split(' ').map(move |o| (*q, o))).collect();
    assert_eq!(boxes.len(), 42);
    assert_eq!(boxes, wanted);
}

#[test]
fn only_the_first_question_takes_several_answers() {
    let layout = v1();
    for question in &layout.questions {
        let expected = if question.id == "q3_1" { Choose::Many } else { Choose::One };
        assert_eq!(question.choose, expected, "{}", question.id);
        for place in layout.pages[0].boxes_of(&question.id) {
            assert_eq!(place.choose, expected);
        }
    }
}

#[test]
fn the_report_knows_which_answers_are_good() {
    let layout = v1();
    let good = |ids: &[&str]| QuestionKind::Fact { good: ids.iter().map(|id| (*id).to_owned()).collect() };
    let scale = QuestionKind::Scale { headline: false };
    let expected = [
        QuestionKind::Channels,
        scale.clone(),
        scale.clone(),
        scale.clone(),
        scale.clone(),
        scale,
        good(&["no"]),
        good(&["no"]),
        good(&["early", "ontime"]),
        QuestionKind::Scale { headline: true },
    ];
    let kinds: Vec<QuestionKind> = layout.questions.iter().map(|q| q.kind.clone()).collect();
    assert_eq!(kinds, expected);
}

#[test]
fn fields_are_for_handwriting_only_and_personal_ones_are_sensitive() {
    let layout = v1();
    let fields: Vec<(&str, bool)> =
        layout.pages[0].fields.iter().map(|f| (f.field.as_str(), f.sensitive)).collect();
    assert_eq!(fields, [("q4", false), ("q5_name", true), ("q5_addr", true), ("q5_phone", true)]);
    let rect = |n: usize| layout.pages[0].fields[n].rect;
    assert_eq!(rect(2).y, rect(3).y, "address and telephone share a line");
    assert!(rect(0).h >= 2.0 * 8.0 + 6.0, "three lines of 8 mm");
}

#[test]
fn slots_hold_procedure_unit_and_a_serial_at_each_code() {
    let page = &v1().pages[0];
    let count = |wanted: &SlotContent| page.slots.iter().filter(|s| s.content == *wanted).count();
    assert_eq!(count(&SlotContent::Serial), page.qr.len());
    assert_eq!(count(&SlotContent::Procedure { field: "q1".to_owned() }), 1);
    assert_eq!(count(&SlotContent::Unit { field: "q2".to_owned() }), 1);
}

#[test]
fn the_template_holds_no_position() {
    let template = parse(BUILTIN[0].file, BUILTIN[0].text).unwrap();
    assert_eq!(template.items.len(), 11);
    assert!(!BUILTIN[0].text.contains("_mm"));
}

#[test]
fn a_printed_layout_never_changes() {
    // Sheets of this version are on paper, and their codes carry this fingerprint. When
    // this test fails, undo what moved the print, or make a new version of the form.
    assert_eq!(
        v1().fingerprint().to_string(),
        "5378a737a0d5fe3c97f9b1a47399779e890762c86551d99e22894011a9e23d22"
    );
}
