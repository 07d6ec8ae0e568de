//! Seeded people, pens and scanners: printed pages to filled-in scans with their truth.
