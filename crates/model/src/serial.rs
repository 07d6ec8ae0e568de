//! The serial of a sheet: `26Q4-000123-7XK`.
//!
//! Year and quarter of printing, a running number (so that ranges can be handed
//! out and boxed), two random characters (so that it cannot be guessed) and a
//! check character. The check is a weighted sum modulo the prime 23 with a weight
//! of its own for every place, which finds every single substitution and every
//! swap of neighbours.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::period::Period;

/// The characters of the random and the check places: no two of them look alike
/// in print or in handwriting, so none of 0, O and Q beside D, 1, I and L,
/// 5 and S, 8 and B, G beside 6, U beside V, Z beside 2.
pub const ALPHABET: &[u8; 23] = b"234679ACDEFHJKMNPRTVWXY";

/// Running numbers run from 1 to this.
pub const MAX_RUNNING_NUMBER: u32 = 999_999;

const MODULUS: u32 = 23;

/// A sheet's serial, proven to carry the right check character.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);

/// Why a string is not a serial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SerialError {
    /// It does not look like `26Q4-000123-7XK`.
    #[error("not of the form 26Q4-000123-7XK")]
    Form,
    /// The check character does not fit: a character was misread or mistyped.
    #[error("the check character does not fit")]
    Check,
}

impl Serial {
    /// The serial with this running number of a quarter; `salt` picks the two
    /// random characters (it is taken modulo 23²).
    ///
    /// Returns `None` when `running` is 0 or above [`MAX_RUNNING_NUMBER`], or the
    /// year is not in 2000–2099.
    pub fn new(period: Period, running: u32, salt: u16) -> Option<Self> {
        if running == 0 || running > MAX_RUNNING_NUMBER || !(2000..=2099).contains(&period.year()) {
            return None;
        }
        let salt = usize::from(salt) % (ALPHABET.len() * ALPHABET.len());
        let a = char::from(ALPHABET[salt / ALPHABET.len()]);
        let b = char::from(ALPHABET[salt % ALPHABET.len()]);
        let body = format!("{:02}Q{}-{running:06}-{a}{b}", period.year() - 2000, period.quarter());
        let check = char::from(ALPHABET[check_value(&body)? as usize]);
        Some(Self(format!("{body}{check}")))
    }

    /// The serial as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Year and quarter of printing.
    pub fn period(&self) -> Period {
        let digits = |r: std::ops::Range<usize>| self.0[r].parse::<u16>().ok();
        digits(0..2)
            .zip(digits(3..4))
            .and_then(|(y, q)| Period::new(2000 + y, q as u8))
            .expect("a serial was checked when it was made")
    }

    /// The running number in its quarter.
    pub fn running(&self) -> u32 {
        self.0[5..11].parse().expect("a serial was checked when it was made")
    }
}

/// The check sum of everything before the check character, negated, so that the
/// whole serial sums to 0 modulo 23. `None` when a character is out of place.
fn check_value(body: &str) -> Option<u32> {
    let bytes = body.as_bytes();
    if bytes.len() != 14 || bytes[2] != b'Q' || bytes[4] != b'-' || bytes[11] != b'-' {
        return None;
    }
    let mut sum = 0;
    // Weights 2..=12: distinct and not 0 modulo 23; the check character has weight 1.
    for (weight, &place) in (2..).zip([0, 1, 3, 5, 6, 7, 8, 9, 10, 12, 13].iter()) {
        let value = match place {
            12 | 13 => ALPHABET.iter().position(|&c| c == bytes[place])? as u32,
            _ => char::from(bytes[place]).to_digit(10)?,
        };
        sum = (sum + weight * value) % MODULUS;
    }
    Some((MODULUS - sum) % MODULUS)
}

impl FromStr for Serial {
    type Err = SerialError;

    /// Reads a serial as a person types it: small letters, spaces and missing
    /// hyphens are forgiven, everything else is not.
    fn from_str(typed: &str) -> Result<Self, SerialError> {
        let bare: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if bare.len() != 13 || !bare.is_ascii() {
            return Err(SerialError::Form);
        }
        let text = format!("{}-{}-{}", &bare[..4], &bare[4..10], &bare[10..]);
        let expected = check_value(&text[..14]).ok_or(SerialError::Form)?;
        let quarter = text.as_bytes()[3];
        if !(b'1'..=b'4').contains(&quarter) || &text[5..11] == "000000" {
            return Err(SerialError::Form);
        }
        if text.as_bytes()[14] != ALPHABET[expected as usize] {
            return Err(SerialError::Check);
        }
        Ok(Self(text))
    }
}

impl TryFrom<String> for Serial {
    type Error = SerialError;

    fn try_from(text: String) -> Result<Self, SerialError> {
        text.parse()
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> Self {
        serial.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Serial {
        Serial::new(Period::new(2026, 4).unwrap(), 123, 100).unwrap()
    }

    #[test]
    fn a_serial_reads_back_what_it_was_made_of() {
        let serial = sample();
        assert!(serial.as_str().starts_with("26Q4-000123-"));
        assert_eq!(serial.running(), 123);
        assert_eq!(serial.period(), Period::new(2026, 4).unwrap());
        assert_eq!(serial.as_str().parse::<Serial>().unwrap(), serial);
    }

    #[test]
    fn hyphens_and_small_letters_are_forgiven() {
        let typed = sample().as_str().replace('-', "").to_lowercase();
        assert_eq!(typed.parse::<Serial>().unwrap(), sample());
    }

    #[test]
    fn every_substitution_is_found() {
        for salt in [0, 7, 100, 333, 528] {
            let serial = Serial::new(Period::new(2026, 2).unwrap(), 40_917, salt).unwrap();
            for place in 0..serial.as_str().len() {
                for c in b'-'..=b'Z' {
                    let mut bytes = serial.as_str().as_bytes().to_vec();
                    if bytes[place] == c {
                        continue;
                    }
                    bytes[place] = c;
                    let text = String::from_utf8(bytes).unwrap();
                    assert!(text.parse::<Serial>().is_err(), "{serial} accepted as {text}");
                }
            }
        }
    }

    #[test]
    fn every_swap_of_neighbours_is_found() {
        for running in (1..2_000).chain([999_999, 123_456, 908_070]) {
            let serial = Serial::new(Period::new(2013, 2).unwrap(), running, (running % 529) as u16).unwrap();
            let bytes = serial.as_str().as_bytes();
            for place in 0..bytes.len() - 1 {
                if bytes[place] == bytes[place + 1] || bytes[place] == b'-' || bytes[place + 1] == b'-' {
                    continue;
                }
                let mut swapped = bytes.to_vec();
                swapped.swap(place, place + 1);
                let text = String::from_utf8(swapped).unwrap();
                assert!(text.parse::<Serial>().is_err(), "{serial} accepted as {text}");
            }
        }
    }

    #[test]
    fn a_swap_across_a_hyphen_is_found() {
        let serial = sample();
        let bare: Vec<u8> = serial.as_str().bytes().filter(|c| *c != b'-').collect();
        for place in 0..bare.len() - 1 {
            if bare[place] != bare[place + 1] {
                let mut swapped = bare.clone();
                swapped.swap(place, place + 1);
                assert!(String::from_utf8(swapped).unwrap().parse::<Serial>().is_err());
            }
        }
    }
}
