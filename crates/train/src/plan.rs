//! Which pages are for what. Seeds 1–4999 are for development and training, 5000–5999 for
//! calibration; seeds from 9000 on are for evaluation and never seen here.

use phieu_simulate::Profile;

use crate::collect::Order;

/// What a batch is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Trees are grown on it.
    Training,
    /// The risk's scale and the gates are fitted on it.
    Calibration,
    /// Tables are made of it, and nothing is fitted.
    Check,
}

/// Batches of one profile.
struct Row {
    purpose: Purpose,
    profile: &'static str,
    /// First seed, step, number of batches.
    seeds: (u64, usize, usize),
}

const SHEETS: u32 = 50;

/// The profile of this name: one of the simulator's, or one that makes common what is rare, so that
/// there is enough of it to learn from.
pub fn profile(name: &str) -> Option<Profile> {
    match name {
        FEARED => Some(feared()),
        SPARSE => Some(sparse()),
        _ => Profile::named(name),
    }
}

/// Sheets of the office on which hardly anything is filled in.
fn sparse() -> Profile {
    let mut profile = Profile::office();
    profile.people.blank = 0.9;
    Profile { name: SPARSE.to_owned(), ..profile }
}

/// The people of `hard_people`, who do all that is rare far more often.
fn feared() -> Profile {
    let mut profile = Profile::hard_people();
    let people = &mut profile.people;
    people.correction = 0.9;
    people.correction_again = 0.5;
    people.double *= 3.0;
    people.faint *= 3.0;
    people.astray *= 3.0;
    people.column_line *= 2.0;
    people.oddities.iter_mut().for_each(|(_, chance)| *chance *= 4.0);
    Profile { name: FEARED.to_owned(), ..profile }
}

const FEARED: &str = "feared";
const SPARSE: &str = "sparse";

const ROWS: [Row; 20] = [
    Row { purpose: Purpose::Training, profile: SPARSE, seeds: (4500, 1, 10) },
    Row { purpose: Purpose::Training, profile: "hard_people", seeds: (1000, 3, 12) },
    Row { purpose: Purpose::Training, profile: "hard_people", seeds: (1001, 3, 12) },
    Row { purpose: Purpose::Training, profile: "office", seeds: (2000, 1, 60) },
    Row { purpose: Purpose::Training, profile: "even", seeds: (3000, 3, 4) },
    Row { purpose: Purpose::Training, profile: FEARED, seeds: (4000, 1, 70) },
    Row { purpose: Purpose::Training, profile: "hard", seeds: (3200, 1, 8) },
    Row { purpose: Purpose::Training, profile: "bilevel", seeds: (3400, 1, 4) },
    Row { purpose: Purpose::Training, profile: "lowres", seeds: (3600, 1, 4) },
    Row { purpose: Purpose::Training, profile: "photo", seeds: (3800, 1, 2) },
    Row { purpose: Purpose::Calibration, profile: "office", seeds: (5000, 2, 6) },
    Row { purpose: Purpose::Calibration, profile: "hard_people", seeds: (5500, 2, 6) },
    Row { purpose: Purpose::Calibration, profile: "hard", seeds: (5300, 1, 2) },
    Row { purpose: Purpose::Calibration, profile: "bilevel", seeds: (5400, 1, 1) },
    Row { purpose: Purpose::Calibration, profile: "lowres", seeds: (5600, 1, 1) },
    Row { purpose: Purpose::Check, profile: "office", seeds: (201, 2, 6) },
    Row { purpose: Purpose::Check, profile: "hard_people", seeds: (101, 2, 6) },
    Row { purpose: Purpose::Check, profile: "hard", seeds: (301, 1, 3) },
    Row { purpose: Purpose::Check, profile: "bilevel", seeds: (401, 1, 2) },
    Row { purpose: Purpose::Check, profile: "lowres", seeds: (501, 1, 2) },
];

/// All batches with their purpose, the profiles by turns, so that a cache which is not whole yet
/// holds some of each.
pub fn plan() -> Vec<(Purpose, Order)> {
    let batches = |row: &Row| {
        let (first, step, count) = row.seeds;
        let (purpose, profile) = (row.purpose, row.profile);
        (first..).step_by(step).take(count).enumerate().map(move |(k, seed)| {
            let turn = (2 * k + 1) * 1000 / count;
            (turn, (purpose, Order { profile: profile.to_owned(), seed, sheets: SHEETS }))
        })
    };
    let mut plan: Vec<_> = ROWS.iter().flat_map(batches).collect();
    plan.sort_by_key(|(turn, _)| *turn);
    plan.into_iter().map(|(_, batch)| batch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_batch_serves_two_purposes_and_none_is_kept_for_evaluation() {
        let plan = plan();
        for (i, (purpose, order)) in plan.iter().enumerate() {
            let range = match purpose {
                Purpose::Training => 1000..5000,
                Purpose::Calibration => 5000..6000,
                Purpose::Check => 1..1000,
            };
            assert!(range.contains(&order.seed), "{order:?}");
            assert!(plan[..i].iter().all(|(_, other)| other.seed != order.seed), "{order:?} twice");
        }
    }
}
