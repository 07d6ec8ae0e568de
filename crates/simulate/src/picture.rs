//! The picture as a device delivers it.

/// Rows of pixels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// 1 or 3 bytes a pixel; one-bit pictures hold 0 and 255.
    pub(crate) channels: usize,
    pub(crate) data: Vec<u8>,
}

/// Rows that are turned together, so that both pictures are read and written in the cache.
const BAND: usize = 32;

impl Picture {
    /// The picture turned clockwise by quarter turns.
    pub(crate) fn turned(self, turns: u8) -> Self {
        let Self { width, height, channels, data } = self;
        let turns = turns % 4;
        if turns == 0 {
            return Self { width, height, channels, data };
        }
        let mut out = vec![0; data.len()];
        let across = if turns % 2 == 1 { height } else { width };
        for band in (0..height).step_by(BAND) {
            for x in 0..width {
                for y in band..(band + BAND).min(height) {
                    let (tx, ty) = match turns {
                        1 => (height - 1 - y, x),
                        2 => (width - 1 - x, height - 1 - y),
                        _ => (y, width - 1 - x),
                    };
                    let (from, to) = ((y * width + x) * channels, (ty * across + tx) * channels);
                    out[to..to + channels].copy_from_slice(&data[from..from + channels]);
                }
            }
        }
        let (width, height) = if turns % 2 == 1 { (height, width) } else { (width, height) };
        Self { width, height, channels, data: out }
    }
}

/// Where a place of the upright picture (pixels, whole numbers are corners of pixels) lies in
/// the picture of this size that was turned clockwise.
pub(crate) fn turned_place([x, y]: [f64; 2], [width, height]: [usize; 2], turns: u8) -> [f64; 2] {
    let (w, h) = (width as f64, height as f64);
    match turns % 4 {
        0 => [x, y],
        1 => [h - y, x],
        2 => [w - x, h - y],
        _ => [y, w - x],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_where_its_turned_place_says() {
        for turns in 0..4 {
            let mut data = vec![0; 50 * 70];
            data[41 * 50 + 13] = 9;
            let turned = Picture { width: 50, height: 70, channels: 1, data }.turned(turns);
            let [x, y] = turned_place([13.5, 41.5], [50, 70], turns);
            assert_eq!(turned.data[y as usize * turned.width + x as usize], 9, "{turns} turns");
        }
    }
}
