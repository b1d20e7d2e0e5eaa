//! `belino verify`: the guarantees, tried on this machine against real processes.
//!
//! The program starts itself as the service and as Meta, keeps a book of every delivery it sends, does to the
//! service what a bad day does, and in the end reads everything back and compares. It ends only what it started.

mod account;
mod audit;
mod bed;
mod book;
mod cluster;
mod command;
mod load;
mod payload;
mod posts;
mod process;
mod report;
mod row;
mod scratch;
mod service;
mod time;
mod trials;

pub use command::{Options, run};
