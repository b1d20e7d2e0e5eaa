//! Parse, configure, run, exit code.

use std::process::ExitCode;

use belino::cli::{self, Arguments, Failure};
use clap::Parser;

const BAD_USAGE: u8 = 64;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => return explain(&answer),
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error);
            ExitCode::from(error.downcast_ref().map_or(1, Failure::exit_code))
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    belino::net::install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(cli::run(arguments))?)
}

/// Help and version are answers, everything else is a fault of usage.
fn explain(answer: &clap::Error) -> ExitCode {
    // Nobody is left to hear it if this cannot be written.
    answer.print().ok();
    if answer.use_stderr() {
        ExitCode::from(BAD_USAGE)
    } else {
        ExitCode::SUCCESS
    }
}

#[expect(clippy::print_stderr, reason = "the last word of a failed command")]
fn tell(error: &anyhow::Error) {
    eprintln!("belino: {error:#}");
}
