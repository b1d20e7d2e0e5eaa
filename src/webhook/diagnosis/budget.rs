//! How much may be tried before a cause is called unknown.

/// Bytes that may still be hashed. One budget can serve many rows: what the first ones take the others lack.
#[derive(Debug)]
pub struct Budget(usize);

/// What a trial costs beside its bytes.
const EACH: usize = 256;

impl Budget {
    /// Of so many bytes.
    pub const fn of(bytes: usize) -> Self {
        Self(bytes)
    }

    /// Takes what one trial of so many bytes costs; false, and nothing is left, if that is more than there is.
    pub(super) const fn take(&mut self, bytes: usize) -> bool {
        let left = self.0.checked_sub(bytes.saturating_add(EACH));
        self.0 = match left {
            Some(left) => left,
            None => 0,
        };
        left.is_some()
    }

    /// True once a trial was refused, or the last bytes were taken.
    pub(super) const fn is_spent(&self) -> bool {
        self.0 == 0
    }
}
