//! The cost of a month must follow its hits: the same 300 hits in calendars of 1,000, 10,000 and 50,000 objects.

use anyhow::Result;
use companion_tests::dataset::around_a_month;

use crate::case::{Case, Measurement, measure};
use crate::peer::Peer;

const HITS: usize = 300;
const SIZES: [usize; 3] = [1_000, 10_000, 50_000];

/// The month query in a calendar of one size.
pub(crate) struct Point {
    pub(crate) objects: usize,
    pub(crate) etags: Measurement,
    pub(crate) expanded: Measurement,
}

/// Measures every size.
pub(crate) fn measure_all() -> Result<Vec<Point>> {
    SIZES.into_iter().map(point).collect()
}

fn point(count: usize) -> Result<Point> {
    let objects = around_a_month(crate::SEED, HITS, count);
    let (mut peer, _) = Peer::bridge(&objects)?;
    Ok(Point {
        objects: count,
        etags: measure(&mut peer, Case::Month, &objects)?,
        expanded: measure(&mut peer, Case::MonthExpanded, &objects)?,
    })
}
