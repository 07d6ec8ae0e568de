//! Loops compiled twice: for any processor of 64 bits, and for those that take eight numbers at once (AVX2, 2013 and later).
//!
//! Both give the same results to the last bit: no sum changes its order, and a product is never fused with a sum unless the
//! source says so.

/// What `work` gives, done with the widest instructions that this processor has. Only what the compiler puts into the
/// closure itself becomes wide: loops, and functions that are always inlined.
#[inline(always)]
pub fn widely<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    {
        use fearless_simd::{Level, Simd};
        if let Some(avx2) = Level::new().as_avx2() {
            return avx2.vectorize(work);
        }
    }
    work()
}
