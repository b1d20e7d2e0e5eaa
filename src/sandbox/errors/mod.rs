//! Graph's errors: their shape, and the words of every class that Meta is known to answer
//! (graph-limits-and-errors.md §4–5).

mod catalogue;
mod fault;

pub(crate) use fault::GraphFault;
