//! What a report costs, counted and not timed.

use super::*;

/// The statement that reads the report's numbers steps through as many rows for four
/// sheets as for forty with the same answers.
#[test]
fn a_report_costs_the_same_however_many_sheets_there_are() {
    let cells = |sheets: u16| {
        let mut world = World::new();
        let serials = world.print(ONE_PAGE, sheets);
        for (picture, serial) in (0..).zip(&serials) {
            world.scan(picture, &read(ONE_PAGE, serial, 1, &["q1=a", "q2=a+b", "q3=c?"]));
        }
        assert_eq!(world.store.tally(q4()).unwrap().returned["qltm"], u64::from(sheets));
        let conn = &world.store.conn;
        conn.query_row("SELECT count(*) FROM tally", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(cells(4), cells(40));
}
