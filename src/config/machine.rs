//! What a command must know of the machine it runs on: where the program itself is, where programs and scratch files are.

use std::path::PathBuf;

/// The program that runs, to be started again.
pub fn own_program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// The folders in which the shell would look for a program.
pub fn program_folders() -> Vec<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect()
}

/// The system's folder for what need not last.
pub fn temporary_folder() -> PathBuf {
    std::env::temp_dir()
}
