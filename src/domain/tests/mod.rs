//! What holds for every failure and for every course of an account's work.

mod pace;
mod retry;
