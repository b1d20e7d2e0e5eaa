//! Several measurements of one thing: the least, the middle and the greatest, and percentiles.

use std::fmt;

/// The least, the median and the greatest of some rounds.
pub struct Spread {
    min: f64,
    median: f64,
    max: f64,
    digits: usize,
}

impl Spread {
    /// Of values, shown with `digits` decimals.
    pub fn of(values: impl IntoIterator<Item = f64>, digits: usize) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        let middle = values.len() / 2;
        let median = if values.len().is_multiple_of(2) {
            f64::midpoint(at(middle.saturating_sub(1)), at(middle))
        } else {
            at(middle)
        };
        Self {
            min: at(0),
            median,
            max: at(values.len().saturating_sub(1)),
            digits,
        }
    }

    /// The middle one.
    pub const fn median(&self) -> f64 {
        self.median
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits;
        let shown = |value: f64| grouped(value, digits);
        write!(
            f,
            "**{}** ({} – {})",
            shown(self.median),
            shown(self.min),
            shown(self.max)
        )
    }
}

/// A number with commas between thousands.
pub fn grouped(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut shown = String::new();
    for (nth, digit) in whole.chars().enumerate() {
        if nth > 0 && (whole.len() - nth).is_multiple_of(3) && !shown.ends_with('-') {
            shown.push(',');
        }
        shown.push(digit);
    }
    if rest.is_empty() {
        shown
    } else {
        format!("{shown}.{rest}")
    }
}

/// The value that `share` of 100 do not exceed; the values must be sorted.
pub fn percentile(sorted: &[u32], share: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank between 1 and the length"
    )]
    let rank = (float(sorted.len()) * share / 100.0).ceil().max(1.0) as usize;
    sorted
        .get(rank.saturating_sub(1))
        .or(sorted.last())
        .copied()
        .unwrap_or(0)
}

/// A count as a number to divide.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
pub const fn float(count: usize) -> f64 {
    count as f64
}

/// Microseconds as milliseconds.
pub fn millis(micros: u32) -> f64 {
    f64::from(micros) / 1_000.0
}

/// Bytes as mebibytes.
#[expect(clippy::cast_precision_loss, reason = "sizes here are far below 2^52")]
pub fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1_u32 << 20)
}
