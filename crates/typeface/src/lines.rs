//! Breaking a text into lines at its spaces.

use phieu_model::layout::Face;

use crate::{nfc, text_width_mm, to_mm, units};

/// `text` in normal form C, broken at spaces so that line `n` is at most
/// `width_mm(n)` wide, as many words to a line as fit. Never empty lines; no lines for
/// a text without words. A single word wider than its line stands alone and too wide:
/// whoever cannot have that measures the lines.
pub fn break_lines(face: Face, size_pt: f64, text: &str, width_mm: impl Fn(usize) -> f64) -> Vec<String> {
    let text = nfc(text);
    let space = units(face, " ");
    let mut lines: Vec<String> = Vec::new();
    let mut taken = 0;
    for word in text.split_whitespace() {
        let width = units(face, word);
        let longer = taken + space + width;
        let current = lines.len().saturating_sub(1);
        match lines.last_mut() {
            Some(line) if to_mm(face, size_pt, longer) <= width_mm(current) => {
                line.push(' ');
                line.push_str(word);
                taken = longer;
            }
            _ => {
                lines.push(word.to_owned());
                taken = width;
            }
        }
    }
    lines
}

/// Like [`break_lines`] with one width, but with lines as equal as the smallest
/// possible number of lines allows: for headlines that stand centred.
pub fn balanced_lines(face: Face, size_pt: f64, text: &str, width_mm: f64) -> Vec<String> {
    /// Steps of the search for the narrowest measure; 1/64 of a line is invisible.
    const STEPS: u32 = 64;
    let greedy = break_lines(face, size_pt, text, |_| width_mm);
    (1..STEPS)
        .map(|step| width_mm * f64::from(step) / f64::from(STEPS))
        .map(|narrower| (narrower, break_lines(face, size_pt, text, |_| narrower)))
        .find(|(narrower, lines)| {
            lines.len() == greedy.len()
                && lines.iter().all(|line| text_width_mm(face, size_pt, line) <= *narrower)
        })
        .map_or(greedy, |(_, lines)| lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Để cải thiện chất lượng phục vụ đối với người dân, tổ chức, doanh nghiệp";

    #[test]
    fn lines_keep_every_word_and_stay_within_the_width() {
        for width in [30.0, 44.4, 80.0] {
            let lines = break_lines(Face::Regular, 11.0, TEXT, |_| width);
            assert_eq!(lines.join(" "), TEXT);
            assert!(lines.len() > 1);
            for line in &lines {
                assert!(text_width_mm(Face::Regular, 11.0, line) <= width, "{line}");
            }
        }
    }

    #[test]
    fn no_line_could_have_taken_one_word_more() {
        let lines = break_lines(Face::Regular, 11.0, TEXT, |_| 50.0);
        for pair in lines.windows(2) {
            let word = pair[1].split(' ').next().unwrap();
            assert!(text_width_mm(Face::Regular, 11.0, &format!("{} {word}", pair[0])) > 50.0);
        }
    }

    #[test]
    fn the_first_line_may_have_a_width_of_its_own() {
        let lines = break_lines(Face::Regular, 11.0, TEXT, |line| if line == 0 { 20.0 } else { 500.0 });
        assert_eq!(lines.len(), 2);
        assert!(text_width_mm(Face::Regular, 11.0, &lines[0]) <= 20.0);
    }

    #[test]
    fn a_word_wider_than_the_line_stands_alone() {
        assert_eq!(
            break_lines(Face::Regular, 11.0, "a doanhnghiệptưnhân b", |_| 10.0),
            ["a", "doanhnghiệptưnhân", "b"]
        );
    }

    #[test]
    fn a_text_without_words_has_no_lines() {
        assert!(break_lines(Face::Regular, 11.0, " \n ", |_| 10.0).is_empty());
    }

    #[test]
    fn balanced_lines_are_as_few_but_more_equal() {
        let title = "PHIẾU KHẢO SÁT LẤY Ý KIẾN VỀ VIỆC THỰC HIỆN THỦ TỤC HÀNH CHÍNH";
        let spread = |lines: &[String]| {
            let widths: Vec<f64> = lines.iter().map(|l| text_width_mm(Face::Bold, 14.0, l)).collect();
            widths.iter().copied().fold(0.0, f64::max) - widths.iter().copied().fold(f64::MAX, f64::min)
        };
        let greedy = break_lines(Face::Bold, 14.0, title, |_| 140.0);
        let balanced = balanced_lines(Face::Bold, 14.0, title, 140.0);
        assert_eq!(balanced.len(), greedy.len());
        assert_eq!(balanced.join(" "), title);
        assert!(spread(&balanced) < spread(&greedy));
    }
}
