//! The client against a server that answers as Meta does, or as nobody should.

mod failures;
mod figures;
mod objects;
mod requests;
mod support;
