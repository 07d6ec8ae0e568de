//! The program is killed, the power fails, the disk is full: run again, and the totals are those of a run that nothing
//! disturbed.

// clippy does not know the helpers below as test code.
#![allow(clippy::unwrap_used)]

mod harness;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use harness::{Office, Ran, TODAY, TOLD_OF_EVERY_BATCH, binary, rows_but};

/// Times that the program is killed; it is let run to its end after every few.
const KILLS: usize = 50;
const KILLS_BEFORE_THE_END: usize = 5;
/// Files that are refused at once, so that much is written in little time.
const SMALL: u8 = 40;

/// An office with scans to read, and its folder as it was before any was read.
struct Bench {
    office: Office,
    /// What every table holds before and in the end.
    before: String,
    expected: String,
    /// Lines that an undisturbed run says to programs.
    lines: usize,
    /// The size of its write-ahead log in the end, in bytes.
    log: u64,
}

impl Bench {
    fn new() -> Self {
        let office = Office::example();
        office.print(3).done();
        office.simulate("clean", 7, "mô phỏng").done();
        let scans = office.path("mô phỏng/pages");
        for k in 0..SMALL {
            let picture = image::GrayImage::from_pixel(20, 20, image::Luma([k]));
            // Before and after the pages of sheets.
            picture.save(scans.join(format!("{}_{k:02}.png", ["a", "z"][usize::from(k % 2)]))).unwrap();
        }
        let before = rows_but(&office.workspace().join("phieu.sqlite"), &TOLD_OF_EVERY_BATCH);
        let mut bench = Self { office, before, expected: String::new(), lines: 0, log: 0 };
        let undisturbed = bench.workspace("yên tĩnh");
        let ran = bench.scan(&undisturbed);
        assert_eq!(ran.code, 0, "{}", ran.err);
        bench.expected = rows_but(&database(&undisturbed), &TOLD_OF_EVERY_BATCH);
        assert_eq!(bench.expected.matches("|Text(\"ok\")|").count(), 3, "all sheets are read\n{}", ran.err);
        bench.lines = ran.out.lines().count();
        // Closing the database empties the log: what it came to is seen while another reader holds it.
        let watched = bench.workspace("xem");
        let held = rusqlite::Connection::open(database(&watched)).unwrap();
        held.execute_batch("BEGIN; SELECT count(*) FROM scans;").unwrap();
        assert_eq!(bench.scan(&watched).code, 0);
        bench.log = std::fs::metadata(log(&watched)).unwrap().len();
        bench
    }

    /// A copy of the office's folder as it was before any scan was read.
    fn workspace(&self, name: &str) -> PathBuf {
        let copy = self.office.path(name);
        std::fs::create_dir(&copy).unwrap();
        for file in std::fs::read_dir(self.office.workspace()).unwrap() {
            let file = file.unwrap().path();
            std::fs::copy(&file, copy.join(file.file_name().unwrap())).unwrap();
        }
        copy
    }

    fn command(&self, workspace: &Path) -> Command {
        let mut command = binary();
        command.current_dir(&self.office.folder).env("PHIEU_WORKSPACE", workspace).env("PHIEU_TODAY", TODAY);
        command
    }

    fn scan(&self, workspace: &Path) -> Ran {
        Ran::of(self.command(workspace).args(["scan", "mô phỏng/pages", "--json"]).output().unwrap())
    }

    fn begin_scan(&self, workspace: &Path) -> Child {
        let mut command = self.command(workspace);
        command.args(["scan", "mô phỏng/pages", "--json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
    }

    #[track_caller]
    fn agrees(&self, workspace: &Path) {
        let verified = Ran::of(self.command(workspace).args(["audit", "verify"]).output().unwrap());
        assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    }

    /// After whatever happened: run to the end, and the totals are those of an undisturbed run.
    #[track_caller]
    fn ends_as_if_nothing_had_happened(&self, workspace: &Path) {
        let ran = self.scan(workspace);
        assert_eq!(ran.code, 0, "{}", ran.err);
        self.agrees(workspace);
        assert_eq!(rows_but(&database(workspace), &TOLD_OF_EVERY_BATCH), self.expected);
    }
}

fn database(workspace: &Path) -> PathBuf {
    workspace.join("phieu.sqlite")
}

fn log(workspace: &Path) -> PathBuf {
    workspace.join("phieu.sqlite-wal")
}

/// Numbers that are different every time and the same in every run (Knuth's multiplier).
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }
}

/// Waits for a moment that is drawn: a line that the program says, or a size of its log, which grows in the middle of a
/// transaction.
fn wait_for_a_moment(child: &mut Child, workspace: &Path, bench: &Bench, draws: &mut Draws) {
    if draws.below(2) == 0 {
        let wanted = draws.below(bench.lines as u64) as usize;
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let _ = lines.take(wanted).count();
    } else {
        let wanted = draws.below(bench.log);
        let size = || std::fs::metadata(log(workspace)).map_or(0, |meta| meta.len());
        while size() < wanted && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
    }
}

#[test]
fn killed_at_fifty_moments_and_run_again_the_totals_are_the_same() {
    let bench = Bench::new();
    let mut draws = Draws(2026);
    let (mut kills, mut round, mut half_done) = (0, 0, 0);
    while kills < KILLS {
        round += 1;
        assert!(round < KILLS, "hardly a run lives until it is killed");
        let workspace = bench.workspace(&format!("lần {round}"));
        for _ in 0..KILLS_BEFORE_THE_END {
            let mut child = bench.begin_scan(&workspace);
            wait_for_a_moment(&mut child, &workspace, &bench, &mut draws);
            child.kill().unwrap();
            kills += usize::from(!child.wait().unwrap().success());
            cut_the_power(&bench, &workspace, &mut draws);
            bench.agrees(&workspace);
            let rows = rows_but(&database(&workspace), &TOLD_OF_EVERY_BATCH);
            half_done += usize::from(rows != bench.before && rows != bench.expected);
        }
        bench.ends_as_if_nothing_had_happened(&workspace);
    }
    assert!(half_done > 0, "no kill fell into the middle of the work");
}

/// What the disk holds when the power fails: the database as it was and the log up to any byte. The account agrees with
/// itself, and the next run ends as if nothing had happened.
fn cut_the_power(bench: &Bench, workspace: &Path, draws: &mut Draws) {
    let after = bench.office.path("mất điện");
    let _ = std::fs::remove_dir_all(&after);
    let after = bench.workspace("mất điện");
    std::fs::copy(database(workspace), database(&after)).unwrap();
    let Ok(mut bytes) = std::fs::read(log(workspace)) else { return };
    // A database that was written to from its log needs all of it, and a disk that keeps its word has it.
    if std::fs::read(database(workspace)).unwrap()
        == std::fs::read(database(&bench.office.workspace())).unwrap()
    {
        bytes.truncate(draws.below(bytes.len() as u64 + 1) as usize);
    }
    std::fs::write(log(&after), bytes).unwrap();
    bench.agrees(&after);
    if draws.below(10) == 0 {
        bench.ends_as_if_nothing_had_happened(&after);
    }
}

/// The largest file that the shell allows stands for the disk: writing more fails.
#[cfg(unix)]
#[test]
fn a_full_disk_stops_the_batch_with_a_sentence_and_the_next_run_ends_it() {
    let bench = Bench::new();
    let workspace = bench.workspace("đĩa đầy");
    let blocks = (bench.log / 2 / 512).to_string();
    let limited = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
    let full = Ran::of(
        Command::new("sh")
            .args(["-c", limited, "sh", &blocks, env!("CARGO_BIN_EXE_phieu"), "scan", "mô phỏng/pages"])
            .current_dir(&bench.office.folder)
            .env("PHIEU_WORKSPACE", &workspace)
            .env("PHIEU_TODAY", TODAY)
            .output()
            .unwrap(),
    );
    full.complains(1, "phieu.sqlite");
    bench.agrees(&workspace);
    bench.ends_as_if_nothing_had_happened(&workspace);
}
