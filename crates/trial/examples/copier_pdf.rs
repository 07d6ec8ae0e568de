//! Grey JPEG files as one PDF, as a copier sends them: `copier_pdf OUT.pdf JPEG...`

use std::process::ExitCode;

fn main() -> ExitCode {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [out, scans @ ..] = &paths[..] else {
        eprintln!("copier_pdf OUT.pdf JPEG...");
        return ExitCode::FAILURE;
    };
    match written(out, scans) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn written(out: &str, scans: &[String]) -> Result<(), String> {
    let read = |path: &String| std::fs::read(path).map_err(|error| format!("{path}: {error}"));
    let files: Vec<Vec<u8>> = scans.iter().map(read).collect::<Result<_, _>>()?;
    let mut sized = Vec::new();
    for (path, bytes) in scans.iter().zip(&files) {
        let (width, height) = size(bytes).ok_or_else(|| format!("{path}: not a baseline JPEG"))?;
        sized.push((&bytes[..], width, height));
    }
    std::fs::write(out, phieu_trial::copier_pdf(&sized)).map_err(|error| format!("{out}: {error}"))
}

/// Width and height in the frame header of a JPEG file (ISO/IEC 10918-1, B.2.2).
fn size(jpeg: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let segment = jpeg.get(at..)?;
        let number = |i: usize| Some(u32::from(*segment.get(i)?) << 8 | u32::from(*segment.get(i + 1)?));
        if matches!(segment.get(1)?, 0xc0..=0xc2) {
            return Some((number(7)?, number(5)?));
        }
        at += 2 + number(2)? as usize;
    }
}
