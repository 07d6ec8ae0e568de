//! `phieu-fuzz MINUTES SEED FOLDER [ENDING]`: spoils files, or those alone whose names end so, until the time is over and writes
//! each finding to the folder.
//!
//! A child process (`phieu-fuzz --child SEED FIRST ENDING`) tries the cases one after the other and names each before it does; so what ends
//! the child, or keeps it too long, is known. Findings: `KIND-SPECIMEN-CASE.bin`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use phieu_fuzz::{Specimen, case, corpus, try_out};

/// No case of some kilobytes may take longer, on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);
/// Memory (KiB) that one may hold at most: pages of 70 million pixels, and what decodes them.
const MOST_KIB: u64 = 1_600_000;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    let done = match &args[..] {
        [child, seed, first, ending] if child == "--child" => {
            number(seed).zip(number(first)).map(|(seed, first)| try_cases(ending, seed, first))
        }
        [minutes, seed, folder, ending @ ..] if ending.len() <= 1 => {
            let ending = ending.first().map_or("", |ending| ending);
            (number(minutes).zip(number(seed)))
                .map(|(minutes, seed)| watch((60 * minutes, ending), seed, Path::new(folder)))
        }
        _ => None,
    };
    match done {
        Some(Ok(0)) => ExitCode::SUCCESS,
        Some(Ok(_)) => ExitCode::from(1),
        Some(Err(error)) => fail(&error.to_string()),
        None => fail("phieu-fuzz MINUTES SEED FOLDER [ENDING]"),
    }
}

fn fail(said: &str) -> ExitCode {
    // The last word of a program that has no other.
    let _ = writeln!(std::io::stderr(), "{said}");
    ExitCode::from(2)
}

/// The files to spoil whose names end so.
fn chosen(ending: &str) -> std::io::Result<Vec<Specimen>> {
    let mut corpus = corpus();
    corpus.retain(|specimen| specimen.name.ends_with(ending));
    if corpus.is_empty() {
        return Err(std::io::Error::other(format!("no file ends with {ending:?}")));
    }
    Ok(corpus)
}

/// The child: names each case, tries it, says what was found.
fn try_cases(ending: &str, seed: u64, first: u64) -> std::io::Result<u64> {
    std::panic::set_hook(Box::new(|_| {}));
    let corpus = chosen(ending)?;
    let mut out = std::io::stdout().lock();
    for number in first.. {
        writeln!(out, "{number}")?;
        out.flush()?;
        let (specimen, bytes) = case(&corpus, seed, number);
        forget_peak();
        if let Some(finding) = try_out(specimen.kind, &bytes) {
            writeln!(out, "found {finding:?}")?;
        } else if let Some(kib) = peak_kib().filter(|kib| *kib > MOST_KIB) {
            writeln!(out, "found Memory({kib} KiB)")?;
        }
    }
    Ok(0)
}

/// Most memory that this process held since [`forget_peak`], where the system says so.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn forget_peak() {
    // Without it the peak is that of all cases so far: more is found, never less.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The parent: number of findings in so many seconds.
fn watch((seconds, ending): (u64, &str), seed: u64, folder: &Path) -> std::io::Result<u64> {
    let time = Duration::from_secs(seconds);
    let corpus = chosen(ending)?;
    std::fs::create_dir_all(folder)?;
    let started = Instant::now();
    let (mut next, mut found) = (0, 0);
    while started.elapsed() < time {
        let (mut child, lines) = spawn(ending, seed, next)?;
        let ended = loop {
            if started.elapsed() >= time {
                break None;
            }
            match lines.recv_timeout(LONGEST) {
                Ok(line) => match line.strip_prefix("found ") {
                    Some(said) => {
                        found += 1;
                        keep(folder, &corpus, (seed, next), said)?;
                    }
                    None => next = line.parse().unwrap_or(next),
                },
                Err(RecvTimeoutError::Timeout) => break Some("Slow"),
                Err(RecvTimeoutError::Disconnected) => break Some("Abort"),
            }
        };
        // It may have ended itself.
        let _ = child.kill();
        child.wait()?;
        if let Some(said) = ended {
            found += 1;
            keep(folder, &corpus, (seed, next), said)?;
            next += 1;
        }
    }
    writeln!(std::io::stderr(), "{next} cases of seed {seed}, {found} findings")?;
    Ok(found)
}

fn spawn(ending: &str, seed: u64, first: u64) -> std::io::Result<(Child, Receiver<String>)> {
    let program: PathBuf = std::env::current_exe()?;
    let args = ["--child".to_owned(), seed.to_string(), first.to_string(), ending.to_owned()];
    let mut child = Command::new(program).args(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (sender, lines) = channel();
    if let Some(out) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
    }
    Ok((child, lines))
}

fn keep(folder: &Path, corpus: &[Specimen], (seed, number): (u64, u64), said: &str) -> std::io::Result<()> {
    let (specimen, bytes) = case(corpus, seed, number);
    let kind: String = said.chars().take_while(|c| c.is_alphanumeric()).collect();
    let name = specimen.name.replace(['/', '\\'], "_");
    std::fs::write(folder.join(format!("{kind}-{name}-{seed}-{number}.bin")), bytes)?;
    writeln!(std::io::stderr(), "{name} case {number}: {said}")
}
