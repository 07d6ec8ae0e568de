//! A small random source whose stream never changes with a library's version.
//!
//! xoshiro256** (Blackman & Vigna 2018), seeded through splitmix64. Every stage of
//! a page draws from a stream of its own, so that another scanner does not change
//! what the person has marked.

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: [u64; 4],
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// The stream named by `parts` under `seed`; different names give unrelated streams.
    pub(crate) fn stream(seed: u64, parts: &[&str]) -> Self {
        let mut mixed = seed;
        for part in parts {
            for byte in part.bytes().chain([0xff]) {
                mixed = splitmix(&mut mixed) ^ u64::from(byte);
            }
        }
        Self { state: std::array::from_fn(|_| splitmix(&mut mixed)) }
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let out = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        out
    }

    /// Uniform in 0 ≤ x < 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform between `low` and `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A whole number in 0..n; `n` must not be 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    /// Nearly normal with mean 0 and deviation 1, never beyond ±6: the sum of
    /// twelve uniform numbers needs no function that differs between machines.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// Normal with deviation `sigma`, cut at ±`limit`.
    pub(crate) fn bounded(&mut self, sigma: f64, limit: f64) -> f64 {
        (self.normal() * sigma).clamp(-limit, limit)
    }

    /// One of the items, by weight. The weights need not sum to 1; there must be an item.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [(T, f64)]) -> &'a T {
        let total: f64 = items.iter().map(|i| i.1).sum();
        let mut left = self.unit() * total;
        for (item, weight) in items {
            left -= weight;
            if left < 0.0 {
                return item;
            }
        }
        &items.last().expect("there is something to pick from").0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_one_written_down() {
        let mut r = Random::stream(1, &["person", "x"]);
        let first: Vec<u64> = (0..2).map(|_| r.bits()).collect();
        assert_eq!(first, PINNED, "old seeds would make other pages");
    }

    /// Taken on 24 Nov 2026 from this code.
    const PINNED: [u64; 2] = [3_448_446_196_375_585_298, 9_021_805_157_918_822_938];

    #[test]
    fn names_give_unrelated_streams() {
        assert_ne!(Random::stream(1, &["a", "b"]).bits(), Random::stream(1, &["ab"]).bits());
        assert_ne!(Random::stream(1, &["a"]).bits(), Random::stream(2, &["a"]).bits());
    }

    #[test]
    fn normal_numbers_have_mean_0_and_deviation_1() {
        let mut r = Random::stream(5, &[]);
        let n = 20_000;
        let values: Vec<f64> = (0..n).map(|_| r.normal()).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }
}
