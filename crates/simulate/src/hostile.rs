//! Pages that want to be taken for a sheet of ours, and are not, or not whole.
//!
//! Each begins as a printed sheet that somebody has filled in and is then spoiled on paper, before the
//! scan. What makes codes of our own key ([`Hostile::UnknownSerial`], [`Hostile::OtherVersion`],
//! [`Hostile::OtherLayout`]) needs the office's key.

use phieu_model::layout::{Layout, PageLayout};
use phieu_model::payload::{KnownLayout, OfficeKey, encode};
use phieu_model::serial::Serial;
use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::truth::Expected;

/// The kinds of hostile pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hostile {
    /// Nothing on it.
    Blank,
    /// A letter.
    Letter,
    /// A document with tables.
    Table,
    /// Another form: our corner and timing marks, other content, its own boxes.
    OtherForm,
    /// The back of a filled-in sheet: it shines through, mirrored.
    BackSide,
    /// One half of a sheet; the other is cut off or folded away.
    HalfPage,
    /// Another sheet lies over a third of the page or more.
    TwoSheets,
    /// Our genuine code, cut out and put on another document.
    OurCodeElsewhere,
    /// Our form with another system's codes.
    ForeignCode,
    /// The payload with one wrong character.
    NearMiss,
    /// A payload of the right form whose proof is invented.
    InventedProof,
    /// A payload made with another office's key.
    OtherOffice,
    /// A payload of our key for a serial that was never printed: the store knows.
    UnknownSerial,
    /// A payload of our key for another version of the form.
    OtherVersion,
    /// A payload of our key for another layout under the same version.
    OtherLayout,
    /// The two codes name different sheets, one of them an invention.
    CodesDisagree,
    /// Both codes are covered.
    BothCodesCovered,
    /// One code is covered: not hostile, such a sheet must be read.
    OneCodeCovered,
}

impl Hostile {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::Blank,
        Self::Letter,
        Self::Table,
        Self::OtherForm,
        Self::BackSide,
        Self::HalfPage,
        Self::TwoSheets,
        Self::OurCodeElsewhere,
        Self::ForeignCode,
        Self::NearMiss,
        Self::InventedProof,
        Self::OtherOffice,
        Self::UnknownSerial,
        Self::OtherVersion,
        Self::OtherLayout,
        Self::CodesDisagree,
        Self::BothCodesCovered,
        Self::OneCodeCovered,
    ];

    /// The kind's name, as in the truth file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Letter => "letter",
            Self::Table => "table",
            Self::OtherForm => "other_form",
            Self::BackSide => "back_side",
            Self::HalfPage => "half_page",
            Self::TwoSheets => "two_sheets",
            Self::OurCodeElsewhere => "our_code_elsewhere",
            Self::ForeignCode => "foreign_code",
            Self::NearMiss => "near_miss",
            Self::InventedProof => "invented_proof",
            Self::OtherOffice => "other_office",
            Self::UnknownSerial => "unknown_serial",
            Self::OtherVersion => "other_version",
            Self::OtherLayout => "other_layout",
            Self::CodesDisagree => "codes_disagree",
            Self::BothCodesCovered => "both_codes_covered",
            Self::OneCodeCovered => "one_code_covered",
        }
    }

    /// What a reader must do with such a page.
    pub fn expected(self) -> Expected {
        match self {
            Self::OneCodeCovered => Expected::Read,
            Self::Blank
            | Self::Letter
            | Self::Table
            | Self::OtherForm
            | Self::BackSide
            | Self::HalfPage
            | Self::TwoSheets
            | Self::OurCodeElsewhere
            | Self::ForeignCode
            | Self::NearMiss
            | Self::InventedProof
            | Self::OtherOffice
            | Self::UnknownSerial
            | Self::OtherVersion
            | Self::OtherLayout
            | Self::CodesDisagree
            | Self::BothCodesCovered => Expected::Refused,
        }
    }

    /// Whether the page can be made only with the office's key.
    pub fn needs_key(self) -> bool {
        match self {
            Self::NearMiss | Self::UnknownSerial | Self::OtherVersion | Self::OtherLayout => true,
            Self::Blank
            | Self::Letter
            | Self::Table
            | Self::OtherForm
            | Self::BackSide
            | Self::HalfPage
            | Self::TwoSheets
            | Self::OurCodeElsewhere
            | Self::ForeignCode
            | Self::InventedProof
            | Self::OtherOffice
            | Self::CodesDisagree
            | Self::BothCodesCovered
            | Self::OneCodeCovered => false,
        }
    }
}

/// A forger: what is known of the sheet whose code is replaced.
pub(crate) struct Forger<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) page: &'a PageLayout,
    pub(crate) serial: &'a Serial,
    pub(crate) key: Option<&'a OfficeKey>,
}

/// A key that no office has.
const FORGED_KEY: [u8; 32] = [0x5a; 32];
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

impl Forger<'_> {
    /// The text of a forged code of this kind.
    pub(crate) fn text(&self, kind: Hostile, random: &mut Random) -> String {
        let forged = OfficeKey::new(FORGED_KEY);
        let key = self.key.unwrap_or(&forged);
        let genuine = |layout: &Layout, serial: &Serial, key: &OfficeKey| {
            encode(&KnownLayout::new(layout), self.page.page, serial, key)
        };
        match kind {
            Hostile::NearMiss => one_wrong(&genuine(self.layout, self.serial, key), random),
            Hostile::InventedProof | Hostile::CodesDisagree => {
                let serial = self.other_serial(random);
                let text = genuine(self.layout, &serial, key);
                let (signed, proof) = text.rsplit_once('.').unwrap_or((&text, ""));
                let invented: String =
                    proof.chars().map(|_| char::from(BASE32[random.below(BASE32.len())])).collect();
                format!("{signed}.{invented}")
            }
            Hostile::UnknownSerial => genuine(self.layout, &self.other_serial(random), key),
            Hostile::OtherVersion => {
                let layout = Layout { version: self.layout.version + 1, ..self.layout.clone() };
                genuine(&layout, self.serial, key)
            }
            Hostile::OtherLayout => {
                let mut layout = self.layout.clone();
                layout.box_line_mm += 0.01;
                genuine(&layout, self.serial, key)
            }
            Hostile::OtherOffice => genuine(self.layout, self.serial, &forged),
            Hostile::ForeignCode
            | Hostile::Blank
            | Hostile::Letter
            | Hostile::Table
            | Hostile::OtherForm
            | Hostile::BackSide
            | Hostile::HalfPage
            | Hostile::TwoSheets
            | Hostile::OurCodeElsewhere
            | Hostile::BothCodesCovered
            | Hostile::OneCodeCovered => {
                format!("https://example.org/hoa-don/{:08}", random.below(100_000_000))
            }
        }
    }

    /// A serial of the same quarter that this batch does not reach.
    fn other_serial(&self, random: &mut Random) -> Serial {
        let running = 700_000 + random.below(200_000) as u32;
        let period = self.serial.period();
        Serial::new(period, running, random.below(500) as u16).unwrap_or_else(|| self.serial.clone())
    }
}

/// The text with one character changed to another of its kind.
fn one_wrong(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let places: Vec<usize> = (0..bytes.len()).filter(|i| bytes[*i].is_ascii_alphanumeric()).collect();
    let place = places[random.below(places.len())];
    let digits: &[u8] = b"23456789";
    let letters: &[u8] = b"ABCDEFGHJKMNPQRSTVWXYZ";
    let of = if bytes[place].is_ascii_digit() { digits } else { letters };
    let before = bytes[place];
    while bytes[place] == before {
        bytes[place] = of[random.below(of.len())];
    }
    bytes.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_differs_in_exactly_one_character() {
        let text = "KSTT.1.1.26Q4-000123-7XK.7F3KA.M2C.4XH7PAKR3WT";
        for seed in 0..50 {
            let wrong = one_wrong(text, &mut Random::stream(seed, &[]));
            let differ = text.chars().zip(wrong.chars()).filter(|(a, b)| a != b).count();
            assert_eq!((differ, wrong.len()), (1, text.len()), "{wrong}");
        }
    }
}
