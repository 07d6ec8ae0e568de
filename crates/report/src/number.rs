//! Shares and scores: exact fractions, rounded half-up once, when they are shown.

use phieu_model::lang::Lang;

/// A part of a base. It has a percentage only where the base is not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The part, at most the base.
    pub part: u64,
    /// The base.
    pub base: u64,
}

/// A mean score: points over answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// The sum of the points, 1–5 each.
    pub points: u64,
    /// The answers.
    pub answers: u64,
}

impl Share {
    /// Hundredths of a per cent, 0–10 000, rounded half-up from integers; `None` for
    /// base 0.
    pub fn hundredths(self) -> Option<u64> {
        half_up(self.part, 10_000, self.base)
    }

    /// `93,65%` (in English `93.65%`), or `None` for base 0.
    pub fn percent(self, lang: Lang) -> Option<String> {
        self.hundredths().map(|n| decimal(n, lang) + "%")
    }
}

impl Score {
    /// The mean in hundredths, 100–500, rounded half-up; `None` without answers.
    pub fn hundredths(self) -> Option<u64> {
        half_up(self.points, 100, self.answers)
    }

    /// `4,32` (in English `4.32`), or `None` without answers.
    pub fn mean(self, lang: Lang) -> Option<String> {
        self.hundredths().map(|n| decimal(n, lang))
    }
}

/// `part · scale / base`, rounded half-up. In u128, so that no count overflows.
fn half_up(part: u64, scale: u64, base: u64) -> Option<u64> {
    let (part, scale, base) = (u128::from(part), u128::from(scale), u128::from(base));
    (base > 0)
        .then(|| u64::try_from((2 * part * scale + base) / (2 * base)).expect("a part is at most its base"))
}

/// Hundredths with two decimals: a comma in Vietnamese, a point in English.
pub(crate) fn decimal(hundredths: u64, lang: Lang) -> String {
    format!("{}{}{:02}", hundredths / 100, lang.pick(",", "."), hundredths % 100)
}

/// A count with its thousands set apart: a point in Vietnamese, a comma in English.
pub(crate) fn count(n: u64, lang: Lang) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push_str(lang.pick(".", ","));
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_half_up_from_integers() {
        let percent = |part, base| Share { part, base }.percent(Lang::Vi).unwrap_or_default();
        assert_eq!(percent(1, 8), "12,50%");
        assert_eq!(percent(2, 3), "66,67%");
        assert_eq!(percent(1, 3), "33,33%");
        assert_eq!(percent(0, 7), "0,00%");
        assert_eq!(percent(7, 7), "100,00%");
        // 0,005 % exactly, the smallest share that is not shown as nothing; just below it.
        assert_eq!(percent(1, 20_000), "0,01%");
        assert_eq!(percent(1, 20_001), "0,00%");
        // 99,995 % rounds up, although a sheet is missing.
        assert_eq!(percent(19_999, 20_000), "100,00%");
        // 0,125 as binary floating point would also be exact; 1,005 % would not.
        assert_eq!(percent(201, 20_000), "1,01%");
        assert_eq!(percent(0, 0), "");
    }

    #[test]
    fn the_largest_counts_do_not_overflow() {
        assert_eq!(Share { part: u64::MAX, base: u64::MAX }.hundredths(), Some(10_000));
    }

    #[test]
    fn a_mean_has_two_decimals() {
        assert_eq!(Score { points: 13, answers: 3 }.mean(Lang::Vi).as_deref(), Some("4,33"));
        assert_eq!(Score { points: 33, answers: 8 }.mean(Lang::En).as_deref(), Some("4.13"));
        assert_eq!(Score { points: 0, answers: 0 }.mean(Lang::Vi), None);
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(count(999, Lang::Vi), "999");
        assert_eq!(count(1_268, Lang::Vi), "1.268");
        assert_eq!(count(1_234_567, Lang::En), "1,234,567");
    }
}
