//! Where words go: data to stdout, talk to stderr.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
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

/// No estimate is made of less than this: the first pages tell little.
const ENOUGH_TO_ESTIMATE: Duration = Duration::from_secs(3);

/// A progress line on stderr, rewritten in place; silent unless a person watches.
pub struct Progress {
    bar: ProgressBar,
    since: Instant,
}

impl Progress {
    /// A line that nothing has been written to yet; the work begins now.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:8} {wide_msg}").expect("a template with two names");
        Self { bar: bar.with_style(style.progress_chars("█▌ ")), since: Instant::now() }
    }

    /// Shows `text`, that `done` of `total` are done, how fast, and how long the rest may take.
    pub fn show(&mut self, (done, total): (u64, u64), text: &str, lang: Lang) {
        if self.bar.is_hidden() {
            return;
        }
        let mut text = text.to_owned();
        let spent = self.spent();
        if spent > ENOUGH_TO_ESTIMATE && done > 0 {
            let speed = done as f64 / spent.as_secs_f64();
            let left = total.saturating_sub(done) as f64 / speed;
            text.push_str(&match lang {
                Lang::Vi => format!(", {speed:.1}/giây, còn {left:.0} giây"),
                Lang::En => format!(", {speed:.1}/s, {left:.0} s left"),
            });
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(text);
    }

    /// Time since the work began.
    pub fn spent(&self) -> Duration {
        self.since.elapsed()
    }

    /// Does what writes to the screen, above the line.
    pub fn suspend(&self, write: impl FnOnce()) {
        self.bar.suspend(write);
    }

    /// Says something above the line.
    pub fn talk(&self, text: &str) {
        self.suspend(|| talk(text));
    }

    /// Wipes the line.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
