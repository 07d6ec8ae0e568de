//! How sure a count of errors makes us of their rate.

/// Upper one-sided 95 % bound of a rate after `errors` in `n` trials (Clopper & Pearson
/// 1934): the rate at which so few errors would be seen once in twenty times. With no
/// error it is close to 3/n. 1 when there was no trial.
pub fn upper_bound(errors: u64, n: u64) -> f64 {
    if errors >= n {
        return 1.0;
    }
    let (mut low, mut high) = (errors as f64 / n as f64, 1.0);
    for _ in 0..60 {
        let p = (low + high) / 2.0;
        if at_most(errors, n, p) > 0.05 { low = p } else { high = p }
    }
    high
}

/// Chance of at most `k` hits in `n` trials at rate `p`; 0 < p < 1.
fn at_most(k: u64, n: u64, p: f64) -> f64 {
    // Summed in logarithms: (1−p)^n is below any f64 for large n.
    let mut log_term = n as f64 * (1.0 - p).ln();
    let mut sum = log_term.exp();
    for i in 0..k {
        log_term += ((n - i) as f64 / (i + 1) as f64).ln() + (p / (1.0 - p)).ln();
        sum += log_term.exp();
    }
    sum
}
