//! Drives the real binary, as an office or another program would.

// Each test target uses its own part of this; clippy does not know it as test code.
#![allow(dead_code, clippy::unwrap_used)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The day that counts as today, unless a test says otherwise.
pub const TODAY: &str = "2026-01-15";

/// A folder with spaces and diacritics in its path, and in it an office's
/// workspace.
pub struct Office {
    _root: TempDir,
    /// The folder.
    pub folder: PathBuf,
}

/// What one call of the binary left.
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Its data.
    pub out: String,
    /// Its talk.
    pub err: String,
}

impl Office {
    /// A folder without a workspace.
    pub fn bare() -> Self {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("Sở Công Thương – khảo sát");
        std::fs::create_dir(&folder).unwrap();
        Self { _root: root, folder }
    }

    /// The example office.
    pub fn example() -> Self {
        let office = Self::bare();
        office.run(["init", "--example"]).done();
        office
    }

    /// The path of `name` in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The workspace.
    pub fn workspace(&self) -> PathBuf {
        self.path("hồ sơ")
    }

    /// Runs the binary in the folder, on [`TODAY`], with the workspace named by the
    /// environment.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        self.run_on(TODAY, args)
    }

    /// Runs the binary on another day.
    pub fn run_on<S: AsRef<OsStr>>(&self, today: &str, args: impl IntoIterator<Item = S>) -> Ran {
        self.output(binary().env("PHIEU_TODAY", today).args(args))
    }

    /// Runs another program in the folder, with the binary's environment.
    pub fn run_other<S: AsRef<OsStr>>(&self, program: &str, args: impl IntoIterator<Item = S>) -> Ran {
        self.output(Command::new(program).env("PHIEU_TODAY", TODAY).args(args))
    }

    fn output(&self, command: &mut Command) -> Ran {
        let command = command.current_dir(&self.folder).env("PHIEU_WORKSPACE", self.workspace());
        Ran::of(command.output().unwrap())
    }

    /// Prints `count` sheets for the trade department into `sheets.pdf` and
    /// `sheets.json`.
    pub fn print(&self, count: u32) -> Ran {
        self.run([
            "print",
            "--form",
            "phieu-khao-sat-tthc",
            "--unit",
            "qltm",
            "--procedure",
            "2.000648",
            "--count",
            &count.to_string(),
            "--out",
            "sheets.pdf",
            "--sheets-out",
            "sheets.json",
        ])
    }

    /// Simulates the return of the printed sheets as scans in the folder `out`.
    pub fn simulate(&self, profile: &str, seed: u32, out: &str) -> Ran {
        self.run([
            "simulate",
            "--pdf",
            "sheets.pdf",
            "--sheets",
            "sheets.json",
            "--form",
            "phieu-khao-sat-tthc",
            "--profile",
            profile,
            "--seed",
            &seed.to_string(),
            "--out",
            out,
        ])
    }

    /// The lines of a `.jsonl` file in the folder.
    pub fn lines(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The value of a `.json` file in the folder.
    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }
}

impl Ran {
    /// What a call left that was made in another way.
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts that all was done.
    #[track_caller]
    pub fn done(self) -> Self {
        assert_eq!(self.code, 0, "stdout: {}\nstderr: {}", self.out, self.err);
        self
    }

    /// Asserts the exit code and that stderr holds one complaint with `words`.
    #[track_caller]
    pub fn complains(self, code: i32, words: &str) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        assert!(self.err.contains(words), "“{words}” is not in: {}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
}

/// The binary, with nothing of this machine's settings.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phieu"));
    command.env_remove("PHIEU_WORKSPACE").env_remove("PHIEU_TODAY");
    command
}

/// Runs the binary outside any office.
pub fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Ran {
    Ran::of(binary().args(args).output().unwrap())
}

/// The tables that also a batch which brings nothing new adds to: that it came in is kept.
pub const TOLD_OF_EVERY_BATCH: [&str; 3] = ["audit", "audit_head", "batches"];

/// Every row of every table of an office's database, as text: equal when nothing
/// changed.
pub fn all_rows(database: &Path) -> String {
    rows_but(database, &[])
}

/// The same without some tables.
pub fn rows_but(database: &Path, without: &[&str]) -> String {
    let db = rusqlite::Connection::open(database).unwrap();
    let mut names = db
        .prepare(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
        )
        .unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut all = String::new();
    for name in names.iter().filter(|name| !without.contains(&name.as_str())) {
        all.push_str(&format!("== {name}\n"));
        let mut rows = db.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for i in 0..columns {
                all.push_str(&format!("{:?}|", row.get::<_, rusqlite::types::Value>(i).unwrap()));
            }
            all.push('\n');
        }
    }
    all
}
