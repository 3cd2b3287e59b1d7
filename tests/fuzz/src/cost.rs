//! What an input may cost, in CPU time of the thread that reads it: on a shared machine the wall clock measures the
//! neighbours.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cpu_time::ThreadTime;

/// No input may cost more, not even in libFuzzer's build, which is several times slower than the one that is shipped.
pub const LIMIT: Duration = Duration::from_secs(1);

/// Nanoseconds of the slowest input of this process.
static SLOWEST: AtomicU64 = AtomicU64::new(0);

/// Runs `target` on one input, panics when that took more than `limit`, and says on stderr when no input was slower.
pub fn within(limit: Duration, target: fn(&[u8]), octets: &[u8]) {
    let start = ThreadTime::now();
    target(octets);
    let took = start.elapsed();
    assert!(took <= limit, "{took:?} of CPU time for one input");
    let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
    if SLOWEST.fetch_max(nanoseconds, Ordering::Relaxed) < nanoseconds {
        eprintln!("slowest so far: {took:?} for {} octets", octets.len());
    }
}
