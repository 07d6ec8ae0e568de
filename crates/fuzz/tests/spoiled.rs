//! A bounded number of cases; `scripts/fuzz` has all the others.

use phieu_fuzz::{Dice, corpus, spoiled, try_out};

/// Ways in which each file is spoiled.
const CASES: u64 = 40;
const SEED: u64 = 2026;

#[test]
fn no_spoiled_file_makes_the_reader_panic() {
    let corpus = corpus();
    for (k, specimen) in corpus.iter().enumerate() {
        assert_eq!(try_out(specimen.kind, &specimen.bytes), None, "{} itself", specimen.name);
        let other = &corpus[(k + 7) % corpus.len()];
        for case in 0..CASES {
            let bytes = spoiled(&specimen.bytes, &other.bytes, &mut Dice::new(SEED + k as u64, case));
            assert_eq!(try_out(specimen.kind, &bytes), None, "{} case {case}", specimen.name);
        }
    }
}

#[test]
fn every_way_of_reading_is_tried() {
    let corpus = corpus();
    for ending in ["jpg", "png", "tif", "pdf", "webp", "bmp", "payload", "toml"] {
        assert!(corpus.iter().any(|specimen| specimen.name.ends_with(ending)), "{ending}");
    }
}

#[test]
fn a_case_is_always_the_same() {
    let corpus = corpus();
    let (specimen, bytes) = phieu_fuzz::case(&corpus, SEED, 5);
    let (again, same) = phieu_fuzz::case(&corpus, SEED, 5);
    assert_eq!((&specimen.name, bytes), (&again.name, same));
}
