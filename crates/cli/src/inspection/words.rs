//! Marks, stages and measures in words.

use phieu_model::lang::Lang;
use phieu_model::reading::MarkKind;
use phieu_read::inspect::{Stage, Unit};

/// What stands in a box.
pub fn mark(mark: MarkKind, lang: Lang) -> &'static str {
    match mark {
        MarkKind::Empty => lang.pick("trống", "empty"),
        MarkKind::Cross => lang.pick("dấu X", "cross"),
        MarkKind::Tick => lang.pick("dấu tích", "tick"),
        MarkKind::Fill => lang.pick("tô kín", "filled"),
        MarkKind::Dot => lang.pick("chấm hoặc gạch ngắn", "dot or dash"),
        MarkKind::Cancelled => lang.pick("dấu đã bỏ chọn", "withdrawn mark"),
        MarkKind::Ring => lang.pick("ô trống bị khoanh", "ring round an empty box"),
        MarkKind::Stray => lang.pick("mực không rõ là dấu", "ink that may be no mark"),
        MarkKind::Covered => lang.pick("không nhìn thấy ô", "box cannot be seen"),
    }
}

/// A mark's name in stored readings and in the pictures.
pub fn mark_code(mark: MarkKind) -> String {
    serde_json::to_value(mark).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The heading of a stage.
pub fn stage(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Anchors => lang.pick("1. Tìm trang trên ảnh", "1. The page is found on the picture"),
        Stage::Field => lang.pick("2. Độ xê dịch của giấy", "2. How the paper is displaced"),
        Stage::Patches => lang.pick("3. Từng ô như máy đo", "3. Every box as it is measured"),
        Stage::Decision => lang.pick("4. Kết luận", "4. The decision"),
    }
}

/// The signs of a stage's picture: class of the key, meaning.
pub fn legend(stage: Stage, lang: Lang) -> Vec<(&'static str, &'static str)> {
    match stage {
        Stage::Anchors => vec![
            ("found", lang.pick("dấu góc, dấu mốc lề, mã QR và ba ô vuông trong mã: thấy ở đúng chỗ", "corner marks, timing marks, codes and the three squares in them: found where they should be")),
            ("missing", lang.pick("gạch chéo: lẽ ra phải ở đây nhưng không thấy (mã: không tự đọc được)", "crossed out: should be here and was not found (a code: cannot be read by itself)")),
            ("seen", lang.pick("vòng tròn: khối đen đặc, có thể là một dấu mốc", "circle: a solid dark thing that may be a mark")),
            ("expected", lang.pick("mép tờ giấy theo tính toán", "where the edge of the sheet must be")),
        ],
        Stage::Field => vec![
            ("expected", lang.pick("mũi tên dài từ điểm lưới: giấy lệch bao nhiêu so với vị trí suy từ các dấu góc, phóng to 20 lần", "arrow from a point of the grid: how far the paper lies from where the marks have it, enlarged 20 times")),
            ("seen", lang.pick("mũi tên ở dấu mốc hoặc ô: phần còn lệch so với trường xê dịch, phóng to 20 lần", "arrow at a mark or box: its distance from the field, enlarged 20 times")),
            ("found", lang.pick("thấy viền ô; số bên cạnh là phần còn lệch, tính bằng mm", "outline found; the number beside it is its distance from the field in mm")),
            ("missing", lang.pick("gạch chéo: không thấy viền ô; số bên cạnh là phần viền nhìn thấy", "crossed out: outline not found; the number is the share of it that is seen")),
        ],
        Stage::Patches => vec![
            ("found", lang.pick("đường viền in của ô", "the printed outline of the box")),
            ("expected", lang.pick("phần giữa ô (70 %), nơi đo lượng mực chính", "the core (70 %), in which the main ink is measured")),
            ("printed", lang.pick("phần in sẵn, không được tính là mực", "printed content, not counted as ink")),
            ("stroke", lang.pick("điểm được tính là nét bút", "what counts as a stroke")),
        ],
        Stage::Decision => vec![
            ("found", lang.pick("câu được máy nhận (kèm điều còn ngờ, nếu có); ô có dấu X, dấu tích hoặc tô kín", "accepted question (with what speaks against it, if anything); box with a cross, a tick or filled")),
            ("doubt", lang.pick("câu cần người rà soát (có dấu hỏi và lý do); ô có mực không rõ", "question that needs a person (with a question mark and the reason); box with unclear ink")),
            ("seen", lang.pick("ô có dấu đã bỏ chọn hoặc bị khoanh", "box with a withdrawn mark or a ring")),
            ("cover", lang.pick("phần có dữ liệu cá nhân, đã che", "place with personal data, covered")),
        ],
    }
}

/// What a unit counts.
pub fn unit(unit: Unit, lang: Lang) -> &'static str {
    match unit {
        Unit::Ink => lang.pick("mực, 0–1", "ink, 0–1"),
        Unit::Share => lang.pick("tỷ lệ, 0–1", "share, 0–1"),
        Unit::Side => lang.pick("cạnh ô", "sides of the box"),
        Unit::SquareMillimetres => "mm²",
        Unit::Millimetres => "mm",
    }
}

/// A measure's name and meaning; a measure without words is shown by its code.
pub fn measure(name: &str, lang: Lang) -> Option<(&'static str, &'static str)> {
    let (vi, en) = match name {
        "core_ink" => (
            ("mực ở giữa", "lượng mực trung bình ở phần giữa ô (70 %)"),
            ("core ink", "mean ink in the middle of the box (70 %)"),
        ),
        "inner_ink" => (
            ("mực trong ô", "lượng mực trung bình bên trong viền"),
            ("inner ink", "mean ink inside the outline"),
        ),
        "ring_ink" => (
            ("mực quanh ô", "lượng mực trung bình trong dải 0,45–2,2 mm ngoài viền"),
            ("ring ink", "mean ink 0.45–2.2 mm outside the outline"),
        ),
        "inner_fill" => (
            ("phần bị phủ", "phần bên trong ô bị nét bút phủ"),
            ("covered inside", "share of the inside that strokes cover"),
        ),
        "solid" => (
            ("mảng đặc", "cạnh hình vuông lớn nhất tô kín bên trong"),
            ("solid square", "side of the largest square of solid ink inside"),
        ),
        "ring_closed" => (
            ("vòng khoanh", "phần của đường khép kín quanh ô có nét khoanh"),
            ("closed ring", "share of the closed way round the box along which a ring's stroke lies"),
        ),
        "ring_least" => (
            ("vòng khoanh, chỗ yếu nhất", "phần có nét khoanh trong một phần ba vòng yếu nhất"),
            ("ring at its weakest", "the same over the third of the way that shows least"),
        ),
        "diagonal" => (
            ("đường chéo", "phần của đường chéo yếu hơn có nét bút đi qua"),
            ("diagonal", "share of the weaker diagonal along which there is a stroke"),
        ),
        "label_ink" => (
            ("mực trên chữ", "mực ngoài phần in trên nhãn của phương án"),
            ("label ink", "ink beside the print on the option's label"),
        ),
        "row_ink" => (
            ("mực cả câu", "mực ngoài phần in trong cả phần giấy của câu"),
            ("row ink", "ink beside the print in the whole question"),
        ),
        "beside_ink" => (
            ("mực ngoài các ô", "phần mực ấy thuộc nét bút không đi qua ô nào"),
            ("ink beside boxes", "the part of it in strokes that pass through no box"),
        ),
        "reach" => (
            ("nét vươn xa", "nét bút trong ô vươn tới đâu, tính từ giữa ô"),
            ("reach", "how far from the middle of the box its strokes go"),
        ),
        "within" => (
            ("phần nét trong ô", "phần diện tích các nét ấy nằm trong ô"),
            ("within", "share of those strokes' area that lies in the box"),
        ),
        "extent" => (
            ("độ dài dấu", "cạnh dài của khung bao nét bút bên trong"),
            ("extent", "longer side of the rectangle round the ink inside"),
        ),
        "trace" => (
            ("vết mờ", "phần bên trong sẫm hơn giấy xung quanh"),
            ("trace", "share of the inside that is darker than the paper around"),
        ),
        "tone" => (
            ("sắc độ", "độ sẫm trung bình bên trong trừ bên ngoài; có thể âm"),
            ("tone", "mean darkness inside less outside; may be negative"),
        ),
        "rim" => (
            ("mực sát viền", "lượng mực sát cạnh ô có nhiều mực nhất"),
            ("rim", "ink close to the side of the outline that has most"),
        ),
        "through" => (
            ("vệt xuyên", "phần có mực của đường thẳng đậm nhất xuyên qua ô"),
            ("through", "inked share of the straightest line across the box"),
        ),
        "outline" => (
            ("viền thấy được", "phần viền in nhìn thấy ở đúng chỗ"),
            ("outline", "share of the printed outline that was found"),
        ),
        "residual_mm" => (
            ("còn lệch", "khoảng cách từ viền đến vị trí tính toán"),
            ("residual", "distance of the outline from its expected place"),
        ),
        "shared" => (
            ("lệch chung", "1 nếu viền lệch xa nhưng ô lân cận cũng lệch như thế, 0 nếu không"),
            ("shared", "1 where the outline is far from its place and another near by is as far, else 0"),
        ),
        "weak_stroke" => (
            ("nét mờ", "phần mực trội hơn giấy hai bên của nét thẳng mờ rõ nhất trong và quanh ô"),
            (
                "weak stroke",
                "ink over the paper on both sides of the clearest weak straight stroke in and round the box",
            ),
        ),
        "stroke_darkness" => (
            ("độ đậm nét", "độ đậm trung bình của riêng nét bút"),
            ("stroke darkness", "mean darkness of the strokes alone"),
        ),
        "visible" => (
            ("phần nằm trên ảnh", "phần của ô và xung quanh nằm trên ảnh"),
            ("visible", "share of the box and its surroundings on the picture"),
        ),
        _ => return None,
    };
    Some(match lang {
        Lang::Vi => vi,
        Lang::En => en,
    })
}

#[cfg(test)]
mod tests {
    use phieu_read::inspect::MEASURES;

    use super::*;

    #[test]
    fn every_measure_has_a_name_and_a_meaning_in_both_languages() {
        for of in MEASURES {
            let (vi, en) = (measure(of.name, Lang::Vi), measure(of.name, Lang::En));
            assert!(vi.is_some() && vi != en, "{} has no words", of.name);
        }
    }
}
