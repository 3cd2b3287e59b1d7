//! The step budget: what keeps a hostile rule from taking more than a moment.

/// Steps that may still be made. One step is a candidate or a period looked at, some tens of nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    given: u64,
    left: u64,
    exhausted: bool,
}

impl Budget {
    /// A budget of so many steps.
    pub(crate) fn new(steps: u64) -> Self {
        Self {
            given: steps,
            left: steps,
            exhausted: false,
        }
    }

    /// Takes steps; `false` when there are not that many left, which is remembered.
    pub(crate) fn spend(&mut self, steps: u64) -> bool {
        match self.left.checked_sub(steps) {
            Some(left) => self.left = left,
            None => self.exhausted = true,
        }
        !self.exhausted
    }

    /// The steps that were made; all of them once it is exhausted.
    pub(crate) fn spent(&self) -> u64 {
        if self.exhausted {
            self.given
        } else {
            self.given - self.left
        }
    }

    /// Whether something asked for more than there was.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.exhausted
    }
}
