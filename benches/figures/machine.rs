//! On what and when was measured: a figure without its machine says nothing.

use std::fs;

use belino::clock::Clock;

/// One line: date, processor, cores, memory, system.
pub fn describe() -> String {
    let now = Clock::system().now().to_string();
    let date = now.split('T').next().unwrap_or(&now);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok())
        .map_or(0, |kibibytes| kibibytes >> 20);
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "Measured on {date}: {cores} cores of {processor}, {memory} GiB, Linux {}; everything on this one machine, load generator included.",
        system.trim()
    )
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let (_, value) = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}
