//! Waiting for an answer of the network on this thread.

use tokio::runtime::Builder;

use crate::output::Failure;

/// Runs `work` to its end.
pub(crate) fn until<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format_args!("the system gives no threads: {error}")))?;
    Ok(runtime.block_on(work))
}
