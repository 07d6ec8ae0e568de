//! A scanner driven through SANE's `scanimage`, the one program of the system that phieu calls.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use phieu_model::lang::Lang;

use crate::errors::Failure;

const SCANIMAGE: &str = "scanimage";

/// Where the scanner takes its paper from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Paper {
    /// The glass, one sheet after the other.
    Flatbed,
    /// The feeder, all sheets in one go.
    Feeder,
    /// The feeder, both sides of every sheet.
    Duplex,
}

/// A scanner and how it scans.
#[derive(Debug)]
pub struct Scanner {
    /// SANE's name of the device; `None` for the first that SANE finds.
    device: Option<String>,
    /// Arguments that choose paper, resolution and colour.
    settings: Vec<String>,
}

impl Scanner {
    /// A scanner that takes its paper from `paper` and scans at `dpi`, in grey or in colour. Asks the device what it calls these.
    pub fn open(device: Option<&str>, paper: Paper, (dpi, colour): (u16, bool)) -> Result<Self, Failure> {
        let mut scanner = Self { device: device.map(str::to_owned), settings: Vec::new() };
        let said = scanner.ask(&["--all-options"])?;
        let options = String::from_utf8_lossy(&said.stdout).into_owned();
        if !said.status.success() || options.trim().is_empty() {
            return Err(no_scanner(device, &said));
        }
        scanner.settings = settings(&options, paper, (dpi, colour)).ok_or_else(|| lacks(paper))?;
        Ok(scanner)
    }

    /// Scans the sheet on the glass into `file`, which is there only when it is complete.
    pub fn one(&self, file: &Path) -> Result<(), Failure> {
        let part = file.with_extension("part");
        let path = part.to_string_lossy().into_owned();
        let said = self.ask(&["--format=png", "--output-file", &path])?;
        if !said.status.success() {
            // What was begun is of no use; that it cannot be removed changes nothing about the failure.
            let _ = std::fs::remove_file(&part);
            return Err(stopped(&said));
        }
        std::fs::rename(&part, file).map_err(Failure::writing(file))
    }

    /// Scans all sheets in the feeder into files of `folder`, and gives these in their order. A feeder that stops in the
    /// middle (a jam) leaves what it has scanned until then, and its failure.
    pub fn all(&self, folder: &Path) -> Result<(Vec<PathBuf>, Option<Failure>), Failure> {
        // The name is a pattern: what stands in the folder's name must not be one.
        let mut command = self.command();
        let said = ran(command.current_dir(folder).args(["--format=png", "--batch=trang-%04d.png"]))?;
        let pages = pages_in(folder).map_err(Failure::reading(folder))?;
        let fault = (!said.status.success() && (pages.is_empty() || !ran_out(&said))).then(|| stopped(&said));
        Ok((pages, fault))
    }

    fn ask(&self, args: &[&str]) -> Result<Output, Failure> {
        ran(self.command().args(args))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(SCANIMAGE);
        command.args(self.device.iter().map(|device| format!("--device-name={device}")));
        // What it says is looked at, in the words that it has without a language.
        command.args(&self.settings).env("LC_ALL", "C").stdin(Stdio::null());
        command
    }
}

fn ran(command: &mut Command) -> Result<Output, Failure> {
    command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => no_scanimage(),
        _ => Failure::reading(SCANIMAGE)(error),
    })
}

/// The pages that a feeder left in `folder`, in their order.
fn pages_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "png"))
        .collect();
    pages.sort();
    Ok(pages)
}

/// Whether the feeder ended because it is empty.
fn ran_out(said: &Output) -> bool {
    String::from_utf8_lossy(&said.stderr).contains("out of documents")
}

/// What chooses paper, resolution and colour, in the words of the device, from what it says of its options; `None` when it
/// has no such paper. A device without `--source` has a glass only.
fn settings(options: &str, paper: Paper, (dpi, colour): (u16, bool)) -> Option<Vec<String>> {
    let mut settings = Vec::new();
    match (values_of(options, "--source"), paper) {
        (Some(sources), _) => {
            let fits = |name: &&String| {
                let name = name.to_lowercase();
                let feeds = ["adf", "feeder", "automatic"].iter().any(|word| name.contains(word));
                let both = name.contains("duplex");
                match paper {
                    Paper::Flatbed => !feeds && !both,
                    Paper::Feeder => feeds && !both,
                    Paper::Duplex => both,
                }
            };
            settings.push(format!("--source={}", sources.iter().find(fits)?));
        }
        (None, Paper::Flatbed) => {}
        (None, Paper::Feeder | Paper::Duplex) => return None,
    }
    if let Some(modes) = values_of(options, "--mode") {
        let wanted = if colour { "colo" } else { "gr" };
        let mode = modes.iter().find(|mode| mode.to_lowercase().contains(wanted));
        settings.extend(mode.map(|mode| format!("--mode={mode}")));
    }
    if options.contains("--resolution") {
        settings.push(format!("--resolution={dpi}"));
    }
    Some(settings)
}

/// The values of an option as `scanimage` lists them: `    --source Flatbed|ADF [Flatbed]`.
fn values_of(options: &str, option: &str) -> Option<Vec<String>> {
    let line = options.lines().map(str::trim).find(|line| line.split(' ').next() == Some(option))?;
    let values = line[option.len()..].trim();
    let values = values.rsplit_once('[').map_or(values, |(values, _)| values).trim();
    Some(values.split('|').map(|value| value.trim().to_owned()).collect())
}

fn no_scanimage() -> Failure {
    Failure::Told {
        vi: "Không có chương trình scanimage. Trên Linux hãy cài gói sane-utils. Trên Windows hãy đặt máy quét lưu vào một \
             thư mục rồi dùng: phieu theo-doi THƯ_MỤC"
            .to_owned(),
        en: "The program scanimage is not there. On Linux install the package sane-utils. On Windows let the scanner save into a \
             folder and use: phieu watch DIR"
            .to_owned(),
    }
}

fn no_scanner(device: Option<&str>, said: &Output) -> Failure {
    let reason = reason(said);
    let device = device.unwrap_or("–");
    Failure::Told {
        vi: format!(
            "Không mở được máy quét (tên: {device}; SANE báo: {reason}). Hãy bật máy, kiểm tra dây, xem tên bằng lệnh \
             scanimage -L rồi nêu bằng --device."
        ),
        en: format!(
            "The scanner cannot be opened (name: {device}; SANE says: {reason}). Turn it on, check the cable, look its name up with \
             scanimage -L and give it with --device."
        ),
    }
}

fn lacks(paper: Paper) -> Failure {
    let (vi, en) = match paper {
        Paper::Flatbed => (
            "Máy quét này không có mặt kính. Hãy dùng --paper feeder.",
            "This scanner has no glass. Use --paper feeder.",
        ),
        Paper::Feeder => (
            "Máy quét này không có khay nạp giấy. Hãy dùng --paper flatbed.",
            "This scanner has no feeder. Use --paper flatbed.",
        ),
        Paper::Duplex => (
            "Máy quét này không quét được hai mặt. Hãy dùng --paper feeder, rồi lật xấp giấy và quét lần nữa.",
            "This scanner does not scan both sides. Use --paper feeder, then turn the stack and scan again.",
        ),
    };
    Failure::Told { vi: vi.to_owned(), en: en.to_owned() }
}

fn stopped(said: &Output) -> Failure {
    let reason = reason(said);
    Failure::Told {
        vi: format!(
            "Máy quét dừng giữa chừng (SANE báo: {reason}). Hãy gỡ giấy kẹt, rồi quét tiếp các tờ còn lại."
        ),
        en: format!(
            "The scanner stopped (SANE says: {reason}). Clear the paper and scan the remaining sheets."
        ),
    }
}

/// The last thing that `scanimage` said.
fn reason(said: &Output) -> String {
    let text = String::from_utf8_lossy(&said.stderr);
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("?").trim().to_owned()
}

/// What is asked before each sheet on the glass.
pub fn next_sheet(number: usize, lang: Lang) -> String {
    match lang {
        Lang::Vi => {
            format!("Tờ {number}: đặt phiếu lên mặt kính rồi nhấn Enter (gõ q rồi Enter để kết thúc).")
        }
        Lang::En => format!("Sheet {number}: lay it on the glass and press Enter (q and Enter to end)."),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;

    const DUPLEX: &str = "
  Scan Mode:
    --mode Lineart|Gray|Color [Lineart]
        Selects the scan mode (e.g., lineart, monochrome, or color).
    --resolution 150|200|300|600dpi [200]
        Sets the resolution of the scanned image.
    --source ADF Front|ADF Back|ADF Duplex|Flatbed [ADF Front]
        Selects the scan source (such as a document-feeder).
";

    #[test]
    fn paper_and_colour_are_named_as_the_device_names_them() {
        let of = |paper, colour| settings(DUPLEX, paper, (300, colour)).unwrap().join(" ");
        assert_eq!(of(Paper::Feeder, false), "--source=ADF Front --mode=Gray --resolution=300");
        assert_eq!(of(Paper::Flatbed, true), "--source=Flatbed --mode=Color --resolution=300");
        assert_eq!(of(Paper::Duplex, false), "--source=ADF Duplex --mode=Gray --resolution=300");
    }

    #[test]
    fn a_device_that_names_no_source_has_a_glass_only() {
        let bare = "    --resolution 75..600dpi [75]\n";
        assert_eq!(settings(bare, Paper::Flatbed, (300, false)).unwrap(), ["--resolution=300"]);
        assert_eq!(settings(bare, Paper::Feeder, (300, false)), None);
        let feeder_only = "    --source ADF [ADF]\n";
        assert_eq!(settings(feeder_only, Paper::Flatbed, (300, false)), None);
    }
}
