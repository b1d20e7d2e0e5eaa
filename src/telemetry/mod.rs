//! Logs and metrics: where they go and what they are called, once per process.
//!
//! Logs go to standard error, so that a command's output can be piped. Metrics are kept in memory until
//! somebody asks `/metrics`. Neither ever holds a token, a signature, a message or a whole payload.

mod logs;
mod metrics;

pub use logs::{LogsError, install as install_logs};
pub use metrics::install as install_metrics;
