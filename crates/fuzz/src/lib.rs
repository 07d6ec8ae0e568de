//! Spoils real files, and watches what reading them does: no panic, no abort, no more memory and time than is stated.
//!
//! A case is a number: with a seed it says which file is spoiled and how, so that a finding needs no more to be made again.
//! The tests run some cases of each file; `scripts/fuzz` runs them for as long as one likes.

mod corpus;
mod mutation;
mod subject;

pub use corpus::{Specimen, corpus};
pub use mutation::{Dice, spoiled};
pub use subject::{Finding, try_out};

/// The bytes of a case, and which specimen they come from.
pub fn case(corpus: &[Specimen], seed: u64, number: u64) -> (&Specimen, Vec<u8>) {
    let mut dice = Dice::new(seed, number);
    let specimen = &corpus[dice.below(corpus.len())];
    let other = &corpus[dice.below(corpus.len())];
    (specimen, spoiled(&specimen.bytes, &other.bytes, &mut dice))
}
