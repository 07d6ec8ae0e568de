//! What reading a page costs without decoding its file: each stage, the whole of an ordinary page, and hostile ones.
//!
//!     cargo bench -p phieu-read
//!
//! The ordinary page is the simulator's `bench`: a grey scan of 300 dpi. Times are wall times of one thread; the medians count.
#![allow(clippy::unwrap_used, reason = "a benchmark stops where something is not as it says")]
#![allow(missing_docs, reason = "names say what is timed")]

use std::hint::black_box;
use std::sync::LazyLock;

use divan::Bencher;
use phieu_model::layout::Layout;
use phieu_read::frame::Frame;
use phieu_read::stages::Stages;
use phieu_read::{Policy, Reader};
use phieu_simulate::Profile;
use phieu_trial::{PrintedSheets, key};

/// Hostile pages that are timed, one after another of one batch.
const HOSTILE: usize = 12;
const SEED: u64 = 9000;

static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| vec![phieu_trial::layout()]);
static READER: LazyLock<Reader<'static>> = LazyLock::new(|| Reader::new(&LAYOUTS, key(), Policy::default()));
static ORDINARY: LazyLock<Frame> = LazyLock::new(|| pages(&Profile::named("bench").unwrap(), 1).remove(0));
static STRANGE: LazyLock<Vec<Frame>> = LazyLock::new(|| pages(&Profile::hostile(), HOSTILE));

fn main() {
    divan::main();
}

/// The first pages of a batch, decoded.
fn pages(profile: &Profile, count: usize) -> Vec<Frame> {
    let printed = PrintedSheets::new(&LAYOUTS[0], &key(), (count as u32, SEED)).unwrap();
    let batch = printed.batch(&LAYOUTS[0], profile, SEED).unwrap().with_key(key());
    (0..batch.len().min(count))
        .map(|i| {
            let grey = image::load_from_memory(&batch.page(i).unwrap().bytes).unwrap().into_luma8();
            Frame::new(grey.width() as usize, grey.height() as usize, grey.into_raw()).unwrap()
        })
        .collect()
}

fn stages() -> Stages<'static, 'static> {
    Stages::of(&READER, ORDINARY.clone()).unwrap()
}

#[divan::bench]
fn a_whole_page(bencher: Bencher) {
    bencher.with_inputs(|| ORDINARY.clone()).bench_values(|frame| READER.read(frame));
}

#[divan::bench(args = 0..HOSTILE)]
fn hostile_page(bencher: Bencher, index: usize) {
    bencher.with_inputs(|| STRANGE[index].clone()).bench_values(|frame| READER.read(frame));
}

#[divan::bench]
fn stage_1_prepare(bencher: Bencher) {
    bencher.with_inputs(|| ORDINARY.clone()).bench_values(Stages::prepare);
}

#[divan::bench]
fn stage_2_find(bencher: Bencher) {
    let mut stages = stages();
    bencher.bench_local(|| stages.find());
}

#[divan::bench]
fn stage_3_register(bencher: Bencher) {
    let stages = stages();
    bencher.bench_local(|| black_box(&stages).register());
}

#[divan::bench]
fn stage_4_see_print(bencher: Bencher) {
    let stages = stages();
    bencher.bench_local(|| black_box(&stages).see_print());
}

#[divan::bench]
fn stage_5_measure(bencher: Bencher) {
    let stages = stages();
    bencher.bench_local(|| black_box(&stages).measure());
}

#[divan::bench]
fn stage_6_decide(bencher: Bencher) {
    let stages = stages();
    bencher.bench_local(|| black_box(&stages).decide());
}

#[divan::bench]
fn stage_7_see_writing(bencher: Bencher) {
    let stages = stages();
    bencher.bench_local(|| black_box(&stages).see_writing());
}
