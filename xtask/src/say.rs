//! What the commands print, and how long things took. The only place of this crate that writes to the terminal
//! or looks at a clock.

use std::fmt;
use std::io::Write;
use std::time::{Duration, Instant};

/// One line on standard output. A closed pipe (`| head`) is not worth a panic.
pub(crate) fn line(text: &str) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// Several lines, indented under what was said before.
pub(crate) fn list<T: fmt::Display>(lines: impl IntoIterator<Item = T>) {
    for each in lines {
        line(&format!("    {each}"));
    }
}

/// A heading: something longer begins.
pub(crate) fn heading(text: &str) {
    line(&format!("\n==> {text}"));
}

/// What went wrong and what to do, on standard error.
pub(crate) fn problem(text: &str) {
    drop(writeln!(std::io::stderr(), "xtask: {text}"));
}

/// Measures a phase.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a phase took is reported, nothing depends on it"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub(crate) fn read(&self) -> Took {
        Took(self.0.elapsed())
    }
}

/// A duration in words a person reads: `0.4 s`, `38 s`, `12 min 05 s`.
#[derive(Clone, Copy)]
pub(crate) struct Took(Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0..=9 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            10..=119 => write!(f, "{seconds} s"),
            _ => write!(f, "{} min {:02} s", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_words() {
        let said = |millis| Took(Duration::from_millis(millis)).to_string();
        assert_eq!(said(420), "0.4 s");
        assert_eq!(said(38_000), "38 s");
        assert_eq!(said(725_000), "12 min 05 s");
    }
}
