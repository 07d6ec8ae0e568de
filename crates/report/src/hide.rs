//! Which units' figures a public report leaves out.

use std::collections::BTreeSet;

/// Answers of fewer sheets than this are not shown: in a small unit, people would know
/// whose they are (design, invariant 7).
pub const PUBLIC_MINIMUM: u64 = 5;

/// The ids of the units whose figures stay out, given every unit's sheets.
///
/// A unit with 1–4 sheets stays out. Since the total is shown, what is left out could
/// be had by subtraction; so further units, the smallest first, stay out with it until
/// at least two are hidden and they have [`PUBLIC_MINIMUM`] sheets together: what can
/// then be computed is the sum of several units over enough sheets. A unit without
/// sheets has nothing to hide.
pub(crate) fn hidden<'a>(sheets: impl IntoIterator<Item = (&'a str, u64)>) -> BTreeSet<&'a str> {
    let mut by_size: Vec<(u64, &str)> =
        sheets.into_iter().map(|(id, n)| (n, id)).filter(|u| u.0 > 0).collect();
    by_size.sort_unstable();
    let mut hidden = BTreeSet::new();
    let mut together = 0;
    for (n, id) in by_size {
        let exposed = !hidden.is_empty() && (hidden.len() < 2 || together < PUBLIC_MINIMUM);
        if n >= PUBLIC_MINIMUM && !exposed {
            break;
        }
        hidden.insert(id);
        together += n;
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sheets: &[(&str, u64)], expected: &[&str]) {
        assert_eq!(hidden(sheets.iter().copied()), expected.iter().copied().collect(), "{sheets:?}");
    }

    #[test]
    fn units_with_five_sheets_or_more_are_shown() {
        check(&[("a", 5), ("b", 60)], &[]);
        check(&[("a", 0), ("b", 60)], &[]);
    }

    #[test]
    fn one_small_unit_takes_the_smallest_other_with_it() {
        check(&[("a", 4), ("b", 60), ("c", 7)], &["a", "c"]);
    }

    #[test]
    fn several_small_units_hide_each_other_once_they_have_enough_sheets() {
        check(&[("a", 2), ("b", 3), ("c", 60)], &["a", "b"]);
        check(&[("a", 1), ("b", 1), ("c", 60), ("d", 9)], &["a", "b", "d"]);
    }

    #[test]
    fn a_small_unit_alone_is_hidden() {
        check(&[("a", 3)], &["a"]);
    }
}
