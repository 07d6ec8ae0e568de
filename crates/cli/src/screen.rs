//! Where words go: data to stdout, talk to stderr.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use phieu_model::lang::Lang;

/// Writes data to stdout. A reader that has gone away (`| head`) is no fault.
pub fn data(text: &str) {
    let mut out = io::stdout().lock();
    // Nothing can be done about a closed pipe, and nobody is left to be told.
    let _ = out
        .write_all(text.as_bytes())
        .and_then(|()| if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") });
    let _ = out.flush();
}

/// Says something to the operator on stderr.
pub fn talk(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says what went wrong on stderr.
pub fn complain(sentence: &str, lang: Lang) {
    talk(&format!("{} {sentence}", lang.pick("Lỗi:", "Error:")));
}

/// No estimate is made of less than this: the first files tell little.
const ENOUGH_TO_ESTIMATE: Duration = Duration::from_secs(3);

/// What is worked through.
#[derive(Debug, Clone, Copy)]
pub enum Work {
    /// Files, which are read.
    Files,
    /// Sheets, which are decided again.
    Sheets,
}

/// A progress line on stderr, rewritten in place; silent unless a person watches.
pub struct Progress {
    work: Work,
    watched: bool,
    since: Instant,
    width: usize,
}

impl Progress {
    /// A line that nothing has been written to yet; the work begins now.
    pub fn new(work: Work) -> Self {
        Self { work, watched: io::stderr().is_terminal(), since: Instant::now(), width: 0 }
    }

    /// Shows that `done` of `total` are done, and how long the rest may take.
    pub fn show(&mut self, done: u64, total: u64, lang: Lang) {
        let mut text = match (self.work, lang) {
            (Work::Files, Lang::Vi) => format!("Đã đọc {done}/{total} tệp"),
            (Work::Files, Lang::En) => format!("{done}/{total} files read"),
            (Work::Sheets, Lang::Vi) => format!("Đã xem {done}/{total} phiếu"),
            (Work::Sheets, Lang::En) => format!("{done}/{total} sheets looked at"),
        };
        let spent = self.since.elapsed();
        if spent > ENOUGH_TO_ESTIMATE && done > 0 {
            let left = spent.as_secs_f64() / done as f64 * total.saturating_sub(done) as f64;
            text.push_str(&match lang {
                Lang::Vi => format!(", còn khoảng {left:.0} giây"),
                Lang::En => format!(", about {left:.0} s left"),
            });
        }
        self.replace(&text);
    }

    fn replace(&mut self, text: &str) {
        if self.watched {
            let width = text.chars().count();
            let gap = self.width.saturating_sub(width);
            let _ = write!(io::stderr().lock(), "\r{text}{:gap$}", "");
            self.width = width;
        }
    }

    /// Wipes the line.
    pub fn clear(&mut self) {
        if self.watched && self.width > 0 {
            let _ = write!(io::stderr().lock(), "\r{:1$}\r", "", self.width);
            self.width = 0;
        }
    }
}
